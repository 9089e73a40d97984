"""How the app is opened; what it does is tested elsewhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

import inspector.session
import inspector.ui
from inspector.backends.agency import Agent
from inspector.cli import compare, elevation, opening, screen
from inspector.cli.opening import Opening
from inspector.errors import NotPermitted, UsageError
from inspector.model.registermap import OpenMode, RegisterMap
from inspector.ui.board import Board, FindBoard

from .conftest import Cli

Opened = list[tuple[str, tuple[str, ...], OpenMode | None, bool, bool]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """What the app was opened with, on what passes for a terminal."""
    calls: Opened = []
    asked: list[tuple[tuple[str, ...], OpenMode | None, bool]] = []

    def session(
        register_map: RegisterMap,
        backends: Sequence[str] = (),
        *,
        mode: OpenMode | None = None,
        write: bool = False,
        **others: object,
    ) -> None:
        asked.append((tuple(backends), mode, write))

    def run(
        register_map: RegisterMap,
        open_session: Callable[[], None],
        simulate: Callable[[], None],
        *,
        hardware: Mapping[str, str] | None = None,
        folded: bool = False,
        theme: str | None = None,
        view_only: bool = False,
        name: str = "",
        others: Sequence[Board] = (),
        compared: bool = False,
        find_board: FindBoard | None = None,
    ) -> None:
        assert find_board is not None
        open_session()
        calls.append((register_map.name, *asked.pop(), folded))
        for board in others:
            board.open_session()
            calls.append((board.map.name, *asked.pop(), compared))

    monkeypatch.setattr(inspector.ui, "run", run, raising=False)
    monkeypatch.setattr(opening, "Session", session)
    monkeypatch.setattr(inspector.session, "Session", session, raising=False)
    monkeypatch.setattr(elevation, "needs_elevation", lambda words, register_map: False)
    for module in (screen, compare):
        monkeypatch.setattr(module, "on_terminal", lambda stream: True)
    monkeypatch.setenv("TERM", "xterm")
    return calls


def test_a_terminal_that_shows_no_screen_is_pointed_to_lines(
    cli: Cli, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    outcome = cli("demo")
    assert outcome.status == 2
    assert "TERM=dumb" in outcome.err and "--plain" in outcome.err
    assert not opened


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


def test_several_maps_each_take_the_backends_of_their_regions(cli: Cli, opened: Opened) -> None:
    assert cli("pl011", "demo", "-b", "sim", "-b", "serial=devmem:x.bin").status == 0
    assert opened == [
        ("pl011", ("sim",), None, False, False),
        ("demo", ("sim", "serial=devmem:x.bin"), None, False, False),
    ]


def test_compare_opens_the_map_on_both_targets(cli: Cli, opened: Opened) -> None:
    assert cli("compare", "pl011", "-b", "sim", "-b", "devmem:x.bin", "-b", "uart=sim").status == 0
    assert opened == [
        ("pl011", ("sim",), None, False, False),
        ("pl011", ("devmem:x.bin", "uart=sim"), None, False, True),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch"], "'nosuch'"),
        (["raed"], "read"),
        (["raed", "demo"], "did you mean read?"),
        (["demo", "pl011", "--plain"], "one map at a time"),
        (["demo", "nosuch"], "'nosuch'"),
        (["demo", "read"], "a command comes first: inspector read"),
        (["demo", "pl011", "-b", "nowhere=sim"], "no map has a region 'nowhere'"),
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


class Rights:
    """What the app was started with, where the hardware may not be opened by this user."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.prefixes: list[tuple[str, ...]] = []
        monkeypatch.setattr(elevation, "needs_elevation", self._needs)
        monkeypatch.setattr(Agent, "start", self._start)
        monkeypatch.setattr(shutil, "which", lambda name: None if name == "nosuch" else f"/usr/bin/{name}")

    def _needs(self, words: Iterable[str], register_map: RegisterMap) -> bool:
        self.asked = list(words)
        return "devmem" in self.asked

    def _start(self, prefix: Sequence[str] = (), **others: object) -> None:
        self.prefixes.append(tuple(prefix))
        raise NotPermitted("sudo: 3 incorrect password attempts", errno_name="EPERM")


@pytest.fixture
def rights(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> Rights:
    return Rights(monkeypatch)


def test_more_rights_are_asked_for_before_the_screen_opens(
    cli: Cli, rights: Rights, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INSPECTOR_ELEVATE", raising=False)
    outcome = cli("pl011", "-b", "devmem")
    assert rights.prefixes == [("sudo",)]
    assert "sudo starts the part that touches it" in outcome.err
    # They were not given: there is nothing to show.
    assert outcome.status == 1
    assert "3 incorrect password attempts (EPERM)" in outcome.err
    assert opened == []


@pytest.mark.parametrize(("command", "prefixes"), [("doas -n", [("doas", "-n")]), ("", []), ("nosuch", [])])
def test_the_person_chooses_the_command(
    cli: Cli, rights: Rights, monkeypatch: pytest.MonkeyPatch, command: str, prefixes: list[tuple[str, ...]]
) -> None:
    monkeypatch.setenv("INSPECTOR_ELEVATE", command)
    cli("pl011", "-b", "devmem")
    assert rights.prefixes == prefixes


@pytest.mark.parametrize("words", [["pl011"], ["pl011", "-b", "devmem", "--in-process"]])
def test_nobody_is_asked_where_no_agent_needs_it(cli: Cli, rights: Rights, words: list[str]) -> None:
    assert cli(*words).status == 0
    assert rights.prefixes == []


def test_a_maps_own_hardware_waits_for_the_persons_consent(cli: Cli, board: Path, rights: Rights) -> None:
    board.write_text(board.read_text().replace("base: 0x1000,", "base: 0x1000, source: devmem,"))
    assert cli(board).status == 0
    assert rights.prefixes == []
    assert cli(board, "-b", "first=devmem").status == 1
    assert rights.prefixes == [("sudo",)]


def test_what_is_typed_on_the_screen_is_opened_like_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x1000))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "my.yaml").write_text(
        "regmap: 1\nname: mine\nblocks: {b: {size: 16, registers: {R: {offset: 0}}}}\n"
        "regions: {main: {base: 0, size: 16, source: devmem, instances: {B: b}}}\n"
    )
    with ExitStack() as stack:
        board = screen.find_board(stack, None, f"~/my.yaml -b 'devmem:{image}'")
        assert (board.map.name, board.name) == ("mine", f"mine devmem:{image}")
        assert not board.hardware
        with board.open_session() as session:
            assert session.regions["main"].backend.word == f"devmem:{image}"
        # What the map itself names is asked about.
        assert screen.find_board(stack, None, "~/my.yaml").hardware == {"main": "devmem"}
        assert screen.find_board(stack, Opening(backends=("uio:0",)), "demo").name == "demo"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("demo pl011", "is not understood"),
        ("demo -b", "is not understood"),
        ("demo -x sim", "is not understood"),
        ("demo '", "is no map"),
        ("", "is no map"),
        ("nosuch", "nosuch"),
        ("demo -b nosuch=sim", "no region 'nosuch'"),
    ],
)
def test_what_is_typed_wrongly_is_told(typed: str, said: str) -> None:
    with ExitStack() as stack, pytest.raises(UsageError, match=re.escape(said)):
        screen.find_board(stack, None, typed)
