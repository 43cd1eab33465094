"""Conversions: from every readable format to every writable one, and the options of conversions."""

from tools.golden_runs.case import Case

WRITTEN = (
    *("embtrain", "fasttext", "finalfusion", "gensim", "parquet", "model2vec", "npy", "projector", "floret"),
    *("word2vec", "word2vec-text", "fasttext-vec", "glove", "tsv"),
)
#: Formats whose sample files come from their own tools.
_FOREIGN = {
    "huggingface": "in/huggingface",
    "spacy": "in/spacy/tiny",
    "subwords": "made/subwords.safetensors",
    "floret": "in/golden/floret/table.floret",
}
#: More variants of these formats, which embtrain only reads.
_VARIANTS = (
    "spacy/symbols",
    "spacy/floret",
    "golden/fasttext/skipgram.bin",
    "golden/fasttext/quantized_norms.ftz",
    "golden/finalfusion/buckets.fifu",
    *(f"golden/fasttext/{name}.bin" for name in ("cbow_hs", "from_zero", "no_ngrams", "supervised")),
    *(f"golden/fasttext/{name}.bin" for name in ("supervised_ngrams", "supervised_word_ngrams")),
    *(f"golden/fasttext/{name}.ftz" for name in ("pruned", "quantized")),
    *(
        f"golden/finalfusion/{name}.fifu"
        for name in ("explicit", "fasttext", "norms", "quantized", "quantized_turned")
    ),
    "golden/finalfusion/simple.fifu",
    "golden/floret/model.bin",
)
_TRAIN = "embtrain train in/corpus.txt --dim 20 --min-count 2 --threads 1 --progress none"
PREPARE = Case(
    "prepare",
    (
        "embtrain import in/rows.txt -o v.safetensors",
        f"{_TRAIN} --epochs 4 --context --log log.jsonl -o t.safetensors",
        f"{_TRAIN} --epochs 4 --seed 2 -o u.safetensors",
        f"{_TRAIN} --tokenizer words --lowercase -o words.safetensors",
        "embtrain convert in/golden/fasttext/skipgram.bin subwords.safetensors",
        *(f"embtrain export t.safetensors --to {name} -o of.{name}" for name in WRITTEN if name != "floret"),
    ),
    timed=("log.jsonl",),
)
_OPTIONS = (
    "--limit 7",
    "--limit 0",
    "--words in/words.txt",
    "--dim 5",
    "--unit-length",
    "--unit-length --dim 3 --limit 9 --words in/words.txt",
)
_DTYPES = ("float32", "float16", "int8")


def cases() -> list[Case]:
    """A case for each source; its outputs are named by their format."""
    sources = {name: f"made/of.{name}" for name in WRITTEN if name != "floret"} | _FOREIGN
    return [
        *(_everywhere(name, source) for name, source in sources.items()),
        Case("convert-variants", tuple(_variant(name) for name in _VARIANTS)),
        Case("convert-options", tuple(_with_options())),
        Case("convert-dtypes", tuple(_with_dtypes())),
        Case("convert-precision", tuple(_with_precision())),
        Case("convert-bad-rows", tuple(_bad_rows())),
        Case("convert-endings", tuple(_endings())),
        Case("convert-pipes", _PIPES),
        Case("convert-archives", _ARCHIVES),
        Case("convert-without-native", tuple(_without_native())),
        Case("import-several", _SEVERAL),
    ]


def _everywhere(name: str, source: str) -> Case:
    """To each format; words with a space and n-grams are left out if the format cannot hold them."""
    drop = "--drop words --drop subwords"
    return Case(
        f"convert-{name}",
        tuple(f"embtrain convert {source} to.{target} --to {target} {drop}" for target in WRITTEN),
    )


def _variant(name: str) -> str:
    return f"embtrain import in/{name} -o {name.replace('/', '-')}.safetensors"


def _with_options() -> list[str]:
    found = []
    for number, options in enumerate(_OPTIONS):
        found += [
            f"embtrain convert in/rows.txt convert{number}.bin {options}",
            f"embtrain import in/rows.txt -o import{number} {options}",
            f"embtrain export made/t.safetensors -o export{number}.txt {options}",
        ]
    return found


def _with_dtypes() -> list[str]:
    formats = ("embtrain", "finalfusion", "gensim", "parquet", "model2vec", "npy", "word2vec", "glove")
    return [
        f"embtrain convert in/rows.txt {dtype}.{name} --to {name} --dtype {dtype}"
        for name in formats
        for dtype in _DTYPES
    ] + [f"embtrain convert {dtype}.embtrain back-{dtype}.txt" for dtype in _DTYPES]


def _with_precision() -> list[str]:
    return [
        f"embtrain export made/v.safetensors --to {name} --precision {digits} -o {digits}.{name}"
        for name in ("word2vec-text", "fasttext-vec", "glove", "tsv", "projector")
        for digits in (1, 4, 9)
    ]


def _bad_rows() -> list[str]:
    """Bad rows, duplicate words and words that are not UTF-8, with each way to handle them."""
    found = [
        f"embtrain convert in/bad.txt error-{how}.txt --on-error {how}" for how in ("fail", "skip", "replace")
    ]
    found += [
        f"embtrain convert in/cut.bin cut-{how}.txt --on-error {how}" for how in ("fail", "skip", "replace")
    ]
    found += [
        f"embtrain convert in/twice.txt twice-{how}.bin --duplicates {how}"
        for how in ("first", "last", "error", "mean")
    ]
    found += [
        f"embtrain convert in/latin1.vec words-{how}.txt --encoding-errors {how}"
        for how in ("keep", "strict", "replace", "skip")
    ]
    return [
        *found,
        "embtrain convert in/spaces.tsv spaces.txt",
        "embtrain convert in/spaces.tsv drop.txt --drop words",
    ]


def _endings() -> list[str]:
    endings = (
        "safetensors",
        "bin",
        "txt",
        "vec",
        "tsv",
        "fifu",
        "kv",
        "parquet",
        "txt.gz",
        "txt.bz2",
        "bin.xz",
        "bin.zst",
    )
    return [f"embtrain convert made/t.safetensors v.{ending}" for ending in endings]


_PIPES = (
    "cat in/rows.txt | embtrain convert - - --to word2vec > v.bin",
    "cat in/rows.txt | embtrain import - | embtrain export - --to glove",
    "embtrain export made/t.safetensors --to word2vec -o - | embtrain convert - v.vec --from word2vec",
    "gzip -nc in/rows.txt | embtrain convert - v.parquet",
    "embtrain convert made/of.parquet - --to tsv | tail -n 5",
    "embtrain convert in/golden/fasttext/skipgram.bin - --to fasttext | embtrain import - -o back",
    "embtrain export made/t.safetensors --to glove | cut -c 1-40",
)
_ARCHIVES = (
    "embtrain import in/one.zip -o one.safetensors",
    "embtrain import in/two.zip -o two.safetensors",
    "embtrain import in/two.zip --member b.txt -o member.safetensors",
    "embtrain import in/one.tar -o tar.safetensors",
)
_SEVERAL = (
    "mkdir out",
    "embtrain import in/rows.txt in/twice.txt made/of.word2vec -o out",
    "embtrain import in/rows.txt in/twice.txt",
)


def _without_native() -> list[str]:
    return [
        f"EMBTRAIN_NATIVE=0 embtrain convert in/rows.txt v.{ending}"
        for ending in ("safetensors", "bin", "parquet")
    ]
