"""Prepares a corpus that every program reads in the same way: plain text, at most 1,000 words per line."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

LINE_WORDS = 1000  # where word2vec.c cuts; fastText cuts at 1,024 tokens, gensim drops what follows 10,000
_BLOCK = 1 << 20
_OPENERS: dict[bytes, Callable[[Path], io.BufferedIOBase]] = {
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
}


@dataclass(frozen=True)
class Corpus:
    """A plain text file and its size.

    Attributes:
        path: the file to train on.
        sha256: hex digest of that file.
        words: words between ASCII white space.
        lines: lines, counting a last one without a line feed.
        longest: words of the longest line.
        cut: whether long lines of the source were cut.
    """

    path: Path
    sha256: str
    words: int
    lines: int
    longest: int
    cut: bool


def prepare(source: Path, work: Path) -> Corpus:
    """Unpacks a corpus (xz, gz, bz2 or plain) and cuts its long lines, both into the folder work.

    A plain file with short lines is used where it is. Raises click.ClickException for a broken or empty file.
    """
    work.mkdir(parents=True, exist_ok=True)
    try:
        plain = _unpack(source, work)
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise click.ClickException(f"{source}: cannot be unpacked: {error}") from error
    corpus = scan(plain)
    if corpus.words == 0:
        raise click.ClickException(f"{source}: holds no words")
    if corpus.longest <= LINE_WORDS:
        return corpus
    target = work / f"{_stem(source)}-{corpus.sha256[:12]}-{LINE_WORDS}.txt"
    if not target.exists():
        _write_cut(plain, target)
    return scan(target, cut=True)


def scan(path: Path, cut: bool = False) -> Corpus:
    """Counts words and lines of a plain text file and computes its digest, in one pass and a fixed buffer."""
    digest = hashlib.sha256()
    words = lines = longest = length = 0
    last = b"\n"
    with path.open("rb") as text:
        for block in _word_blocks(text):
            digest.update(block)
            first, *others = block.split(b"\n")
            length += len(first.split())
            longest = max(longest, length)
            words += len(first.split())
            for line in others:
                length = len(line.split())
                longest = max(longest, length)
                words += length
            lines += len(others)
            last = block[-1:]
    return Corpus(path, digest.hexdigest(), words, lines + (last != b"\n"), longest, cut)


def repeat(corpus: Corpus, times: int, target: Path) -> None:
    """Writes the corpus several times over, each copy starting on a line of its own."""
    with target.open("wb") as out:
        for _ in range(times):
            with corpus.path.open("rb") as text:
                shutil.copyfileobj(text, out, _BLOCK)
            if not _ends_line(corpus.path):
                out.write(b"\n")


def _unpack(source: Path, work: Path) -> Path:
    with source.open("rb") as packed:
        head = packed.read(6)
    opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)
    if opener is None:
        return source.resolve()
    target = work / f"{_stem(source)}.txt"
    partial = target.with_suffix(".partial")
    with opener(source) as text, partial.open("wb") as out:
        shutil.copyfileobj(text, out, _BLOCK)
    os.replace(partial, target)
    return target


def _word_blocks(text: IO[bytes]) -> Iterator[bytes]:
    """Blocks of a file that end with white space, so that no word is split between two of them."""
    pending = b""
    while block := text.read(_BLOCK):
        block = pending + block
        end = max(block.rfind(space) for space in (b" ", b"\n", b"\t", b"\r")) + 1
        pending = block[end:]
        if end:
            yield block[:end]
    if pending:
        yield pending


def _write_cut(plain: Path, target: Path) -> None:
    """Copies a text, ending a line after every LINE_WORDS of its words; white space becomes single spaces."""
    partial = target.with_suffix(".partial")
    waiting: list[bytes] = []
    with plain.open("rb") as text, partial.open("wb") as out:
        for block in _word_blocks(text):
            first, *others = block.split(b"\n")
            waiting = _write_full_lines(out, waiting + first.split())
            for line in others:
                out.write(b" ".join(waiting) + b"\n")
                waiting = _write_full_lines(out, line.split())
        if waiting:
            out.write(b" ".join(waiting) + b"\n")
    os.replace(partial, target)


def _write_full_lines(out: IO[bytes], words: list[bytes]) -> list[bytes]:
    """Writes the lines that are certainly full; returns the words of the unfinished line."""
    start = 0
    while len(words) - start > LINE_WORDS:
        out.write(b" ".join(words[start : start + LINE_WORDS]) + b"\n")
        start += LINE_WORDS
    return words[start:]


def _ends_line(path: Path) -> bool:
    with path.open("rb") as text:
        text.seek(-1, os.SEEK_END)
        return text.read(1) == b"\n"


def _stem(source: Path) -> str:
    return (
        source.name.removesuffix(source.suffix)
        if source.suffix in {".xz", ".gz", ".bz2", ".txt"}
        else source.name
    )
