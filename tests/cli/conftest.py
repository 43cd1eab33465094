"""What all tests of commands share."""

import pytest

from tests.conftest import count_own_memory


@pytest.fixture(autouse=True)
def _own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    count_own_memory(monkeypatch)
