"""Golden runs: two recordings of one program are equal, and a byte that changes is reported."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.golden_runs.case import Case
from tools.golden_runs.cases import PREPARE, all_cases
from tools.golden_runs.compare import compare, report
from tools.golden_runs.masks import mask_json, mask_wording
from tools.golden_runs.record import record, result_of

_IMPORT = Case("prepare", ("embtrain import in/rows.txt -o v.safetensors",))
_CASES = (
    Case(
        "convert",
        ("embtrain convert made/v.safetensors v.bin", "embtrain convert made/v.safetensors npy --to npy"),
    ),
    Case("wrong", ("embtrain import none -o v", "embtrain neighbors made/v.safetensors w5 -k 2")),
    Case("help", ("embtrain info --help",), wording=True),
)


def executable(folder: Path) -> Path:
    """The command as a file named embtrain, wherever the package is installed."""
    path = folder / "embtrain"
    path.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m embtrain "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    command = executable(folder)
    record(folder / "a", command, _IMPORT, _CASES)
    record(folder / "b", command, _IMPORT, _CASES)
    return folder


@pytest.fixture
def changed(recording, tmp_path) -> Path:
    """A copy of the second recording, to be changed."""
    shutil.copytree(recording / "b", tmp_path / "b", symlinks=True)
    return tmp_path / "b"


def test_two_recordings_of_one_program_are_equal(recording):
    found = compare(recording / "a", recording / "b")
    assert (found.data, found.wording) == ([], [])
    stdout = (recording / "a/runs/wrong.stdout").read_text()
    assert "-> 2\n" in stdout
    assert "w5\t1\t" in stdout
    assert "no such file" in (recording / "a/runs/wrong.stderr").read_text()
    assert '"v.bin": "' in result_of(recording / "a", "convert").read_text()


def test_an_executable_that_writes_one_other_byte_is_reported(recording, tmp_path):
    command = executable(tmp_path)
    command.write_text(
        command.read_text().replace("exec ", "") + '[ "$1" != convert ] || printf x >> v.bin\n'
    )
    record(tmp_path / "c", command, _IMPORT, _CASES[:1])
    found = compare(recording / "a", tmp_path / "c")
    assert "convert: v.bin differs" in found.data
    assert not [line for line in found.data if "npy/" in line]
    assert any(line.startswith("wrong: only in ") for line in found.data)


def test_stdout_is_data_and_stderr_and_help_are_wording(changed, recording):
    for name, old, new in (
        ("wrong.stderr", "no such file", "there is no file"),
        ("help.stdout", "installation", "computer"),
    ):
        path = changed / "runs" / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    found = compare(recording / "a", changed)
    assert found.data == []
    assert [line.split(": ")[0] for line in found.wording] == [*["help.stdout"] * 2, *["wrong.stderr"] * 2]
    assert report(found).endswith("0 differences in data, 4 in wording\n")


def test_an_exit_code_and_a_file_that_is_left_are_data(changed, recording):
    result = result_of(changed, "convert")
    text = result.read_text()
    result.write_text(text.replace('"left": []', '"left": ["x"]').replace('"exit": 0', '"exit": 1'))
    assert len(compare(recording / "a", changed).data) == 2


def test_a_recording_that_was_interrupted_goes_on_where_it_ended(changed, recording):
    result_of(changed, "wrong").unlink()
    ended = []
    record(changed, executable(changed), _IMPORT, _CASES, say=ended.append)
    assert [line.split()[-1] for line in ended] == ["wrong"]
    assert compare(recording / "a", changed).data == []


def test_times_are_masked_and_results_are_not():
    log = b'{"event": "epoch", "time": 0.5, "loss": 2.25, "words/s": 1e6, "epoch_seconds": [1, 2]}'
    assert mask_json(log) == (
        b'{"event": "epoch", "time": 0, "loss": 2.25, "words/s": 0, "epoch_seconds": 0}'
    )
    said = b"trained 2 epochs in 0.3 s: 45,039 words/s, loss 3.9847"
    assert mask_wording(said) == b"trained 2 epochs in N s: N words/s, loss 3.9847"


def test_names_of_cases_are_unique():
    names = [case.name for case in [PREPARE, *all_cases()]]
    assert len(names) == len(set(names)) > 50
