"""Where the text of a training comes from: named inputs, or chunks that a program makes."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from embtrain.text.encode import Chunk, encode_chunks, encode_corpus

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.io.inputs.paths import Warn
    from embtrain.text.corpus import EncodedCorpus
    from embtrain.text.reading import TextReader


class Source(Protocol):
    """Text that is read once.

    Attributes:
        paths: the inputs that have names, "-" for stdin; none where the text is in memory.
    """

    paths: Sequence[str]

    def encode(self, reader: "TextReader", warn: "Warn", **how: Any) -> "EncodedCorpus":
        """Reads and encodes the text; `how` are options of `embtrain.text.encode.encode_chunks`."""


class Corpus(Protocol):
    """What a training is given.

    Attributes:
        paths: as far as they are known before it is opened.
    """

    paths: Sequence[str]

    def open(self, config: "TrainConfig", reader: "TextReader") -> Source:
        """The text. Raises UsageError and TypeError for what is no corpus."""


class Files:
    """Files, folders, globs and remote addresses; none of them means stdin.

    Args:
        given: as `embtrain.io.inputs.paths.expand_inputs` takes them.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self._given = given
        self.paths: Sequence[str] = given or ("-",)

    def open(self, config: "TrainConfig", reader: "TextReader") -> "Files":
        """Itself: files are opened one after another while they are read."""
        return self

    def encode(self, reader: "TextReader", warn: "Warn", **how: Any) -> "EncodedCorpus":
        """Reads and encodes the files; `warn` is told what is skipped in folders."""
        return encode_corpus(self._given, warn=warn, reader=reader, **how)


class Chunks:
    """Text in memory or made on the way, its words separated already.

    Args:
        chunks: as `embtrain.text.encode.encode_chunks` takes them.
    """

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._chunks = chunks
        self.paths: Sequence[str] = ()

    def encode(self, reader: "TextReader", warn: "Warn", **how: Any) -> "EncodedCorpus":
        """Encodes the text."""
        return encode_chunks([("corpus", self._chunks)], reader=reader, **how)
