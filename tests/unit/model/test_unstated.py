from __future__ import annotations

from inspector.model.unstated import Unstated, unstated
from tests.unit.maps.loading import load_registers

OPEN = """
    UARTDR: 0x0
    CR: {offset: 0x4, fields: {EN: 0}}
    SR: {offset: 0x8, on_read: none}
    IIR: {offset: 0xc, access: rc}
    THR: {offset: 0x10, access: wo}
    CH: {offset: 0x20, count: 10, fields: {A: {bits: 0, access: ro}, B: {bits: 1, access: wo}}}
"""


def test_what_is_neither_stated_nor_named_like_a_fifo_is_polled() -> None:
    nodes = load_registers(OPEN, top="defaults: {read_effects: unknown}\n").nodes
    assert unstated(nodes) == Unstated(polled=11, spared=1)


def test_a_map_of_ones_own_leaves_nothing_open() -> None:
    assert not unstated(load_registers(OPEN).nodes)
    assert Unstated(0, 0).text == ""


def test_it_is_told_in_words() -> None:
    assert Unstated(1, 0).text == (
        "the map does not state what reading 1 register does; none is named like a FIFO"
    )
    assert Unstated(1199, 1).text == (
        "the map does not state what reading 1,200 registers does; "
        "1 named like a FIFO is read only when you ask"
    )
