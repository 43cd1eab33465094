"""`train --tensorboard`: scalars of steps, epochs and scores."""

import sys
from types import ModuleType

import pytest

from tests.conftest import SMALL, needs_native


@pytest.fixture
def written(monkeypatch):
    """What a writer in the place of TensorBoard's is given: (name, value, position)."""
    found = []

    class SummaryWriter:
        def __init__(self, folder):
            found.append(("folder", folder, 0))

        def add_scalar(self, name, value, position):
            found.append((name, value, position))

        def flush(self):
            pass

        def close(self):
            found.append(("closed", None, 0))

    module = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = SummaryWriter
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    return found


@needs_native
def test_scalars(call, corpus, tmp_path, written):
    (tmp_path / "pairs.tsv").write_text("\n".join(f"a{k:02}\tb{k:02}\t{k}" for k in range(12)) + "\n")
    more = ("--eval", f"similarity:{tmp_path / 'pairs.tsv'}", "--tensorboard", tmp_path / "runs")
    result = call("train", corpus, *SMALL, *more, "-o", tmp_path / "v")
    assert result.code == 0, result.err
    assert written[0] == ("folder", str(tmp_path / "runs"), 0)
    assert written[-1][0] == "closed"
    names = {name for name, _, _ in written}
    assert {"step/loss", "step/lr", "epoch/loss", "epoch/words per s", "score/pairs"} <= names
    ends = [position for name, _, position in written if name == "epoch/loss"]
    assert ends == sorted(ends)
    assert len(ends) == 2


def test_a_missing_package_is_named_before_the_text_is_read(call, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    (tmp_path / "t.txt").write_text("a b\n")
    result = call("train", tmp_path / "t.txt", "-o", tmp_path / "v", "--tensorboard", tmp_path / "runs")
    assert result.code == 2
    assert "--tensorboard needs a package" in result.error_line
    assert "pip install 'embtrain[tensorboard]'" in result.error_line
