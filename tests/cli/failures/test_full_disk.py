"""Outputs for which there is too little room: one line, exit code 4, and nothing is lost or left."""

from pathlib import Path

import pytest

from embtrain.cli.main import run
from tests.conftest import needs_native, shell

COMMANDS = {
    "convert": "convert rows o/v --to word2vec -q",
    "folder": "convert rows o/v --to npy -q",
    "compressed": "convert rows o/v.gz --to glove -q",
    "vocab build": "vocab build text -o o/v -q",
    "vocab merge": "vocab merge counts -o o/v -q",
    "page": "plot v -o o/v.html --method pca -q",
    "picture": "plot v -o o/v.png --method pca --top 300 -q",
    "index": "neighbors v w1 --index o/v",
}
PACKAGES = {"picture": "matplotlib", "index": "usearch"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    rows = (
        f"w{row} " + " ".join(f"{row * part % 997 / 499 - 1:.4f}" for part in range(1, 25))
        for row in range(4000)
    )
    (folder / "rows").write_text("\n".join(rows) + "\n")
    (folder / "text").write_text("\n".join(f"w{row}" for row in range(9000)) + "\n")
    assert run(["import", str(folder / "rows"), "-o", str(folder / "v"), "-q"]) == 0
    # Memory that earlier tests left in use is not this command's.
    command = ["vocab", "build", str(folder / "text"), "--memory", "16G", "-o", str(folder / "counts"), "-q"]
    assert run(command) == 0
    return folder


def output_of(words: str) -> str:
    return next(word for word in words.split() if word.startswith("o/"))


@needs_native
@pytest.mark.parametrize("name", COMMANDS)
def test_files_that_must_not_grow_so_far(inputs, tmp_path, name):
    if name in PACKAGES:
        pytest.importorskip(PACKAGES[name])
    words = COMMANDS[name]
    (tmp_path / "o").mkdir()
    for file in inputs.iterdir():
        (tmp_path / file.name).symlink_to(file)
    force = "" if name in ("folder", "index") else "--force"
    if force:
        (tmp_path / output_of(words)).write_text("precious")
    result = shell(f"ulimit -f 32; $EMBTRAIN {words} {force}", tmp_path)
    assert result.code == 4, result.err
    assert (
        f"embtrain: error: {output_of(words)}: could not be written in full: File too large"
        in result.error_line
    )
    left = {file.name: file.read_text() for file in (tmp_path / "o").iterdir()}
    assert left == ({Path(output_of(words)).name: "precious"} if force else {})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no such device")
@pytest.mark.parametrize("k", [1, 3000])
def test_lines_on_a_full_stdout(inputs, k):
    result = shell(f"unset PYTHONUNBUFFERED; echo w1 | $EMBTRAIN neighbors v -k {k} >/dev/full", inputs)
    assert (result.code, result.err) == (4, "embtrain: error: stdout: No space left on device\n")
