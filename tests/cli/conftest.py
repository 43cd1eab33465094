"""What all tests of commands share."""

import pytest


@pytest.fixture(autouse=True)
def _own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands count only their own memory, not what earlier tests left in the process."""
    for user in ("text.vocab.counter", "io.memory"):
        monkeypatch.setattr(f"embtrain.{user}.resident_bytes", lambda: 60 << 20)
