from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size
from textual.pilot import Pilot

from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.session import Sample, Session
from inspector.session.series import Series, Span
from inspector.ui.app import InspectorApp
from inspector.ui.bars import KeyLine
from inspector.ui.consent import Consents
from inspector.ui.glance import LONGEST, STEP, Glance, glance, percentage, steady
from inspector.ui.lines import plain
from inspector.ui.plotsheet import PlotSheet
from inspector.ui.remembered import Remembered
from inspector.ui.screen import MainScreen
from inspector.ui.sparkline import bit_line, sparkline
from inspector.ui.watching import MOST, Pin
from tests.ui.driving import make_app, running, select, sheet_text, small_map, text_of, until

EPOCH = 1_700_000_000.0


def spans(*values: int | tuple[int, int] | None) -> list[Span | None]:
    found: list[Span | None] = []
    for value in values:
        low, high = value if isinstance(value, tuple) else (value, value)
        found.append(None if low is None or high is None else Span(low, high, (low + high) / 2))
    return found


# --- sparklines ----------------------------------------------------------------------------------


def test_a_number_is_drawn_between_its_extremes_and_gaps_are_seen() -> None:
    assert sparkline(spans(0, 7, None, 3, 4), float) == "▁█·▄▅"
    assert sparkline(spans(5, 5), float) == "▁▁"
    assert sparkline(spans(None, None), float) == "··"


def test_a_bit_is_low_high_or_both() -> None:
    assert bit_line(spans(0, 1, (0, 1), None)) == "▁▔█·"


def test_numbers_are_compared_by_what_they_mean() -> None:
    seen = [Span(255, 255, -1.0), Span(0, 0, 0.0)]
    assert sparkline(seen, lambda raw: raw - 256 if raw > 127 else raw) == "▁█"


# --- the share of a bit --------------------------------------------------------------------------


def test_the_share_is_that_of_the_samples() -> None:
    assert percentage([1, 0, None, 0, 2], 1) == 25
    assert percentage([1, None], 1) is None


@pytest.mark.parametrize(
    ("before", "share", "shown"),
    [
        (None, 12.4, 12),
        (12, 13.0, 12),
        (12, 13.1, 13),
        (12, 0, 0),
        (None, 0.2, 1),
        (None, 99.8, 99),
        (99, 100, 100),
        (100, 99.5, 99),
        (5, None, None),
    ],
)
def test_a_percentage_stands_still_while_it_is_as_good(
    before: int | None, share: float | None, shown: int | None
) -> None:
    assert steady(before, share) == shown


def watched(path: str, field: str = "") -> Pin:
    node = small_map().by_path[path]
    return Pin(node, node.register.field(field) if field else None)


def test_the_line_moves_on_only_when_a_step_is_over() -> None:
    pin, series = watched("DEV.CTRL", "EN"), Series(begun=100.0)
    for tick in range(100):
        series.take(int(tick >= 80), 100.0 + tick / 10, EPOCH)
    first = glance(pin, series, 110.0, Glance(), fast=False)
    assert first.line == " " * (LONGEST - 20) + "▁" * 16 + "▔" * 4
    assert glance(pin, series, 110.0 + STEP - 0.01, first, fast=False).line == first.line
    assert glance(pin, series, 110.0 + STEP, first, fast=False).line == first.line[1:] + "▔"


def test_the_share_of_the_last_second_is_shown_where_it_is_sampled_fast() -> None:
    pin, series = watched("DEV.CTRL", "EN"), Series()
    for tick in range(3000):
        series.take(int(tick % 10 < 3), tick / 1000, EPOCH)
    seen = glance(pin, series, 3.0, Glance(), fast=True)
    assert seen.share == 30
    assert seen.flips == 199
    assert glance(pin, series, 3.0, Glance(), fast=False).share is None


# --- pinning -------------------------------------------------------------------------------------


async def watch(pilot: Pilot[None], screen: MainScreen, path: str, field: str = "") -> None:
    select(screen, path)
    if field:
        screen.detail.focus()
        await pilot.pause()
        screen.repaint()
        screen.detail.choose(screen.map.by_path[path].register.field(field))
    else:
        screen.table.focus()
        await pilot.pause()
    screen.action_pin()
    await pilot.pause()


async def test_registers_and_fields_are_watched_across_regions() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await watch(pilot, screen, "DEV.CTRL")
        await watch(pilot, screen, "DEV.CTRL", "MODE")
        await watch(pilot, screen, "DEV.FLAGS", "LATE")
        assert [pin.path for pin in screen.watching.pins] == ["DEV.CTRL", "DEV.CTRL.MODE", "DEV.FLAGS.LATE"]
        by_path = screen.map.by_path
        assert screen.watching.indices == {by_path["DEV.CTRL"].index, by_path["DEV.FLAGS"].index}
        assert screen.table.pinned == screen.watching.indices
        select(screen, "MORE.R39")
        await until(pilot, lambda: "   slow" in text_of(screen) and "DEV.FLAGS.LATE" in text_of(screen))
        await watch(pilot, screen, "DEV.CTRL", "MODE")
        assert [pin.path for pin in screen.watching.pins] == ["DEV.CTRL", "DEV.FLAGS.LATE"]
        assert "DEV.CTRL.MODE is no longer watched" in text_of(screen)


async def test_what_cannot_be_read_is_not_watched_and_what_acts_is_watched_with_a_word() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await watch(pilot, screen, "DEV.KICK")
        assert "DEV.KICK cannot be read" in text_of(screen)
        assert not screen.watching.pins
        await watch(pilot, screen, "DEV.DATA")
        assert "not read by itself: reading clears. r reads it once" in text_of(screen)
        select(screen, "DEV.CTRL")
        screen.detail.focus()
        await pilot.pause()
        screen.repaint()
        screen.detail.choose_bit(31)
        screen.action_pin()
        assert "bit 31 belongs to no field" in text_of(screen)


async def test_no_more_is_watched_than_there_is_memory_for() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        node = screen.map.by_path["DEV.ID"]
        screen.watching.pins = [Pin(node)] * MOST
        await watch(pilot, screen, "DEV.CTRL")
        assert len(screen.watching.pins) == MOST
        assert "let one go first" in text_of(screen)


# --- what is read --------------------------------------------------------------------------------


def counting(register_map: RegisterMap, asked: list[str]) -> InspectorApp:
    class Counting(Session):
        def read(self, nodes: Sequence[RegisterNode]) -> list[Sample]:
            asked.extend(node.path for node in nodes)
            return super().read(nodes)

    return InspectorApp(
        register_map,
        lambda: Counting(register_map, ["sim"]),
        consents=Consents(Path("/dev/null/consents")),
        remembered=Remembered(register_map, Path("/dev/null/layouts")),
    )


async def test_only_what_is_in_sight_and_what_is_watched_is_sampled_and_nothing_that_acts() -> None:
    asked: list[str] = []
    async with running(counting(small_map(), asked), (80, 14)) as (pilot, screen):
        for path in ("DEV.CTRL", "DEV.DATA"):
            await watch(pilot, screen, path)
        screen.watching.sample(5)
        assert screen.live.pinned_rate == 500
        select(screen, "MORE.R39")
        await pilot.pause()
        screen.watch_visible()
        in_sight = {node.path for node in screen.table.in_sight()}
        asked.clear()
        await until(pilot, lambda: asked.count("DEV.CTRL") > 40)
        assert set(asked) - in_sight == {"DEV.CTRL"}
        # What is only in sight is read at the pace of drawing.
        assert asked.count("DEV.CTRL") > 4 * asked.count("MORE.R39")


async def test_the_sampling_rate_is_chosen_and_falls_back_to_that_of_the_rest() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await watch(pilot, screen, "DEV.CTRL")
        assert screen.live.pinned_rate is None
        screen.action_watch_pane()
        await until(pilot, lambda: screen.watching.has_keys)
        await pilot.press("plus")
        assert screen.watching.fast == 20
        assert "WATCH  20/s" in text_of(screen)
        screen.live.rate = 30.0
        assert screen.watching.fast is None
        screen.watching.sample(1)
        assert screen.watching.fast == 50
        await pilot.press("minus")
        assert screen.live.pinned_rate is None
        assert "sampled like the rest, 30 times a second" in text_of(screen)
        for _ in range(20):
            screen.watching.sample(1)
        assert screen.watching.fast == 1000


# --- the pane ------------------------------------------------------------------------------------


async def test_the_pane_has_keys_of_its_own() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("W")
        assert "nothing is watched: p watches" in text_of(screen)
        for path in ("DEV.CTRL", "DEV.FLAGS", "DEV.ID"):
            await watch(pilot, screen, path)
        await until(pilot, lambda: screen.watching.pane is not None)
        await pilot.press("W", "up", "shift+up")
        assert [pin.path for pin in screen.watching.pins] == ["DEV.FLAGS", "DEV.CTRL", "DEV.ID"]
        assert screen.remembered.get("watched") == ["DEV.FLAGS", "DEV.CTRL", "DEV.ID"]
        await pilot.press("down", "p")
        assert [pin.path for pin in screen.watching.pins] == ["DEV.FLAGS", "DEV.ID"]
        await pilot.press("enter")
        assert screen.table.has_focus
        assert screen.table.selected is not None
        assert screen.table.selected.path == "DEV.ID"
        await pilot.press("W", "delete", "delete")
        assert screen.watching.pins == []
        assert screen.table.has_focus
        await until(pilot, lambda: "WATCH" not in text_of(screen))


async def test_a_field_is_gone_to_in_its_register() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await watch(pilot, screen, "DEV.FLAGS", "LATE")
        select(screen, "MORE.R3")
        screen.watching.go()
        await pilot.pause()
        assert screen.table.selected is screen.map.by_path["DEV.FLAGS"]
        assert screen.detail.field is not None
        assert screen.detail.field.name == "LATE"


async def test_a_narrow_screen_has_a_strip_of_four_lines_and_a_tiny_one_none() -> None:
    async with running(make_app(small_map()), (80, 24)) as (pilot, screen):
        for path in ("DEV.CTRL", "DEV.FLAGS", "DEV.ID", "DEV.WIDE", "DEV.OWN", "MORE.R1"):
            await watch(pilot, screen, path)
        await until(pilot, lambda: screen.watching.pane is not None and "2 more" in text_of(screen))
        pane = screen.watching.pane
        assert pane is not None
        await until(pilot, lambda: pane.size.height == 4)
        assert pane.region.y == screen.table.region.bottom
        assert screen.detail.region.y >= pane.region.bottom
        assert " • DEV.CTRL             0x0000_0010 " in text_of(screen)
        await pilot.press("W")
        await until(pilot, lambda: "▌• MORE.R1" in text_of(screen))
        pane.post_message(events.MouseScrollUp(pane, 1, 1, 0, -1, 0, False, False, False))
        await until(pilot, lambda: "▌• MORE.R1" not in text_of(screen))
        for size in ((20, 5), (80, 7), (40, 10), (120, 40), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            screen.repaint()
            await pilot.pause()
            assert (screen.watching.pane is not None) == (size[1] > 7), size
            assert ("• DEV." in text_of(screen)) == (size[1] > 7), size


async def test_a_pane_that_is_being_hidden_is_drawn_as_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await watch(pilot, screen, "DEV.CTRL")
        await until(pilot, lambda: screen.watching.pane is not None)
        pane = screen.watching.pane
        assert pane is not None
        assert pane.outer_size.width > 0
        # As it is between two layouts, when a window is made tiny.
        monkeypatch.setattr(type(pane), "size", property(lambda self: Size(0, 0)))
        assert pane._draw_anew(0).cell_length == 0


async def test_nothing_is_painted_where_nothing_changes() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        screen.live.paused = True
        for path, field in (("DEV.CTRL", ""), ("DEV.FLAGS", "LATE"), ("DEV.DATA", "")):
            await watch(pilot, screen, path, field)
        fill(screen, 0, *[0x10] * 60)
        fill(screen, 1, *[1] * 60)
        for pin in screen.watching.pins:
            series = screen.live.history.of(pin)
            assert series is not None
            series.begun -= 60
        screen.live.paused = False
        await until(pilot, lambda: screen.watching.pane is not None and "1 ▔▔▔▔▔▔▔" in text_of(screen))
        pane = screen.watching.pane
        assert pane is not None
        await asyncio.sleep(0.3)
        await pilot.pause()
        before, looked = pane.rendered, screen.watching.glance(screen.watching.pins[0])
        await asyncio.sleep(3 * STEP)
        await pilot.pause()
        assert screen.watching.glance(screen.watching.pins[0]) is not looked
        assert pane.rendered == before


async def test_changes_are_counted_since_the_mark() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        screen.live.paused = True
        await watch(pilot, screen, "DEV.FLAGS", "LATE")
        (pin,) = screen.watching.pins
        series = fill(screen, 0, 0, 1, 0)
        screen.watching._look(time.monotonic() + STEP)
        assert screen.watching.changes(pin) == (2, series.since)
        screen.action_mark()
        moment = screen.marks.moment
        assert moment is not None
        assert screen.watching.changes(pin) == (0, moment.time)
        series.take(1, time.monotonic(), time.time())
        screen.watching._look(time.monotonic() + 2 * STEP)
        assert screen.watching.changes(pin) == (1, moment.time)


# --- remembering ---------------------------------------------------------------------------------


def remembering(folder: Path, **rest: object) -> InspectorApp:
    register_map = small_map()
    return InspectorApp(
        register_map,
        lambda: Session(register_map, ["sim"]),
        consents=Consents(folder / "consents"),
        remembered=Remembered(register_map, folder),
        folded=bool(rest.get("folded")),
    )


async def test_what_is_watched_is_remembered_for_the_map(tmp_path: Path) -> None:
    async with running(remembering(tmp_path)) as (pilot, screen):
        await watch(pilot, screen, "DEV.CTRL")
        await watch(pilot, screen, "DEV.FLAGS", "LATE")
    async with running(remembering(tmp_path)) as (pilot, screen):
        assert [pin.path for pin in screen.watching.pins] == ["DEV.CTRL", "DEV.FLAGS.LATE"]
        assert screen.table.pinned == screen.watching.indices
        await until(pilot, lambda: "DEV.FLAGS.LATE" in text_of(screen))


async def test_what_is_there_no_more_is_left_out(tmp_path: Path) -> None:
    kept = Remembered(small_map(), tmp_path)
    kept.put("watched", [1, "DEV.GONE", {}, "DEV.ID", "DEV.CTRL.GONE", "DEV.ID", "DEV.*", ""])
    kept.save()
    async with running(remembering(tmp_path)) as (_, screen):
        assert [pin.path for pin in screen.watching.pins] == ["DEV.ID"]


async def test_what_is_watched_in_a_folded_region_is_not_read_and_has_a_gap(tmp_path: Path) -> None:
    kept = Remembered(small_map(), tmp_path)
    kept.put("watched", ["DEV.CTRL", "DEV.DATA"])
    kept.save()
    async with running(remembering(tmp_path, folded=True), wait=False) as (pilot, screen):
        await until(pilot, lambda: screen.live.session is not None and not screen.live.opening)
        await until(pilot, lambda: screen.live.regions != {})
        await asyncio.sleep(0.25)
        assert screen.live.sampled == ()
        series = screen.live.history.of(screen.watching.pins[0])
        assert series is not None
        assert series.value is None


# --- over time -----------------------------------------------------------------------------------


async def plotted(pilot: Pilot[None], screen: MainScreen, path: str, field: str = "") -> PlotSheet:
    await watch(pilot, screen, path, field)
    screen.action_plot()
    await until(pilot, lambda: isinstance(screen.app.screen, PlotSheet))
    await pilot.pause()
    sheet = screen.app.screen
    assert isinstance(sheet, PlotSheet)
    return sheet


def fill(screen: MainScreen, number: int, *values: int) -> Series:
    """Let a pin have held values, one each second until a second ago."""
    screen.live.paused = True
    series = screen.live.history.of(screen.watching.pins[number])
    assert series is not None
    now, epoch = time.monotonic(), time.time()
    for at, value in enumerate(values):
        ago = len(values) - at
        series.take(value, now - ago, epoch - ago)
    return series


async def test_a_field_is_plotted_with_its_changes() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        screen.live.paused = True
        sheet = await plotted(pilot, screen, "DEV.CTRL", "MODE")
        fill(screen, 0, 0, 1, 1, 2)
        sheet._write()
        text = sheet_text(screen)
        assert "DEV.CTRL.MODE fast" in text
        assert "off → slow" in text and "slow → fast" in text
        assert text.index("slow → fast") < text.index("off → slow")
        for name in ("fast ┤", "slow ┤", "off ┤"):
            assert name in text
        await pilot.press("P")
        await until(pilot, lambda: screen.app.screen is screen)


async def test_what_is_not_watched_is_watched_to_be_plotted() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.OWN")
        await pilot.press("P")
        assert isinstance(screen.app.screen, PlotSheet)
        assert [pin.path for pin in screen.watching.pins] == ["DEV.OWN"]


async def test_the_time_is_chosen_held_and_gone_through() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        screen.live.paused = True
        sheet = await plotted(pilot, screen, "DEV.FLAGS", "LATE")
        series = fill(screen, 0, 0, 1, 0)
        assert "10 seconds" in sheet_text(screen)
        await pilot.press("minus")
        assert "30 seconds" in sheet_text(screen)
        await pilot.press("space")
        assert "held; Space goes on" in sheet_text(screen)
        held = sheet._now
        await pilot.press("left")
        assert sheet._now == held - 7.5
        await pilot.press("left_square_bracket")
        assert "no earlier change is kept" in sheet_text(screen)
        await pilot.press("right_square_bracket")
        assert sheet._now - 15 == series.events[0].clock
        await pilot.press("right_square_bracket")
        assert sheet._now - 15 == series.events[1].clock
        for _ in range(5):
            await pilot.press("right")
        assert sheet._held is None
        for _ in range(40):
            sheet.action_zoom(1)
        assert "7 days" in sheet_text(screen)


async def test_all_that_is_watched_stands_one_above_the_other() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        screen.live.paused = True
        await watch(pilot, screen, "DEV.CTRL", "EN")
        sheet = await plotted(pilot, screen, "DEV.FLAGS", "LATE")
        fill(screen, 0, 0, 1)
        fill(screen, 1, 1, 0)
        await pilot.press("a")
        text = sheet_text(screen)
        assert "DEV.CTRL.EN 1" in text and "DEV.FLAGS.LATE 0" in text
        await pilot.press("tab")
        assert "DEV.FLAGS.LATE" not in sheet_text(screen)
        assert sheet._pin.path == "DEV.CTRL.EN"


async def test_the_keys_of_a_plot_that_matter_are_there_at_80_columns() -> None:
    async with running(make_app(small_map()), (80, 24)) as (pilot, screen):
        for path, several in (("DEV.CTRL", False), ("DEV.FLAGS", True)):
            select(screen, path)
            await pilot.press("P")
            (line,) = screen.app.screen.query_one(KeyLine).lines
            assert "w save" in plain(line)
            assert ("Tab next" in plain(line)) is several
            await pilot.press("escape")


async def test_the_changes_are_saved_and_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("inspector.ui.plotsheet.takes_clipboard", lambda: True)
    app = make_app(small_map())
    async with running(app) as (pilot, screen):
        screen.live.paused = True
        await plotted(pilot, screen, "DEV.FLAGS", "LATE")
        fill(screen, 0, 0, 1, 1, 0)
        await pilot.press("w", *"bits.csv", "enter")
        with Path("bits.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == ["time", "path", "value", "error"]
        assert [row[1:] for row in rows[1:]] == [["DEV.FLAGS.LATE", value, ""] for value in "010"]
        assert "saved 3 values in bits.csv" in sheet_text(screen)
        await pilot.press("w", *"bits.csv", "enter")
        assert "bits.csv is there already" in sheet_text(screen)
        await pilot.press("w", "x", "escape", "y")
        assert app.clipboard == Path("bits.csv").read_text(encoding="utf-8")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["bits.csv"]


async def test_no_file_is_written_where_one_may_only_look() -> None:
    async with running(make_app(small_map(), view_only=True)) as (pilot, screen):
        await plotted(pilot, screen, "DEV.CTRL", "EN")
        await pilot.press("w")
        assert "no file is written from here" in sheet_text(screen)


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (80, 24), (200, 60)])
async def test_the_plot_fits_any_window(size: tuple[int, int]) -> None:
    async with running(make_app(small_map()), size) as (pilot, screen):
        await plotted(pilot, screen, "DEV.CTRL", "MODE")
        await pilot.press("a", "minus")
        assert isinstance(screen.app.screen, PlotSheet)
