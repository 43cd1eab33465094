"""Trainings on one thread: every model on every backend, every kind of corpus, every kind of output."""

from tools.golden_runs.case import Case

_COUNTED = "--dim 16 --threads 1 --epochs 2"
_SMALL = f"{_COUNTED} --min-count 2"
_CPU = {
    "skipgram": "--model skipgram",
    "cbow": "--model cbow --dim 24 --window 3",
    "corrected": "--model cbow --cbow-gradient corrected --dim 33 --window 8 --sample 0",
    "subwords": "--subwords 3-5 --buckets 3000",
    "cbow-explicit": "--model cbow --subwords 3-6 --buckets auto",
    "floret": "--subwords 4-5 --subword-mode floret --buckets 1000",
    "glove": "--model glove --x-max 3",
}
#: The models above that gensim can train.
_GENSIM = ("skipgram", "cbow")
_OPTIONS = {
    "context": "in/corpus.txt --context --dim 100 --window 2",
    "cbow-context": "in/corpus.txt --model cbow --context --dim 8",
    "gensim-context": "in/corpus.txt --backend gensim --context",
    "vocab": "in/corpus.txt --vocab in/vocabulary.txt --window 4",
    "eval": "in/corpus.txt --eval similarity:in/pairs.tsv --eval analogies:in/questions.txt",
    "recipe": "in/corpus.txt --config in/recipe.toml",
    "stdin": "- < in/corpus.txt",
    "packed": "in/corpus.txt.gz in/second.txt",
    "folder": "in/folder 'in/sec*.txt'",
    "jsonl": "in/corpus.jsonl --field body",
    "parquet": "in/corpus.parquet --field body",
    "words": "in/mixed.txt --tokenizer words --lowercase",
    "chars": "in/mixed.txt --tokenizer chars --normalize NFKC",
    "tokenizer-json": "in/corpus.txt --tokenizer in/tokenizer.json",
    "document": "in/mixed.txt --sentence document --digits run --stop-words in/stop.txt",
    "quiet": "in/corpus.txt -q --lr 0.3",
    "progress-none": "in/corpus.txt --progress none",
    "noise": "in/corpus.txt --negative 12 --ns-exponent 0 --sample 1e-2 --lr 0.05 --seed 9",
    "cbow-noise": "in/corpus.txt --model cbow --negative 1 --ns-exponent 0.5 --max-sentence 5 --seed 9",
}


def cases() -> list[Case]:
    """One process, and so one start of torch, for each training; the trainings in Python share one."""
    return [
        *_backends(),
        *(
            _train(name, f"embtrain train {options} -o v.safetensors {_SMALL}")
            for name, options in _OPTIONS.items()
        ),
        *_outputs(),
        _train(
            "on-counts",
            "embtrain cooccur build in/corpus.txt --window 4 --min-count 2 -o c.cooc",
            f"embtrain train --model glove --cooccur c.cooc -o v.safetensors {_COUNTED} --context",
        ),
        _logged("log", "in/corpus.txt --log log.jsonl"),
        _logged("log-patience", _PATIENCE),
        Case("python-trainings", ("python in/trainings_in_python.py",)),
        Case("python-corpora", ("python in/corpora_in_python.py",)),
    ]


_PATIENCE = "in/corpus.txt --eval similarity:in/pairs.tsv --patience 1 --epochs 6 --log log.jsonl"


def _train(name: str, *commands: str) -> Case:
    return Case(f"train-{name}", commands)


def _logged(name: str, options: str) -> Case:
    command = f"embtrain train {_SMALL} {options} -o v.safetensors"
    return Case(f"train-{name}", (command,), timed=("log.jsonl",))


def _backends() -> list[Case]:
    """Each model on the instruction sets of the native kernels and on the other backends."""
    found = []
    for model, options in _CPU.items():
        command = f"embtrain train in/corpus.txt -o v.safetensors {_SMALL} {options}"
        for isa in ("baseline", "avx2"):
            found.append(_train(f"{model}-{isa}", f"EMBTRAIN_ISA={isa} {command}"))
        found.append(_train(f"{model}-cpu", f"{command} --backend cpu"))
        found.append(_train(f"{model}-batched", f"{command} --backend batched"))
        if model in _GENSIM:
            found.append(_train(f"{model}-gensim", f"{command} --backend gensim"))
    found.append(
        _train("without-native", f"EMBTRAIN_NATIVE=0 embtrain train in/corpus.txt -o v.safetensors {_SMALL}")
    )
    return found


def _outputs() -> list[Case]:
    return [
        _train("to-text", f"embtrain train in/corpus.txt -o v.txt {_SMALL}"),
        _train("to-word2vec", f"embtrain train in/corpus.txt -o v.bin {_SMALL} --model cbow"),
        _train("to-gensim", f"embtrain train in/corpus.txt -o v.kv {_SMALL}"),
        _train("to-packed", f"embtrain train in/corpus.txt -o v.vec.gz {_SMALL}"),
        _train(
            "through-pipes",
            f"cat in/corpus.txt | embtrain train - -o - {_SMALL} | embtrain export - --to word2vec -o v.bin",
        ),
        _train(
            "force",
            "echo old > v.safetensors",
            f"embtrain train in/corpus.txt -o v.safetensors --force {_SMALL}",
        ),
    ]
