"""Reads the values of a gensim model from its pickle without executing any of it.

The native reader records what the pickle would do. This module interprets the few kinds of values in a model:
numpy arrays, texts, numbers, containers, and objects as attributes by name.
"""

import codecs
import math
import re

import numpy as np
from numpy.typing import NDArray

from embtrain.errors import DataError
from embtrain.vectors.formats.gensim.names import ALLOWED
from embtrain.vocabulary import Vocabulary
from embtrain.wording import counted

_PIECE = 1 << 20
_DTYPE = re.compile(r"[fiub][1248]")
# A lone surrogate in the UTF-8 of a pickle.
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf]")


class PickledModel:
    """A gensim pickle. Values are node numbers; 0 is None, and also stands for missing values.

    Attributes:
        root: node of the model.
        name: the file's name in messages.
    """

    def __init__(self, data: NDArray[np.uint8], name: str) -> None:
        """Args: data: the whole file, uint8. Raises DataError if it is damaged or contains unknown names."""
        from embtrain._native import Pickle

        self._data = data
        self.name = name
        try:
            self._pickle = Pickle(data, list(ALLOWED))
        except ValueError as error:
            raise DataError(f"{name}: {_explain(str(error))}") from None
        self.root = self._pickle.root()

    def kind(self, node: int) -> str:
        """One of none, boolean, integer, real, text, bytes, tuple, list, dict, set, global and object."""
        return self._pickle.kind(node)

    def attribute(self, node: int, *keys: str) -> int:
        """The first of these attributes of an object (or keys of a dict) that is not None; else 0."""
        for key in keys:
            value = int(self._pickle.fields(np.array([node], np.uint32), key)[0])
            if value:
                return value
        return 0

    def children(self, node: int) -> NDArray[np.uint32]:
        """Nodes in a container, uint32; for a dict, alternating keys and values."""
        return self._pickle.children(node)

    def fields(self, nodes: NDArray[np.uint32], key: str) -> NDArray[np.uint32]:
        """Nodes of one attribute of many objects or dicts, uint32; 0 if missing."""
        return self._pickle.fields(np.ascontiguousarray(nodes), key)

    def class_name(self, node: int) -> str:
        """Full name of an object's class, such as 'gensim.models.word2vec.Word2Vec'; '' for other values."""
        if self.kind(node) != "object":
            return ""
        return ALLOWED[self._pickle.name(self._pickle.record(node)[0])].replace(" ", ".")

    def text(self, node: int) -> str:
        """A text, or bytes that Python 2 used as text. Raises DataError for anything else."""
        return self._bytes(node).decode("utf-8", "surrogateescape")

    def integer(self, node: int) -> int:
        """An integer of Python or numpy. Raises DataError for anything else."""
        value = self._pickle.scalar(node)
        if self.class_name(node).endswith("multiarray.scalar"):
            value = self._numpy_scalar(node)
        if not isinstance(value, int):
            raise self._unexpected("an integer", node)
        return int(value)

    def boolean(self, node: int) -> bool | None:
        """True or False; None for anything else."""
        value = self._pickle.scalar(node)
        return value if isinstance(value, bool) else None

    def integers(self, nodes: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Many integers, int64 [n]. Raises DataError for anything else."""
        try:
            return self._pickle.integers(np.ascontiguousarray(nodes))
        except ValueError:
            return np.array([self.integer(int(node)) for node in nodes], np.int64)

    def words(self, nodes: NDArray[np.uint32], counts: NDArray[np.int64] | None) -> Vocabulary:
        """Texts as a vocabulary. Raises DataError for anything else."""
        try:
            arena, offsets = self._pickle.words(np.ascontiguousarray(nodes))
        except ValueError as error:
            raise DataError(f"{self.name}: the list of words: {error}; this is no table of words") from None
        if not _SURROGATE.search(arena):  # type: ignore[call-overload]
            return Vocabulary(arena, offsets, counts)
        plain = [_original_bytes(word) for word in Vocabulary(arena, offsets).iter_bytes()]
        return Vocabulary.from_words(plain, None if counts is None else counts.tolist())

    def array(self, node: int) -> NDArray[np.generic] | None:
        """An array of numbers, as a view of the file if possible; None for anything else.

        Raises DataError if its parts do not match.
        """
        parts = self._array_parts(node)
        dtype = None if parts is None else self._dtype(parts[1])
        if parts is None or dtype is None:
            return None
        shape_node, _, by_column, content = parts
        shape = tuple(self.integers(self.children(shape_node)).tolist())
        raw = self._raw(content)
        if any(length < 0 for length in shape) or math.prod(shape) * dtype.itemsize != len(raw):
            expected = f"bytes for an array of {dtype} and shape {list(shape)}"
            raise DataError(
                f"{self.name}: expected {expected}, found {counted(len(raw), 'byte')}; the file is damaged"
            )
        return raw.view(dtype).reshape(shape, order="F" if by_column else "C")

    def _array_parts(self, node: int) -> tuple[int, int, bool, int] | None:
        """Nodes of shape and dtype, whether the array is stored by columns, and the node of the bytes."""
        made_by = self.class_name(node)
        if made_by.endswith("multiarray._reconstruct"):
            state = self.children(self._pickle.record(node)[2]).tolist()[-4:]
            if len(state) == 4:
                return state[0], state[1], bool(self.boolean(state[2])), state[3]
        if made_by.endswith("numeric._frombuffer"):
            args = self.children(self._pickle.record(node)[1]).tolist()
            if len(args) == 4:
                return args[2], args[1], self.text(args[3]) == "F", args[0]
        return None

    def _dtype(self, node: int) -> "np.dtype[np.generic] | None":
        if self.class_name(node) != "numpy.dtype":
            return None
        _, args, state, _ = self._pickle.record(node)
        code, order = self.children(args)[:1].tolist(), self.children(state)[1:2].tolist()
        name = self.text(code[0]) if code else ""
        if not _DTYPE.fullmatch(name):
            return None
        try:
            return np.dtype(("<" if not order or self.text(order[0]) in "<|=" else ">") + name)
        except TypeError:
            return None

    def _raw(self, node: int) -> NDArray[np.uint8]:
        """Bytes of an array: a view, or decoded from the text that Python 3 writes in protocol 2."""
        made_by = self.class_name(node)
        if made_by == "_codecs.encode":
            return self._latin1(self._first_argument(node))
        if made_by in ("__builtin__.bytes", "builtins.bytes", "builtins.bytearray"):
            argument = self._first_argument(node)
            return self._raw_bytes(argument) if argument else np.zeros(0, np.uint8)
        return self._raw_bytes(node)

    def _latin1(self, node: int) -> NDArray[np.uint8]:
        """The bytes that a text encodes; decodes in pieces, because these texts can be large."""
        start, length = self._span(node)
        decoder = codecs.getincrementaldecoder("utf-8")()
        content = bytearray()
        try:
            for first in range(start, start + length, _PIECE):
                last = min(first + _PIECE, start + length)
                text = decoder.decode(self._data[first:last].tobytes(), last == start + length)
                content += text.encode("latin-1")
        except UnicodeError as error:
            raise DataError(
                f"{self.name}: an array's bytes are damaged: {error}; copy the file again"
            ) from None
        return np.frombuffer(content, np.uint8)

    def _first_argument(self, node: int) -> int:
        args = self.children(self._pickle.record(node)[1])
        return int(args[0]) if len(args) else 0

    def _raw_bytes(self, node: int) -> NDArray[np.uint8]:
        start, length = self._span(node)
        return self._data[start : start + length]

    def _numpy_scalar(self, node: int) -> int | float | None:
        args = self.children(self._pickle.record(node)[1]).tolist()
        dtype = self._dtype(args[0]) if len(args) == 2 else None
        if dtype is None or len(raw := self._raw(args[1])) != dtype.itemsize:
            return None
        value: int | float = raw.view(dtype)[0].item()
        return value

    def _bytes(self, node: int) -> bytes:
        start, length = self._span(node)
        return self._data[start : start + length].tobytes()

    def _span(self, node: int) -> tuple[int, int]:
        if self.kind(node) not in ("text", "bytes"):
            raise self._unexpected("text", node)
        return self._pickle.span(node)

    def _unexpected(self, expected: str, node: int) -> DataError:
        found = self.class_name(node) or self.kind(node)
        return DataError(
            f"{self.name}: expected {expected}, found {found}; the file is damaged, or of another kind"
        )


def _original_bytes(word: bytes) -> bytes:
    """Restores bytes that are not UTF-8 from a word in which Python stored them as surrogates."""
    try:
        return word.decode("utf-8", "surrogatepass").encode("utf-8", "surrogateescape")
    except UnicodeError:
        return word


def _explain(problem: str) -> str:
    place, _, what = problem.partition(": ")
    if what.startswith("it asks for "):
        return (
            f"{place}: {what}, which is no part of gensim's word vectors; it is not loaded, as that could run"
            " code. If you trust the file, load it with gensim and save its .wv"
        )
    if what == "a pickle of protocol 0 or 1":
        return f"{place}: expected a pickle of protocol 2 or later, found an older one; save it again"
    return f"{place}: {what}; the file is damaged, or no model of gensim"
