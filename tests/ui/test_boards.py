"""Several boards in tabs, and one map on two targets beside each other."""

from __future__ import annotations

from pathlib import Path

from inspector.model.registermap import RegisterMap
from inspector.session import Session
from inspector.ui.app import InspectorApp
from inspector.ui.board import Board
from inspector.ui.consent import Consents
from tests.ui.driving import running, select, small_map, text_of, until


def image(folder: Path, name: str, mode: int) -> str:
    """A file in place of the small map's hardware."""
    data = bytearray(0x1100)
    data[0:4] = mode.to_bytes(4, "little")
    (folder / name).write_bytes(data)
    return f"devmem:{folder / name}@0x1000"


def two(register_map: RegisterMap, words: tuple[str, str], *, compared: bool = True) -> InspectorApp:
    def opening(word: str) -> Session:
        return Session(register_map, [word])

    return InspectorApp(
        register_map,
        lambda: opening(words[0]),
        consents=Consents(Path("/dev/null/consents")),
        name="one",
        others=[Board(register_map, lambda: opening(words[1]), name="two")],
        compared=compared,
    )


async def test_each_shows_the_others_values_beside_its_own(tmp_path: Path) -> None:
    small = small_map()
    words = image(tmp_path, "a.bin", 0x20), image(tmp_path, "b.bin", 0x10)
    async with running(two(small, words), (140, 40)) as (pilot, screen):
        app = screen.app
        assert isinstance(app, InspectorApp)
        assert app.boards is not None
        one, other = app.boards.screens
        assert app.main is one
        ctrl = small.by_path["DEV.CTRL"]
        await until(pilot, lambda: one.marks.word(ctrl) == 0x10)
        assert one.marks.changed(ctrl) == 0x30
        await until(pilot, lambda: "0x0000_0020  Δ" in text_of(one))
        assert "▌1 one" in text_of(one)
        (tmp_path / "b.bin").write_bytes(b"\x21" + bytes(0x10FF))
        await until(pilot, lambda: one.marks.word(ctrl) == 0x21)
        select(one, "DEV.CTRL")
        await pilot.press("right_curly_bracket")
        assert app.main is other
        assert other.table.selected is ctrl
        assert other.marks.word(ctrl) == 0x20
        await until(pilot, lambda: "▌2 two" in text_of(other))


async def test_a_target_that_cannot_be_opened_leaves_the_other(tmp_path: Path) -> None:
    words = image(tmp_path, "a.bin", 0x20), f"devmem:{tmp_path}/none.bin@0x1000"
    async with running(two(small_map(), words)) as (pilot, screen):
        await until(pilot, lambda: "✗ refused" in text_of(screen))
        await until(pilot, lambda: "MODE fast" in text_of(screen))


async def test_tabs_read_only_what_is_in_front(tmp_path: Path) -> None:
    small = small_map()
    words = image(tmp_path, "a.bin", 0x20), image(tmp_path, "b.bin", 0x10)
    async with running(two(small, words, compared=False)) as (pilot, screen):
        app = screen.app
        assert isinstance(app, InspectorApp)
        assert app.boards is not None
        one, other = app.boards.screens
        assert list(other.live.sampled) == []
        await pilot.press("left_curly_bracket")
        assert app.main is other
        await until(pilot, lambda: "MODE slow" in text_of(other))
        assert list(one.live.sampled) == []
        await pilot.click("#tabs", offset=(2, 0))
        assert app.main is one


async def test_one_board_has_no_tabs() -> None:
    small = small_map()
    app = InspectorApp(small, lambda: Session(small), consents=Consents(Path("/dev/null/consents")))
    async with running(app) as (pilot, screen):
        assert not screen.query_one("#tabs").display
        await pilot.press("right_curly_bracket")
        assert "there is one board only" in text_of(screen)
