"""The folder of a checkpoint: the request, the encoded text or the counts, and the latest state.

The request is written when the text is complete, and the state replaces the one before in one step. So a
folder without a request holds nothing to resume, and one with a request can always be resumed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from embtrain.counts.matrix import CountMatrix
from embtrain.errors import DataError, UsageError
from embtrain.io.outputs.atomic import open_output
from embtrain.io.outputs.locked_folder import check_no_others, lock_folder, make_writable
from embtrain.io.outputs.unbuffered import failed
from embtrain.io.unnamed import sync_folder
from embtrain.option_names import option
from embtrain.text.corpus import ID_BYTES, EncodedCorpus, EncodeStats, SentenceSpools
from embtrain.training.checkpoint.arrays import read_arrays, write_arrays
from embtrain.training.checkpoint.kept_file import KeptFile
from embtrain.training.checkpoint.request import RunRequest, decode
from embtrain.training.objectives.base import Text
from embtrain.vocabulary import Vocabulary

_REQUEST: Final = "run.json"
_IDS: Final = "ids"
_LENGTHS: Final = "sentence-lengths"
_WORDS: Final = "words.safetensors"
_COUNTS: Final = "counts.cooc"
_STATE: Final = "state.safetensors"
#: There while the vectors are written: an output that exists then is this run's own.
_SAVING: Final = "saving"
#: In the order in which they are removed: without its request, a folder is no checkpoint.
_FILES: Final = (_REQUEST, _STATE, _COUNTS, _WORDS, _IDS, _LENGTHS, _SAVING)
_IDS_AT_A_TIME: Final = 1 << 22


class CheckpointFolder:
    """A folder that one run at a time uses.

    Attributes:
        path: as the user gave it.
        state_path: the file of the latest state.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.state_path = self._file(_STATE)
        self._made = False

    @contextmanager
    def locked(self, is_new: bool, force: bool) -> Iterator[None]:
        """Makes sure that no other run uses the folder during the block.

        Args:
            is_new: whether to make the folder if it is missing, and to empty it.
            force: whether a checkpoint that it holds may then be removed.

        Raises:
            UsageError: another run uses it; it holds other files, or a checkpoint and `force` is not set, or,
                unless `is_new`, no checkpoint; it cannot be written to.
        """
        if is_new:
            self._made = make_writable(self.path)
        elif not self.has_request:
            raise self._not_one()
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            lock_folder(descriptor, self.path, "training")
            if is_new:
                self._check_free(force)
                self.remove(keep_folder=True)
            yield
        finally:
            os.close(descriptor)
            if self._made:
                # Stays where a checkpoint is in it.
                with suppress(OSError):
                    os.rmdir(self.path)

    def _check_free(self, force: bool) -> None:
        check_no_others(self.path, _FILES)
        if self.has_request and not force:
            raise UsageError(
                f"{self.path}: holds the checkpoint of another training; go on with it with "
                f"{option('resume', self.path)}, or use {option('force', True)} to remove it"
            )

    def keep_text(self, text: Text) -> None:
        """Keeps the text or the counts. Raises ResourceError if the disk is full."""
        if isinstance(text, CountMatrix):
            self.keep_counts(text)
            return
        self.keep_words(text.vocabulary)
        text.keep(self._file(_IDS), self._file(_LENGTHS))

    def keep_words(self, words: Vocabulary) -> None:
        """Keeps the words and their counts. Raises ResourceError if the disk is full."""
        with open_output(self._file(_WORDS), True) as file:
            counts = np.zeros(len(words), np.int64) if words.counts is None else words.counts
            first = int(words.offsets[0])
            arena = words.arena[first : int(words.offsets[-1])]
            write_arrays(file, {"offsets": words.offsets - first, "counts": counts, "bytes": arena}, {})

    def words(self) -> Vocabulary:
        """The words and their counts. Raises DataError if their file is missing or damaged."""
        arrays, _ = read_arrays(self._file(_WORDS))
        return _vocabulary(arrays, self._file(_WORDS))

    def keep_counts(self, matrix: CountMatrix) -> None:
        """Keeps counts, in place of the text that was counted. Raises ResourceError if the disk is full."""
        from embtrain.counts.file import write_counts

        with open_output(self._file(_COUNTS), True) as file:
            write_counts(matrix, file)
        self._remove(_IDS, _LENGTHS, _WORDS)

    def write_request(self, request: RunRequest) -> None:
        """Writes the request, after which the folder is a checkpoint. Raises ResourceError."""
        with open_output(self._file(_REQUEST), True) as file:
            file.write(msgspec.json.format(msgspec.json.encode(request)))

    def read_request(self) -> RunRequest:
        """Raises DataError if the request is damaged, UsageError if there is none."""
        name = self._file(_REQUEST)
        try:
            with open(name, "rb") as file:
                return decode(file.read(), name)
        except OSError:
            raise self._not_one() from None

    @property
    def has_request(self) -> bool:
        """Whether the folder is a checkpoint."""
        return os.path.isfile(self._file(_REQUEST))

    @property
    def has_state(self) -> bool:
        """Whether a state was kept; without one, training begins with the first epoch."""
        return os.path.exists(self.state_path)

    @property
    def is_saving(self) -> bool:
        """Whether the run was writing its vectors when it ended."""
        return os.path.exists(self._file(_SAVING))

    def begin_saving(self) -> None:
        """Marks that the vectors are being written. Raises ResourceError."""
        try:
            with open(self._file(_SAVING), "wb"):
                sync_folder(self.path)
        except OSError as error:
            raise failed(self._file(_SAVING), error) from error

    @contextmanager
    def text(self, tokens: int) -> Iterator[Text]:
        """Opens the text or the counts, and closes them on exit.

        Raises:
            DataError: a file is missing or damaged.
        """
        if os.path.exists(self._file(_COUNTS)):
            from embtrain.counts.opening import open_counts

            matrix = open_counts(self._file(_COUNTS))
            try:
                yield matrix
            finally:
                matrix.close()
            return
        vocabulary = self.words()
        ids = KeptFile(self._file(_IDS), ID_BYTES * tokens)
        with EncodedCorpus(
            vocabulary, SentenceSpools(ids, KeptFile(self._file(_LENGTHS))), EncodeStats()
        ) as corpus:
            _check_ids(corpus, ids, self.path)
            yield corpus

    def _not_one(self) -> UsageError:
        return UsageError(
            f"{self.path}: holds no checkpoint; give the folder that {option('checkpoint')} named"
        )

    def remove(self, keep_folder: bool = False) -> None:
        """Removes the checkpoint, and the folder if it is then empty."""
        self._remove(*_FILES)
        if not keep_folder:
            with suppress(OSError):
                os.rmdir(self.path)

    def _remove(self, *names: str) -> None:
        for name in names:
            with suppress(FileNotFoundError):
                os.unlink(self._file(name))

    def _file(self, name: str) -> str:
        return os.path.join(self.path, name)


def _vocabulary(arrays: dict[str, NDArray[Any]], name: str) -> Vocabulary:
    try:
        offsets, counts, arena = arrays["offsets"], arrays["counts"], arrays["bytes"]
    except KeyError as error:
        raise DataError(f"{name}: holds no {error}; the checkpoint is damaged: train again") from None
    fits = len(offsets) == len(counts) + 1 and offsets[0] == 0 and offsets[-1] == len(arena)
    if not fits or (np.diff(offsets) < 0).any() or (counts < 0).any():
        raise DataError(f"{name}: its words overlap; the checkpoint is damaged: train again")
    return Vocabulary(arena, offsets, counts)


def _check_ids(corpus: EncodedCorpus, ids: KeptFile, name: str) -> None:
    """Raises DataError for an id without a word, or lengths that do not add up: kernels trust both."""
    lengths = sum(int(block.sum(dtype=np.int64)) for block in corpus.lengths())
    highest = -1
    for start in range(0, corpus.tokens, _IDS_AT_A_TIME):
        block = np.empty(min(_IDS_AT_A_TIME, corpus.tokens - start), np.uint32)
        ids.read_at(start * ID_BYTES, block)
        highest = max(highest, int(block.max()))
    if lengths != corpus.tokens or highest >= len(corpus.vocabulary):
        raise DataError(f"{name}: its text is damaged: train again")
