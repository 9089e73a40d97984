from __future__ import annotations

import time

import pytest

from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.session.history import Pin
from inspector.session.series import Event, Span
from inspector.ui.eventlog import csv_text, event_line, moment_text
from inspector.ui.lines import length, plain
from inspector.ui.plot import Column, Scale, dots, plot, time_axis
from inspector.ui.plotscale import drawing, extremes, share_of, window_text
from tests.unit.model.build import field, one_block, register

NAMES = Enumeration((EnumEntry(0, 0, "off"), EnumEntry(1, 1, "slow"), EnumEntry(5, 5, "fast")))
MAP = one_block(register("R", field("BIT", "7"), field("MODE", "6:4", enum=NAMES), field("LEVEL", "3:0")))
(NODE,) = MAP.nodes


def pin(name: str) -> Pin:
    return Pin(NODE, NODE.register.field(name))


def steps(*values: int | None) -> list[Span | None]:
    return [None if value is None else Span(value, value, value) for value in values]


def picture(columns: list[Column], width: int, height: int, low: float, high: float) -> list[str]:
    return dots(columns, width, height, Scale(low, high, ()))


# --- dots ----------------------------------------------------------------------------------------


def test_a_rising_line_goes_from_the_lowest_dot_to_the_highest() -> None:
    # One cell: 2 columns of 4 dots; the second column is joined to the first, so it has all of them.
    assert picture([(0, 0), (3, 3)], 1, 1, 0, 3) == [chr(0x2800 + 0x40 + 0xB8)]
    assert picture([(3, 3), (0, 0)], 1, 1, 0, 3) == [chr(0x2800 + 0x01 + 0xB8)]


def test_a_level_line_is_one_dot_high_and_a_span_is_as_high_as_it_reaches() -> None:
    assert picture([(0, 0)] * 4, 2, 1, 0, 3) == ["⣀⣀"]
    assert picture([(3, 3)] * 4, 2, 1, 0, 3) == ["⠉⠉"]
    assert picture([(0, 3), (0, 3)], 1, 1, 0, 3) == ["⣿"]
    assert picture([(0, 7)] * 2, 1, 2, 0, 7) == ["⣿", "⣿"]


def test_a_gap_is_blank_and_joined_to_nothing() -> None:
    assert picture([(0, 0), None, None, (3, 3)], 2, 1, 0, 3) == ["⡀⠈"]


def test_what_lies_outside_of_the_scale_stays_at_its_edge() -> None:
    assert picture([(-5, -5), (9, 9)], 1, 1, 0, 3) == picture([(0, 0), (3, 3)], 1, 1, 0, 3)


def test_where_all_values_are_equal_nothing_is_divided_by_zero() -> None:
    assert picture([(4, 4)] * 2, 1, 1, 4, 4) == ["⣀"]


def test_the_axis_names_values_at_their_heights() -> None:
    lines = plot([(0, 0)] * 4, 6, 2, 3, Scale(0, 11, ((0, "low"), (11, "high"))))
    assert [plain(line) for line in lines] == ["high ┤  ", "     │  ", " low ┤⣀⣀"]


@pytest.mark.parametrize("width", [1, 2, 7, 40, 100])
def test_the_time_axis_is_as_wide_as_the_picture(width: int) -> None:
    edge, words = time_axis(4, width, ["03:00:00", "03:00:30", "03:01:00"])
    assert length(edge) == 4 + width
    assert length(words) <= 4 + width + 1
    if width == 40:
        assert plain(words) == "    03:00:00        03:00:30        03:01:00"


# --- what is drawn how ---------------------------------------------------------------------------


def test_a_bit_has_two_steps() -> None:
    drawn = drawing(pin("BIT"), steps(0, None, 1), float)
    assert drawn.rows == 2
    assert drawn.columns == [(0, 0), None, (1, 1)]
    assert drawn.scale == Scale(0, 1, ((0, "0"), (1, "1")))


def test_named_values_stand_on_steps_of_equal_height_with_their_names() -> None:
    drawn = drawing(pin("MODE"), [*steps(5, 0), Span(0, 5, 2.5)], float)
    assert drawn.columns == [(2, 2), (0, 0), (0, 2)]
    assert drawn.scale.labels == ((0, "off"), (1, "slow"), (2, "fast"))
    # A value without a name has a step as well.
    assert drawing(pin("MODE"), steps(3), float).scale.labels[2] == (2, "0x3")


def test_a_number_stands_between_its_extremes() -> None:
    drawn = drawing(pin("LEVEL"), steps(3, 9, 6), float)
    assert (drawn.scale.low, drawn.scale.high, drawn.rows) == (3, 9, 0)
    assert drawn.scale.labels == ((3, "0x3"), (9, "0x9"))
    assert drawing(pin("LEVEL"), steps(4, 4), float).scale.labels == ((4, "0x4"),)
    assert drawing(pin("LEVEL"), steps(None), float).columns == [None]


def test_the_extremes_and_the_mean_are_told() -> None:
    assert extremes(pin("LEVEL"), steps(2, None, 4), float) == [("min", "0x2"), ("max", "0x4"), ("mean", "3")]
    assert extremes(pin("BIT"), steps(0, 0, 0, 1), float) == [("1 for", "25 % of the time")]
    assert extremes(pin("MODE"), steps(1), float) == []
    assert extremes(pin("LEVEL"), steps(None), float) == []


@pytest.mark.parametrize(
    ("part", "text"),
    [(0, "0 %"), (1e-6, "less than 0.1 %"), (0.125, "12.5 %"), (1 - 1e-6, "more than 99.9 %"), (1, "100 %")],
)
def test_what_is_rare_is_not_rounded_away(part: float, text: str) -> None:
    assert share_of(part) == text


def test_windows_have_names() -> None:
    assert [window_text(seconds) for seconds in (30, 60, 600, 7200, 86_400)] == [
        "30 seconds",
        "1 minute",
        "10 minutes",
        "2 hours",
        "1 day",
    ]


# --- the list of changes -------------------------------------------------------------------------


def test_changes_are_told_with_names_and_the_time_to_the_millisecond() -> None:
    now = int(time.time()) + 0.12
    clock = time.strftime("%H:%M:%S", time.localtime(now))
    assert moment_text(now) == f"{clock}.120"
    assert plain(event_line(pin("MODE"), Event(now, 0, 1, 5))) == f"{clock}.120  slow → fast"
    assert plain(event_line(pin("BIT"), Event(now, 0, None, 1))) == f"{clock}.120  1  the first"
    failed = Event(now, 0, 1, None, "SIGBUS: bus \x1b error")
    assert plain(event_line(pin("BIT"), failed, path=True)) == (
        f"{clock}.120  X.R.BIT  not read: SIGBUS: bus \\x1b error"
    )


def test_the_table_has_the_columns_of_watch() -> None:
    rows = [
        (pin("BIT"), Event(2.5, 2, 0, 1)),
        (pin("MODE"), Event(1.0, 1, None, 5)),
        (pin("BIT"), Event(3.0, 3, 1, None, "SIGBUS: bus error, twice")),
    ]
    assert csv_text(rows) == (
        'time,path,value,error\n1.0,X.R.MODE,5,\n2.5,X.R.BIT,1,\n3.0,X.R.BIT,,"SIGBUS: bus error, twice"\n'
    )
