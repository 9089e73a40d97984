"""Copying: what goes to the clipboard, in which form, and what is said of it."""

from __future__ import annotations

import copy
import json
import shlex

import pytest

from inspector.cli.commands import commands
from inspector.session import Session
from inspector.ui.ask import Note
from inspector.ui.screen import MainScreen
from tests.ui.driving import make_app, running, select, small_map, text_of, until

FORMS = {
    "t": "DEV.CTRL = 0x0000_0010  MODE slow",
    "p": "DEV.CTRL",
    "a": "0x00001000",
    "r": "inspector read small.yaml DEV.CTRL",
    "w": "inspector write small.yaml DEV.CTRL=0x00000010",
}


async def test_every_form_goes_to_the_clipboard_and_is_said() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await until(pilot, lambda: screen.live.sample(screen.map.by_path["DEV.CTRL"]).value is not None)
        for key, text in FORMS.items():
            await pilot.press("Y")
            assert "JSON" in text_of(screen).splitlines()[-1]
            await pilot.press(key)
            assert screen.app.clipboard == text
            assert f"copied DEV.CTRL: {text}" in text_of(screen)
        await pilot.press("y")
        assert screen.app.clipboard == "0x0000_0010"
        for key in ("r", "w"):
            words = shlex.split(FORMS[key])
            assert commands.get_command(commands.make_context("inspector", ["maps"]), words[1]) is not None


async def test_a_selected_field_is_copied_alone() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.press("tab")
        assert screen.detail.field is not None and screen.detail.field.name == "MODE"
        for key, text in (
            ("t", "DEV.CTRL.MODE = slow"),
            ("p", "DEV.CTRL.MODE"),
            ("w", "inspector write small.yaml DEV.CTRL.MODE=0x1"),
        ):
            await pilot.press("Y", key)
            assert screen.app.clipboard == text
        await pilot.press("Y", "j")
        assert json.loads(screen.app.clipboard)["fields"] == {"MODE": {"value": 1, "enum": "slow"}}


async def test_json_is_the_line_that_read_prints(capsys: pytest.CaptureFixture[str]) -> None:
    from inspector.cli.read import show
    from inspector.cli.reading import Consent, read_selected
    from inspector.model.paths import select as select_paths

    register_map, mine = small_map(), []
    async with running(make_app(register_map)) as (pilot, screen):
        for path in ("DEV.CTRL", "DEV.KICK"):
            select(screen, path)
            await pilot.press("Y", "j")
            mine.append(json.loads(screen.app.clipboard))
    with Session(register_map) as session:
        selected = select_paths(register_map, ["DEV.CTRL", "DEV.K*"])
        show(read_selected(session, selected, Consent()), as_json=True)
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [list(each) for each in mine] == [list(each) for each in printed]
    assert [{**each, "time": None} for each in mine] == [{**each, "time": None} for each in printed]


async def test_a_command_names_the_backend_where_the_map_does_not() -> None:
    register_map = small_map(source="sim")
    async with running(make_app(register_map)) as (pilot, screen):
        select(screen, "DEV.CTRL")
        assert screen.live.session is not None
        opened = screen.live.session.regions["main"]
        opened.backend = copy.copy(opened.backend)
        opened.backend.word = "uio:my dev"
        await pilot.press("Y", "r")
        assert screen.app.clipboard == "inspector read small.yaml DEV.CTRL -b 'main=uio:my dev'"


async def test_other_keys_copy_nothing_and_do_nothing_else() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.press("Y", "e")
        assert screen.edits.editing is None
        assert "nothing was copied" in text_of(screen)
        assert screen.app.clipboard == ""
        await pilot.press("e", "Y")
        assert screen.edits.editing is not None and screen.edits.editing.line is not None
        assert screen.edits.editing.line.text == "Y"
        assert not screen.copying.open


async def test_what_was_never_read_has_no_value_to_copy() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.DATA")
        await pilot.press("y")
        assert "no value to copy" in text_of(screen)
        await pilot.press("Y", "w")
        assert "was not read yet" in text_of(screen)
        assert screen.app.clipboard == ""


async def test_a_terminal_without_a_clipboard_is_shown_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "Apple_Terminal")
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.press("Y", "p")
        assert isinstance(screen.app.screen, Note)
        assert screen.app.clipboard == ""
        await pilot.press("escape")
        assert isinstance(screen.app.screen, MainScreen)
