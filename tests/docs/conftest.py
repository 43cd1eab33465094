"""The vectors of the demo, which several pages show."""

from pathlib import Path

import pytest

from embtrain.cli.main import run
from tests.conftest import ROOT
from tests.docs.pages import data_path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors that `make demo` trains."""
    path = tmp_path_factory.mktemp("demo") / "vectors.safetensors"
    recipe = str(ROOT / "configs/demo.toml")
    assert run(["train", str(data_path("head500")), "--config", recipe, "-o", str(path), "-q"]) == 0
    return path
