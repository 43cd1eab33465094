"""Wrong inputs and options: their exit codes and the files they leave."""

from tools.golden_runs.case import Case

_OPTIONS = (
    "embtrain",
    "embtrain nothing",
    "embtrain trian in/corpus.txt -o v",
    "embtrain train",
    "embtrain train in/corpus.txt",
    "embtrain train in/corpus.txt -o v --no-such-option",
    "embtrain train in/corpus.txt -o v --size 100 --threads 1",
    "embtrain train in/corpus.txt -o v --dim 0",
    "embtrain train in/corpus.txt -o v --dim ten",
    "embtrain train in/corpus.txt -o v --model glove",
    "embtrain train in/corpus.txt -o v --backend jax",
    "embtrain train in/corpus.txt -o v --device cuda --backend cpu",
    "embtrain train in/corpus.txt -o v --tokenizer none.json",
    "embtrain train in/corpus.txt -o v --encoding klingon",
    "embtrain train in/corpus.txt -o v --config none.toml",
    "printf 'dims = 5\\n' > wrong.toml; embtrain train in/corpus.txt -o v --config wrong.toml",
    "embtrain train in/corpus.txt -o v --patience 2",
    "embtrain train in/corpus.txt -o v --eval none",
    "embtrain train in/corpus.txt -o no/such/folder/v",
    "embtrain train none.txt -o v",
    "embtrain train 'none*.txt' -o v",
    "embtrain convert in/rows.txt v.unknown",
    "embtrain convert in/rows.txt v --to word2vce",
    "embtrain convert in/rows.txt v.txt --dtype int8",
    "embtrain convert in/rows.txt v --to spacy",
    "embtrain export made/t.safetensors",
    "embtrain neighbors made/t.safetensors king -k 0",
    "embtrain neighbors",
    "embtrain plot made/t.safetensors -o v.jpg",
    "embtrain evaluate made/t.safetensors --analogies none.txt",
    "embtrain vocab build in/corpus.txt -o v --memory lots",
)
_FILES = (
    "embtrain import none.bin -o v",
    "embtrain info none.bin",
    "embtrain neighbors in/corpus.txt king",
    ": > empty; embtrain import empty -o v",
    "embtrain info empty",
    "embtrain train empty -o v",
    "embtrain train in/mixed.txt -o v --min-count 100000",
    *(
        f"head -c {size} made/t.safetensors > cut.safetensors; embtrain {command} cut.safetensors{rest}"
        for size in (9, 300, 9000)
        for command, rest in (("info", ""), ("check", ""), ("neighbors", " king"))
    ),
    *(
        f"head -c 900 made/of.{name} > cut.{name}; embtrain convert cut.{name} v.txt"
        for name in ("word2vec", "fasttext", "finalfusion", "gensim", "parquet", "word2vec-text", "glove")
    ),
    "head -c 60 in/corpus.txt.gz > cut.gz; embtrain vocab build cut.gz -o v",
    "printf '5 4\\na 1 2 3 4\\n' > header.txt; embtrain import header.txt -o v",
    "embtrain convert in/golden/fasttext/skipgram.bin v --to word2vec",
    "printf 'a b\\n' > counts; embtrain train in/corpus.txt --vocab counts -o v",
    "embtrain import in/folder -o v",
    "embtrain info in/folder",
)
_OUTPUTS = (
    "echo old > old; embtrain import in/rows.txt -o old; cat old",
    "embtrain vocab build in/corpus.txt -o old; cat old",
    "embtrain train in/corpus.txt -o old; cat old",
    "echo old > old.html; embtrain plot made/t.safetensors --html -o old.html",
    "embtrain import in/rows.txt -o old --force -q",
    "embtrain convert in/rows.txt - --to word2vec > /dev/full",
    "embtrain vocab build in/corpus.txt -o - > /dev/full",
    "embtrain neighbors made/t.safetensors king > /dev/full",
    "embtrain vectors made/t.safetensors king --to raw -o /dev/full",
    "embtrain evaluate made/t.safetensors --similarity in/pairs.tsv > /dev/full",
    "embtrain train in/corpus.txt -o - --threads 1 > /dev/full",
    "bash -c 'ulimit -f 4; embtrain convert in/rows.txt limited.txt'",
    "cp in/rows.txt own.txt; embtrain convert own.txt own.txt --force; cmp own.txt in/rows.txt",
    "embtrain neighbors made/t.safetensors king 2> /dev/full",
    "embtrain neighbors made/t.safetensors king | true",
)
_DEBUG = (
    "embtrain --debug import none.bin -o v 2>&1 | tail -n 1 | wc -l",
    "EMBTRAIN_ISA=sse9 embtrain vocab build in/corpus.txt -o v",
    "EMBTRAIN_ISA=avx512 embtrain info --json",
)


def cases() -> list[Case]:
    """One case for each kind of fault: options, inputs, outputs, variables."""
    return [
        Case("wrong-options", _OPTIONS),
        Case("wrong-files", _FILES),
        Case("wrong-outputs", _OUTPUTS),
        Case("wrong-variables", _DEBUG),
    ]
