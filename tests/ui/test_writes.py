"""Writes on the screen: told before they go out, confirmed where dangerous, undone where that can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector import maps
from inspector.model.edit import parse_value
from inspector.model.guard import Guard
from inspector.model.registermap import RegisterMap
from inspector.session import Session
from inspector.ui.ask import Confirm
from inspector.ui.sheets import JournalSheet
from inspector.ui.words import operation_texts, operations_text
from tests.ui.driving import make_app, register, running, select, sheet_text, small_map, text_of, typed, until
from tests.unit.model.build import field, one_block

SIZES = [(80, 24), (120, 40), (200, 60)]


def value(session: Session | None, path: str) -> int | None:
    assert session is not None
    return session.sample(session.map.by_path[path]).value


def deep_map() -> RegisterMap:
    """A lock, a latch, a register that is written twice, a dangerous field, and a secret that stays."""
    return one_block(
        register("LOCK", field("ON", "0"), offset=0x0),
        register(
            "CONFIG",
            field("SPEED", "3:0"),
            field("MODE", "7:4"),
            offset=0x4,
            locked_by=Guard("LOCK.ON", 1),
            write_twice=True,
            latched_by="GO",
        ),
        register("GO", field("NOW", "0"), offset=0x8),
        register(
            "RESET",
            field("ALL", "0", danger="Restarts everything."),
            field("NAME", "15:8"),
            offset=0xC,
        ),
        register("GONE", field("FLAG", "0", "w1c", reset=1), offset=0x10, reset=1),
    )


def operations(text: str, path: str, shown: int | None) -> tuple[list[str], str]:
    register_map = deep_map()
    node = register_map.by_path["X." + path.partition(".")[0]]
    name = path.partition(".")[2]
    target = node.register.field(name) if name else None
    with Session(register_map, ["sim"]) as session:
        composition = session.compose(node, [parse_value(text, node.register, target)], shown=shown)
    return operation_texts(composition, shown), operations_text(composition, shown)


def test_the_operations_are_told_as_they_run() -> None:
    texts, line = operations("3", "CONFIG.SPEED", 0x51)
    assert texts == [
        "read 0x0000_1000, stop if bits 0x1 are 0x1 (X.CONFIG is locked while LOCK.ON is 0x1)",
        "read 0x0000_1004, stop unless bits 0xff are 0x51 (X.CONFIG changed since it was shown)",
        "write 0x0000_0053 to 0x0000_1004, twice",
        "read 0x0000_1008",
        "write what was read to 0x0000_1008 to let it take effect",
        "read 0x0000_1004 back",
    ]
    assert line == (
        "check 0x0000_1000 · read 0x0000_1004, stop if it changed · write 0x0000_0053 twice · "
        "read 0x0000_1008 · write what was read to 0x0000_1008 · read back"
    )


def test_what_is_not_known_before_is_told_as_arithmetic() -> None:
    texts, _ = operations("3", "CONFIG.SPEED", None)
    assert texts[1] == "read 0x0000_1004"
    assert texts[2] == "write (read & 0xffff_fff0) | 0x3 to 0x0000_1004, twice"


@pytest.mark.parametrize("size", SIZES)
async def test_the_preview_lists_every_operation_at_every_width(size: tuple[int, int]) -> None:
    async with running(make_app(deep_map()), size) as (pilot, screen):
        select(screen, "X.CONFIG")
        await pilot.press("tab", "end", "enter", *"3")
        shown = " ".join(text_of(screen).split())
        said = " ".join(text for text, _ in screen.edits.notices())
        for words in (
            "locked while LOCK.ON is 0x1",
            "stop unless bits 0xff are 0x0",
            "twice",
            "to let it take effect",
        ):
            assert words in said
            assert words in shown or size[0] == 200


@pytest.mark.parametrize("size", SIZES)
async def test_a_lock_that_holds_is_told_before_the_write_and_no_longer_once_it_is_open(
    size: tuple[int, int],
) -> None:
    async with running(make_app(deep_map()), size) as (pilot, screen):
        foreseen = "! would stop now: X.CONFIG is locked while LOCK.ON is 0x1"
        lock = screen.map.by_path["X.LOCK"]
        select(screen, "X.LOCK")
        await pilot.press("e", "1", "enter")
        await until(pilot, lambda: screen.live.sample(lock).value == 1)
        select(screen, "X.CONFIG")
        await pilot.press("e", "5")
        assert foreseen in text_of(screen)
        await pilot.press("escape")
        select(screen, "X.LOCK")
        await pilot.press("e", "0", "enter")
        await until(pilot, lambda: screen.live.sample(lock).value == 0)
        select(screen, "X.CONFIG")
        await pilot.press("e", "5")
        assert foreseen not in text_of(screen)


@pytest.mark.parametrize("size", SIZES)
async def test_danger_is_confirmed_by_typing_the_name(size: tuple[int, int]) -> None:
    async with running(make_app(deep_map()), size) as (pilot, screen):
        select(screen, "X.RESET")
        for answer in (["enter"], [*"RESE", "enter"], ["y", "enter"], [*"RESET", "escape"], ["escape"]):
            await pilot.press("tab", "end", "enter", *"1")
            assert "▲ Enter asks first: " in text_of(screen)
            await pilot.press("enter")
            assert isinstance(screen.app.screen, Confirm)
            asked = sheet_text(screen)
            assert "Restarts everything." in asked
            assert "write 0x0000_0001 to 0x0000_100c" in asked
            assert "Type RESET to write:" in asked
            await pilot.press(*answer)
            assert "left without a write" in text_of(screen)
            assert screen.edits.editing is None
            assert value(screen.live.session, "X.RESET") == 0
            await pilot.press("escape")
        await pilot.press("tab", "end", "enter", *"1", "enter", *"RESET", "enter")
        await until(pilot, lambda: value(screen.live.session, "X.RESET") == 1)


async def test_what_is_beside_the_danger_is_not_asked_for() -> None:
    async with running(make_app(deep_map())) as (pilot, screen):
        select(screen, "X.RESET")
        await pilot.press("tab", "enter", *"7", "enter")
        await until(pilot, lambda: value(screen.live.session, "X.RESET") == 0x700)


async def test_the_bundled_danger_asks() -> None:
    async with running(make_app(maps.load("demo")), (80, 24)) as (pilot, screen):
        select(screen, "SYS.SOFT_RESET")
        await pilot.press("e", *"0x8", "enter")
        assert "Drops every connection of the network interface." in sheet_text(screen)


async def test_an_edit_that_was_stopped_stays_with_all_that_was_typed(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    async with running(make_app(small_map(), [f"devmem:{image}"], write=True)) as (pilot, screen):
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0)
        await pilot.press("space", "tab", "end", "enter")
        await typed(pilot, "1")
        with image.open("r+b") as file:
            file.seek(0x1000)
            file.write(b"\x20")
        await pilot.press("enter")
        await until(pilot, lambda: "(ECANCELED)" in " ".join(text_of(screen).split()))
        said = " ".join(text_of(screen).split())
        assert "not written: DEV.CTRL was 0x0000_0000" in said
        assert "reads 0x0000_0020" in said
        assert image.read_bytes()[0x1000] == 0x20
        editing = screen.edits.editing
        assert editing is not None
        assert editing.line is not None
        assert (editing.line.text, editing.shown, editing.word) == ("1", 0x20, 0x21)
        await pilot.press("enter")
        await until(pilot, lambda: image.read_bytes()[0x1000] == 0x21)


@pytest.mark.parametrize("size", SIZES)
async def test_u_proposes_to_take_the_last_write_back(size: tuple[int, int]) -> None:
    async with running(make_app(small_map()), size) as (pilot, screen):
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0x10)
        await pilot.press("tab", "end", "enter", *"1", "enter")
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0x11)
        select(screen, "MORE.R3")
        await pilot.press("u")
        await until(pilot, lambda: screen.edits.editing is not None)
        assert screen.table.selected is screen.map.by_path["DEV.CTRL"]
        text = text_of(screen)
        assert "undo: " in text
        assert "EN 1 → 0" in text
        assert "write 0x0000_0010" in text
        await pilot.press("x", "5", "escape")
        assert screen.edits.editing is None
        assert value(screen.live.session, "DEV.CTRL") == 0x11
        await pilot.press("u")
        await until(pilot, lambda: screen.edits.editing is not None)
        await pilot.press("enter")
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0x10)
        await pilot.press("J")
        _, undo, made = sheet_text(screen).split("DEV.CTRL.")
        assert "[undo]" in undo
        assert "[undone]" in made
        await pilot.press("escape", "u")
        await until(pilot, lambda: "not undone" in text_of(screen))
        assert screen.edits.editing is None


async def test_u_says_why_a_write_cannot_be_taken_back() -> None:
    async with running(make_app(deep_map())) as (pilot, screen):
        select(screen, "X.GONE")
        await pilot.press("tab", "end", "enter", "enter")
        await until(pilot, lambda: value(screen.live.session, "X.GONE") == 0)
        await pilot.press("u")
        await until(pilot, lambda: "cannot be undone" in " ".join(text_of(screen).split()))
        assert screen.edits.editing is None


@pytest.mark.parametrize("size", SIZES)
async def test_the_journal_tells_what_was_done(size: tuple[int, int]) -> None:
    async with running(make_app(small_map()), size) as (pilot, screen):
        await pilot.press("e", *"0x21", "enter")
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0x21)
        await pilot.press("J")
        assert isinstance(screen.app.screen, JournalSheet)
        text = sheet_text(screen)
        assert "kept in memory alone" in text
        assert "DEV.CTRL=0x21" in text
        assert text.index("DEV.CTRL=0x21") < text.index("main opened")
        await pilot.press("escape")
        assert screen.is_current


async def test_the_journal_says_where_it_is(tmp_path: Path) -> None:
    from inspector.session.journal import Journal
    from inspector.ui.app import InspectorApp
    from inspector.ui.consent import Consents

    register_map = small_map()
    path = tmp_path / "journal.jsonl"
    app = InspectorApp(
        register_map,
        lambda: Session(register_map, ["sim"], journal=Journal(path)),
        consents=Consents(Path("/nonexistent/consents")),
    )
    async with running(app) as (pilot, screen):
        await pilot.press("J")
        assert "".join(str(path).split()) in "".join(sheet_text(screen).split())
