"""How the app is opened; what it does is tested elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import inspector.ui
from inspector.cli import screen
from inspector.model.registermap import OpenMode, RegisterMap

from .conftest import Cli

Opened = list[tuple[str, tuple[str, ...], OpenMode | None, bool, bool]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """What the app was opened with, on what passes for a terminal."""
    calls: Opened = []

    def run(
        register_map: RegisterMap,
        *,
        backends: Sequence[str],
        mode: OpenMode | None,
        write: bool,
        folded: bool,
    ) -> None:
        calls.append((register_map.name, tuple(backends), mode, write, folded))

    monkeypatch.setattr(inspector.ui, "run", run, raising=False)
    monkeypatch.setattr(screen, "on_terminal", lambda stream: True)
    return calls


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ("demo", (), None, False, False)),
        (["-b", "sim"], ("demo", ("sim",), None, False, False)),
        (["pl011"], ("pl011", (), None, False, False)),
        (["pl011", "-b", "devmem", "--write"], ("pl011", ("devmem",), None, True, False)),
        (["-b", "devmem", "--exclusive", "pl011"], ("pl011", ("devmem",), OpenMode.EXCLUSIVE, False, False)),
        (
            ["--shared", "pl011", "-b", "uart=sim", "-b", "devmem"],
            ("pl011", ("uart=sim", "devmem"), OpenMode.SHARED, False, False),
        ),
        (["--folded", "pl011"], ("pl011", (), None, False, True)),
        (["BOARD"], ("board", (), None, False, False)),
    ],
)
def test_the_app_opens(cli: Cli, board: Path, opened: Opened, words: list[str], expected: object) -> None:
    outcome = cli(*[board if word == "BOARD" else word for word in words])
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "")
    assert opened == [expected]


def test_a_commands_name_wins(
    cli: Cli, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "read").write_text("regmap: 1\nblocks: {}\n")
    monkeypatch.chdir(tmp_path)
    outcome = cli("read")
    assert outcome.status == 2
    assert opened == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch"], "'nosuch'"),
        (["raed"], "read"),
        (["raed", "demo"], "did you mean read?"),
        (["demo", "pl011"], "one map at a time"),
        (["-b", "sim", "read", "demo"], "a command comes first: inspector read"),
        (["--write", "read"], "a command comes first: inspector read"),
        (["-b", "devmem"], "needs a MAP"),
        (["demo", "--exclusive", "--shared"], "contradict"),
        (["demo", "--json"], "--json"),
    ],
)
def test_mistakes_open_nothing(cli: Cli, opened: Opened, words: list[str], said: str) -> None:
    outcome = cli(*words)
    assert outcome.status == 2
    assert outcome.err.startswith("inspector: ")
    assert said in outcome.err
    assert opened == []


def test_without_a_terminal_it_names_the_command_for_scripts(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "on_terminal", lambda stream: False)
    outcome = cli("demo")
    assert (outcome.status, outcome.out) == (2, "")
    assert "inspector read" in outcome.err


def test_version(cli: Cli) -> None:
    assert cli("--version").out == f"inspector {inspector.__version__}\n"


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["demo", "--help"], ["--write", "-h"]])
def test_help_names_both_ways_to_start(cli: Cli, words: list[str]) -> None:
    outcome = cli(*words)
    assert outcome.status == 0
    assert "inspector [MAP]" in outcome.out
    for word in ("--backend", "--exclusive", "--shared", "--write", "--version", "read", "export"):
        assert word in outcome.out
