"""The names allowed in gensim's pickles: those that its own releases wrote.

No name is ever imported. A file with any other name is rejected, because it is not a gensim model.
"""

_GENSIM = {
    "gensim.models.keyedvectors": "KeyedVectors EuclideanKeyedVectors BaseKeyedVectors"
    " WordEmbeddingsKeyedVectors"
    " Word2VecKeyedVectors Doc2VecKeyedVectors FastTextKeyedVectors Vocab CompatVocab",
    "gensim.models.word2vec": "Word2Vec Vocab Word2VecVocab Word2VecTrainables",
    "gensim.models.doc2vec": "Doc2Vec DocvecsArray Doc2VecVocab Doc2VecTrainables Doctag",
    "gensim.models.fasttext": "FastText FastTextKeyedVectors FastTextVocab FastTextTrainables",
    "gensim.models.wrappers.fasttext": "FastText FastTextKeyedVectors",
    "gensim.models.deprecated.keyedvectors": "KeyedVectors EuclideanKeyedVectors Vocab",
    "gensim.models.deprecated.word2vec": "Word2Vec Vocab",
    "gensim.models.deprecated.doc2vec": "Doc2Vec DocvecsArray Doctag",
    "gensim.models.deprecated.fasttext": "FastText FastTextKeyedVectors",
    "gensim.models.poincare": "PoincareModel PoincareKeyedVectors NegativesBuffer",
    "gensim.utils": "call_on_class_only",
}
_NUMPY = {
    "numpy": "dtype ndarray memmap float16 float32 float64 int32 int64 uint8 uint32 uint64 bool_",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy._core.numeric": "_frombuffer",
    "numpy.core.memmap": "memmap",
    "numpy._core.memmap": "memmap",
    "numpy.random": "__RandomState_ctor",
    "numpy.random._pickle": "__randomstate_ctor __generator_ctor __bit_generator_ctor",
    "numpy.random._mt19937": "MT19937",
    "numpy.random._pcg64": "PCG64",
    "numpy.random.bit_generator": "SeedSequence __pyx_unpickle_SeedSequence",
    "numpy.random._bit_generator": "SeedSequence __pyx_unpickle_SeedSequence",
}
_PYTHON = {
    "__builtin__": "hash int long float bool str unicode bytes object set frozenset list dict tuple",
    "builtins": "hash int float bool str bytes object set frozenset list dict tuple bytearray",
    "collections": "defaultdict OrderedDict Counter",
    # Written by gensim under Python 3.4 for collections.defaultdict.
    "UserString": "defaultdict",
    "_codecs": "encode",
    "copy_reg": "_reconstructor",
    "copyreg": "_reconstructor",
}

ALLOWED = tuple(
    f"{module} {name}"
    for part in (_GENSIM, _NUMPY, _PYTHON)
    for module, names in part.items()
    for name in names.split()
)
