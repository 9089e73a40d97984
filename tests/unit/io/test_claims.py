from __future__ import annotations

import os
import re
from datetime import datetime, timedelta

import pytest

from inspector.errors import Busy, InvalidArgument
from inspector.io import CLAIMS, Claim, Claims, request_region
from inspector.io.claims import clock_words, user_name


def test_adjacent_ranges_do_not_conflict() -> None:
    claims = Claims()
    claims.request_region("mem", 0x1000, 0x1000, "middle")
    claims.request_region("mem", 0x0, 0x1000, "below")
    claims.request_region("mem", 0x2000, 0x1000, "above")
    assert [claim.name for claim in claims.holders("mem", 0, 0xFFFF)] == ["below", "middle", "above"]


@pytest.mark.parametrize(
    ("start", "size"),
    [(0x1000, 0x1000), (0x1800, 4), (0, 0x10000), (0xFFF, 2), (0x1FFF, 2), (0x1FFF, 1), (0x1000, 1)],
)
def test_any_overlap_is_busy_and_names_the_holder(start: int, size: int) -> None:
    claims = Claims()
    held = claims.request_region("mem", 0x1000, 0x1000, "uart")
    with pytest.raises(Busy) as caught:
        claims.request_region("mem", start, size, "new")
    assert caught.value.holder is held
    assert re.fullmatch(
        rf"cannot claim new \({start:#x}-{start + size - 1:#x}\): held by inspector {os.getpid()} "
        rf"\([^)]*\b{re.escape(user_name())}\) since \d\d:\d\d:\d\d, 0x1000-0x1fff: uart \(EBUSY\)",
        str(caught.value),
    )
    assert claims.all() == (held,)


def test_the_lowest_conflict_is_named() -> None:
    claims = Claims()
    claims.request_region("mem", 0x3000, 4, "high")
    low = claims.request_region("mem", 0x2000, 4, "low")
    with pytest.raises(Busy) as caught:
        claims.request_region("mem", 0x1000, 0x10000, "all")
    assert caught.value.holder is low


def test_no_bytes_and_beyond_the_last_address_are_busy() -> None:
    claims = Claims()
    with pytest.raises(Busy, match="it has no bytes"):
        claims.request_region("mem", 0x1000, 0, "empty")
    with pytest.raises(Busy):
        claims.request_region("mem", (1 << 64) - 4, 8, "wraps")
    claims.request_region("mem", (1 << 64) - 4, 4, "last")
    assert len(claims.all()) == 1


def test_address_spaces_do_not_meet() -> None:
    claims = Claims()
    claims.request_region("mem", 0, 4, "a")
    claims.request_region("sim:1", 0, 4, "b")
    assert [claim.name for claim in claims.holders("sim:1", 0, 3)] == ["b"]
    assert [claim.name for claim in claims.all()] == ["a", "b"]


def test_releasing_twice_leaves_the_next_holder_alone() -> None:
    claims = Claims()
    first = claims.request_region("mem", 0, 4, "first")
    claims.release(first)
    second = claims.request_region("mem", 0, 4, "second")
    claims.release(first)
    assert claims.all() == (second,)
    claims.release(second)
    claims.release(second)
    assert claims.all() == ()


def test_a_claim_is_made_inside_described_hardware_and_not_across_its_border() -> None:
    claims = Claims()
    claims.insert_resource("mem", 0x1000, 0x1000, "bus")
    inside = claims.request_region("mem", 0x1800, 0x100, "device")
    with pytest.raises(Busy) as caught:
        claims.request_region("mem", 0x1F00, 0x200, "across")
    assert caught.value.holder is None
    assert "reaches across the border of 0x1000-0x1fff: bus" in str(caught.value)
    with pytest.raises(Busy) as caught:
        claims.request_region("mem", 0x1000, 0x1000, "whole")
    assert caught.value.holder is inside
    claims.release(inside)
    claims.request_region("mem", 0x1000, 0x1000, "whole")


def test_described_hardware_takes_in_what_it_contains_and_refuses_partial_overlap() -> None:
    claims = Claims()
    claims.insert_resource("mem", 0x1000, 0x100, "bar0")
    held = claims.request_region("mem", 0x1200, 0x100, "claimed")
    claims.insert_resource("mem", 0x1000, 0x1000, "bus")
    with pytest.raises(Busy):
        claims.insert_resource("mem", 0x1080, 0x100, "crooked")
    with pytest.raises(Busy):
        claims.insert_resource("mem", 0x0, 0x1100, "crooked")
    with pytest.raises(Busy):
        claims.insert_resource("mem", 0x0, 0, "empty")
    assert claims.holders("mem", 0x1000, 0x1FFF) == (held,)
    claims.release(held)
    with pytest.raises(Busy):
        claims.request_region("mem", 0x1080, 0x100, "across")
    claims.request_region("mem", 0x1010, 0x10, "in bar0")


def test_releasing_a_claim_keeps_what_was_described_inside_it() -> None:
    claims = Claims()
    held = claims.request_region("mem", 0x1000, 0x1000, "claimed")
    claims.insert_resource("mem", 0x1100, 0x100, "part")
    claims.release(held)
    with pytest.raises(Busy, match="part"):
        claims.request_region("mem", 0x1080, 0x100, "across")


def test_ranges_of_a_file_are_called_bytes() -> None:
    claim = Claims().request_region("file:1:2", 0, 16, "")
    assert str(claim).endswith(", bytes 0x0-0xf: <unnamed>")


def test_a_region_releases_its_claim_at_the_end_of_with() -> None:
    with request_region(0x1000, 16, "uart", space="test") as region:
        assert CLAIMS.holders("test", 0x100F, 0x100F) == (region.claim,)
    assert CLAIMS.holders("test", 0, 0xFFFF) == ()
    region.close()
    with pytest.raises(InvalidArgument):
        request_region(-1, 16)


def test_hardware_described_over_a_claim_of_the_same_range_stands_above_it() -> None:
    claims = Claims()
    held = claims.request_region("mem", 0x1000, 0x100, "claimed")
    claims.insert_resource("mem", 0x1000, 0x100, "bar")
    with pytest.raises(Busy) as caught:
        claims.request_region("mem", 0x1080, 0x100, "across")
    assert caught.value.holder is None
    claims.release(held)
    claims.request_region("mem", 0x1000, 0x100, "again")


def test_a_claim_names_its_process_its_user_and_the_day_it_was_made() -> None:
    now = datetime.now()
    claim = Claim("mem", 0x1000, 0x1FFF, "uart", 4242, "inspector", now, "root")
    assert str(claim) == f"held by inspector 4242 (root) since {now:%H:%M:%S}, 0x1000-0x1fff: uart"
    earlier = now - timedelta(days=3)
    assert clock_words(earlier) == f"{earlier:%Y-%m-%d %H:%M:%S}"


def test_a_claim_says_what_is_not_known_of_it() -> None:
    claim = Claim("mem", 0, 3, "", None, "", None, note="its process is gone")
    assert str(claim) == "held by unknown inspector, 0x0-0x3: <unnamed>; its process is gone"
