"""Suggests what to use instead of other tools' options that have no equivalent here.

The command line, recipes and Python share one table. Names that only spell one of our options differently are
aliases, defined with the options (`embtrain.config`); the names here need an explanation.
"""

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from embtrain.option_names import Place, option, spell

_REFERENCE = re.compile(r"\{([a-z-]+)(?:=([^}]*))?\}")
_TEXT_GOES = {
    "command line": "the name of the text without an option",
    "recipe": "corpus",
    "python": "the text as the first argument",
}


def with_options(text: str) -> str:
    """A text in which `{dim}` stands for an option and `{model=cbow}` for an option with its value."""
    return _REFERENCE.sub(lambda found: option(found[1], found[2]), text)


class OtherName(NamedTuple):
    """The tool that uses the name ("" for no particular tool), and what to do instead.

    In the answer, `{dim}` stands for one of our options, `{model=cbow}` for an option with its value, and
    `{corpus}` for the text.
    """

    tool: str
    answer: str

    def text(self, place: Place) -> str:
        """The answer with options spelt for the given place."""
        return spell(with_options(self.answer.replace("{corpus}", _TEXT_GOES[place])), place)

    @property
    def options(self) -> set[str]:
        """Our options that the answer names."""
        return {found[1] for found in _REFERENCE.finditer(self.answer)}


_PLAIN_SGNS = "leave it out: only negative sampling is trained"
_SUBWORDS = "give the shortest and the longest n-gram as {subwords=3-6}"
_NO_LABELS = "embtrain trains no classifier"

#: Squeezed name -> its tool, and what to use instead.
OTHER_NAMES: Final = {
    re.sub("[-_]", "", name): OtherName(tool, answer)
    for tool, names in {
        "gensim": {
            "sg": "give {model=skipgram} for 1, {model=cbow} for 0",
            "hs": _PLAIN_SGNS,
            "sentences": "give {corpus}",
            "corpus-file": "give {corpus}",
            "start-alpha": "give {lr}",
            "callbacks": "give {on-event}",
            "compute-loss": "leave it out: the loss is always measured and shown",
            "max-vocab-size": "leave it out: counts are exact, nothing is pruned while counting",
            "max-final-vocab": "give {min-count}, or make a vocabulary with `embtrain vocab build "
            "--max-vocab N` and give it as {vocab}",
            "cbow-mean": "leave it out: CBOW takes the mean; {cbow-gradient} says what its words get",
            "hashfxn": "leave it out: initial values depend on {seed} and row",
            "null-word": "leave it out",
            "trim-rule": "filter the words before, or give {stop-words}, {min-count} or {vocab}",
            "sorted-vocab": "leave it out: the vocabulary is sorted",
            "batch-words": "leave it out: results do not depend on how the work is cut",
            "comment": "leave it out",
            "shrink-windows": "give {window-mode=drawn} for True, the default, {window-mode=fixed} for False",
        },
        "word2vec.c": {
            "train": "give {corpus}",
            "cbow": "give {model=cbow} for 1, {model=skipgram} for 0",
            "binary": "leave it out: `embtrain export --to word2vec` (or word2vec-text) writes its formats",
            "classes": "leave it out: embtrain does not cluster words",
            "save-vocab": "write the vocabulary with `embtrain vocab build`, and give it as {vocab}",
            "debug": "leave it out: {progress} says how much is shown",
        },
        "fastText": {
            "input": "give {corpus}",
            "word-ngrams": _NO_LABELS + ", for which this is",
            "loss": _PLAIN_SGNS,
            "minn": _SUBWORDS,
            "maxn": _SUBWORDS,
            "lr-update-rate": "leave it out: the rate changes every 10,000 words",
            "save-output": "give {context} to write the output vectors too",
            "label": _NO_LABELS,
            "min-count-label": _NO_LABELS,
            "verbose": "give {progress} to say how much is shown, or {quiet}",
        },
        "floret": {
            "mode": "give {subword-mode=floret}",
        },
        "finalfrontier": {
            "ngram-mincount": "give {buckets=auto} and {ngram-min-words}, which counts words",
        },
        "GloVe": {
            "vocab-file": "give {vocab}",
            "input-file": "give {corpus}",
            "overflow-length": "leave it out: {memory} limits the memory for counting",
            "overflow-file": "give {tmp-dir}",
            "temp-file": "give {tmp-dir}",
            "array-size": "leave it out: the order is shuffled in every epoch",
            "gradsq-file": "leave it out: the sums of AdaGrad are not written",
            "save-gradsq": "leave it out: the sums of AdaGrad are not written",
            "load-init-param": "give {init}, a file of vectors",
            "grad-clip": "leave it out: a training that diverges stops and says where",
            "write-header": "leave it out: `embtrain export --to word2vec-text` writes a header",
        },
        "": {
            "max-vocab": "`embtrain vocab build --max-vocab N` makes such a vocabulary; give it as {vocab}",
            "subword": _SUBWORDS,
            "ngrams": _SUBWORDS,
            "batch-size": "leave it out: there are no batches to choose",
            "optimizer": "leave it out: there is one way to descend; {lr} is its rate",
            "gpu": "give {backend=batched} and {device=cuda}",
            "cuda": "give {backend=batched} and {device=cuda}",
            "n-jobs": "give {threads}",
            "num-workers": "give {threads}",
            "subsample": "give {sample}",
            "embedding-dim": "give {dim}",
            "vocabulary": "give {vocab}",
            "verbosity": "give {progress} to say how much is shown, or {quiet}",
        },
    }.items()
    for name, answer in names.items()
}


#: Squeezed names of other tools' commands -> the command to use here.
OTHER_COMMANDS: Final = {
    **dict.fromkeys(("word2vec", "fasttext", "unsupervised", "skipgram"), "embtrain train TEXT -o VECTORS"),
    "cbow": "embtrain train TEXT --model cbow -o VECTORS",
    **dict.fromkeys(("nn", "distance", "mostsimilar", "query"), "embtrain neighbors VECTORS WORD"),
    **dict.fromkeys(("analogies", "wordanalogy"), "embtrain analogy VECTORS A B C"),
    "doesntmatch": "embtrain odd-one-out VECTORS WORD WORD ...",
    "printwordvectors": "embtrain vectors VECTORS WORD",
    "printsentencevectors": "embtrain sentence VECTORS TEXT",
    **dict.fromkeys(("vocabcount", "buildvocab"), "embtrain vocab build TEXT -o VOCABULARY"),
    **dict.fromkeys(("test", "computeaccuracy", "eval"), "embtrain evaluate VECTORS"),
}


def squeeze(name: str) -> str:
    """A name in lower case without dashes and underscores, which tools spell differently."""
    return re.sub("[-_]", "", name).lower()


def answer(name: str, place: Place, ours: Collection[str]) -> str | None:
    """A message for a name that is not an option here, or None if the table has no answer.

    Args:
        name: as the user wrote it, including leading dashes.
        place: where the user wrote it.
        ours: the available options; an answer that names any other option is not used.
    """
    found = OTHER_NAMES.get(squeeze(name))
    if found is None or not found.options <= {*ours, "corpus"}:
        return None
    shown = name if place == "command line" else f"'{name}'"
    whose = f"{found.tool}'s name" if found.tool else "no option here"
    return f"{shown} is {whose}; {found.text(place)}"
