"""Edits of registers whose fields depend on a mode: nothing that was not meant is disturbed, in any mode."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from inspector.errors import RefusedError
from inspector.model.access import TOKENS, Access
from inspector.model.bits import Bits
from inspector.model.compose import compose
from inspector.model.edit import Edit, Operator
from inspector.model.field import Field
from inspector.model.guard import Guard
from inspector.model.register import Block, Register
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from tests.property.device import Bit, Cell, Device, ModalCell
from tests.property.test_compose import ACCESSES, EXAMPLES, FITTING, FRIENDLY, hardware, meant, promised

TARGET, SELECT = 0x00, 0x10
WIDTH, MODE = 8, 7


@dataclass(repr=False)
class Bench:
    """A register with modes, as the map has it and as hardware.

    Attributes:
        where: What tells the mode: a field of the register itself, of another one, or nothing.
        views: The fields of each mode.
        late: A write that changes the mode is taken in the new one.
    """

    map: RegisterMap
    node: RegisterNode
    device: Device
    where: str
    views: tuple[list[Field], list[Field]]
    common: list[Field]
    late: bool

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """What Hypothesis prints of it."""
        fields = [
            (f.name, str(f.bits), f.access.token, f.access.on_read, f.access.on_write, f.alt, str(f.when))
            for f in self.node.register.fields
        ]
        states = [bit.state for bit in self.cell.modes[0]]
        printer.text(
            f"{self.where} mode {self.mode} late {self.late} {fields} {self.node.register.access} {states}"
        )

    @property
    def cell(self) -> ModalCell:
        cell = self.device.cells[TARGET]
        assert isinstance(cell, ModalCell)
        return cell

    @property
    def mode(self) -> int:
        return self.cell.mode(None)


def _guard(where: str, value: int) -> tuple[Guard, ...]:
    path = {"own": "M", "beside": "SELECT.S"}.get(where)
    return () if path is None else (Guard(path, value),)


def _fields(
    draw: st.DrawFn,
    names: str,
    owners: list[int],
    accesses: st.SearchStrategy[Access],
    when: tuple[Guard, ...] = (),
    alt: str = "",
) -> list[Field]:
    found = []
    for owner, name in enumerate(names):
        positions = [i for i in reversed(range(MODE)) if owners[i] == owner]
        if positions:
            found.append(Field(name, Bits(tuple((i, i) for i in positions)), draw(accesses), alt, when))
    return found


@st.composite
def benches(draw: st.DrawFn) -> Bench:
    where = draw(st.sampled_from(["own", "own", "beside", "alt"]))
    accesses = draw(st.sampled_from([FRIENDLY, FRIENDLY, ACCESSES]))
    ours = draw(st.lists(st.booleans(), min_size=MODE, max_size=MODE))
    shared = st.lists(st.integers(0, 2), min_size=MODE, max_size=MODE)
    common = _fields(draw, "CD", [owner if ours[i] else 9 for i, owner in enumerate(draw(shared))], accesses)
    views: list[list[Field]] = []
    for value, names in enumerate(("EF", "GH")):
        owners = [9 if ours[i] else owner for i, owner in enumerate(draw(shared))]
        alt = f"v{value}" if where == "alt" else ""
        views.append(_fields(draw, names, owners, accesses, _guard(where, value), alt))
    fields = [*common, *views[0], *views[1]]
    assume(views[0] and views[1])
    if where == "own":
        fields.append(Field("M", Bits(((MODE, MODE),)), TOKENS["rw"]))
        common.append(fields[-1])
    own = draw(accesses)
    register = Register("R", TARGET, WIDTH, own, fields=tuple(fields), reset=0)
    select = Register(
        "SELECT", SELECT, WIDTH, TOKENS["rw"], fields=(Field("S", Bits(((0, 0),)), TOKENS["rw"]),)
    )
    block = Block("b", 0x100, (register, select))
    register_map = RegisterMap("m", (Region("r", 0, 0x100, (Instance("X", block),)),), (block,))
    states = draw(st.lists(st.integers(0, 1), min_size=WIDTH, max_size=WIDTH))
    named = {i for field in fields for i in field.bits.positions}
    bits = tuple(_bits(common, view, named, register, states) for view in views)
    late, hidden = draw(st.booleans()), draw(st.integers(0, 1))
    chosen = [hardware(TOKENS["rw"], draw(st.integers(0, 1))) for _ in range(WIDTH)]

    cells: dict[int, Cell] = {}

    def mode(word: int | None) -> int:
        # What is copied with the device looks at the copy.
        if where == "beside":
            return cells[SELECT].reading[0].state
        if where == "alt":
            return hidden
        if word is not None and late:
            return word >> MODE & 1
        cell = cells[TARGET]
        assert isinstance(cell, ModalCell)
        return cell.modes[0][MODE].state

    cells[TARGET], cells[SELECT] = ModalCell((bits[0], bits[1]), mode), Cell(chosen, chosen)
    device = Device(cells, [])
    return Bench(register_map, register_map.by_path["X.R"], device, where, (views[0], views[1]), common, late)


def _bits(
    common: list[Field], view: list[Field], named: set[int], register: Register, states: list[int]
) -> list[Bit]:
    """The bits in one mode: what only the other names does nothing in this one."""
    owners = {i: field for field in (*common, *view) for i in field.bits.positions}
    bits = []
    for i in range(WIDTH):
        other = TOKENS["ro"] if i in named else register.access
        bits.append(hardware(owners[i].access if i in owners else other, states[i]))
    return bits


@st.composite
def edits_of(draw: st.DrawFn, bench: Bench) -> list[Edit]:
    fields = [field for field in bench.node.register.fields if field.name != "M" and field.access.writable]
    assume(fields)
    targets = draw(st.permutations(fields))[: draw(st.sampled_from([1, 1, 1, 2]))]
    edits = []
    for target in targets:
        operator = draw(st.sampled_from(FITTING.get(target.access.on_write, (Operator.ASSIGN,))))
        full = (1 << target.width) - 1
        edits.append(Edit(target, operator, draw(st.one_of(st.just(full), st.integers(0, full)))))
    selector = bench.node.register.field("M")
    if selector is not None and draw(st.integers(0, 2)) == 0:
        edits.append(Edit(selector, Operator.ASSIGN, draw(st.integers(0, 1))))
    return edits


def _plain(bench: Bench, edits: list[Edit]) -> bool:
    """Whether everything only stores, so that nothing can speak against editing what is there."""
    fields = bench.node.register.fields
    plain = (
        all(field.access == TOKENS["rw"] for field in fields) and bench.node.register.access == TOKENS["rw"]
    )
    same = len({field.when for edit in edits if (field := edit.field) and field.when}) <= 1
    assigned = all(edit.operator is Operator.ASSIGN for edit in edits)
    apart = sum(edit.field.bits.mask for edit in edits if edit.field) == _union(edits)
    return (
        plain and same and assigned and apart and all(edit.field and edit.field.name != "M" for edit in edits)
    )


def _union(edits: list[Edit]) -> int:
    mask = 0
    for edit in edits:
        mask |= edit.field.bits.mask if edit.field else 0
    return mask


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(st.data())
def test_whatever_mode_it_is_in_nothing_else_is_disturbed(data: st.DataObject) -> None:
    bench = data.draw(benches())
    edits = data.draw(edits_of(bench))
    device, mode = bench.device, bench.mode
    shown = data.draw(st.sampled_from([None, bench.cell.word(), bench.cell.word() ^ 1 << MODE]))
    try:
        made = compose(bench.map, bench.node, edits, shown=shown)
    except RefusedError as error:
        event(f"{bench.where}: refused")
        assert shown is not None or not _plain(bench, edits), (edits, error)
        return
    before = {offset: [(b.state, list(b.events)) for b in cell.bits] for offset, cell in device.cells.items()}
    old = {i: bit.state for i, bit in enumerate(bench.cell.modes[mode])}
    finished, results = device.run(made.transaction)
    assign = next((edit.value for edit in edits if edit.field and edit.field.name == "M"), None)
    after = mode if assign is None else assign
    absent = [
        edit.field
        for edit in edits
        if edit.field in bench.views[1 - (after if bench.where == "own" else mode)]
    ]
    if not finished:
        event(f"{bench.where}: stopped")
        assert device.writes == []
        now = {
            offset: [(b.state, list(b.events)) for b in cell.bits] for offset, cell in device.cells.items()
        }
        assert now == before
        stale = shown is not None and shown != sum(state << i for i, state in old.items())
        assert (absent and bench.where != "alt") or stale
        return
    event(f"{bench.where}: written{' into another mode' * (after != mode)}")
    assert not absent or bench.where == "alt", (edits, made.transaction)
    seen = None if made.read is None else results[made.read]
    bits = meant(edits)
    taken = bench.cell.modes[after if bench.late else mode]
    for i in range(WIDTH):
        bit = taken[i]
        if i not in bits:
            if _reserved(bench, i):
                continue
            events = [said for bits in bench.cell.modes for said in bits[i].events]
            assert (bit.state, events) == (old[i], []), (i, edits, made.transaction)
        elif absent or (after != mode and not bench.late):
            continue
        else:
            edit, operand = bits[i]
            was = None if seen is None or not bit.readable else seen >> i & 1
            expected = promised(edit, operand, bit.on_write, old[i], was)
            assert expected is None or bit.state == expected, (i, edits, made.transaction)
    assert device.cells[SELECT].taken == []


def _reserved(bench: Bench, bit: int) -> bool:
    """Whether no field of any mode has the bit: what is written to it is the map's word."""
    return not any(field.bits.mask >> bit & 1 for field in bench.node.register.fields)


def test_a_register_with_modes_that_only_store_is_edited_in_each() -> None:
    """The property above would hold, too, if everything were refused."""
    views = [
        Field("A", Bits(((3, 0),)), TOKENS["rw"], when=(Guard("M", 0),)),
        Field("B", Bits(((5, 2),)), TOKENS["rw"], when=(Guard("M", 1),)),
    ]
    selector = Field("M", Bits(((7, 7),)), TOKENS["rw"])
    register = Register("R", 0, 8, TOKENS["rw"], fields=(selector, *views))
    block = Block("b", 16, (register,))
    register_map = RegisterMap("m", (Region("r", 0, 16, (Instance("X", block),)),), (block,))
    (node,) = register_map.nodes
    for field in views:
        assert compose(register_map, node, [Edit(field, Operator.ASSIGN, 1)]).read == 0
