"""Registers that take several accesses, on a device of single cells: no edit disturbs what is not meant."""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from inspector.model.access import TOKENS
from inspector.model.bits import Bits
from inspector.model.compose import compose
from inspector.model.edit import Edit, Operator
from inspector.model.field import Field
from inspector.model.register import Block, ByteOrder, Register
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.model.split import expand
from inspector.model.transaction import Read
from tests.property.device import Bit, Cell, Device

ACCESSES = ("rw", "rw", "ro", "w1c", "w1s", "w1t")


@dataclass
class Bench:
    """A register of ``words`` bytes, and the cells that are its bytes.

    Attributes:
        register_map: Has the register alone, at ``offset``.
        device: A cell for each byte.
        places: For each bit of the register its cell's offset and its number there.
        edits: Of fields that store.
    """

    register_map: RegisterMap
    device: Device
    places: list[tuple[int, int]]
    edits: list[Edit]

    def bits(self, device: Device) -> list[int]:
        return [device.cells[offset].writing[bit].state for offset, bit in self.places]


@st.composite
def benches(draw: st.DrawFn) -> Bench:
    words, offset = draw(st.integers(2, 6)), draw(st.integers(0, 9))
    little: ByteOrder = "little"
    order: ByteOrder = draw(st.sampled_from([little, "big"]))
    width = words * 8
    cuts = sorted({0, width, *draw(st.lists(st.integers(1, width - 1), max_size=6))})
    fields = []
    for low, end in itertools.pairwise(cuts):
        access = draw(st.sampled_from(ACCESSES))
        fields.append(Field(f"F{low}", Bits(((end - 1, low),)), TOKENS[access], volatile=access != "rw"))
    register = Register("R", offset, width, TOKENS["rw"], tuple(fields), access_width=8, word_order=order)
    block = Block("b", 64, (register,))
    region = Region("r", None, 64, (Instance("X", block),))
    places, cells = [], {}
    for i in range(width):
        byte = i // 8 if order == "little" else words - 1 - i // 8
        places.append((offset + byte, i % 8))
    for byte in range(words):
        bits = []
        for number in range(8):
            (i,) = [i for i, place in enumerate(places) if place == (offset + byte, number)]
            token = next(field.access.token for field in fields if field.bits.mask >> i & 1)
            effect = token if token.startswith("w1") else "store"
            bits.append(Bit(True, token != "ro", on_write=effect, state=draw(st.integers(0, 1))))
        cells[offset + byte] = Cell(bits, bits)
    moving = {
        at: sum(1 << n for n, bit in enumerate(cell.writing) if bit.on_write != "store" or not bit.writable)
        for at, cell in cells.items()
    }
    script = [
        {at: draw(st.integers(0, 255)) & mask for at, mask in moving.items()}
        for _ in range(draw(st.integers(0, 4)))
    ]
    storing = [field for field in fields if field.access.token == "rw"]
    chosen = draw(st.lists(st.sampled_from(storing), unique=True, min_size=1)) if storing else []
    edits = [Edit(field, Operator.ASSIGN, draw(st.integers(0, (1 << field.width) - 1))) for field in chosen]
    return Bench(RegisterMap("m", (region,), (block,)), Device(cells, script), places, edits)


@given(benches(), st.none() | st.integers(0, (1 << 48) - 1))
def test_an_edit_changes_what_was_meant_and_nothing_else(bench: Bench, other: int | None) -> None:
    if not bench.edits:
        return
    (node,) = bench.register_map.nodes
    device = bench.device
    now = sum(bit << i for i, bit in enumerate(bench.bits(device)))
    shown = None if other is None else (now ^ other) & node.register.mask
    composition = compose(bench.register_map, node, bench.edits, shown=shown)
    expansion = expand(composition.transaction)
    twin = copy.deepcopy(device)
    # A cell takes accesses of its own width alone, and each byte is written at most once.
    assert all(access.width == 8 and access.offset in device.cells for access in expansion.accesses)
    finished, results = device.run(expansion.accesses)
    for _ in range(device.steps):
        twin.step()

    meant = {i: edit for edit in bench.edits if edit.field for i in edit.field.bits.positions}
    after, untouched = bench.bits(device), bench.bits(twin)
    if not finished:
        assert composition.read is not None
        storing = [field for field in node.register.fields if field.access.token == "rw"]
        assert any(field.bits.mask & (now ^ (shown or 0)) for field in storing)
        assert device.writes == []
        assert after == untouched
        return
    assert device.writes == sorted(device.cells)
    for i, bit in enumerate(after):
        edit = meant.get(i)
        if edit is None:
            assert bit == untouched[i], i
        else:
            assert edit.field is not None
            assert bit == edit.value >> (i - edit.field.bits.lsb) & 1, i
    whole = expansion.results(results)
    assert whole[composition.write] == composition.result.word(
        whole[composition.read] if composition.read is not None else 0  # type: ignore[arg-type]
    )


@given(benches())
def test_a_sample_is_what_the_cells_hold(bench: Bench) -> None:
    (node,) = bench.register_map.nodes
    bench.device.script.clear()
    held = sum(bit << i for i, bit in enumerate(bench.bits(bench.device)))
    for read in (Read.sample(node.register, node.offset), Read.of(node.register, node.offset)):
        expansion = expand((read,))
        _, found = bench.device.run(expansion.accesses)
        assert expansion.results(found) == (held,)
