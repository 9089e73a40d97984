"""`keys`: a file to begin with, and what is wrong with one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Cli


def test_keys_prints_a_file_that_holds_what_is(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cli("keys")
    assert first.status == 0 and not first.err
    assert "edit: e " in first.out
    (tmp_path / "keys.yaml").write_text(first.out.replace("edit: e ", "edit: [f2, 'E'] "))
    monkeypatch.setenv("INSPECTOR_KEYS", str(tmp_path / "keys.yaml"))
    second = cli("keys")
    assert second.status == 0 and not second.err
    assert "edit: [f2, E] " in second.out


def test_keys_tells_what_is_wrong_with_the_file(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys.yaml"
    file.write_text("edit: f2\nquit: strange key\n")
    monkeypatch.setenv("INSPECTOR_KEYS", str(file))
    outcome = cli("keys")
    assert outcome.status == 2
    assert f"{file}:2:7: error: 'strange key' is no key" in outcome.err
    assert "edit: f2 " in outcome.out
    assert "quit: q " in outcome.out
