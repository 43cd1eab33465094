"""Too little memory, or too few threads: one line, exit code 4, and figures."""

import json
import threading

import pytest

from embtrain.cli.shortage import can_start, shortage
from embtrain.errors import ResourceError
from embtrain.io.memory import gib
from embtrain.training import preload
from tests.conftest import shell

MISSED = [
    (MemoryError(), "out of memory; "),
    (ImportError("libtorch_cpu.so: failed to map segment from shared object"), "out of memory (libtorch_cpu"),
    (
        RuntimeError("[enforce fail at alloc_cpu.cpp:114] DefaultCPUAllocator: can't allocate memory"),
        "out of",
    ),
    (RuntimeError("can't start new thread"), "no thread could be started"),
    (RuntimeError("Resource temporarily unavailable"), "no thread could be started"),
    (OSError(12, "Cannot allocate memory"), "out of memory"),
]


@pytest.mark.parametrize(("error", "said"), MISSED)
def test_what_other_libraries_raise(error, said):
    found = shortage(error)
    assert found is not None
    assert found.startswith(said)
    assert "--threads" in found


def test_the_cause_of_an_error_counts_and_others_are_no_shortage():
    error = RuntimeError("an index could not be made")
    error.__cause__ = MemoryError()
    assert shortage(error) is not None
    assert shortage(ValueError("memory")) is None
    assert shortage(OSError(2, "no such file")) is None


def test_figures_are_never_zero():
    assert gib(1 << 20) == "1.0 MiB"
    assert gib(5 << 28) == "1.2 GiB"


@pytest.mark.parametrize("kilobytes", [400000, 600000])
def test_little_address_space_is_found_out_before_torch_is_loaded(corpus, tmp_path, kilobytes):
    """Where torch itself would end with a traceback or crash, depending on where memory ends."""
    result = shell(f"ulimit -v {kilobytes}; $EMBTRAIN train {corpus} -o v -q", tmp_path)
    assert result.code == 4, result.err
    assert result.err.count("\n") == 1
    assert f"this process may have {kilobytes / 1024:.1f} MiB of address space (ulimit -v)" in result.err
    assert "0.0" not in result.err
    assert list(tmp_path.iterdir()) == []


def test_without_a_limit_nothing_is_checked(monkeypatch):
    monkeypatch.setattr(preload, "address_space", lambda: (None, 0))
    preload._check_address_space()
    monkeypatch.setattr(preload, "address_space", lambda: (1 << 20, 1 << 19))
    with pytest.raises(ResourceError, match=r"may have 1\.0 MiB of address space"):
        preload._check_address_space()


def test_what_is_imported_already_needs_no_room(monkeypatch):
    import torch  # noqa: F401

    monkeypatch.setattr(preload, "address_space", lambda: (1 << 20, 1 << 19))
    preload.start_preload().join()


def test_threads_that_cannot_be_started(call, tmp_path, monkeypatch):
    def start(self):
        raise RuntimeError("can't start new thread")

    path = tmp_path / "rows"
    path.write_text("a 1 2\nb 3 4\n")
    monkeypatch.setattr("threading.Thread.start", start)
    monkeypatch.setattr("embtrain.vectors.parallel._threads", lambda: 2)
    result = call("convert", path, tmp_path / "v", "--to", "word2vec")
    assert result.code == 4
    assert "no thread could be started" in result.error_line
    assert not (tmp_path / "v").exists()


def test_whether_threads_can_be_started(monkeypatch):
    assert can_start(3)
    n_started = 0
    really = threading.Thread.start

    def start(self):
        nonlocal n_started
        if n_started == 2:
            raise RuntimeError("can't start new thread")
        n_started += 1
        really(self)

    monkeypatch.setattr(threading.Thread, "start", start)
    before = threading.active_count()
    assert not can_start(3)
    assert threading.active_count() == before


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("recipe", [f"dim = {'9' * 5000}", f"dim = {DEEP}", f"lr = {'9' * 5000}"])
def test_recipes_of_numbers_and_lists_beyond_all_measure(call, corpus, tmp_path, recipe):
    path = tmp_path / "recipe.toml"
    path.write_text(recipe)
    result = call("train", corpus, "-o", tmp_path / "v", "--config", path)
    assert result.code == 2
    assert str(path) in result.error_line
    assert len(result.error_line) < 1000


def test_a_log_nested_beyond_all_measure(call, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text(f'{{"event": "start", "x": {DEEP}}}\n{{"event": "step"}}\n')
    result = call("plot", "--training", path, "-o", tmp_path / "p.png")
    assert result.code in (2, 3)
    assert result.error_line


def test_a_tokenizer_whose_expression_backtracks_without_end(tmp_path):
    pytest.importorskip("tokenizers")
    split = {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": False}
    model = {"type": "WordLevel", "vocab": {"[UNK]": 0, "a": 1}, "unk_token": "[UNK]"}
    (tmp_path / "tokenizer.json").write_text(
        json.dumps({"version": "1.0", "added_tokens": [], "pre_tokenizer": split, "model": model})
    )
    (tmp_path / "t").write_text("a" * 40 + "!\n")
    result = shell("$EMBTRAIN vocab build t -o v -q --tokenizer tokenizer.json", tmp_path)
    assert result.code == 3
    assert result.err.count("\n") == 1
    assert "retry-limit" in result.error_line
