"""Sources of text: named inputs, or pieces of text from a Python program."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from embtrain.text.encode import encode_corpus, encode_pieces
from embtrain.text.pieces import Piece

if TYPE_CHECKING:
    from embtrain.config import TrainConfig
    from embtrain.io.inputs.paths import Warn
    from embtrain.text.corpus import EncodedCorpus
    from embtrain.text.reading import TextReader


class TextSource(Protocol):
    """Text that is read once.

    Attributes:
        paths: the named inputs, "-" for stdin; empty if the text is in memory.
    """

    paths: Sequence[str]

    def encode(self, reader: "TextReader", warn: "Warn", **how: Any) -> "EncodedCorpus":
        """Reads and encodes the text; `how` are options of `embtrain.text.encode.encode_pieces`."""


class Corpus(Protocol):
    """A corpus before it is opened.

    Attributes:
        paths: the named inputs, as far as they are known before opening.
    """

    paths: Sequence[str]

    def open(self, config: "TrainConfig", reader: "TextReader") -> TextSource:
        """Opens the text. Raises UsageError and TypeError for what is not a corpus."""


class Files:
    """Files, folders, globs and remote addresses; without any, stdin.

    Args:
        given: inputs for `embtrain.io.inputs.paths.expand_inputs`.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self._given = given
        self.paths: Sequence[str] = given or ("-",)

    def open(self, config: "TrainConfig", reader: "TextReader") -> "Files":
        """Returns itself: reading opens the files one after another."""
        return self

    def encode(self, reader: "TextReader", warn: "Warn", **how: Any) -> "EncodedCorpus":
        """Reads and encodes the files; calls `warn` for what it skips in folders."""
        return encode_corpus(self._given, warn=warn, reader=reader, **how)


class TextPieces:
    """Text in memory or generated on demand, already split into words.

    Args:
        pieces: input for `embtrain.text.encode.encode_pieces`.
    """

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces = pieces
        self.paths: Sequence[str] = ()

    def encode(self, reader: "TextReader", warn: "Warn", **how: Any) -> "EncodedCorpus":
        """Encodes the text."""
        return encode_pieces([("corpus", self._pieces)], reader=reader, **how)
