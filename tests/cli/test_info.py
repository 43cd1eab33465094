"""``embtrain info``: about files, about the installation, and fast."""

import gzip
import io
import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import embtrain
from embtrain import Embeddings, Vocabulary
from embtrain.cli.main import run
from tests.conftest import needs_native

METADATA = {
    "config": '{"model": "sgns", "dim": 2}',
    "training": '{"epochs": [{"epoch": 1, "loss": 2.5}, {"epoch": 2, "loss": 2.25}]}',
    "note": "caf\udce9",
}


@pytest.fixture
def vectors(tmp_path):
    path = tmp_path / "v.safetensors"
    Embeddings(
        Vocabulary.from_words(["a", "b"], [2, 1]), np.ones((2, 2), np.float32), metadata=METADATA
    ).save(path)
    return path


def test_a_file(vectors, capfdbinary):
    assert run(["info", str(vectors)]) == 0
    assert capfdbinary.readouterr().out.decode() == (
        f"file: {vectors}\nwords: 2\ndim: 2\nbytes: {vectors.stat().st_size}\n"
        "tensors:\n  vocab.offsets: I64 [3]\n  vocab.bytes: U8 [24]\n"
        "  counts: I64 [2]\n  embeddings: F32 [2, 2]\n"
        "metadata:\n  config:\n    model: sgns\n    dim: 2\n  note: caf\\udce9\n"
        "  training:\n    epochs:\n      epoch 1, loss 2.5\n      epoch 2, loss 2.25\n"
    )


@pytest.mark.parametrize("piped", [False, True])
def test_a_file_as_json(vectors, piped):
    command = [sys.executable, "-m", "embtrain", "info", "-" if piped else str(vectors), "--json"]
    done = subprocess.run(command, input=vectors.read_bytes(), capture_output=True, timeout=60, check=True)
    content = json.loads(done.stdout)
    assert (content["words"], content["dim"], content["bytes"]) == (2, 2, vectors.stat().st_size)
    assert content["tensors"]["embeddings"] == {"dtype": "F32", "shape": [2, 2]}
    assert content["metadata"]["training"]["epochs"][1]["loss"] == 2.25


def test_a_compressed_file(vectors, capfd):

    vectors.write_bytes(gzip.compress(vectors.read_bytes()))
    assert run(["info", str(vectors), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["words"] == 2


def test_errors(vectors, tmp_path, capfd, monkeypatch):
    other = gzip.compress(b"2 3\nthe 1 2 3\nof 4 5 6\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(other)))
    assert run(["info", "-"]) == 3
    error = capfd.readouterr().err
    assert "this looks like word2vec's text format with 2 words of 3 values" in error
    assert "embtrain import - -o vectors.safetensors" in error
    assert run(["info", str(tmp_path / "missing")]) == 2
    assert run(["info", str(vectors), "--devices"]) == 2
    assert "leave out FILE" in capfd.readouterr().err


@needs_native
def test_the_installation(capfd):
    assert run(["info", "--json"]) == 0
    content = json.loads(capfd.readouterr().out)
    assert content["embtrain"] == embtrain.__version__
    assert content["packages"]["numpy"] == np.__version__
    assert {"jieba", "tokenizers"} <= set(content["packages"])
    assert set(content["unicode"]) == {"words and chars", "python"}
    assert all({"available", "detail"} == set(backend) for backend in content["backends"].values())
    assert content["instruction sets"][content["instruction set"]] is True
    assert run(["info"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == f"embtrain: {embtrain.__version__}"
    assert "backends:" in lines


@needs_native
def test_a_wrong_choice_of_instruction_set_is_told(monkeypatch):
    monkeypatch.setenv("EMBTRAIN_ISA", "nonsense")
    done = subprocess.run(
        [sys.executable, "-m", "embtrain", "info", "--json"], capture_output=True, timeout=60
    )
    content = json.loads(done.stdout)
    assert content["instruction set"] is None
    assert "nonsense" in content["instruction sets"]
    assert not content["backends"]["cpu"]["available"]


@pytest.mark.parametrize("about_file", [False, True])
def test_neither_numpy_nor_torch_is_imported(vectors, about_file):
    code = (
        "import sys; from embtrain.cli.main import run; code = run(sys.argv[1:]);"
        "print(code, sorted({'numpy', 'torch', 'gensim', 'smart_open'} & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "info", *([str(vectors)] if about_file else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == "0 []\n"


@pytest.mark.parametrize("command", ["export", "neighbors", "analogy", "odd-one-out", "sentence", "info"])
def test_help_needs_neither_numpy_nor_torch(command):
    code = (
        "import sys; from embtrain.cli.main import run; code = run(sys.argv[1:]);"
        "print(code, sorted({'numpy', 'torch', 'gensim'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, command, "--help"], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == "0 []\n"
    assert "Usage: embtrain" in done.stdout


@needs_native
@pytest.mark.parametrize("name", ["v.txt.gz", "v.safetensors.gz"])
def test_compressed_files_of_all_formats(vectors, capfdbinary, name):
    path = vectors.parent / name
    text = b"king 1 2 3\nqueen 1 2 4\n"
    path.write_bytes(gzip.compress(text if "txt" in name else vectors.read_bytes()))
    assert run(["info", str(path), "--json"]) == 0
    found = json.loads(capfdbinary.readouterr().out)
    assert (found["file"], found["dim"]) == (str(path), 3 if "txt" in name else 2)
    assert found.get("format") == ("glove" if "txt" in name else None)


@needs_native
def test_a_member_of_an_archive_is_chosen(tmp_path, vectors, capfd):
    archive = tmp_path / "several.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("glove.3d.txt", "the 1 2 3\nof 4 5 6\n")
        file.write(vectors, "v.safetensors")
    assert run(["info", str(archive)]) == 2
    assert "choose one with --member: glove.3d.txt, v.safetensors" in capfd.readouterr().err
    assert run(["info", str(archive), "--member", "glove.3d.txt", "--json"]) == 0
    glove = json.loads(capfd.readouterr().out)
    assert (glove["format"], glove["dim"]) == ("glove", 3)
    assert run(["info", str(archive), "--member", "v.safetensors", "--json"]) == 0
    own = json.loads(capfd.readouterr().out)
    assert (own["format"], own["words"], own["metadata"]["config"]["model"]) == ("embtrain", 2, "sgns")


@needs_native
def test_a_member_needs_an_archive(vectors, capfd):
    assert run(["info", str(vectors), "--member", "x"]) == 2
    assert "is not an archive" in capfd.readouterr().err
    assert run(["info", "--member", "x"]) == 2
    assert "--member" in capfd.readouterr().err
