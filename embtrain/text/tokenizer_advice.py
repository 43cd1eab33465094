"""Advises on a better option for text that the tokeniser does not suit."""

import re

from embtrain.option_names import option, options
from embtrain.text.corpus import EncodeStats
from embtrain.text.encoding import count_wrong, guess_encoding, how_to_convert
from embtrain.wording import counted

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_KANA = "\u3040-\u30ff"
_OTHERS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
_UNSPACED = re.compile(f"[{_HAN}{_KANA}{_OTHERS}]")
_LETTER = re.compile(r"[^\W\d_]")
_NOT_CHINESE = re.compile(f"[{_KANA}{_OTHERS}]")

#: A text with fewer words gets no advice.
_FEW_WORDS = 100
_MANY_WORDS = 1000
#: Punctuation before or after a word; an apostrophe belongs to many words, a hyphen or dot inside to others.
_STUCK = re.compile(
    r"""^["\u201c\u201e\u00ab(\[]\w|\w["\u201d\u00bb)\]]*[.,;:!?\u2026]["\u201d\u00bb)\]]*$|\w["\u201d\u00bb)\]]$"""
)
_ALONE = re.compile(r"""[.,;:!?\u2026"`'\u201c\u201d()]{1,3}""")
#: A text with this share of such words is prose; abbreviations alone are far rarer.
_STUCK_SHARE = 0.05
#: Bytes that are not UTF-8 needed for advice when words may be any bytes.
_WRONG_BYTES = 3
#: If spaces separate the words of such a script, the words are shorter on average, in characters.
_LONG_WORD = 5


def advice(stats: EncodeStats, sample: bytes, tokenizer: str) -> str | None:
    """Says what to do about a text whose words the tokeniser does not find; None if it seems to find them.

    Args:
        stats: the counts of the whole text.
        sample: its beginning, before tokenising.
        tokenizer: the tokeniser's name.
    """
    guess = guess_encoding(sample)
    encoding = guess.name
    if encoding == "utf-16":
        return f"the text is UTF-16, so it comes apart in the wrong places; {how_to_convert(guess)}"
    text = sample.decode(encoding, "ignore")
    letters = len(_LETTER.findall(text))
    unspaced = len(_UNSPACED.findall(text))
    if 2 * unspaced > letters:
        first = "" if encoding == "utf-8" else f"{how_to_convert(guess)}, and "
        found = _unspaced_advice(text, tokenizer, first)
        if found:
            return found
    if tokenizer == "whitespace" and encoding != "utf-8" and count_wrong(sample)[0] >= _WRONG_BYTES:
        return f"the text is not UTF-8, and its words keep their bytes; {how_to_convert(guess)}"
    if stats.tokens >= _FEW_WORDS and stats.tokens < 1.2 * stats.sentences:
        return (
            f"there is about one word a line ({counted(stats.tokens, 'word')} in "
            f"{counted(stats.sentences, 'line')}), so words "
            f"have no context; if a line is not a sentence, use {option('sentence', 'document')}"
        )
    if tokenizer == "whitespace" and (found := _prose_advice(text)):
        return found
    if stats.tokens >= _MANY_WORDS and stats.types > 0.7 * stats.tokens:
        how = (
            options(tokenizer="words", lowercase=True)
            if tokenizer == "whitespace"
            else f"another {option('tokenizer')}"
        )
        tokens = counted(stats.tokens, "word")
        return f"{stats.types:,} of {tokens} are different, so most are seen only once; use {how}"
    return None


def _prose_advice(text: str) -> str | None:
    """Advises on punctuation attached to words; in tokenised text it is separate."""
    words = text.split()
    marked = [word for word in words if _STUCK.search(word) and _LETTER.search(word)]
    alone = sum(_ALONE.fullmatch(word) is not None for word in words)
    share = len(marked) / max(1, len(words))
    if len(words) < _FEW_WORDS or share < _STUCK_SHARE or 2 * alone > len(marked):
        return None
    example = max(marked[:50], key=len)
    return (
        f"{share:.0%} of the words have punctuation at their ends, such as {example!r:.40}, and are words of "
        f"their own; use {option('tokenizer', 'words')}"
    )


def _unspaced_advice(text: str, tokenizer: str, first: str) -> str | None:
    words = text.split()
    if tokenizer == "whitespace" and sum(map(len, words)) > _LONG_WORD * len(words):
        found = "the text has no spaces between its words, so whole phrases are taken for words"
    elif tokenizer == "words":
        found = "the words of this script have no spaces between them and come out as single characters"
    else:
        return None
    if len(_NOT_CHINESE.findall(text)) * 20 > len(text):
        of_model, chars = option("tokenizer", "FILE.json"), option("tokenizer", "chars")
        return f"{found}; {first}use {of_model} of a language model, or {chars}"
    return f"{found}; {first}use {option('tokenizer', 'jieba')} (pip install 'embtrain[zh]')"
