"""Prepares text for counting: normalises it, tokenises it, joins phrases, and knows the stop words."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING

import msgspec

from embtrain.config import TrainConfig
from embtrain.native import require
from embtrain.text.duplicates import DuplicateLines
from embtrain.text.normalize import Normalizer
from embtrain.text.pieces import Piece
from embtrain.text.tokenizers.base import Losses, Tokenizer
from embtrain.text.tokenizers.builtin import Whitespace
from embtrain.text.tokenizers.files import TokenizerFile, digest_of, read_files
from embtrain.text.tokenizers.frames import BOM, Frames
from embtrain.text.tokenizers.functions import LineTokenizer
from embtrain.text.tokenizers.plug_in import PerLine
from embtrain.text.tokenizers.registry import make_tokenizer
from embtrain.text.vocab.select import read_word_list
from embtrain.text_record import KEYS, digest, kept_files

if TYPE_CHECKING:
    from embtrain.text.phrases.applying import PhraseApplier


class Tokenization:
    """Everything done to text before counting: it is normalised and tokenised, and phrases are joined.

    It also knows the words to leave out of the vocabulary.

    Args:
        config: its tokenizer, lowercase, normalize, digits, user_dict, phrases, dedup, eos, stop_words,
            sentence and encoding are used.
        files: a tokenizer.json ("tokenizer"), a dictionary ("user_dict") and "phrases" that have been read
            already.
        function: the tokeniser, if it is a function; the configuration has its name.
        stop_words: words to leave out, instead of a file of them.
        lines_memory: bytes for comparing lines, if duplicates are left out; None is the usual limit.

    Attributes:
        duplicates: the lines seen so far, if duplicates are left out.
        losses: counts of what tokenising left out so far.
        frames: cuts the text; counts forced cuts.
        stop_words: words to leave out of the vocabulary, normalised like the text.

    Raises:
        UsageError, BackendError, DataError: as `make_tokenizer`; the stop list cannot be read.
    """

    def __init__(
        self,
        config: TrainConfig,
        files: Mapping[str, TokenizerFile] | None = None,
        function: LineTokenizer | None = None,
        stop_words: Collection[bytes] | None = None,
        lines_memory: int | None = None,
    ) -> None:
        self._config = config
        self._normalize = Normalizer(config.normalize, config.lowercase, config.digits)
        self._files = (
            read_files(config.tokenizer, config.user_dict, config.phrases) if files is None else files
        )
        self._tokenizer: Tokenizer = (
            PerLine(function, config.tokenizer)
            if function is not None
            else make_tokenizer(config.tokenizer, config.user_dict, self._files, config.encoding)
        )
        self._stream, self._lines = self._applier(), self._applier()
        self.duplicates = DuplicateLines(lines_memory) if config.dedup else None
        self._given_stop_words = stop_words
        self.losses = Losses()
        self.frames = Frames(self._tokenizer.separators)
        self.stop_words = frozenset[bytes]()
        if stop_words is not None:
            self.stop_words = self._rewritten(stop_words)
        elif config.stop_words is not None:
            self.stop_words = self.listed(config.stop_words)

    def _applier(self) -> "PhraseApplier | None":
        """Joins the phrases of the configuration, if it has some. Raises BackendError, DataError."""
        if "phrases" not in self._files:
            return None
        require("joining phrases")
        from embtrain.text.phrases.applying import PhraseApplier
        from embtrain.text.phrases.file import parse_phrases

        file = self._files["phrases"]
        return PhraseApplier(parse_phrases(file.content, file.name, self.encoding))

    def add_phrases(self, file: TokenizerFile) -> None:
        """Joins phrases from now on, as if the configuration had named their file. Raises DataError."""
        self._files = {**self._files, "phrases": file}
        self._stream, self._lines = self._applier(), self._applier()
        for name in ("digests", "kept_files"):
            self.__dict__.pop(name, None)

    def listed(self, path: str) -> frozenset[bytes]:
        """Reads words from a file, one a line, normalised like the text; a language model's tokens are not.

        Raises:
            UsageError, DataError: the list cannot be read.
        """
        words = read_word_list(path, self.encoding)
        if "tokenizer" in self._files:
            return words
        return self._rewritten(words)

    def _rewritten(self, words: Iterable[bytes]) -> frozenset[bytes]:
        return frozenset(word for line in words for word in self._normalize(line).split())

    @property
    def name(self) -> str:
        """The tokeniser's name."""
        return self._config.tokenizer

    @property
    def encoding(self) -> str:
        """Encoding of text that is not UTF-8 and has no byte order mark; "auto" to recognise it."""
        return self._config.encoding

    @property
    def joins_lines(self) -> bool:
        """Whether a sentence continues after a newline, to the end of its document."""
        return self._config.sentence == "document"

    @property
    def eos(self) -> bool:
        """Whether each sentence ends with the word </s>."""
        return self._config.eos

    @property
    def idle(self) -> bool:
        """Whether text is neither normalised nor tokenised."""
        return self._normalize.idle and isinstance(self._tokenizer, Whitespace)

    @cached_property
    def digests(self) -> dict[str, str]:
        """For each option that names a file, the digest of its content. Raises UsageError."""
        found = {name: digest(file.content) for name, file in self._files.items()}
        if self._given_stop_words is not None:
            # As of a file with these words in order.
            lines = b"".join(word + b"\n" for word in sorted(self._given_stop_words))
            found["stop_words"] = digest(lines)
        elif self._config.stop_words is not None:
            found["stop_words"] = digest_of(self._config.stop_words, "stop_words")
        return found

    def identity(self) -> TrainConfig:
        """The configuration with digests of files instead of their paths: equal ones give equal words."""
        return msgspec.structs.replace(self._config, **self.digests)

    @cached_property
    def kept_files(self) -> dict[str, str]:
        """Metadata with the texts of the files whose digests the configuration has, except the stop list.

        The words of a stop list have no vectors in any case.
        """
        return kept_files({option: file.content for option, file in self._files.items()})

    @property
    def unkept(self) -> list[str]:
        """Names of the files that are too large to be kept with the vectors."""
        return [file.name for option, file in self._files.items() if KEYS[option] not in self.kept_files]

    def split(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yields the words of one input's text, with spaces between them, in pieces; newlines are kept.

        Where phrases are joined, empty lines are not.
        """
        return self.join(pieces if self.idle else self._tokenized(pieces))

    def join(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yields the words of one input without duplicate lines and with phrases joined, where asked for."""
        if self.duplicates is None:
            yield from self.join_phrases(pieces)
            return
        rest = iter(pieces)
        head = bytes(next(rest, b""))
        mark = BOM if head.startswith(BOM) else b""  # no part of the first line
        left = self.duplicates.left(chain([head.removeprefix(mark)], rest))
        yield from self.join_phrases(chain([mark], left) if mark else left)

    def join_phrases(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Yields the words of one input with phrases joined, if the configuration has some."""
        if self._stream is None:
            yield from pieces
            return
        rest = iter(pieces)
        head = bytes(next(rest, b""))
        if head.startswith(BOM):
            yield BOM  # the encoder drops and counts byte order marks
        for part in self._stream.join(chain([head.removeprefix(BOM)], rest)):
            yield part.data

    def _tokenized(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for number, frame in enumerate(self.frames.cut(pieces)):
            mark = number == 0 and frame == BOM  # the encoder drops and counts byte order marks
            yield frame if mark else self._tokenizer(self._normalize(frame), self.losses)

    def cut(self, lines: bytes) -> bytes:
        """Returns the words of lines of text, tokenised as for training, with spaces between them."""
        words = lines if self.idle else self._tokenizer(self._normalize(lines), self.losses)
        return words if self._lines is None else b"\n".join(map(self._lines.line, words.split(b"\n")))

    @property
    def long_words(self) -> int:
        """Words left out because they are too long, before the text was counted."""
        return 0 if self._stream is None else self._stream.stats.long_tokens

    def words(self, texts: Sequence[bytes]) -> list[list[bytes]]:
        """Returns the words of each text, tokenised as for training; all texts are tokenised at once."""
        given = [text.replace(b"\n", b" ") for text in texts] if self.joins_lines else texts
        lines = self.cut(b"\n".join(given)).split(b"\n")
        stops = accumulate((text.count(b"\n") + 1 for text in given), initial=0)
        return [b" ".join(lines[start:stop]).split() for start, stop in pairwise(stops)]
