"""All that is done to text before its words are counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise

import msgspec

from embtrain.config import TrainConfig
from embtrain.text.normalize import Normalizer
from embtrain.text.tokenizers.base import Losses
from embtrain.text.tokenizers.builtin import Whitespace
from embtrain.text.tokenizers.files import TokenizerFile, digest_of, read_files
from embtrain.text.tokenizers.frames import BOM, Frames
from embtrain.text.tokenizers.registry import make_tokenizer
from embtrain.text.vocab.select import read_word_list
from embtrain.text_record import KEYS, digest, kept_files

Chunk = bytes | bytearray | memoryview


class Tokenization:
    """All that happens to text before counting: normalizing, tokenizing, and leaving out stop words.

    Args:
        config: its tokenizer, lowercase, normalize, digits, user_dict and stop_words are used.
        files: a tokenizer.json ("tokenizer") and a dictionary ("user_dict") that were read before.

    Attributes:
        losses: what tokenizing left out so far.
        frames: how text is cut; counts forced cuts.
        stop_words: words to leave out of the vocabulary, normalised like the text.

    Raises:
        UsageError, BackendError, DataError: as `make_tokenizer`; a stop list that cannot be read.
    """

    def __init__(self, config: TrainConfig, files: Mapping[str, TokenizerFile] | None = None) -> None:
        self._config = config
        self._normalize = Normalizer(config.normalize, config.lowercase, config.digits)
        self._files = read_files(config.tokenizer, config.user_dict) if files is None else files
        self._tokenizer = make_tokenizer(config.tokenizer, config.user_dict, self._files, config.encoding)
        self.losses = Losses()
        self.frames = Frames(self._tokenizer.separators)
        self.stop_words = frozenset[bytes]() if config.stop_words is None else self.listed(config.stop_words)

    def listed(self, path: str) -> frozenset[bytes]:
        """Words of a file, one a line, normalised like the text; a language model's tokens as it spells them.

        Raises:
            UsageError, DataError: the list cannot be read.
        """
        words = read_word_list(path, self.encoding)
        if "tokenizer" in self._files:
            return words
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
        """Whether a sentence goes on after a newline, to the end of its document."""
        return self._config.sentence == "document"

    @property
    def idle(self) -> bool:
        """Whether text is counted as it is."""
        return self._normalize.idle and isinstance(self._tokenizer, Whitespace)

    @cached_property
    def digests(self) -> dict[str, str]:
        """For each option that names a file, the digest of its content. Raises UsageError."""
        found = {name: digest(file.content) for name, file in self._files.items()}
        if self._config.stop_words is not None:
            found["stop_words"] = digest_of(self._config.stop_words, "stop_words")
        return found

    def identity(self) -> TrainConfig:
        """The configuration with digests of files instead of their paths: equal ones train equal words."""
        return msgspec.structs.replace(self._config, **self.digests)

    @cached_property
    def kept_files(self) -> dict[str, str]:
        """Metadata with the texts of the files whose digests the configuration has, but for the stop list.

        Words that it leaves out have no vectors in any case.
        """
        return kept_files({option: file.content for option, file in self._files.items()})

    @property
    def unkept(self) -> list[str]:
        """Names of the files that are too large to be kept with the vectors."""
        return [file.name for option, file in self._files.items() if KEYS[option] not in self.kept_files]

    def split(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The words of one input's text, with spaces between them, in pieces; newlines stay."""
        if self.idle:
            yield from chunks
            return
        for number, frame in enumerate(self.frames.cut(chunks)):
            mark = number == 0 and frame == BOM  # counted where all byte order marks are
            yield frame if mark else self._tokenizer(self._normalize(frame), self.losses)

    def words(self, texts: Sequence[bytes]) -> list[list[bytes]]:
        """The words of each of some texts, as in a text that is trained on; all are cut at once."""
        given = [text.replace(b"\n", b" ") for text in texts] if self.joins_lines else texts
        cut = b"\n".join(given)
        if not self.idle:
            cut = self._tokenizer(self._normalize(cut), self.losses)
        lines = cut.split(b"\n")
        stops = accumulate((text.count(b"\n") + 1 for text in given), initial=0)
        return [b" ".join(lines[start:stop]).split() for start, stop in pairwise(stops)]
