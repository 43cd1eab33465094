"""The folder of a search: what was asked for, and a line for each finished trial."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import msgspec

from embtrain import __version__
from embtrain.errors import DataError, UsageError
from embtrain.io.outputs.atomic import open_output
from embtrain.io.outputs.locked_folder import check_no_others, lock_folder, make_writable
from embtrain.io.outputs.unbuffered import failed
from embtrain.option_names import option
from embtrain.training.checkpoint.request import NamedInput
from embtrain.training.checkpoint.resume import difference
from embtrain.tuning.journal import Entry
from embtrain.tuning.space import shown
from embtrain.values import show

_REQUEST: Final = "tune.json"
_TRIALS: Final = "trials.jsonl"
#: Fields that are compared in another way, or may change.
_NOT_COMPARED: Final = {"inputs", "options", "tried", "budget"}


class TuneRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a search was asked for.

    Attributes:
        inputs: the named inputs.
        options: fixed options.
        tried: options and the values to try, as the user chose them.
        eval: the sets, as named.
        seeds, seed, candidates: numbers.
        max_train_time: seconds of a training; None for no limit.
        format, field, on_error: how the text is read.
        budget: seconds; another run may have another one.
        tool: the program and its version.
    """

    inputs: list[NamedInput]
    options: dict[str, Any]
    tried: dict[str, list[Any]]
    eval: list[str]
    seeds: int
    seed: int
    candidates: int
    max_train_time: float | None
    format: str
    field: str
    on_error: str
    budget: float
    tool: str = f"embtrain {__version__}"


class TuneFolder:
    """A folder that one search at a time uses.

    Attributes:
        path: as the user gave it.
    """

    def __init__(self, path: str) -> None:
        self.path = path

    @contextmanager
    def begun(self, request: TuneRequest, force: bool) -> Iterator[None]:
        """Makes the folder for a new search, and locks it during the block.

        Raises UsageError if another search uses it, or if it holds other files, or a search and `force` is
        not set.
        """
        make_writable(self.path)
        with self._locked():
            check_no_others(self.path, (_REQUEST, _TRIALS))
            if os.path.exists(self._file(_REQUEST)) and not force:
                raise UsageError(
                    f"{self.path}: holds another search; go on with it with {option('resume', self.path)}, "
                    f"or use {option('force', True)} to remove it"
                )
            with suppress(FileNotFoundError):
                os.unlink(self._file(_TRIALS))
            with open_output(self._file(_REQUEST), True) as file:
                file.write(msgspec.json.format(msgspec.json.encode(request)))
            yield

    @contextmanager
    def resumed(self) -> Iterator[None]:
        """Locks the folder of a search that goes on. Raises UsageError if another one uses it."""
        self.read_request()
        with self._locked():
            yield

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            lock_folder(descriptor, self.path, "search")
            yield
        finally:
            os.close(descriptor)

    def read_request(self) -> TuneRequest:
        """Raises UsageError if there is none, DataError if it is damaged."""
        name = self._file(_REQUEST)
        try:
            with open(name, "rb") as file:
                return msgspec.json.decode(file.read(), type=TuneRequest)
        except OSError:
            raise UsageError(
                f"{self.path}: holds no search; give the folder that {option('checkpoint')} named"
            ) from None
        except (msgspec.MsgspecError, RecursionError) as error:
            raise DataError(f"{name}: is not what this version writes: {error}; tune again") from None

    def entries(self) -> tuple[list[Entry], bool]:
        """What is kept, and whether a last line that a kill left incomplete was removed.

        Raises DataError for a damaged line before the last one.
        """
        try:
            with open(self._file(_TRIALS), "rb") as file:
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            return [], False
        whole, rest = lines[:-1], lines[-1]
        if rest:
            os.truncate(self._file(_TRIALS), sum(len(line) + 1 for line in whole))
        found: list[Entry] = []
        for number, line in enumerate(whole, 1):
            try:
                found.append(msgspec.json.decode(line, type=Entry))
            except (msgspec.MsgspecError, RecursionError) as error:
                raise DataError(
                    f"{self._file(_TRIALS)}, line {number}: is no trial: {error}; remove the line, and "
                    "its trial is repeated"
                ) from None
        return found, bool(rest)

    def keep(self, entry: Entry) -> None:
        """Appends an entry. Raises ResourceError if the disk is full."""
        name = self._file(_TRIALS)
        try:
            with open(name, "ab") as file:
                file.write(msgspec.json.encode(entry) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise failed(name, error) from error

    def _file(self, name: str) -> str:
        return os.path.join(self.path, name)


def check_same(before: TuneRequest, now: TuneRequest, given: frozenset[str], folder: str) -> None:
    """Raises UsageError for the first thing that a resumed search was given and that differs, by its name.

    Args:
        given: fields of the request, and options of training, that the user gave.
    """
    if before.tool != now.tool:
        raise UsageError(f"{folder}: the search was begun by {before.tool}, this is {now.tool}; tune anew")
    if "inputs" in given:
        _check_inputs(before, now, folder)
    if "tried" in given:
        _check_one("try", _values(before.tried), _values(now.tried), folder)
    for name in sorted(given & set(TuneRequest.__struct_fields__) - _NOT_COMPARED):
        _check_one(name.replace("_", "-"), getattr(before, name), getattr(now, name), folder)
    for name in sorted(given - set(TuneRequest.__struct_fields__)):
        _check_one(name, before.options.get(name), now.options.get(name), folder)


def _check_one(name: str, was: Any, now: Any, folder: str) -> None:
    if was != now:
        raise UsageError(
            f"{option(name)} is {show(now)}, that of the search in {folder} was {show(was)}; leave it out, "
            "or tune anew"
        )


def _values(tried: dict[str, list[Any]]) -> str:
    """Options and the values to try, as they are given."""
    return " ".join(f"{name}={','.join(map(shown, values))}" for name, values in sorted(tried.items()))


def _check_inputs(before: TuneRequest, now: TuneRequest, folder: str) -> None:
    names = [[one.name for one in request.inputs] for request in (before, now)]
    if names[0] != names[1]:
        was, given = (", ".join(some) for some in names)
        raise UsageError(f"the text is {given}, that of the search in {folder} was {was}; tune anew")


def check_unchanged(before: list[NamedInput], now: list[NamedInput]) -> None:
    """Raises UsageError if a file changed since the search began."""
    for was, found in zip(before, now, strict=True):
        if was != found:
            raise UsageError(
                f"{was.name}: changed since the search began ({difference(was, found)}); tune anew"
            )
