"""The native reader of pickles: it refuses misuse of the stack, and reads the values that Python reads."""

import pickle
import pickletools
import random

import numpy as np
import pytest

from embtrain._native import Pickle


def test_stack_and_memo_misuse_is_refused():
    programs = [
        b"", b".", b"\x80\x04", b"\x80\x04.", b"\x80\x06N.", b"\x80\x01N.", b"NN.", b"(N.", b"(.", b"1.",
        b"0.", b"2.", b"Na.", b"NNs.", b"t.", b"e.", b"u.", b"(e.", b"](Nu.", b"}(Ne.", b"}(Nu.", b"](a.",
        b"N\x85\x86.", b"\x87.", b"h\x00.", b"j\x00\x00\x00\x00.", b"q\x00.", b"\x94.", b"R.", b"NNR.",
        b"N)R.", b"\x81.", b"N)\x81.", b"b.", b"NNb.", b"]Nb.", b"\x93.", b"NN\x93.", b"c.", b"cos\n.",
        b"cos\nsystem\n.", b"I.", b"Ix\n.", b"I-\n.", b"L\n.", b"K.", b"M\x00.", b"J\x00.", b"G\x00.",
        b"X\x05\x00\x00\x00ab.", b"F1.0\n.", b"S'a'\n.", b"Va\n.", b"p0\n.", b"i__main__\nX\n.", b"(o.",
        b"\x82\x01.", b"\x96" + b"\xff" * 8 + b".", b"\x00", b"\xff", b"N)N\x92.",
    ]  # fmt: skip
    for program in programs:
        with pytest.raises(ValueError, match=r"^byte \d+: "):
            Pickle(np.frombuffer(program, np.uint8), ["builtins list"])


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_values_are_those_that_python_reads(protocol):
    """The native reader against pickle itself, on values of every plain kind."""
    source = random.Random(protocol)
    for _ in range(200):
        value = plain_value(source, 4)
        content = pickle.dumps(value, protocol)
        if source.random() < 0.3:
            content = pickletools.optimize(content)
        data = np.frombuffer(content, np.uint8)
        assert unpack(Pickle(data, ["__builtin__ set", "builtins set"]), data) == value


def plain_value(source: random.Random, depth: int) -> object:
    numbers = [0, 1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -1, -(2**31), -(2**63), 2**63 - 1]
    leaves = [None, True, False, *numbers, 0.1, "", "a", "é日😀", "x" * 300]
    if depth == 0 or source.random() < 0.3:
        return source.choice(leaves)
    items = [plain_value(source, depth - 1) for _ in range(source.choice([0, 1, 2, 3, 5]))]
    if items and source.random() < 0.3:
        items.append(items[0])
    kind = source.randrange(3)
    return (
        items
        if kind == 0
        else tuple(items)
        if kind == 1
        else {str(row): item for row, item in enumerate(items)}
    )


def unpack(values: Pickle, data: np.ndarray, node: int | None = None) -> object:
    node = values.root() if node is None else node
    kind = values.kind(node)
    if kind in ("none", "boolean", "integer", "real"):
        return values.scalar(node)
    if kind in ("text", "bytes"):
        start, length = values.span(node)
        content = data[start : start + length].tobytes()
        return content.decode() if kind == "text" else content
    items = [unpack(values, data, int(child)) for child in values.children(node)]
    if kind == "dict":
        return dict(zip(items[0::2], items[1::2], strict=True))
    return tuple(items) if kind == "tuple" else items
