"""Which registers are shown, going back to where one came from, and the list of matches."""

from __future__ import annotations

from tests.ui.driving import make_app, running, select, sheet_text, small_map, text_of, typed, until


async def test_only_what_differs_from_reset() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "MORE.R7")
        await pilot.press("e")
        await typed(pilot, "99")
        await pilot.press("enter")
        node = screen.map.by_path["MORE.R7"]
        await until(pilot, lambda: screen.live.sample(node).value == 99)
        await pilot.press("F")
        assert "differs from reset" in sheet_text(screen)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert [node.path for node in screen.table.in_sight()] == ["MORE.R7"]
        screen.notices.unsay()
        screen.repaint()
        await pilot.pause()
        assert "1 of 47 registers: differs from reset" in text_of(screen)
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
