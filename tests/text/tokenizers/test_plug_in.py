"""Tokenizers of other packages: found by name, and blamed by name where they fail."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from embtrain.config import TrainConfig
from embtrain.errors import BackendError, DataError, UsageError
from embtrain.text.tokenization import Tokenization
from embtrain.text.tokenizers import plug_in
from embtrain.text.tokenizers.registry import make_tokenizer
from tests.text.tokenizers.cutting import sentences

TEXT = "not a function"


def comma_tokenizer():
    return lambda line: line.split(",") if line else []


def test_entry_points_of_other_packages(monkeypatch):
    point = EntryPoint("commas", f"{__name__}:comma_tokenizer", plug_in.ENTRY_POINTS)

    def entry_points(group, name=None):
        assert group == "embtrain.tokenizers"
        return EntryPoints([point] if name in {None, "commas"} else [])

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    found = sentences([b"a,b c,,d\ne,", b"f\xff"], tokenizer="commas")
    assert found == [["a", "d"], ["e", "f\ufffd"]]
    tokenization = Tokenization(TrainConfig(tokenizer="commas"))
    list(tokenization.split([b"a,b c,,d\n"]))
    assert tokenization.losses.spaced == 1
    with pytest.raises(UsageError, match="did you mean 'commas'"):
        make_tokenizer("comas")


@pytest.mark.parametrize(
    ("targets", "error", "message"),
    [
        (
            ("no_such_module:make",),
            BackendError,
            "tokenizer='odd': no_such_module:make cannot be imported: No m",
        ),
        ((f"{__name__}:nothing",), BackendError, "cannot be imported: .*nothing"),
        (("a:make", "b:make"), UsageError, "several packages offer a tokenizer 'odd': a:make, b:make; keep"),
    ],
)
def test_entry_points_that_lead_nowhere(monkeypatch, targets, error, message):
    points = EntryPoints(EntryPoint("odd", target, plug_in.ENTRY_POINTS) for target in targets)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group, name=None: points)
    with pytest.raises(error, match=message):
        make_tokenizer("odd")


def raising_maker():
    raise RuntimeError("no\nmodel")


def number_maker():
    return 3


def raising_tokenizer():
    return lambda line: line.no_such_method()


def number_tokenizer():
    return lambda line: [len(word) for word in line.split()]


def text_tokenizer():
    return lambda line: line


def nothing_tokenizer():
    return lambda line: None


def late_tokenizer():
    def cut(line):
        yield "a"
        raise KeyError("b")

    return cut


def surrogate_tokenizer():
    return lambda line: ["\ud800"]


def leaving_maker():
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("maker", "error", "message"),
    [
        ("surrogate_tokenizer", DataError, "gave words that are not text: UnicodeEncodeError"),
        ("leaving_maker", BackendError, "raised SystemExit: 3"),
        (
            "raising_maker",
            BackendError,
            "raising_maker.. raised RuntimeError: no model; it must work without",
        ),
        ("number_maker", BackendError, "number_maker.. returned int, expected a function"),
        ("TEXT", BackendError, "TEXT is str, expected a function"),
        ("raising_tokenizer", DataError, "raised AttributeError: .*, at the line 'one two'; correct"),
        ("number_tokenizer", DataError, "gave 3 .int., expected str, at the line 'one two'"),
        ("text_tokenizer", DataError, "gave str, expected an iterable of words"),
        ("nothing_tokenizer", DataError, "raised TypeError: 'NoneType' object is not iterable"),
        ("late_tokenizer", DataError, "raised KeyError: 'b'"),
    ],
)
def test_a_plug_in_that_fails_is_named(monkeypatch, maker, error, message):
    points = EntryPoints([EntryPoint("odd", f"{__name__}:{maker}", plug_in.ENTRY_POINTS)])
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group, name=None: points)
    with pytest.raises(error, match=f"^tokenizer='odd': .*{message}") as caught:
        sentences([b"one two\n"], tokenizer="odd")
    assert "\n" not in str(caught.value)
