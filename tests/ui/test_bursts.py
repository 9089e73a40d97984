"""Keys that come in one go, as over a slow line: each means what it would mean if it came alone."""

from __future__ import annotations

from pathlib import Path

from textual import events

from inspector.ui.ask import Ask
from tests.ui.driving import make_app, running, select, small_map, typed, until


async def test_what_follows_the_key_that_opens_an_edit_is_typed_into_it() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "MORE.R3")
        await pilot.pause()
        node = screen.map.by_path["MORE.R3"]
        # Each of these letters is a command, but for an edit.
        await typed(pilot, "e0xca")
        editing = screen.edits.editing
        assert editing is not None and editing.line is not None
        assert editing.line.text == "0xca"
        pilot.app.post_message(events.Key("enter", "\r"))
        await until(pilot, lambda: screen.live.sample(node).value == 0xCA)


async def test_what_follows_the_key_that_goes_to_the_fields_is_about_them() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        for key in ("tab", "down", "enter"):
            pilot.app.post_message(events.Key(key, None))
        await typed(pilot, "1")
        editing = screen.edits.editing
        assert editing is not None and editing.target is not None
        assert (editing.target.name, editing.word) == ("MODE", 0x10)


async def test_what_follows_the_key_that_opens_the_search_is_searched_for() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        pilot.app.post_message(events.Key("slash", "/"))
        await typed(pilot, "R12")
        assert screen.finding.open
        selected = screen.table.selected
        assert selected is not None and selected.path == "MORE.R12"


async def test_a_yes_that_was_typed_ahead_of_the_question_is_none(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    async with running(make_app(small_map(), [f"devmem:{image}"])) as (pilot, screen):
        for key, character in (("a", "a"), ("enter", "\r")):
            pilot.app.post_message(events.Key(key, character))
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        await pilot.pause()
        assert isinstance(pilot.app.screen, Ask)
        assert not screen.live.armed("main")
        await pilot.press("enter")
        await until(pilot, lambda: screen.live.armed("main"))


async def test_keys_that_leave_a_sheet_twice_in_one_go_leave_it_once() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("J")
        for key in ("J", "escape", "escape"):
            pilot.app.post_message(events.Key(key, "J" if key == "J" else None))
        await pilot.pause()
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("i", "escape")
        assert pilot.app.screen is screen
