"""Marking, comparing, saving and loading on the screen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from inspector.model.edit import parse_value
from inspector.session.snapshot import load_snapshot
from inspector.ui.columns import Column
from inspector.ui.differences import DifferenceSheet
from inspector.ui.screen import MainScreen
from inspector.ui.snapshots import SnapshotSheet, completed, snapshot_files
from tests.ui.driving import make_app, running, select, sheet_text, small_map, text_of, typed, until


def shows_value(screen: MainScreen, path: str, value: int) -> bool:
    return screen.live.sample(screen.map.by_path[path]).value == value


def line_of(screen: MainScreen, name: str) -> str:
    return next(line for line in text_of(screen).splitlines() if f"  {name} " in line)


async def test_a_mark_tells_what_differs_from_then_on_and_its_list_goes_there() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        assert screen.table.columns.slot(Column.WAS) is None
        await pilot.press("m")
        assert "marked " in text_of(screen)
        assert screen.table.columns.slot(Column.WAS) is not None
        assert "Δ" not in line_of(screen, "CTRL")
        await pilot.press("e")
        await typed(pilot, "0x21")
        await pilot.press("enter")
        await until(pilot, lambda: "Δ" in line_of(screen, "CTRL"))
        assert "0x0000_0021 ✓Δ* 0x0000_0010" in line_of(screen, "CTRL")
        select(screen, "DEV.ID")
        await pilot.press("M")
        assert isinstance(screen.app.screen, DifferenceSheet)
        assert "DEV.CTRL 0x0000_0010 → 0x0000_0021 MODE slow → fast · EN 0 → 1" in sheet_text(screen)
        await pilot.press("enter")
        assert screen.table.selected is screen.map.by_path["DEV.CTRL"]


async def test_the_list_follows_what_changes_while_it_is_open() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("m", "M")
        assert "0 of " in sheet_text(screen)
        control = screen.map.by_path["DEV.CTRL"]
        enable = parse_value("0x11", control.register)
        screen.live.submit(
            lambda session: session.write(session.compose(control, [enable])), lambda outcome: None
        )
        await until(pilot, lambda: "EN 0 → 1" in sheet_text(screen))
        await pilot.press("m")
        assert "0 of " in sheet_text(screen)
        # The marks before are still there to be compared with.
        await pilot.press("left")
        assert "EN 0 → 1" in sheet_text(screen)
        # A moment is never compared with itself.
        await pilot.press("greater_than_sign")
        assert "EN 0 → 1" in sheet_text(screen)
        assert "→ now" not in sheet_text(screen)
        await pilot.press("right")
        assert sheet_text(screen).startswith("now → mark of ")
        assert "0 of " in sheet_text(screen)


async def test_what_came_back_is_counted_apart_from_what_differs() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("m")
        select(screen, "DEV.CTRL")
        for text in ("0x11", "0x10"):
            await pilot.press("e")
            await typed(pilot, text)
            await pilot.press("enter")
            await until(pilot, partial(shows_value, screen, "DEV.CTRL", int(text, 16)))
        await pilot.press("M")
        assert "registers differ, 1 changed and came back" in sheet_text(screen)


async def test_without_a_mark_the_list_says_how_to_get_one() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("M")
        assert "there is nothing to compare with: m marks now, v loads a snapshot" in text_of(screen)


async def test_what_there_is_now_is_saved_and_stands_beside_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("v")
        assert isinstance(screen.app.screen, SnapshotSheet)
        await pilot.press("s")
        await typed(pilot, "then.jsonl")
        await pilot.press("enter")
        await until(pilot, lambda: "saved 45 registers to then.jsonl" in text_of(screen))
        assert load_snapshot(tmp_path / "then.jsonl").registers["DEV.CTRL"].value == 0x10
        # Saving once more never writes over what is there.
        await pilot.press("v", "s")
        await typed(pilot, "then.jsonl")
        await pilot.press("enter")
        assert "then.jsonl is there already: nothing was saved" in text_of(screen)
        saved = (tmp_path / "then.jsonl").read_text().replace('"value": 16, "hex"', '"value": 17, "hex"')
        (tmp_path / "other.jsonl").write_text(saved)
        await pilot.press("v", "l")
        await typed(pilot, "oth")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "other.jsonl beside the live values" in text_of(screen))
        assert " other " in text_of(screen)
        assert "0x0000_0010  Δ  0x0000_0011" in line_of(screen, "CTRL")
        await pilot.press("v")
        assert "● other.jsonl" in sheet_text(screen)
        await pilot.press("d")
        assert "● nothing: the live values alone" in sheet_text(screen)
        await pilot.press("escape")
        assert screen.table.columns.slot(Column.WAS) is None


async def test_a_file_that_is_no_snapshot_says_so(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("registers\n")
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("v", "l")
        await typed(pilot, str(bad))
        await pilot.press("enter")
        await until(pilot, lambda: "this is no snapshot of inspector" in text_of(screen))
        assert not screen.marks.taken


async def test_a_folded_region_is_not_read_for_a_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(make_app(small_map())) as (pilot, screen):
        screen.table.fold({"rest"}, True)
        screen.moments.save(Path("now.jsonl"))
        await until(pilot, lambda: "left out as folded: rest" in text_of(screen))
        assert set(load_snapshot(tmp_path / "now.jsonl").registers) == {
            f"DEV.{name}" for name in ("CTRL", "FLAGS", "DATA", "KICK", "ID", "WIDE", "OWN")
        }


def test_only_snapshots_are_offered(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"inspector": 1, "map": "x"}\n')
    (tmp_path / "two.jsonl").write_text('{"other": 1}\n')
    (tmp_path / "three.txt").write_text('{"inspector": 1}\n')
    (tmp_path / "four.jsonl").mkdir()
    assert [path.name for path in snapshot_files(tmp_path)] == ["one.jsonl"]
    assert snapshot_files(tmp_path / "nowhere") == []


def test_a_path_is_completed_as_far_as_there_is_no_choice(tmp_path: Path) -> None:
    for name in ("before-1.jsonl", "before-2.jsonl", ".hidden"):
        (tmp_path / name).write_text("")
    (tmp_path / "folder").mkdir()
    assert completed(f"{tmp_path}/be") == f"{tmp_path}/before-"
    assert completed(f"{tmp_path}/before-2") == f"{tmp_path}/before-2.jsonl"
    assert completed(f"{tmp_path}/fo") == f"{tmp_path}/folder/"
    assert completed(f"{tmp_path}/.h") == f"{tmp_path}/.hidden"
    assert completed(f"{tmp_path}/x") == f"{tmp_path}/x"
    assert completed("/nowhere/at/all") == "/nowhere/at/all"
