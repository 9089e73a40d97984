from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _own_layouts(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test find the layout that another one left behind."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
