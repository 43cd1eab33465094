"""spaCy's built-in strings, which have small numbers and are not in a pipeline's strings.json.

They name attributes, parts of speech, dependencies and kinds of entities, and include English words:
"number", "root", "mark". From spacy/symbols.pyx of release 3.8, where the order gives the numbers.
"""

_ATTRIBUTES = """
    IS_ALPHA IS_ASCII IS_DIGIT IS_LOWER IS_PUNCT IS_SPACE IS_TITLE IS_UPPER LIKE_URL LIKE_NUM LIKE_EMAIL
    IS_STOP IS_OOV_DEPRECATED IS_BRACKET IS_QUOTE IS_LEFT_PUNCT IS_RIGHT_PUNCT IS_CURRENCY
"""
_PARTS_OF_SPEECH = """
    ID ORTH LOWER NORM SHAPE PREFIX SUFFIX LENGTH CLUSTER LEMMA POS TAG DEP ENT_IOB ENT_TYPE HEAD SENT_START
    SPACY PROB LANG ADJ ADP ADV AUX CONJ CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X EOL
    SPACE
"""
_LABELS = """
    PERSON NORP FACILITY ORG GPE LOC PRODUCT EVENT WORK_OF_ART LANGUAGE LAW DATE TIME PERCENT MONEY QUANTITY
    ORDINAL CARDINAL acomp advcl advmod agent amod appos attr aux auxpass cc ccomp complm conj cop csubj
    csubjpass dep det dobj expl hmod hyph infmod intj iobj mark meta neg nmod nn npadvmod nsubj nsubjpass
    num number oprd obj obl parataxis partmod pcomp pobj poss possessive preconj prep prt punct quantmod
    relcl rcmod root xcomp acl ENT_KB_ID MORPH ENT_ID IDX _
"""
#: Indexed by number; number 0 is the empty string.
SYMBOLS: tuple[str, ...] = (
    "",
    *_ATTRIBUTES.split(),
    *(f"FLAG{number}" for number in range(19, 64)),
    *_PARTS_OF_SPEECH.split(),
    *(f"DEPRECATED{number:03}" for number in range(1, 277)),
    *_LABELS.split(),
)
