from __future__ import annotations

import pytest

from tests.unit.session.fake import FakeBackend


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> FakeBackend:
    """The backend that every session of the test opens."""
    made = FakeBackend()
    monkeypatch.setattr("inspector.session.session.open_backend", lambda *arguments: made)
    return made
