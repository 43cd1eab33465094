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
    _train(path)
    return path


@pytest.fixture(scope="session")
def subwords_demo(demo: Path) -> Path:
    """The same text trained with n-grams, beside it."""
    path = demo.parent / "subwords.safetensors"
    _train(path, "--subwords", "3-6")
    return path


def _train(path: Path, *options: str) -> None:
    recipe = str(ROOT / "configs/demo.toml")
    assert run(["train", str(data_path("head500")), "--config", recipe, "-o", str(path), "-q", *options]) == 0
