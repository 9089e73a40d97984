"""Which registers are shown, going back to where one came from, and the list of matches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from inspector.model.registermap import RegisterMap
from inspector.ui.filters import Filter
from inspector.ui.remembered import Remembered
from inspector.ui.screen import MainScreen
from tests.bench.maps_of_size import SHAPES
from tests.ui.driving import make_app, running, select, sheet_text, small_map, text_of, typed, until


async def write_r7(pilot: Pilot[None], screen: MainScreen) -> None:
    """Give one register another value."""
    select(screen, "MORE.R7")
    await pilot.press("e")
    await typed(pilot, "99")
    await pilot.press("enter")
    node = screen.map.by_path["MORE.R7"]
    await until(pilot, lambda: screen.live.sample(node).value == 99)


async def test_only_what_differs_from_reset() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await write_r7(pilot, screen)
        await pilot.press("F")
        assert "differs from reset" in sheet_text(screen)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert [node.path for node in screen.table.in_sight()] == ["MORE.R7"]
        screen.notices.unsay()
        screen.repaint()
        await pilot.pause()
        read = sum(sample.value is not None for sample in screen.live.samples.values())
        assert 0 < read < 47
        assert f"1 of 47 registers, {read} read: differs from reset" in text_of(screen)
        await pilot.press("escape")
        assert not screen.table.filtered


async def test_filters_combine_and_going_elsewhere_drops_them() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        writable, watched = (
            next(each for each in screen.filters.all if each.name == name) for name in ("writable", "watched")
        )
        select(screen, "DEV.ID")
        await pilot.press("p")
        select(screen, "DEV.CTRL")
        await pilot.press("p")
        screen.filters.toggle(watched)
        await pilot.pause()
        assert [node.path for node in screen.table.in_sight()] == ["DEV.CTRL", "DEV.ID"]
        screen.filters.toggle(writable)
        await pilot.pause()
        assert [node.path for node in screen.table.in_sight()] == ["DEV.CTRL"]
        select(screen, "MORE.R3")
        screen.filters.follow()
        assert not screen.filters.on
        assert screen.table.selected is screen.map.by_path["MORE.R3"]


async def test_filters_are_combined_in_the_sheet() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.press("p", "F")
        assert "nothing is marked: m marks" in sheet_text(screen)
        await pilot.press("end", "up", "space", "up", "space", "enter")
        assert {each.name for each in screen.filters.chosen} == {"writable", "watched"}
        await pilot.press("F", "end", "up", "enter")
        assert [each.name for each in screen.filters.chosen] == ["watched"]


async def test_what_fits_no_longer_stays_for_some_looks_and_under_the_cursor() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        filters = screen.filters
        fitting = {0, 1, 2}
        filters.choose(replace(filters.all[0], fitting=lambda: frozenset(fitting)))
        select(screen, "DEV.FLAGS")
        await pilot.pause()

        def look() -> list[int]:
            filters._next = 0.0
            filters.follow()
            return [node.index for node in screen.table.in_sight()]

        fitting.clear()
        fitting.add(3)
        assert look() == [0, 1, 2, 3]
        for _ in range(4):
            look()
        assert look() == [1, 3]
        assert screen.table.selected is screen.map.nodes[1]
        select(screen, "DEV.KICK")
        assert look() == [3]


async def test_a_message_leaves_it_in_sight_that_a_filter_is_on() -> None:
    async with running(make_app(small_map()), (80, 24)) as (pilot, screen):
        filters = screen.filters
        filters.choose(next(each for each in filters.all if each.name == "writable"))
        screen.say("something else " * 9)
        screen.repaint()
        await pilot.pause()
        line = next(line for line in text_of(screen).splitlines() if "something else" in line)
        assert line.endswith("of 47 registers (F)")
        assert len(line) <= 80


async def test_only_what_differs_from_the_mark() -> None:
    async with running(make_app(small_map(), write=True)) as (pilot, screen):
        screen.filters.only_marked()
        assert not screen.filters.on
        await pilot.press("m")
        await write_r7(pilot, screen)
        screen.filters.only_marked()
        await pilot.pause()
        assert [node.path for node in screen.table.in_sight()] == ["MORE.R7"]
        screen.filters.only_marked()
        assert not screen.table.filtered


async def test_a_search_that_is_left_leaves_the_filter_as_it_was() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.press("p")
        screen.filters.choose(next(each for each in screen.filters.all if each.name == "watched"))
        await pilot.press("slash")
        await typed(pilot, "r35")
        assert not screen.table.filtered
        await pilot.press("escape")
        screen.filters.follow()
        assert screen.filters.on
        assert [node.path for node in screen.table.in_sight()] == ["DEV.CTRL"]


async def test_what_was_found_last_is_shown_alone() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("slash")
        await typed(pilot, "r3")
        await pilot.press("enter")
        screen.filters.choose(next(each for each in screen.filters.all if "found" in each.name))
        shown = {node.path for node in screen.table.in_sight()}
        assert shown == {"MORE.R3", *(f"MORE.R3{i}" for i in range(10))}


def writable_of(register_map: RegisterMap) -> Filter:
    """The filter that asks whether a register can be written."""
    filters = MainScreen(
        register_map, None, remembered=Remembered(register_map, Path("/dev/null/no"))
    ).filters
    return next(each for each in filters.all if each.name == "writable")


@pytest.mark.parametrize("make", [*SHAPES.values(), lambda count, changing: small_map()])
def test_what_can_be_written_is_counted_without_a_list(make: Callable[[int, int], RegisterMap]) -> None:
    register_map = make(1000, 0)
    writable = writable_of(register_map)
    own = {node.index for node in register_map.nodes if node.register.writable}
    assert writable.fitting() == own
    assert writable.count == len(own)


async def test_nothing_that_fits_is_an_empty_table() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("F", "down", "down", "enter")
        await pilot.pause()
        assert len(screen.table.rows) == 0
        await pilot.press("down", "e", "G", "z", "left", "p")
        screen.filters.drop()
        await pilot.pause()
        assert len(screen.table.rows) > 40


async def test_back_and_forth() -> None:
    async with running(make_app(small_map()), (80, 16)) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.pause()
        await pilot.press("slash", *"r35", "enter")
        await pilot.pause()
        here = screen.table.selected
        assert here is not None
        assert here.path == "MORE.R35"
        await pilot.press("ctrl+o")
        assert screen.table.selected is screen.map.by_path["DEV.CTRL"]
        await pilot.press("alt+right")
        assert screen.table.selected is here
        await pilot.press("alt+right")
        assert "no place to go forth to" in text_of(screen)
        await pilot.press("apostrophe")
        assert "DEV.CTRL" in sheet_text(screen)
        await pilot.press("end", "enter")
        assert screen.table.selected is screen.map.by_path["DEV.CTRL"]


async def test_single_steps_are_no_jumps() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("down", "down", "up", "down")
        assert screen.jumps.places == []


async def test_the_matches_are_listed_above_the_prompt() -> None:
    async with running(make_app(small_map()), (80, 24)) as (pilot, screen):
        await pilot.press("slash", *"fast")
        await pilot.pause()
        assert "value of MODE" in text_of(screen)
        assert screen.table.selected in screen.table.in_sight()
        await pilot.press("escape")
        await pilot.pause()
        assert "value of MODE" not in text_of(screen)


async def test_an_address_in_a_gap_says_what_stands_around_it() -> None:
    async with running(make_app(small_map()), (120, 40)) as (pilot, screen):
        await pilot.press("slash")
        await typed(pilot, "0x1014")
        await pilot.pause()
        assert "between DEV.ID (0x1010) and DEV.WIDE (0x1018)" in text_of(screen)
        await pilot.press(*["backspace"] * 6)
        await typed(pilot, "0x101d")
        await pilot.pause()
        assert screen.table.selected is screen.map.by_path["DEV.WIDE"]
