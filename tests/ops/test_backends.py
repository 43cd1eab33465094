"""Which backend trains: what is wanted, what is there, what is said."""

import sys

import pytest
import torch

from embtrain import native
from embtrain.config import TrainConfig
from embtrain.errors import BackendError, UsageError
from embtrain.ops import backends
from embtrain.ops.backends import BACKENDS_OF, Choice, choose_backend, list_backends
from embtrain.ops.steps import open_device, step_function
from tests.conftest import needs_native


@needs_native
def test_all_are_listed_with_their_versions():
    listed = {backend.name: backend for backend in list_backends()}
    assert list(listed) == ["cpu", "batched", "gensim"]
    assert all(backend.available for backend in listed.values())
    # The package of the CUDA build names itself 2.13.0 and says 2.13.0+cu130 when it is imported.
    assert torch.__version__.split("+")[0] in listed["batched"].detail


@needs_native
def test_auto_is_the_native_kernels():
    assert choose_backend("auto") == Choice("cpu")
    assert choose_backend("batched") == Choice("batched")
    assert choose_backend("gensim") == Choice("gensim")


def test_auto_falls_back_and_tells_why(monkeypatch):
    monkeypatch.setenv("EMBTRAIN_NATIVE", "0")
    assert choose_backend("auto") == Choice("batched", "EMBTRAIN_NATIVE=0 switches the native module off")
    with pytest.raises(BackendError, match="--backend cpu is not available: EMBTRAIN_NATIVE=0"):
        choose_backend("cpu")


@needs_native
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


@needs_native
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

    config = TrainConfig().resolved()
    assert step_function(config, "batched") is batched.sgns
    assert step_function(config, "cpu") is torch.ops.embtrain.sgns


@pytest.mark.parametrize("gradient", ["word2vec", "corrected"])
def test_cbow_is_told_its_gradient(gradient):
    from embtrain.ops.cbow import batched

    step = step_function(TrainConfig(model="cbow", cbow_gradient=gradient).resolved(), "batched")
    assert step.func is batched.cbow
    assert step.keywords == {"corrected": gradient == "corrected"}


@needs_native
@pytest.mark.parametrize("model", list(BACKENDS_OF))
def test_a_model_is_trained_by_the_backends_that_have_it(model):
    for name in ("cpu", "batched", "gensim"):
        if name in BACKENDS_OF[model]:
            assert choose_backend(name, model=model) == Choice(name)
        else:
            with pytest.raises(UsageError, match=f"--backend {name} does not have --model {model}; choose"):
                choose_backend(name, model=model)


@needs_native
def test_a_model_without_native_kernel_falls_back_and_tells_why(monkeypatch):
    monkeypatch.setitem(BACKENDS_OF, "cbow", ("batched", "gensim"))
    expected = Choice("batched", "there is no native kernel for --model cbow")
    assert choose_backend("auto", model="cbow") == expected
    assert choose_backend("auto", "cuda", "cbow") == Choice("batched")


@pytest.mark.parametrize("name", ["nonsense", "cuda:99", "meta"])
def test_devices_that_cannot_be_used_are_refused(name):
    with pytest.raises(BackendError, match=f"--device {name} cannot be used: .+; 'embtrain info --devices'"):
        open_device(name)


def test_the_processor_is_a_device():
    assert open_device("cpu").type == "cpu"
