"""Looking only: what changes or disturbs the hardware is refused, and nothing is kept."""

from __future__ import annotations

import pytest

from tests.ui.driving import make_app, running, select, small_map, text_of, until


@pytest.mark.parametrize("keys", [["e"], ["tab", "space"], ["u"], ["a"], ["x"], ["c"]])
async def test_what_changes_the_hardware_is_refused(keys: list[str]) -> None:
    async with running(make_app(small_map(), view_only=True)) as (pilot, screen):
        select(screen, "DEV.CTRL")
        assert "VIEW ONLY" in text_of(screen).splitlines()[0]
        assert "ARMED" not in text_of(screen).splitlines()[0]
        await pilot.press(*keys)
        assert "VIEW ONLY: nothing is changed or disturbed from here" in text_of(screen)
        assert screen.edits.editing is None
        assert screen.is_current


async def test_the_last_line_names_no_key_that_is_refused() -> None:
    async with running(make_app(small_map(), view_only=True)) as (pilot, screen):
        select(screen, "DEV.CTRL")
        await pilot.pause()
        last = text_of(screen).splitlines()[-1]
        assert "r read" in last
        assert not any(word in last for word in ("edit", "arm", "undo", "exclusive", "release"))
        await pilot.press("tab")
        last = text_of(screen).splitlines()[-1]
        assert "read" in last
        assert not any(word in last for word in ("edit", "flip"))


async def test_what_acts_on_reading_is_not_read_and_the_rest_is() -> None:
    async with running(make_app(small_map(), view_only=True)) as (pilot, screen):
        node = screen.map.by_path["DEV.DATA"]
        select(screen, "DEV.DATA")
        await pilot.press("r", "r")
        assert "DEV.DATA is not read from here" in text_of(screen)
        assert screen.live.sample(node).value is None
        select(screen, "DEV.ID")
        await pilot.press("r")
        await until(pilot, lambda: "DEV.ID read once" in text_of(screen))


async def test_a_picture_is_not_saved() -> None:
    app = make_app(small_map(), view_only=True)
    async with running(app) as (_, screen):
        app.action_take_picture()
        assert screen.notices.span is not None
        assert "nothing is saved here" in screen.notices.span[0]
