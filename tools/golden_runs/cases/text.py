"""Text and vocabularies: counts every kind of corpus, because counting does not start torch."""

from tools.golden_runs.case import Case

_READ = {
    "plain": "in/corpus.txt",
    "several": "in/corpus.txt in/second.txt in/folder",
    "stdin": "- < in/corpus.txt",
    "gz": "in/corpus.txt.gz",
    "zip": "in/text.zip",
    "jsonl": "in/corpus.jsonl --field body",
    "jsonl-skip": "in/bad.jsonl --field body --on-error skip",
    "jsonl-stop": "in/bad.jsonl --field body",
    "parquet": "in/corpus.parquet --field body",
    "parquet-no-field": "in/corpus.parquet",
    "parquet-damaged": "in/golden/damaged/page_of_two_gib.parquet",
    "words": "in/mixed.txt --tokenizer words",
    "words-lowercase": "in/mixed.txt --tokenizer words --lowercase --normalize NFKC --digits each",
    "chars": "in/mixed.txt --tokenizer chars",
    "chars-nfc": "in/mixed.txt --tokenizer chars --normalize NFC --digits run",
    "tokenizer-json": "in/mixed.txt --tokenizer in/tokenizer.json",
    "jieba": "in/chinese.txt --tokenizer jieba --user-dict in/user-dict.txt",
    "utf-16": "in/utf16.txt",
    "latin1": "in/latin1.txt --encoding latin1",
    "latin1-as-utf-8": "in/latin1.txt",
    "gb18030": "in/gb18030.txt --encoding gb18030 --tokenizer chars",
    "document": "in/mixed.txt --sentence document --tokenizer words",
    "min-count": "in/corpus.txt --min-count 20",
    "max-vocab": "in/corpus.txt --max-vocab 17",
    "lists": "in/corpus.txt --words in/words.txt --stop-words in/stop.txt --min-count 30",
    "small-memory": "in/many.txt --memory 8M",
    "large-memory": "in/many.txt",
    "tiny-memory": "in/many.txt --memory 1K",
}
_MERGE = (
    "embtrain vocab build in/corpus.txt -o a.txt",
    "embtrain vocab build in/second.txt -o b.txt",
    "embtrain vocab merge a.txt b.txt -o merged.txt",
    "embtrain vocab merge b.txt a.txt -o - --min-count 3 --max-vocab 20 --stop-words in/stop.txt",
    "cat a.txt | embtrain vocab merge - b.txt -o piped.txt -q",
    "embtrain vocab merge a.txt in/corpus.txt -o wrong.txt",
    "embtrain vocab build in/many.txt -o many.txt --memory 8M -q",
    "embtrain vocab merge many.txt a.txt many.txt -o merged-small.txt --memory 8M",
)
_SHOW = (
    "embtrain vocab show in/vocabulary.txt",
    "embtrain vocab show in/vocabulary.txt --json",
    "embtrain vocab show - --min-count 2 --min-count 7 < in/vocabulary.txt",
    "embtrain vocab show in/corpus.txt",
)


def cases() -> list[Case]:
    """Counts of each kind of text; merged and described vocabularies."""
    build = tuple(f"embtrain vocab build {options} -o {name}.txt" for name, options in _READ.items())
    without = tuple(
        f"EMBTRAIN_NATIVE=0 embtrain vocab build {_READ[name]} -o {name}.txt"
        for name in ("plain", "words", "chars")
    )
    return [
        Case("vocab-build", build),
        Case("vocab-without-native", without),
        Case("vocab-merge", _MERGE),
        Case("vocab-show", _SHOW),
    ]
