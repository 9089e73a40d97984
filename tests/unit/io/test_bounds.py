from __future__ import annotations

import pytest

from inspector.errors import InvalidArgument
from inspector.io.bounds import WIDTHS, check_access, fault_of

TOP = 1 << 64


@pytest.mark.parametrize(
    ("offset", "width", "size", "address", "reason"),
    [
        (0, 32, 4, None, ""),
        (12, 32, 16, None, ""),
        (15, 8, 16, None, ""),
        (8, 64, 16, None, ""),
        (4, 32, 4, None, "out of range: offset 0x4 + 4 bytes is past the end (0x4 bytes)"),
        (16, 8, 16, None, "out of range"),
        (14, 32, 16, None, "out of range"),
        (0, 32, 2, None, "out of range"),
        (-4, 32, 16, None, "out of range: offset -0x4 lies before the start"),
        (2, 32, 16, None, "misaligned: offset 0x2 is not a multiple of 4 bytes"),
        (4, 64, 16, None, "misaligned"),
        (1, 16, 16, None, "misaligned"),
        (0, 32, 16, 0x1002, "misaligned: address 0x1002 is not a multiple of 4 bytes"),
        (0, 8, 16, 0x1001, ""),
        (TOP - 4, 32, 16, None, "overflow: offset 0xfffffffffffffffc + 4 bytes is past the last address"),
        (TOP, 8, 16, None, "overflow"),
        (16, 32, 32, TOP - 16, "overflow"),
        (12, 32, 16, TOP - 16, ""),
    ],
)
def test_which_accesses_are_valid(
    offset: int, width: int, size: int, address: int | None, reason: str
) -> None:
    fault = fault_of(offset, width, size, address)
    assert fault.startswith(reason)
    assert bool(fault) == bool(reason)
    if reason:
        with pytest.raises(InvalidArgument):
            check_access(offset, width, size=size, address=address, widths=WIDTHS)
    else:
        check_access(offset, width, size=size, address=address, widths=WIDTHS)


def test_the_error_names_the_region_the_address_and_the_width() -> None:
    with pytest.raises(InvalidArgument) as caught:
        check_access(2, 32, size=16, address=0x1000, widths=WIDTHS, region="uart")
    assert str(caught.value) == "uart: misaligned: offset 0x2 is not a multiple of 4 bytes (EINVAL)"
    assert (caught.value.place.region, caught.value.place.address, caught.value.place.width) == (
        "uart",
        0x1002,
        32,
    )


def test_a_width_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(InvalidArgument, match="no 64-bit access here: one bus access has 8, 32 bits"):
        check_access(0, 64, size=16, address=None, widths=frozenset({32, 8}))
