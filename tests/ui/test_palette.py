"""The palette: every command, theme and register, found and done; and what is never shown over the rows."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from inspector.ui.ask import Pane
from inspector.ui.commands import ALL
from inspector.ui.help import Help
from inspector.ui.lines import plain
from inspector.ui.notices import Notices
from inspector.ui.palette import Choice, Palette, matching
from tests.ui.driving import make_app, running, select, sheet_text, small_map, text_of, typed, until


def choices(*titles: str) -> list[Choice]:
    return [Choice(title, "", "", lambda: None) for title in titles]


def test_what_fits_best_comes_first() -> None:
    offered = choices("Copy as …", "Value format", "Fold or unfold", "Undo", "Find")
    assert [each.title for each in matching(offered, "f")][:2] == ["Fold or unfold", "Find"]
    assert [each.title for each in matching(offered, "as copy")] == ["Copy as …"]
    assert [each.title for each in matching(offered, "vfmt")] == ["Value format"]
    assert matching(offered, "zz") == []
    assert matching(offered, " ") == offered


async def test_every_command_is_there_with_its_key_and_does_what_it_says() -> None:
    app = make_app(small_map())
    async with running(app) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.press("ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette)
        text = sheet_text(screen)
        assert all(command.title in text for command in ALL.values() if command.id != "palette")
        await typed(pilot, "undo")
        line = plain(palette.query_one(Pane).lines[0])
        assert line.startswith("▌Undo") and line.endswith("u")
        await pilot.press("escape")
        for text, done in (
            ("value format", lambda: screen.table.form.value == "dec"),
            ("next field", lambda: screen.detail.has_focus),
            ("theme: light", lambda: app.theme == "light"),
            ("all about the region", lambda: app.screen is not screen),
        ):
            await pilot.press("ctrl+p")
            await typed(pilot, text)
            await pilot.press("enter")
            await until(pilot, done)
        await pilot.press("escape", "ctrl+p")
        await typed(pilot, "quit")
        await pilot.press("enter")
        await until(pilot, lambda: not app.is_running)


async def test_registers_are_found_from_the_palette() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        for key in ("ctrl+g", "ctrl+p"):
            select(screen, "DEV.CTRL")
            await pilot.press(key)
            await typed(pilot, "more.r12")
            await until(pilot, lambda: "MORE.R12" in sheet_text(screen))
            await pilot.press("enter")
            assert screen.table.selected is screen.map.by_path["MORE.R12"]
            assert screen.is_current


async def test_what_is_typed_ahead_is_typed_into_the_palette_and_the_help() -> None:
    app = make_app(small_map())
    async with running(app) as (pilot, screen):
        keys = [("ctrl+p", None), *((each, each) for each in "more"), ("full_stop", "."), ("r", "r")]
        for key, character in [*keys, ("7", "7"), ("enter", "\r")]:
            app.post_message(events.Key(key, character))
        await until(pilot, lambda: screen.table.selected is screen.map.by_path["MORE.R7"])
        for key, character in (("question_mark", "?"), ("slash", "/"), ("z", "z"), ("z", "z")):
            app.post_message(events.Key(key, character))
        await until(pilot, lambda: isinstance(app.screen, Help) and "holds “zz”" in sheet_text(screen))


async def test_the_palette_fits_any_window_and_leaves_as_it_came() -> None:
    async with running(make_app(small_map()), (20, 5), wait=False) as (pilot, screen):
        await pilot.press("ctrl+p", "down", "down", "pagedown", "up", "pageup", "x", "backspace")
        assert isinstance(screen.app.screen, Palette)
        await pilot.press("ctrl+p", "tab", "escape")
        assert screen.is_current


async def test_nothing_floats_over_the_registers() -> None:
    app = make_app(small_map())
    async with running(app) as (pilot, screen):
        app.notify("something [b]of Textual's")
        await pilot.pause()
        assert not app._notifications
        assert "something [b]of Textual's" in text_of(screen)
        await pilot.press("ctrl+c")
        assert "q or Ctrl+Q quits" in text_of(screen)
        assert not app.query(Input)


def test_an_error_stays_until_a_key_was_pressed() -> None:
    notices = Notices()
    notices.say("it broke", "wrong")
    notices.say("and something else", "good")
    assert notices.span == ("it broke", "wrong")
    notices.say("it broke again", "wrong")
    assert notices.span == ("it broke again", "wrong")
    notices.seen()
    notices.say("copied", "good")
    assert notices.span == ("copied", "good")
    assert [each.text for each in notices.log] == [
        "it broke",
        "and something else",
        "it broke again",
        "copied",
    ]


async def test_what_was_said_can_be_read_again() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("L")
        assert "nothing was said yet" in sheet_text(screen)
        await pilot.press("escape", "f", "space", "L")
        text = sheet_text(screen)
        assert text.index("paused") < text.index("values in decimal")
        await pilot.press("L")
        assert screen.is_current
