"""The choice of the backend: what is requested, what is available, what is reported."""

import sys

import pytest
import torch

from embtrain import native
from embtrain.errors import BackendError, UsageError
from embtrain.ops import backends
from embtrain.ops.backends import Choice, list_backends
from embtrain.ops.devices import open_device
from embtrain.ops.operator import find_operator
from embtrain.option_names import option
from embtrain.training.objectives.registry import OBJECTIVES, find_objective
from tests.conftest import needs_native

ALL = ("cpu", "batched", "gensim")


def choose_backend(wanted, device="cpu", model="skipgram", having=ALL):
    return backends.choose_backend(wanted, device, model, having)


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
    with pytest.raises(BackendError, match="backend='cpu' is not available: EMBTRAIN_NATIVE=0"):
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
        with pytest.raises(UsageError, match=f"device='cuda' is for backend='batched'; backend='{name}'"):
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
    with pytest.raises(BackendError, match="backend='gensim' is not available: gensim is not installed"):
        choose_backend("gensim")


@needs_native
@pytest.mark.parametrize("model", OBJECTIVES)
def test_every_backend_of_a_model_registers_under_the_name_of_its_operator(model):
    objective = find_objective(model)
    for backend in set(objective.backends) - {"gensim"}:
        find_operator(objective.operator).kernel(backend)
    overloads = getattr(torch.ops.embtrain, objective.operator)
    assert overloads.overloads() == ["default", "batched"]
    for overload, key in ((overloads.default, "CPU"), (overloads.batched, "CompositeExplicitAutograd")):
        assert torch._C._dispatch_has_kernel_for_dispatch_key(overload.name(), key)


@needs_native
def test_a_model_is_trained_by_the_backends_that_have_it():
    for name in ALL:
        assert choose_backend(name, having=[name]) == Choice(name)
        others = [other for other in ALL if other != name]
        with pytest.raises(UsageError, match=f"backend='{name}' does not have model='cbow'; choose"):
            choose_backend(name, model="cbow", having=others)


@needs_native
def test_a_model_without_native_kernel_falls_back_and_tells_why():
    expected = Choice("batched", f"there is no native kernel for {option('model', 'cbow')}")
    having = ("batched", "gensim")
    assert choose_backend("auto", model="cbow", having=having) == expected
    assert choose_backend("auto", "cuda", "cbow", having) == Choice("batched")


@pytest.mark.parametrize("name", ["nonsense", "cuda:99", "meta"])
def test_devices_that_cannot_be_used_are_refused(name):
    with pytest.raises(BackendError, match=f"device='{name}' cannot be used: .+; 'embtrain info --devices'"):
        open_device(name)


def test_the_processor_is_a_device():
    assert open_device("cpu").type == "cpu"
