from __future__ import annotations

import pytest

from inspector.errors import (
    AccessFailed,
    InvalidArgument,
    KernelError,
    NotPermitted,
    Revoked,
    Stopped,
    ValueOverflow,
)
from inspector.io import execute
from inspector.model.transaction import Operation, Read, ReadRun, Write
from tests.unit.io.window import RamWindow


def filled() -> RamWindow:
    window = RamWindow(16, 0x1000)
    window.data[:] = bytes(range(16))
    return window


def test_operations_become_accesses_of_their_width_in_order_and_nothing_else() -> None:
    window = filled()
    results = execute(
        window, (Read(4, 32), ReadRun(8, 16, 3), Write(0, 64, 1), Write(4, 8, 2, keep=0xF0, source=0))
    )
    assert window.accesses == [
        ("read", 4, 32),
        ("read", 8, 16),
        ("read", 10, 16),
        ("read", 12, 16),
        ("write", 0, 64),
        ("write", 4, 8),
    ]
    assert results == (0x07060504, (0x0908, 0x0B0A, 0x0D0C), 1, 2)


def test_values_are_the_registers_whatever_its_byte_order() -> None:
    window = filled()
    results = execute(
        window,
        (Read(0, 32, "big"), ReadRun(4, 16, 2, "big"), Write(8, 32, 0x0A0B_0C0D, byte_order="big")),
    )
    assert results == (0x0001_0203, (0x0405, 0x0607), 0x0A0B_0C0D)
    assert window.data[8:12] == bytes([0x0A, 0x0B, 0x0C, 0x0D])


def test_a_kept_bit_is_the_registers_in_a_big_endian_register() -> None:
    window = filled()
    execute(
        window,
        (Read(0, 32, "big"), Write(0, 32, 0xFF, keep=0xFFFF_FF00, source=0, byte_order="big")),
    )
    assert window.data[:4] == bytes([0, 1, 2, 0xFF])


def test_a_guard_that_holds_lets_the_write_go_out() -> None:
    window = filled()
    execute(window, (Read(0, 32, mask=0xFF00, expected=0x0100), Write(0, 32, 9)))
    assert window.accesses == [("read", 0, 32), ("write", 0, 32)]


def test_a_guard_that_fails_stops_before_every_later_operation() -> None:
    window = filled()
    with pytest.raises(Stopped, match="MODE has changed: bits 0xff are 0x4, expected 0x5") as caught:
        execute(
            window, (Read(0, 8), Read(4, 32, mask=0xFF, expected=5, why="MODE has changed"), Write(0, 32, 9))
        )
    assert window.accesses == [("read", 0, 8), ("read", 4, 32)]
    error = caught.value
    assert (error.expected, error.found, error.mask) == (5, 0x07060504, 0xFF)
    assert error.completed == (0,)
    assert error.place.address == 0x1004


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        (Read(16, 32), InvalidArgument),
        (Read(2, 32), InvalidArgument),
        (Read(0, 24), InvalidArgument),
        (ReadRun(8, 32, 3), InvalidArgument),
        (ReadRun(0, 32, 0), InvalidArgument),
        (ReadRun(0, 32, -1), InvalidArgument),
        (Write(16, 8, 0), InvalidArgument),
        (Write(0, 8, 0x100), ValueOverflow),
        (Write(0, 8, -1), ValueOverflow),
        (Write(0, 8, 0, keep=0x1FF, source=0), ValueOverflow),
        (Write(0, 8, 0, flip=0x1FF), ValueOverflow),
        (Write(0, 8, 0, keep=1), InvalidArgument),
        (Write(0, 8, 0, keep=1, source=2), InvalidArgument),
        (Write(0, 8, 0, keep=1, source=1), InvalidArgument),
        (Write(0, 8, 0, keep=1, source=-1), InvalidArgument),
    ],
)
def test_an_invalid_operation_refuses_all_before_the_first_access(
    operation: Operation, kind: type[KernelError]
) -> None:
    window = filled()
    with pytest.raises(kind) as caught:
        execute(window, (Read(0, 8), ReadRun(0, 8, 2), operation))
    assert window.accesses == []
    assert caught.value.completed == ()


def test_a_window_that_is_not_armed_refuses_a_write_before_the_first_access() -> None:
    window = filled()
    window.disarm()
    with pytest.raises(NotPermitted) as caught:
        execute(window, (Read(0, 8), Write(0, 8, 1)), "uart")
    assert str(caught.value) == "uart is open read-only (EACCES): arm the region first, or start with --write"
    assert window.accesses == []
    assert execute(window, (Read(0, 8),)) == (0,)


def test_an_error_of_the_window_carries_what_was_done_before_it() -> None:
    class Failing(RamWindow):
        def write(self, value: int, offset: int, width: int) -> None:
            raise Revoked("gone")

    with pytest.raises(Revoked) as caught:
        execute(Failing(16), (Read(0, 8), ReadRun(0, 8, 2), Write(0, 8, 1), Read(0, 8)))
    assert caught.value.completed == (0, (0, 0))


def test_nothing_to_do_does_nothing() -> None:
    assert execute(filled(), ()) == ()


@pytest.mark.parametrize(
    "error", [IndexError("oh"), OSError(5, "oh"), AssertionError("oh"), SystemExit("oh")]
)
def test_whatever_a_window_raises_has_an_errno_and_keeps_what_was_done(error: BaseException) -> None:
    class Broken(RamWindow):
        def read(self, offset: int, width: int) -> int:
            if offset == 8:
                raise error
            return super().read(offset, width)

    with pytest.raises(AccessFailed) as caught:
        execute(Broken(16, 0x1000), (Read(0, 32), Write(4, 32, 7), Read(8, 32), Write(12, 32, 7)), "r")
    assert caught.value.completed == (0, 7)
    assert str(caught.value.place) == "r at 0x1008 (32 bit)"
    assert caught.value.__cause__ is error
    assert "oh" in str(caught.value)


def test_a_split_register_is_single_accesses_in_the_order_of_addresses_and_whole_for_whoever_asks() -> None:
    window = filled()
    window.widths = frozenset({32})
    transaction = (
        Read(0, 64, access_width=32),
        Read(0, 64, "big", access_width=32, word_order="big"),
        Write(8, 64, 0xAA, keep=0xFFFF_0000_0000_0000, source=0, access_width=32),
    )
    assert execute(window, transaction) == (
        0x0706_0504_0302_0100,
        0x0001_0203_0405_0607,
        0x0706_0000_0000_00AA,
    )
    assert window.accesses == [
        ("read", 0, 32),
        ("read", 4, 32),
        ("read", 0, 32),
        ("read", 4, 32),
        ("write", 8, 32),
        ("write", 12, 32),
    ]
    assert window.data[8:] == bytes([0xAA, 0, 0, 0, 0, 0, 6, 7])


@pytest.mark.parametrize(
    ("operation", "kind", "text"),
    [
        (Read(0, 64), InvalidArgument, "no 64-bit access"),
        (Read(8, 128, access_width=32), InvalidArgument, "offset 0x14 . 4 bytes is past the end"),
        (Read(2, 64, access_width=32), InvalidArgument, "misaligned"),
        (Read(0, 24, access_width=16), InvalidArgument, "no 16-bit access"),
        (Read(0, 24, access_width=32), InvalidArgument, "24 bits cannot be split"),
        (Write(0, 64, 1 << 64, access_width=32), ValueOverflow, "64 bits"),
    ],
)
def test_the_bounds_and_widths_are_those_of_the_accesses(
    operation: Operation, kind: type[KernelError], text: str
) -> None:
    window = filled()
    window.widths = frozenset({32})
    with pytest.raises(kind, match=text):
        execute(window, (Read(0, 32), operation))
    assert window.accesses == []


def test_a_split_guard_stops_at_its_first_word_that_differs_and_says_what_is_known() -> None:
    guard = Read(0, 64, mask=0xFF00_0000_0000_00FF, expected=0x0600_0000_0000_0000, access_width=32, why="no")
    window = filled()
    with pytest.raises(Stopped) as caught:
        execute(window, (Read(8, 8), guard, Write(0, 64, 0, access_width=32)))
    assert window.accesses == [("read", 8, 8), ("read", 0, 32), ("read", 4, 32)]
    error = caught.value
    assert (error.mask, error.expected, error.found) == (
        0xFF00_0000_0000_00FF,
        0x0600_0000_0000_0000,
        0x0706_0504_0302_0100,
    )
    assert error.whole
    assert error.completed == (8,)
    assert (error.place.address, error.place.width) == (0x1000, 64)

    window.data[0] = 1
    with pytest.raises(Stopped, match="no: bits 0xff are 0x1, expected 0x0") as caught:
        execute(window, (guard,))
    assert not caught.value.whole
    assert caught.value.found == 0x0302_0101


def test_a_split_write_that_fails_halfway_has_begun() -> None:
    class Broken(RamWindow):
        def write(self, value: int, offset: int, width: int) -> None:
            if offset == 8:
                raise Revoked("gone")
            super().write(value, offset, width)

    for start, begun in ((4, True), (8, False)):
        with pytest.raises(Revoked) as caught:
            execute(Broken(16, 0x1000), (Read(0, 32), Write(start, 64, 0, access_width=32)))
        assert caught.value.completed == (0,)
        assert caught.value.begun is begun
