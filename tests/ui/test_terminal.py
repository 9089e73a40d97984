"""The real program in a real terminal: keys as a terminal sends them, the mouse, one size after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.soak.app import ESCAPE, App

DOWN, LEFT, SHIFT_TAB = "\x1b[B", "\x1b[D", "\x1b[Z"

Start = Callable[..., App]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the program on the demonstration board, and ends it by ``q`` with nothing broken."""
    apps: list[App] = []

    def start(size: tuple[int, int] = (80, 24), *arguments: str) -> App:
        apps.append(App(arguments or ("demo",), size=size))
        return apps[-1]

    try:
        yield start
        for app in apps:
            assert not app.broken, app.screen
            assert app.end("q") == 0
            assert app.usable
    finally:
        for app in apps:
            app.close()


def find(app: App, text: str, path: str) -> None:
    """Search as one types, and wait until the register is in hand."""
    app.press("/", *text, "\r")
    app.wait_for(lambda: f"─ {path} " in app.screen and "stays there" not in app.screen, path)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_search_edit_and_undo(start: Start, size: tuple[int, int]) -> None:
    app = start(size)
    find(app, "scratch", "SYS.SCRATCH")
    app.press("e", *"0x1234")
    app.wait_for(lambda: "write 0x0000_1234" in app.screen, "the preview")
    app.press("\r")
    app.wait_for(lambda: "→ 0x0000_1234 ✓" in app.screen, "what came of the write")
    app.press("u")
    app.wait_for(lambda: "undo: " in app.screen, "the undo")
    app.press("\r")
    app.wait_for(lambda: "→ 0xcafe_f00d ✓" in app.screen, "what came of the undo")


def test_an_edit_survives_other_sizes(start: Start) -> None:
    app = start((120, 40))
    find(app, "scratch", "SYS.SCRATCH")
    app.press("e", *"0x55")
    app.wait_for(lambda: "0x55" in app.screen, "what is typed")
    for columns, rows in ((80, 24), (20, 5), (200, 60), (40, 10), (120, 40)):
        app.resize(rows, columns)
        app.turn(0.2)
    app.wait_for(lambda: "write 0x0000_0055" in app.screen, "the preview")
    app.press("a", "\x7f", "5", "\r")
    app.wait_for(lambda: "→ 0x0000_0555 ✓" in app.screen, "what came of the write")


def test_a_tiny_window_from_the_start(start: Start) -> None:
    app = start((80, 24))
    for columns, rows in ((20, 5), (1, 1), (5, 20), (300, 3), (80, 24)):
        app.resize(rows, columns)
        app.press(DOWN, "e", ESCAPE, "\t", SHIFT_TAB, "?", ESCAPE)
        app.turn(0.1)
    app.settle()


def test_the_mouse_selects_edits_and_flips(start: Start) -> None:
    app = start((80, 24))
    column, row = app.place_of(" SCRATCH ")
    app.click(column + 2, row)
    app.wait_for(lambda: "─ SYS.SCRATCH " in app.screen, "the register that was clicked")
    app.click(column + 2, row, times=2)
    app.wait_for(lambda: "leaves without a write" in app.screen, "the edit")
    app.press(ESCAPE)
    app.wait_for(lambda: "leaves without a write" not in app.screen, "the end of the edit")
    # The wheel scrolls and selects nothing.
    app.press(f"\x1b[<65;{column};{row}M")
    app.wait_for(lambda: " SCRATCH " in app.screen, "the row")


def test_what_is_pasted_is_typed_into_the_edit(start: Start) -> None:
    app = start((80, 24))
    find(app, "scratch", "SYS.SCRATCH")
    app.press("e")
    app.wait_for(lambda: "leaves without a write" in app.screen, "the edit")
    app.press("\x1b[200~0xbeef\nq\x1b[201~")
    app.wait_for(lambda: "write 0x0000_beef" in app.screen, "the preview")
    app.press(ESCAPE)
    app.wait_for(lambda: "left without a write" in app.screen, "the end of the edit")


def test_vi_keys_move_as_arrows_do(start: Start) -> None:
    app = start((80, 24))
    app.press("g", "j", "j")
    app.wait_for(lambda: "─ SYS.STATUS " in app.screen or "─ SYS.REVISION " in app.screen, "the register")
    there = app.screen.partition("─ SYS.")[2][:8]
    app.press("k", DOWN)
    app.settle()
    assert app.screen.partition("─ SYS.")[2][:8] == there
