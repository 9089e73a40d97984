from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.model.bits import Bits


def test_a_discontiguous_field_is_most_significant_part_first() -> None:
    bits = Bits(((16, 16), (6, 5)))
    assert (bits.width, bits.mask, bits.msb, bits.lsb) == (3, 0x10060, 16, 5)
    assert bits.extract(0x10000) == 4
    assert bits.place(0b101) == 0x10020
    assert bits.positions == (16, 6, 5)
    assert str(bits) == "16,6:5"


@given(st.permutations(range(32)).map(lambda bits: bits[:9]), st.integers(0, 511), st.integers(0, 2**32 - 1))
def test_place_and_extract_are_inverse(positions: list[int], value: int, word: int) -> None:
    bits = Bits(tuple((position, position) for position in positions))
    assert bits.extract(bits.place(value) | (word & ~bits.mask)) == value
    assert bits.place(bits.extract(word)) == word & bits.mask
