"""Finds evaluation sets (built-in names, files, folders, stdin) and reads their lines."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from embtrain.errors import UsageError
from embtrain.io.documents.text_input import open_text
from embtrain.io.inputs.compressions import stem
from embtrain.io.inputs.open import NO_NAME, is_remote
from embtrain.option_names import option

#: Name -> file in gensim's test data, and the kind of set.
BUILT_IN = {
    "questions-words": ("questions-words.txt", "analogies"),
    "wordsim353": ("wordsim353.tsv", "similarity"),
    "simlex999": ("simlex999.txt", "similarity"),
}
#: Kind of set -> built-in names.
KINDS: dict[str, list[str]] = {}
for _name, (_, _kind) in BUILT_IN.items():
    KINDS.setdefault(_kind, []).append(_name)


@dataclass(frozen=True)
class SetFile:
    """A file of an evaluation set.

    Attributes:
        source: path, address, or "-" for stdin.
        name: the file's name without folder and extension.
    """

    source: str
    name: str

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yields non-blank lines, stripped of white space, with their numbers, from 1.

        Invalid UTF-8 is escaped as in a vocabulary. A byte order mark is left out.

        Raises UsageError if the file cannot be opened, DataError if it is compressed and damaged.
        """
        with open_text(self.source) as stream:
            for number, line in enumerate(stream, 1):
                text = line.decode("utf-8", "surrogateescape").strip()
                if text:
                    yield number, text


def locate(given: str, kind: str) -> tuple[str, list[SetFile]]:
    """The name of a set and its files; for a folder, all files below it except hidden ones.

    Args:
        given: a path, an address, "-" for stdin, or a built-in name (a file of that name has priority).
        kind: "analogies", "similarity", "categories" or "outliers".

    Raises UsageError if there is no such file, or the built-in set is of another kind.
    """
    if given == "-":
        return "stdin", [SetFile("-", "stdin")]
    if os.path.isdir(given):
        return os.path.basename(os.path.normpath(given)), _files_below(given)
    if given in BUILT_IN and not os.path.exists(given):
        return given, [SetFile(_built_in_path(given, kind), given)]
    if not given:
        raise UsageError(NO_NAME)
    if not is_remote(given) and not os.path.exists(given):
        known = ", ".join(KINDS.get(kind, [])) or "none"
        raise UsageError(f"{given}: no such file, and no built-in set for {kind} (there is: {known})")
    name = stem(given)
    return name, [SetFile(given, name)]


def _built_in_path(name: str, kind: str) -> str:
    file, own_kind = BUILT_IN[name]
    if own_kind != kind:
        raise UsageError(f"{name} is a set for {option(own_kind)}, not for {option(kind)}")
    # Finds the package without importing it, which takes seconds.
    spec = find_spec("gensim")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = os.path.join(folder, "test", "test_data", file)
        if os.path.exists(path):
            return path
    raise UsageError(f"{name}: gensim ships this set but its test data is not installed: name the set's file")


def _files_below(folder: str) -> list[SetFile]:
    paths = [
        os.path.join(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if not name.startswith(".")
    ]
    if not paths:
        raise UsageError(f"{folder}: no files in this folder")
    return [SetFile(path, stem(path)) for path in sorted(paths, key=os.fsencode)]
