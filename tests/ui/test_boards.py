"""Several boards in tabs: what is read, opened and closed of each, and the line that names them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap
from inspector.session import Session
from inspector.ui.app import InspectorApp
from inspector.ui.board import Board
from inspector.ui.boards import Boards
from inspector.ui.consent import Consents
from inspector.ui.lines import length, plain
from inspector.ui.remembered import Remembered
from inspector.ui.screen import MainScreen
from inspector.ui.settings import Settings
from tests.ui.driving import make_app, running, small_map, text_of, typed, until


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
        remembered=Remembered(register_map, Path("/dev/null/layouts")),
        settings=Settings(Path("/dev/null/settings")),
        name="one",
        others=[Board(register_map, lambda: opening(words[1]), name="two")],
        compared=compared,
    )


async def test_a_target_that_cannot_be_opened_leaves_the_other(tmp_path: Path) -> None:
    words = image(tmp_path, "a.bin", 0x20), f"devmem:{tmp_path}/none.bin@0x1000"
    async with running(two(small_map(), words)) as (pilot, screen):
        await until(pilot, lambda: "✗ 2 refused" in text_of(screen).splitlines()[1])
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


def boards_of(screen: MainScreen) -> Boards:
    app = screen.app
    assert isinstance(app, InspectorApp)
    assert app.boards is not None
    return app.boards


async def test_one_board_has_no_tabs() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        assert not screen.query_one("#tabs").display
        await pilot.press("right_curly_bracket")
        assert "there is one board only" in text_of(screen)
        await pilot.app.run_action("app.close_board")
        await until(pilot, lambda: "this is the only board" in text_of(screen))


class Watched(Session):
    """A session that tells when it was closed."""

    shut = False

    def close(self) -> None:
        """Close it."""
        self.shut = True
        super().close()


def opening_others(found: list[str]) -> InspectorApp:
    """An app that opens the small map, whatever is typed, on the backend behind it."""
    small = small_map()

    def find_board(text: str) -> Board:
        found.append(text)
        name, _, word = text.partition(" -b ")
        if name == "none":
            raise UsageError("there is no map 'none'")
        return Board(small, lambda: Watched(small, [word or "sim"]), name=name)

    return make_app(small, find_board=find_board)


async def test_a_map_is_opened_from_the_palette_and_closed_again() -> None:
    found: list[str] = []
    async with running(opening_others(found)) as (pilot, first):
        app = pilot.app
        await pilot.press("ctrl+p")
        await typed(pilot, "open a map")
        await pilot.press("enter")
        await typed(pilot, "bench.yaml")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is not first and isinstance(app.screen, MainScreen))
        assert found == ["bench.yaml"]
        boards = boards_of(first)
        second = boards.screens[1]
        await until(pilot, lambda: bool(second.live.samples))
        assert text_of(second).splitlines()[0].strip() == "1 small  ▌2 bench.yaml"
        session = second.live.session
        assert isinstance(session, Watched)
        await pilot.app.run_action("app.close_board")
        await until(pilot, lambda: session.shut)
        assert app.screen is first
        await until(pilot, lambda: "bench.yaml is closed" in text_of(first))
        assert "1 small" not in text_of(first)


async def test_what_cannot_be_opened_leaves_the_others_as_they_are() -> None:
    async with running(opening_others([])) as (pilot, first):
        app = pilot.app
        assert isinstance(app, InspectorApp)
        app.open_board("none")
        await until(pilot, lambda: "there is no map 'none'" in text_of(first))
        assert app.boards is None
        app.open_board("other -b nonsense")
        await until(
            pilot,
            lambda: "no backend is called 'nonsense'" in text_of(first) and not boards_of(first).several,
        )
        assert app.screen is first
        assert app.failure is None


async def test_the_line_of_tabs_has_the_board_in_front_in_any_width() -> None:
    async with running(opening_others([]), (60, 20)) as (pilot, first):
        app = pilot.app
        assert isinstance(app, InspectorApp)

        def opened(count: int) -> bool:
            return app.boards is not None and len(app.boards.tabs) == count

        for number in range(6):
            app.open_board(f"a board of a long name {number}")
            await until(pilot, partial(opened, number + 2))
        boards = boards_of(first)
        for width in (200, 60, 20):
            line = boards.line(width)
            assert length(line) <= width
            assert "▌7 " in plain(line)
        assert boards.at(0, 200) == 0
        assert boards.at(199, 200) is None
        assert boards.at(plain(boards.line(60)).index("▌") + 1, 60) == 6


async def test_tabs_say_what_is_amiss_with_a_board_that_is_not_in_front(tmp_path: Path) -> None:
    small = small_map()
    words = image(tmp_path, "a.bin", 0x20), image(tmp_path, "b.bin", 0x10)
    async with running(two(small, words, compared=False)) as (pilot, screen):
        other = boards_of(screen).screens[1]
        await until(pilot, lambda: other.live.session is not None)
        other.regions._set_armed("main", True)
        await until(pilot, lambda: "2 two ARMED" in text_of(screen))


async def test_all_sessions_are_closed_in_the_end() -> None:
    async with running(opening_others([])) as (pilot, first):
        app = pilot.app
        assert isinstance(app, InspectorApp)
        app.open_board("other")
        await until(pilot, lambda: app.boards is not None and app.boards.several)
        second = boards_of(first).screens[1]
        await until(pilot, lambda: second.live.session is not None)
        session = second.live.session
        await pilot.press("left_curly_bracket")
    assert isinstance(session, Watched)
    assert session.shut


async def test_closing_one_of_two_compared_shows_the_other_alone(tmp_path: Path) -> None:
    words = image(tmp_path, "a.bin", 0x20), image(tmp_path, "b.bin", 0x10)
    async with running(two(small_map(), words)) as (pilot, screen):
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(screen))
        other = boards_of(screen).screens[1]
        await pilot.app.run_action("app.close_board")
        await until(pilot, lambda: pilot.app.screen is other)
        await until(pilot, lambda: " small " in text_of(other).splitlines()[0])
        assert "≠" not in text_of(other)
        assert not other.marks.taken
