"""EMBTRAIN_ISA: one choice for kernels, search and formats, and one error wherever it is wrong."""

import os
import subprocess
import sys

import pytest

from embtrain import _native
from embtrain.errors import InstructionSetError
from embtrain.ops.backends import choose_backend
from tests.conftest import SMALL, topic_text

NAMES = [name for name, _ in _native.instruction_sets()]
WRONG = [
    ("typo", "unknown instruction set 'typo', expected one of: " + ", ".join(NAMES)),
    *(
        (name, f"this processor does not have the instruction set '{name}', expected one of: ")
        for name, available in _native.instruction_sets()
        if not available
    ),
]
COMMANDS = {
    "train": ["train", "text.txt", *SMALL, "-o", "out"],
    "train on the native kernels": ["train", "text.txt", "--backend", "cpu", *SMALL, "-o", "out"],
    "convert": ["convert", "vectors.txt", "out", "--to", "word2vec"],
    "export": ["export", "v.safetensors", "-o", "out", "--to", "glove"],
    "import": ["import", "vectors.txt", "-o", "out"],
    "neighbors": ["neighbors", "v.safetensors", "a"],
    "analogy": ["analogy", "v.safetensors", "a", "b", "c"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instruction_sets")
    (folder / "text.txt").write_bytes(topic_text(50))
    rows = [
        f"{word} " + " ".join(f"0.{word_at}{d}" for d in range(12)) for word_at, word in enumerate("abcd")
    ]
    (folder / "vectors.txt").write_text("".join(f"{row}\n" for row in rows))
    assert embtrain_in(folder, ["import", "vectors.txt", "-o", "v.safetensors"]).returncode == 0
    return folder


def embtrain_in(folder, command, name=""):
    return subprocess.run(
        [sys.executable, "-m", "embtrain", *command], cwd=folder, env={**os.environ, "EMBTRAIN_ISA": name},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_wrong_name_ends_every_command_alike(folder, command):
    name, message = WRONG[0]
    check_refused(embtrain_in(folder, command, name), message)
    assert not (folder / "out").exists()
    assert embtrain_in(folder, command, "baseline").returncode == 0
    (folder / "out").unlink(missing_ok=True)


@pytest.mark.parametrize(("name", "message"), WRONG)
def test_each_wrong_name_is_refused(folder, name, message):
    check_refused(embtrain_in(folder, COMMANDS["neighbors"], name), message)


@pytest.mark.parametrize("name", [name for name, available in _native.instruction_sets() if available])
def test_each_available_name_is_accepted(folder, name):
    assert embtrain_in(folder, COMMANDS["neighbors"], name).returncode == 0


def check_refused(done, message):
    assert done.returncode == 2, done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("embtrain: error: ")]
    assert len(errors) == 1
    assert errors[0].startswith(f"embtrain: error: EMBTRAIN_ISA: {message}")
    assert "Traceback" not in done.stderr


def test_another_backend_does_not_ask(folder):
    command = ["train", "text.txt", "--backend", "batched", *SMALL, "-o", "batched"]
    assert embtrain_in(folder, command, "typo").returncode == 0


def test_an_unknown_name_is_refused():
    with pytest.raises(
        InstructionSetError, match=r"^unknown instruction set 'mmx', expected one of: "
    ) as caught:
        _native.use_instruction_set("mmx")
    assert isinstance(caught.value, ValueError)
    assert caught.value.exit_code == 2
    assert choose_backend("cpu", "cpu", "skipgram", ["cpu"]).name == "cpu"
