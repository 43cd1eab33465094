"""Evaluations, comparisons, checks, descriptions and plots."""

from tools.golden_runs.case import Case

_SETS = {
    "analogies": "--analogies in/questions.txt",
    "similarity": "--similarity in/pairs.tsv",
    "categories": "--categories in/categories.txt",
    "outliers": "--outliers in/outliers.txt",
    "bats": "--analogies in/bats",
}
_FORMS = ("", " --json", " --tsv", " --markdown")


def cases() -> list[Case]:
    """Plots first, because they take longest."""
    return [
        Case("plot-tsne", ("embtrain plot made/t.safetensors -o words.png --top 60 --dpi 40",)),
        Case("plot-pictures", _PICTURES),
        Case("plot-pages", _PAGES),
        Case("evaluate-built-in", _BUILT_IN),
        *(Case(f"evaluate-{name}", tuple(_scores(options))) for name, options in _SETS.items()),
        Case("evaluate-options", _OPTIONS),
        Case("compare", _COMPARE),
        Case("check", _CHECK),
        Case("info", _INFO),
    ]


def _scores(options: str) -> list[str]:
    command = f"embtrain evaluate made/t.safetensors made/u.safetensors {options}"
    return [f"{command}{form}" for form in _FORMS]


_BUILT_IN = (
    "embtrain evaluate made/t.safetensors",
    "embtrain evaluate made/t.safetensors --json",
    "embtrain evaluate made/v.safetensors",
)
_ALL = " ".join(_SETS.values())
_OPTIONS = tuple(
    f"embtrain evaluate made/t.safetensors {options}"
    for options in (
        f"{_ALL} --totals",
        f"{_ALL} --dummy4unknown --json",
        f"{_ALL} --restrict-vocab 40 --tsv",
        f"{_ALL} --case-sensitive --markdown",
        "--analogies in/questions.txt --method 3CosMul",
        "--similarity - < in/pairs.tsv",
        "--similarity wordsim353 --similarity simlex999 --tsv",
    )
)
_COMPARE = tuple(
    f"embtrain compare made/t.safetensors {options}"
    for options in (
        "made/u.safetensors",
        "made/u.safetensors --json",
        "made/u.safetensors -k 3 --sample all --moved 5 --among 30 --seed 4",
        f"made/u.safetensors {_ALL}",
        f"made/u.safetensors {_ALL} --json --restrict-vocab 50",
        "made/t.safetensors",
        "made/of.word2vec-text",
        "made/v.safetensors",
    )
)
_CHECK = tuple(
    f"embtrain check {source}{form}"
    for source in (
        *(
            "in/rows.txt",
            "in/bad.txt",
            "in/twice.txt",
            "in/latin1.vec",
            "in/cut.bin",
            "in/spaces.tsv --list 1",
        ),
        *("made/t.safetensors", "made/of.word2vec", "made/of.gensim", "made/of.parquet", "made/of.fasttext"),
        *("made/of.npy", "made/of.model2vec", "made/of.finalfusion", "in/spacy/tiny", "in/huggingface"),
        *(
            "in/golden/fasttext/quantized.ftz",
            "in/golden/finalfusion/quantized.fifu",
            "in/two.zip --member a.txt",
        ),
        *("- < in/rows.txt", "in/corpus.txt", "in/mixed.txt --from glove"),
    )
    for form in ("", " --json")
)
_INFO = (
    "embtrain --version",
    *(f"embtrain info{form}" for form in ("", " --json")),
    *(f"EMBTRAIN_ISA={isa} embtrain info --json" for isa in ("baseline", "avx2")),
    "EMBTRAIN_NATIVE=0 embtrain info",
    *(
        f"embtrain info {source}{form}"
        for source in (
            *("made/t.safetensors", "made/v.safetensors", "made/subwords.safetensors", "made/of.word2vec"),
            *("made/of.glove", "made/of.fasttext", "in/golden/floret/model.bin", "- < made/t.safetensors"),
        )
        for form in ("", " --json")
    ),
)
_PICTURES = tuple(
    f"embtrain plot {options} --dpi 40 --seed 3"
    for options in (
        "made/t.safetensors -o top.svg --top 40 --method pca",
        "made/t.safetensors king river --neighbors 5 -o around.png --method pca",
        "made/t.safetensors --analogy king man queen woman -o arrows.png",
        "made/t.safetensors --pairs in/arrows.txt -o pairs.svg --title Pairs",
        "made/t.safetensors king nowhere --oov skip -o classes.png --classes in/classes.tsv --size 4x3",
        "--training made/log.jsonl -o curve.svg",
        "made/t.safetensors king nowhere -o missing.png",
    )
)
_PAGES = (
    "embtrain plot made/t.safetensors -o page.html --method pca",
    "embtrain plot made/t.safetensors king --neighbors 4 -o around.html --method pca --among shown",
    "embtrain plot made/t.safetensors --words in/words.txt --html -o k3 --method pca --clusters 3 --oov skip",
    "embtrain plot made/t.safetensors --html -o - --method pca --top 20 | sha256sum",
)
