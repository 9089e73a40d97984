"""What the map says, on the screen: the documentation, the source, and all about a field."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector import maps
from inspector.model.field import Constraint, Field
from inspector.ui.ask import Pane
from inspector.ui.documentation import DocumentationSheet
from inspector.ui.fieldfacts import field_facts
from inspector.ui.lines import length, plain
from inspector.ui.source import SourceSheet, editor_command
from tests.ui.driving import LEVELS, make_app, running, select, sheet_text, text_of, typed, until
from tests.unit.model.build import field

MAP = """\
regmap: 1
name: told
title: Told board
doc: The manual, rev 1
blocks:
  b:
    size: 0x100
    title: The block
    desc: What **blocks** do.
    registers:
      CTRL:
        offset: 0x0
        reset: 0x10
        title: Control
        desc: |
          Sets the *pace*.

          - first this
          - then [that](https://example.com)
        fields:
          MODE: {bits: 5:4, enum: {0: off, 1: {name: slow, desc: Saves power.}, 2: fast}, desc: Of `it`.}
          DONE: {bits: 3, access: w1c, desc: It has finished.}
          EN: {bits: 0, desc: Turns it on.}
      DATA: {offset: 0x4, format: {type: linear, scale: 0.5}, unit: °C, reset: 0x40}
regions:
  r: {base: 0x1000, size: 0x100, title: The region, instances: {X: b}}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "told.yaml"
    file.write_text(MAP)
    return file


async def test_documentation_tells_everything_that_the_map_says(path: Path) -> None:
    async with running(make_app(maps.load(str(path))), (80, 24)) as (pilot, screen):
        await pilot.press("d")
        text = sheet_text(screen)
        for words in (
            "X.CTRL Control",
            "Sets the pace. • first this • then that (https://example.com)",
            "MODE 5:4 rw = 0x1 slow Of it. read-write",
            "0 off ▸ 1 slow Saves power. 2 fast",
            "DONE 3 w1c = 0 It has finished. read-write; writing 1 clears",
            "X The block",
            "What blocks do.",
            "Region r The region",
            "Map told Told board",
            "The manual, rev 1",
        ):
            assert words in text, text
        await pilot.press("d")
        assert screen.app.screen is screen


async def test_documentation_begins_at_the_selected_field(path: Path) -> None:
    async with running(make_app(maps.load(str(path))), (80, 12)) as (pilot, screen):
        field = screen.map.by_path["X.CTRL"].register.field("EN")
        node = screen.map.by_path["X.CTRL"]
        screen.reference.open_documentation(node, field)
        await pilot.pause()
        pane = screen.app.screen.query_one(Pane)
        await until(pilot, lambda: pane.scroll_offset.y > 0)
        top = plain(pane.lines[int(pane.scroll_offset.y)])
        assert top.startswith("  EN  0  rw")


async def test_the_source_of_a_register_and_of_its_field(path: Path) -> None:
    async with running(make_app(maps.load(str(path)))) as (pilot, screen):
        await pilot.press("s")
        await until(pilot, lambda: ":11:7" in sheet_text(screen))
        assert f"{path}:11:7 defined" in sheet_text(screen)
        assert "▸ 11 CTRL:" in sheet_text(screen)
        await pilot.press("y")
        assert screen.app.clipboard == f"{path}:11"
        await pilot.press("d")
        assert isinstance(screen.app.screen, DocumentationSheet)
        await pilot.press("s")
        assert isinstance(screen.app.screen, SourceSheet)
        await pilot.press("escape")
        assert screen.app.screen is screen
        await pilot.press("tab", "down", "s")
        await until(pilot, lambda: ":22:11" in sheet_text(screen))
        assert "Source of X.CTRL.DONE" in sheet_text(screen)


async def test_a_file_that_is_gone_and_a_terminal_that_cannot_be_lent_are_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    async with running(make_app(maps.load(str(path)))) as (pilot, screen):
        await pilot.press("s")
        await until(pilot, lambda: "defined" in sheet_text(screen))
        await pilot.press("e")
        await until(pilot, lambda: "cannot be lent" in sheet_text(screen))
        assert not screen.live.paused
        await pilot.press("escape")
        path.unlink()
        await pilot.press("s")
        await until(pilot, lambda: "cannot read the map" in sheet_text(screen))


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("vim", ["vim", "+7", "/m.yaml"]),
        ("nano -w", ["nano", "-w", "+7", "/m.yaml"]),
        ("code --wait", ["code", "--wait", "--goto", "/m.yaml:7:3"]),
        ("/opt/hx", ["/opt/hx", "/m.yaml:7:3"]),
    ],
)
def test_editors_are_opened_at_the_line(
    editor: str, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    assert editor_command("/m.yaml", 7, 3) == command


@pytest.mark.parametrize(
    ("told", "value", "words"),
    [
        (field("F", "0", "w1c", reset=1), 1, "read-write; writing 1 clears · as after reset: 1"),
        (field("F", "1:0", reset=2, enum=LEVELS), 1, "read-write · ≠ reset 0x2 (fast)"),
        (field("F", "1:0", reset=2, enum=LEVELS), None, "read-write · reset 0x2 (fast)"),
        (field("F", "7:0", "rc"), 1, "read-only; reading clears"),
        (field("F", "7:0", constraint=Constraint(minimum=1, maximum=9)), 1, "read-write · takes 0x1 to 0x9"),
        (field("F", "7:0", danger="Stops the chip."), 1, "read-write · ▲ Stops the chip."),
        (field("F", "7:0", volatile=True), 1, "read-write · hardware changes it"),
    ],
)
def test_what_holds_for_a_field(told: Field, value: int | None, words: str) -> None:
    assert " · ".join(plain(fact) for fact in field_facts(told, value)) == words


async def test_the_whole_text_of_the_selected_field_is_reachable_at_80x24(tmp_path: Path) -> None:
    path = tmp_path / "told.yaml"
    long = " ".join(f"word{i}" for i in range(60))
    path.write_text(MAP.replace("Turns it on.", long))
    async with running(make_app(maps.load(str(path))), (80, 24)) as (pilot, screen):
        await pilot.press("tab", "end")
        lines = " ".join(" ".join(plain(line) for line in screen.detail.lines).split())
        assert long in lines
        assert "word0" in text_of(screen)
        await pilot.press("pagedown")
        assert "word59" in text_of(screen)


async def test_an_edit_goes_on_where_the_mouse_points_and_survives_a_resize(path: Path) -> None:
    async with running(make_app(maps.load(str(path)))) as (pilot, screen):
        await pilot.press("tab", "enter")
        await typed(pilot, "fast")
        row = next(iter(screen.detail._digit_rows))
        await pilot.click("#detail", offset=(screen.detail._geometry.column(0), row))
        assert screen.edits.editing is not None
        assert screen.edits.editing.word == 0x20
        await pilot.press("space")
        assert screen.edits.editing.word == 0x21
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert screen.edits.editing.word == 0x21
        await pilot.press("tab")
        await pilot.press("escape")
        assert screen.edits.editing is None


async def test_a_temperature_is_typed_with_its_unit(path: Path) -> None:
    async with running(make_app(maps.load(str(path)))) as (pilot, screen):
        select(screen, "X.DATA")
        await pilot.press("e")
        await typed(pilot, "25.4 C")
        assert "25.4 C  = 0x0000_0033 = 25.5 °C" in text_of(screen)
        await pilot.press("enter")
        await until(pilot, lambda: screen.live.sample(screen.map.by_path["X.DATA"]).value == 0x33)


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (200, 60)])
async def test_sheets_fit_every_window(path: Path, size: tuple[int, int]) -> None:
    async with running(make_app(maps.load(str(path))), size) as (pilot, screen):
        for key in ("d", "s"):
            await pilot.press(key)
            await pilot.pause()
            pane = screen.app.screen.query_one(Pane)
            assert pane.lines
            assert all(length(line) <= max(pane.size.width, 10) for line in pane.lines)
            await pilot.press("escape")


async def test_a_folded_region_is_documented_and_has_no_source_line(path: Path) -> None:
    async with running(make_app(maps.load(str(path)))) as (pilot, screen):
        screen.action_fold_all()
        await pilot.press("home", "d")
        assert "Region r The region" in sheet_text(screen)
        await pilot.press("escape", "s")
        assert screen.app.screen is screen
        assert "select a register first" in text_of(screen)
