"""Generates the inputs of all cases from fixed seeds: text, vectors, sets of questions, lists."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.golden_runs import packed_inputs

_ROOT: Final = Path(__file__).resolve().parents[2]
_SCRIPTS: Final = Path(__file__).parent / "scripts"

#: Words that the built-in sets ask about, so that each score has some items.
_KNOWN: Final = (Path(__file__).parent / "known_words.txt").read_text().split()
_COMMON: Final = ("the", "of", "and", "a", "to", "in", "is", "was", "for", "with", "on", "as", "by", "at")
_RARE: Final = [f"rare{number}" for number in range(120)]
_ODD: Final = ["naïve", "日本", "Äpfel", "don't", "x-ray", "3.14", "a_b", "e\u0301t\u00e9", "ﬁne", "🙂"]
_CHINESE: Final = (
    "我们在北京学习中文。今天天气很好,我们去公园散步。他喜欢读书和音乐。词向量是机器学习的方法。"
)


def make_inputs(folder: Path) -> None:
    """Writes all inputs into a new folder."""
    folder.mkdir(parents=True)
    source = random.Random(20)
    lines = _sentences(source, 450)
    _write_text(folder, lines, source)
    _write_lists(folder, source)
    _write_sets(folder, source)
    _write_vectors(folder, source)
    packed_inputs.write(folder, lines, _KNOWN)
    golden = _ROOT / "tests" / "golden"
    shutil.copytree(golden, folder / "golden", ignore=shutil.ignore_patterns("*.py", "__pycache__", "spacy"))
    shutil.copytree(golden / "spacy", folder / "spacy")
    for script in _SCRIPTS.glob("*.py"):
        shutil.copy(script, folder)


def _sentences(source: random.Random, n_lines: int) -> list[str]:
    """Lines of 4 to 20 words, drawn from one of eight topics, from common words and from rare words."""
    topics = [_KNOWN[start::8] for start in range(8)]
    lines = []
    for _ in range(n_lines):
        topic = source.choice(topics)
        draw: list[Callable[[], str]] = [lambda t=topic: source.choice(t), lambda: source.choice(_COMMON)]  # type: ignore[misc]
        words = [draw[source.random() < 0.4]() for _ in range(source.randint(4, 20))]
        lines.append(" ".join([*words, source.choice(_RARE)] if source.random() < 0.5 else words))
    return lines


def _write_text(folder: Path, lines: list[str], source: random.Random) -> None:
    _write(folder / "corpus.txt", lines)
    _write(folder / "second.txt", _sentences(source, 60))
    _write(folder / "folder" / "one.txt", _sentences(source, 60))
    _write(folder / "folder" / "deep" / "two.txt", _sentences(source, 30))
    mixed = [_mixed(source, line) for line in lines[:250]]
    _write(folder / "mixed.txt", mixed)
    _write(
        folder / "many.txt", [" ".join(f"w{source.randrange(60000)}" for _ in range(40)) for _ in range(3000)]
    )
    (folder / "utf16.txt").write_bytes("\n".join(mixed).encode("utf-16"))
    (folder / "latin1.txt").write_bytes("\n".join([*lines[:40], "Äpfel naïve für"]).encode("latin1"))
    chinese = [_CHINESE[start:] for start in range(0, 30, 3)]
    _write(folder / "chinese.txt", chinese)
    (folder / "gb18030.txt").write_bytes("\n".join(chinese).encode("gb18030"))


def _mixed(source: random.Random, line: str) -> str:
    """The line with capitals, punctuation, numbers and words of other scripts."""
    words = line.split()
    words[0] = words[0].capitalize()
    words.insert(len(words) // 2, source.choice(_ODD))
    words[-1] += source.choice([".", "!", "?", "...", ",", ")", ""])
    return " ".join(words) + source.choice(["", f" {source.randrange(3000)}", " (sic)", "\r", "  \t"])


def _write_lists(folder: Path, source: random.Random) -> None:
    _write(folder / "stop.txt", ["the", "of", "and", "Nowhere"])
    _write(folder / "words.txt", ["king", "river", "w5", "w17", "日本", "nowhere", "cat"])
    _write(folder / "user-dict.txt", ["词向量 1000 n", "机器学习 500"])
    _write(folder / "vocabulary.txt", [f"{word} {200 - row}" for row, word in enumerate([*_COMMON, *_KNOWN])])
    _write(
        folder / "recipe.toml", ["dim = 12", 'model = "cbow"', "window = 7", "lr = 0.04", "context = true"]
    )
    _write(folder / "classes.tsv", [f"{word}\t{row % 4}" for row, word in enumerate(_KNOWN)])
    _write(folder / "arrows.txt", ["king queen", "man woman", "Athens Greece"])


def _write_sets(folder: Path, source: random.Random) -> None:
    """Evaluation sets in the forms in which they are published; a few items are not covered."""
    pairs = [(*source.sample(_KNOWN, 2), f"{source.uniform(0, 10):.2f}") for _ in range(70)]
    _write(folder / "pairs.tsv", ["\t".join(pair) for pair in [*pairs, ("king", "nowhere", "1.5")]])
    questions = [" ".join(source.sample(_KNOWN, 4)) for _ in range(60)]
    capitals = ["Athens Greece Berlin Germany", "Cairo Egypt Rome Italy", "Paris France Nowhere Noland"]
    _write(
        folder / "questions.txt", [": capitals", *capitals, *questions[:30], ": gram1-mixed", *questions[30:]]
    )
    _write(folder / "categories.txt", [f"{word}\t{'abcde'[row % 5]}" for row, word in enumerate(_KNOWN)])
    _write(folder / "outliers.txt", [*_KNOWN[:8], "", *_KNOWN[30:38]])
    for section, words in (
        ("I01 [noun - plural_reg]", _KNOWN[:16]),
        ("E01 [country - capital]", _KNOWN[-16:]),
    ):
        rows = [f"{first}\t{second}" for first, second in zip(words[::2], words[1::2], strict=True)]
        _write(folder / "bats" / f"{section}.txt", rows)


def _write_vectors(folder: Path, source: random.Random) -> None:
    """Vectors as text: 300 good rows, and files with one kind of fault each."""
    words = [*_ODD, *(f"w{row}" for row in range(290))]
    rows = [f"{word} {_numbers(source, 12)}" for word in words]
    _write(folder / "rows.txt", rows)
    bad = [
        *rows[:20],
        "short 1 2 3",
        "long " + _numbers(source, 13),
        "odd " + "x " * 12,
        f"nan {'nan ' * 12}".strip(),
    ]
    _write(folder / "bad.txt", [*bad, f"inf {'inf ' * 11}1", "zero" + " 0" * 12, *rows[20:40]])
    _write(
        folder / "twice.txt",
        [*rows[:30], *(f"w{row} {_numbers(source, 12)}" for row in range(5)), *rows[30:50]],
    )
    latin1 = ["20 12", *rows[10:28], f"für {_numbers(source, 12)}", f"Äpfel {_numbers(source, 12)}"]
    (folder / "latin1.vec").write_bytes(("\n".join(latin1) + "\n").encode("latin1"))
    spaced = [
        f"New York{row}\t{_numbers(source, 12)}".replace(" ", "\t").replace("New\t", "New ")
        for row in range(5)
    ]
    _write(folder / "spaces.tsv", [*spaced, *(row.replace(" ", "\t") for row in rows[:20])])
    packed_inputs.write_cut_binary(folder / "cut.bin", words[10:40], 12)


def _numbers(source: random.Random, n: int) -> str:
    return " ".join(f"{source.gauss(0, 1):.5f}" for _ in range(n))


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\n".join(lines) + "\n").encode())
