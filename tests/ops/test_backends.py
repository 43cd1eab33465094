"""Which backend trains: what is wanted, what is there, what is said."""

import sys

import pytest
import torch

from embtrain import native
from embtrain.errors import BackendError, UsageError
from embtrain.ops import backends
from embtrain.ops.backends import Choice, choose_backend, list_backends
from embtrain.ops.steps import open_device, step_function


def test_all_are_listed_with_their_versions():
    listed = {backend.name: backend for backend in list_backends()}
    assert list(listed) == ["cpu", "batched", "gensim"]
    assert all(backend.available for backend in listed.values())
    assert torch.__version__ in listed["batched"].detail


def test_auto_is_the_native_kernels():
    assert choose_backend("auto") == Choice("cpu")
    assert choose_backend("batched") == Choice("batched")
    assert choose_backend("gensim") == Choice("gensim")


def test_auto_falls_back_and_tells_why(monkeypatch):
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    assert choose_backend("auto") == Choice("batched", "EMBTRAIN_NATIVE=0 switches the native module off")
    with pytest.raises(BackendError, match="--backend cpu is not available: EMBTRAIN_NATIVE=0"):
        choose_backend("cpu")


def test_a_module_that_cannot_be_loaded_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "embtrain._native", None)
    native._import_problem.cache_clear()
    try:
        assert "the native module is missing or cannot be loaded" in str(choose_backend("auto").fallback)
    finally:
        native._import_problem.cache_clear()


def test_a_device_is_for_batched():
    assert choose_backend("auto", "cuda") == Choice("batched")
    assert choose_backend("batched", "cuda:1") == Choice("batched")
    for name in ("cpu", "gensim"):
        with pytest.raises(UsageError, match=f"--device cuda is for --backend batched; --backend {name}"):
            choose_backend(name, "cuda")


def test_missing_packages_are_told(monkeypatch):
    monkeypatch.setattr(backends, "_package", lambda name: None)
    details = {backend.name: backend.detail for backend in list_backends()}
    assert details == {
        "cpu": "torch is not installed",
        "batched": "torch is not installed",
        "gensim": "gensim is not installed",
    }
    with pytest.raises(BackendError, match="--backend gensim is not available: gensim is not installed"):
        choose_backend("gensim")


def test_steps_are_found_by_model_and_backend():
    from embtrain.ops.sgns import batched

    assert step_function("skipgram", "batched") is batched.sgns
    assert step_function("skipgram", "cpu") is torch.ops.embtrain.sgns


@pytest.mark.parametrize("name", ["nonsense", "cuda:99", "meta"])
def test_devices_that_cannot_be_used_are_refused(name):
    with pytest.raises(BackendError, match=f"--device {name} cannot be used: .+; 'embtrain info --devices'"):
        open_device(name)


def test_the_processor_is_a_device():
    assert open_device("cpu").type == "cpu"
