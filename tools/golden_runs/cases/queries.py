"""Every query, as tab-separated rows and as JSON, with each policy for unknown words."""

from tools.golden_runs.case import Case

#: Command -> arguments with known words, arguments with an unknown word, and lines of stdin.
_QUERIES = {
    "neighbors": ("king river", "king nowhere river", "king\\nnowhere\\nriver"),
    "analogy": ("king man queen", "king man nowhere", "king man queen\\nking nowhere queen\\ncat dog tiger"),
    "similarity": ("king queen cat dog", "king queen cat nowhere", "king queen\\ncat nowhere\\ncat dog"),
    "odd-one-out": (
        "king queen cat prince",
        "king nowhere cat",
        "king queen cat\\nking nowhere\\ncat dog river",
    ),
    "vectors": ("king river", "king nowhere river", "king\\nnowhere\\nriver"),
    "sentence": (
        "'the king of the river'",
        "'king nowhere' 'nowhere at all'",
        "the king\\nnowhere\\n\\nthe river",
    ),
}
_POLICIES = ("error", "skip", "null", "subword")


def cases() -> list[Case]:
    """A case for each command, and one for the options that only some commands have."""
    return [
        *(Case(f"query-{name}", tuple(_commands(name, *words))) for name, words in _QUERIES.items()),
        Case("query-subwords", tuple(_subwords())),
        Case("query-options", _OPTIONS),
        Case("query-outputs", tuple(_outputs())),
        Case("query-index", _INDEX),
        Case("query-sentences", _SENTENCES),
        Case("python-queries", ("python in/queries_in_python.py",)),
    ]


def _commands(name: str, known: str, unknown: str, lines: str) -> list[str]:
    found = []
    for form in ("", " --json"):
        found.append(f"embtrain {name} made/t.safetensors {known}{form}")
        found += [
            f"embtrain {name} made/t.safetensors {unknown} --oov {policy}{form}" for policy in _POLICIES
        ]
    for policy in _POLICIES:
        found.append(f"printf '{lines}\\n' | embtrain {name} made/t.safetensors --oov {policy}")
    return [
        *found,
        f"printf '{lines}\\n' > lines",
        f"embtrain {name} made/t.safetensors --input lines --oov skip",
    ]


def _subwords() -> list[str]:
    """Vectors with n-grams, from a fastText file, answer for words that the file does not hold."""
    words = {"neighbors": "zebra", "similarity": "zebra house", "vectors": "zebra", "sentence": "'a zebra'"}
    return [
        f"embtrain {name} made/subwords.safetensors {word} --oov subword{form}"
        for name, word in words.items()
        for form in ("", " --json")
    ]


_OPTIONS = (
    "embtrain neighbors made/t.safetensors king -k 3 --threads 1",
    "embtrain neighbors made/v.safetensors 日本 naïve -k 1000",
    "embtrain neighbors made/of.word2vec king -k 3",
    "cat made/t.safetensors | embtrain neighbors - king -k 2",
    "embtrain neighbors made/t.safetensors nowhere --oov skip",
    "EMBTRAIN_ISA=baseline embtrain neighbors made/t.safetensors king",
    *(
        f"embtrain analogy made/t.safetensors king man queen -k 4 --method {method} --threads {threads}"
        for method in ("3cosadd", "3cosmul", "pair-direction")
        for threads in (1, 2)
    ),
    "printf 'king\\tman\\tqueen\\n' | embtrain analogy made/t.safetensors -k 2",
    "embtrain analogy made/t.safetensors king man",
    "embtrain similarity made/t.safetensors king",
    "embtrain neighbors made/t.safetensors < /dev/null",
)


def _outputs() -> list[str]:
    found = []
    for form in ("text", "npy", "raw"):
        found += [
            f"embtrain vectors made/t.safetensors king nowhere --oov null --to {form} -o vectors.{form}",
            f"embtrain sentence made/t.safetensors 'the king' river --to {form} -o sentences.{form}",
            f"embtrain vectors made/t.safetensors king --to {form} > stdout.{form}",
        ]
    return [
        *found,
        "embtrain vectors made/t.safetensors king -o vectors.npy",
        "embtrain vectors made/t.safetensors king -o vectors.npy --to npy --force",
    ]


_INDEX = (
    "embtrain neighbors made/v.safetensors w5 w9 --index index --threads 1 -k 5",
    "embtrain neighbors made/v.safetensors w5 w9 --index index --threads 1 -k 5 --json",
    "embtrain neighbors made/t.safetensors king --index index",
    "rm index",
)
_SENTENCE = "embtrain sentence made/t.safetensors"
_SENTENCES = (
    *(
        f"printf 'the king of the river\\na cat and a dog\\n\\n' | {_SENTENCE} {options}"
        for options in (
            "--weighting sif",
            "--weighting sif --sif-a 0.1 --json",
            "--weighting sif --counts in/vocabulary.txt",
            "--remove-component",
            "--weighting sif --remove-component --to raw | sha256sum",
        )
    ),
    "embtrain sentence made/words.safetensors 'The King, of the river!' --json",
    "embtrain sentence made/words.safetensors 'The King, of the river!' --tokenizer whitespace",
    "embtrain sentence made/v.safetensors 'w1 w2' --weighting sif",
)
