"""`--backend` and `--device` as a shell uses them: what is chosen is said, what cannot be is refused."""

import json
import re
import subprocess
import sys

import pytest

import embtrain
from embtrain.training.objectives.cbow import Cbow
from tests.conftest import SMALL, environment, needs_native

NO_NATIVE = "EMBTRAIN_NATIVE=0 switches the native module off"


@pytest.mark.parametrize("backend", [pytest.param("cpu", marks=needs_native), "batched", "gensim"])
def test_every_backend_writes_the_same_format(call, corpus, tmp_path, backend):
    output = tmp_path / "v.safetensors"
    result = call("train", corpus, "-o", output, "--context", "--backend", backend, *SMALL)
    assert result.code == 0
    assert (f"embtrain: training with the backend '{backend}'" in result.err) == (backend != "cpu")
    vectors = embtrain.load(output)
    assert vectors.vectors.shape == vectors.context.shape == (24, 16)
    assert json.loads(vectors.metadata["config"])["backend"] == backend
    epochs = json.loads(vectors.metadata["training"])
    assert [epoch["words"] for epoch in epochs] == [15_000, 15_000]
    assert all(
        (epoch["loss"] is None) == (epoch["pairs"] is None) == (backend == "gensim") for epoch in epochs
    )
    assert all(word.startswith("a") for word, _ in vectors.neighbors("a00", 3)) or backend == "gensim"


def test_events_of_gensim_are_json_without_loss(call, corpus, tmp_path):
    arguments = ("--backend", "gensim", "--progress", "json", *SMALL)
    result = call("train", corpus, "-o", tmp_path / "v", *arguments)
    events = [json.loads(line) for line in result.err.splitlines()]
    trained = next(event for event in events if event["event"] == "trained")
    assert (trained["loss"], trained["pairs"], trained["pairs_per_second"]) == (None, None, None)
    assert trained["words"] == 30_000
    assert "NaN" not in result.err
    assert len([event for event in events if event["event"] == "epoch"]) == 2


def test_a_fallback_is_said_even_when_quiet(call, corpus, tmp_path, monkeypatch):
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    result = call("train", corpus, "-o", tmp_path / "v", "-q", *SMALL)
    assert result.code == 0
    assert result.err == f"embtrain: warning: training with the slower backend 'batched': {NO_NATIVE}\n"
    assert json.loads(embtrain.load(tmp_path / "v").metadata["config"])["backend"] == "batched"


@needs_native
@pytest.mark.parametrize("gradient", ["word2vec", "corrected"])
def test_cbow_falls_back_where_it_has_no_kernel(call, corpus, tmp_path, monkeypatch, gradient):
    monkeypatch.setattr(Cbow, "backends", ("batched", "gensim"))
    arguments = ("--model", "cbow", "--cbow-gradient", gradient, *SMALL, "--epochs", 10)
    result = call("train", corpus, "-o", tmp_path / "v", "-q", *arguments)
    assert result.err == (
        "embtrain: warning: training with the slower backend 'batched': there is no native kernel for "
        "--model cbow\n"
    )
    vectors = embtrain.load(tmp_path / "v")
    assert json.loads(vectors.metadata["config"])["cbow-gradient"] == gradient
    assert all(word.startswith("a") for word, _ in vectors.neighbors("a00", 3))
    refused = call("train", corpus, "-o", tmp_path / "w", "--backend", "cpu", *arguments)
    assert refused.code == 2
    assert refused.error_line.endswith(
        "--backend cpu does not have --model cbow; choose --backend batched or --backend gensim"
    )


def test_without_the_native_module_vocabularies_and_words_are_the_same(call, corpus, tmp_path, monkeypatch):
    text = tmp_path / "text"
    text.write_text("(" + corpus.read_text().replace(" ", ", ") + ") I can't: 3.14 \u5317\u4eac\n", "utf-8")

    def run():
        build = ("vocab", "build", text, "--tokenizer", "words", "-o", "-", "-q")
        built = call(*build).out
        (tmp_path / "vocab").write_bytes(built)
        merged = call("vocab", "merge", tmp_path / "vocab", tmp_path / "vocab", "-o", "-", "-q").out
        shown = call("vocab", "show", tmp_path / "vocab").out
        train = ("train", text, "--tokenizer", "words", "--vocab", tmp_path / "vocab", "--backend", "batched")
        assert call(*train, "-o", tmp_path / "v", "--force", "-q", *SMALL).code == 0
        return built, merged, shown, (tmp_path / "v").read_bytes()

    native = run()
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    assert run() == native
    assert b"can't 1\n" in native[0]


def test_without_the_native_module_training_works_and_the_rest_says_so(call, corpus, tmp_path, monkeypatch):
    arguments = ("train", corpus, "-q", "--backend", "batched", *SMALL)
    assert call(*arguments, "-o", tmp_path / "native").code == 0
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    assert call(*arguments, "-o", tmp_path / "plain").code == 0
    assert (tmp_path / "plain").read_bytes() == (tmp_path / "native").read_bytes()
    for purpose, command in (
        ("searching vectors", ("neighbors", tmp_path / "plain", "a00")),
        ("converting vectors", ("export", tmp_path / "plain", "--to", "word2vec-text", "-o", "-")),
        ("checking vectors", ("check", tmp_path / "plain")),
    ):
        result = call(*command)
        assert result.code == 2
        assert result.out == b""
        assert f"{purpose} needs the native module: {NO_NATIVE}" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--backend", "gensim", "--device", "cuda"), "--device cuda is for --backend batched"),
        (("--backend", "cpu", "--device", "cuda"), "--device cuda is for --backend batched"),
        (("--backend", "gensim", "--max-sentence", 20_000), "--max-sentence 20000: gensim drops"),
        (
            ("--backend", "gensim", "--model", "cbow", "--cbow-gradient", "corrected"),
            "--cbow-gradient corrected: gensim has only word2vec's gradient",
        ),
        (("--cbow-gradient", "word2vec"), "--cbow-gradient word2vec is for --model cbow"),
        (
            ("--backend", "gensim", "--model", "cbow", "--position-weights"),
            "--position-weights: gensim has no weights of places; leave it out, or choose another --backend",
        ),
        (("--backend", "gensim", "--seed", -1), "--seed -1: gensim takes seeds from 0"),
        (("--backend", "batched", "--device", "nonsense"), "--device nonsense cannot be used"),
    ],
)
def test_what_cannot_be_is_refused(call, corpus, tmp_path, arguments, message):
    result = call("train", corpus, "-o", tmp_path / "v", *arguments, *SMALL)
    assert result.code == 2
    assert message in result.error_line
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize("device", ["foo", "cudax", "cuda:x", "cuda:"])
def test_a_name_that_no_device_has_is_refused_before_reading(call, corpus, tmp_path, device):
    result = call("train", corpus, "-o", tmp_path / "v", "--backend", "batched", "--device", device, *SMALL)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert f"--device {device} cannot be used: torch has no devices of this name; " in result.error_line


def test_all_kinds_of_devices_that_torch_names_are_let_through():
    import torch

    from embtrain.ops.backends import _DEVICE

    with pytest.raises(RuntimeError, match="Expected one of") as said:
        torch.device("nonsense")
    known = re.search("one of (.*) device type", str(said.value))
    assert known is not None
    assert all(_DEVICE.fullmatch(name) for name in known[1].split(", "))


def test_a_backend_that_is_missing_is_refused_before_reading(call, tmp_path, corpus, monkeypatch):
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    result = call("train", corpus, "-o", tmp_path / "v", "--backend", "cpu", *SMALL)
    assert result.code == 2
    assert result.err == f"embtrain: error: --backend cpu is not available: {NO_NATIVE}\n"


def test_info_lists_all_and_why_one_is_missing(call, monkeypatch):
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    backends = json.loads(call("info", "--json").out)["backends"]
    assert list(backends) == ["cpu", "batched", "gensim"]
    assert backends["cpu"] == {"available": False, "detail": NO_NATIVE}
    assert backends["batched"]["available"]
    assert backends["gensim"]["available"]


def test_info_without_the_native_module_imports_neither_numpy_nor_torch():
    code = (
        "import sys; from embtrain.cli.main import run; code = run(['info']);"
        "print(code, sorted({'numpy', 'torch', 'gensim'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**environment(), "EMBTRAIN_NATIVE": "0"},
    )
    assert done.stderr == "0 []\n"
