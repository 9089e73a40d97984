"""Field edits against a reference device: whatever is not meant is as if nobody had written."""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from inspector.errors import RefusedError
from inspector.model.access import TOKENS, Access, OnRead, OnWrite, ReservedWrite, Writable
from inspector.model.bits import Bits
from inspector.model.compose import Composition, compose
from inspector.model.edit import Edit, Operator
from inspector.model.field import Field
from inspector.model.guard import Guard
from inspector.model.register import Atomic, Block, Register
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.model.restore import plan_restore
from inspector.model.undo import undo
from tests.property.device import FLAGS, Bit, Cell, Device
from tests.unit.model.build import one_block

EXAMPLES = int(os.environ.get("INSPECTOR_EXAMPLES", "1200"))
"""How many registers each property is tried on."""

WIDTH = 8
TARGET, LOCK, LATCH, CLOCK, SET, CLEAR, XOR, SELECT = 0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70
ORDINARY = ["rw", "ro", "wo", "w1c", "w1s", "w1t", "w0c", "w0s", "w0t", "wo1c", "wo1s", "rw1p", "none"]
STEPS = 6


@dataclass(repr=False)
class Bench:
    """A register with what stands around it: as the map has it, and as hardware.

    Attributes:
        forgotten: Its unnamed bits are flags that the map forgot.
    """

    map: RegisterMap
    node: RegisterNode
    device: Device
    forgotten: bool

    @property
    def cell(self) -> Cell:
        return self.device.cells[TARGET]

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """What Hypothesis prints of it."""
        printer.text(f"{self!r}; cycle" if cycle else repr(self))

    def __repr__(self) -> str:
        said = [
            f"{one.name} {one.bits} {one.access}{' volatile' * one.volatile} key {one.write_value}"
            for one in self.node.register.fields
        ]
        register = self.node.register
        stated = {name: getattr(register, name) for name in register.__slots__ if name != "fields"}
        cells = {offset: [bit.state for bit in cell.writing] for offset, cell in self.device.cells.items()}
        return f"{stated} {said} {cells} {self.device.script} forgotten {self.forgotten}"


def hardware(access: Access, state: int) -> Bit:
    """The bit that a map's access describes."""
    bit = Bit(
        access.readable,
        bool(access.writable),
        access.writable is Writable.ONCE,
        access.on_read.value,
        access.on_write.value,
        state,
    )
    bit.active = state
    return bit


ACCESSES = st.one_of(
    st.sampled_from([TOKENS[token] for token in ORDINARY]),
    st.sampled_from(sorted(TOKENS.values(), key=lambda access: access.token)),
    st.builds(
        Access,
        readable=st.booleans(),
        writable=st.sampled_from(Writable),
        on_read=st.sampled_from(OnRead),
        on_write=st.sampled_from(OnWrite),
    ),
)

FRIENDLY = st.sampled_from(
    [
        TOKENS[token]
        for token in ("rw", "rw", "rw", "ro", "w1c", "w1c", "w1s", "w1t", "w0c", "w0t", "rw1p", "none")
    ]
)
"""What has a neutral value."""

QUIET = st.sampled_from([TOKENS[token] for token in ("rw", "rw", "ro", "wo", "none")])
"""What an atomic alias may stand beside."""

SHAPES = st.sampled_from(
    ["plain", "plain", "alias", "declared", "locked", "latched", "whole latch", "needs", "view"]
)


@st.composite
def benches(draw: st.DrawFn) -> Bench:
    shape = draw(SHAPES)
    upper = shape == "plain" and draw(st.integers(0, 7)) == 0
    width = 2 * WIDTH if upper else WIDTH
    kind = draw(st.integers(0, 9))
    accesses = FRIENDLY if kind < 7 else ACCESSES
    if shape in ("alias", "declared") and kind < 8:
        accesses = QUIET
    owners = draw(st.lists(st.integers(0, 4), min_size=WIDTH, max_size=WIDTH))
    owners += [-1] * (width - WIDTH)
    own = draw(accesses)
    fields = []
    keys = []
    volatile_bits = 0
    for owner in range(4):
        positions = [i for i in reversed(range(WIDTH)) if owners[i] == owner]
        if not positions:
            continue
        bits = Bits(tuple((i, i) for i in positions))
        access = draw(accesses)
        volatile = draw(st.booleans())
        key = None
        if draw(st.integers(0, 9)) == 0:
            key, access = draw(st.integers(0, (1 << bits.width) - 1)), TOKENS["wo"]
            keys.append((bits.mask, bits.place(key)))
        fields.append(Field(f"F{owner}", bits, access, volatile=volatile, write_value=key))
        volatile_bits |= bits.mask if volatile and key is None else 0
    assume(fields)
    beside = draw(_beside(fields))
    rule = draw(st.sampled_from([None, None, None, *ReservedWrite])) if shape != "alias" else None
    register = Register(
        "R",
        TARGET,
        width,
        own,
        fields=(*fields, *beside),
        reset=draw(st.integers(0, (1 << width) - 1)),
        reserved_write=rule,
        echo=draw(st.integers(0, 9)) > 0,
        write_mask="upper" if upper else None,
        write_twice=draw(st.integers(0, 9)) == 0,
        locked_by=Guard("LOCK.L", 1) if shape == "locked" else None,
        latched_by={"latched": "LATCH.GO", "whole latch": "LATCH"}.get(shape),
        atomic=_atomic(shape),
        when=(Guard("SELECT.S", 1),) if shape == "view" else (),
    )
    state = draw(st.integers(0, (1 << width) - 1))
    named = {position: one for one in fields for position in one.bits.positions}
    read_only = {position: one for one in beside for position in one.bits.positions}
    # Beside flags an unnamed bit may be a flag that the map forgot.
    flagged = any(one.access.writable and one.access.on_write.value in FLAGS for one in fields)
    zero = rule is ReservedWrite.ZERO or (rule is None and flagged and not _zero_acts(own))
    forgotten = draw(st.booleans()) and zero
    writing = []
    for i in range(width):
        if i in named:
            writing.append(hardware(named[i].access, state >> i & 1))
        elif i < WIDTH and forgotten:
            writing.append(hardware(TOKENS["w1c"], state >> i & 1))
            volatile_bits |= 1 << i
        else:
            writing.append(hardware(own, state >> i & 1))
    status = draw(st.integers(0, (1 << width) - 1))
    reading = [
        hardware(read_only[i].access, status >> i & 1) if i in read_only else bit
        for i, bit in enumerate(writing)
    ]
    cell = Cell(
        reading, writing, keys, upper, register.write_twice, shape.endswith("latch") or shape == "latched"
    )
    if shape == "latched" or shape == "whole latch":
        # Hardware that changes what is not yet latched is another story.
        volatile_bits &= ~sum(1 << i for i, bit in enumerate(writing) if bit.on_write == "store")
    if upper:
        volatile_bits &= (1 << WIDTH) - 1
    script = [{TARGET: draw(st.integers(0, 255)) & volatile_bits} for _ in range(STEPS)]
    return _bench(draw, shape, register, cell, script, forgotten)


def _zero_acts(own: Access) -> bool:
    """Whether writing 0 to bits of that access does something."""
    if not own.writable:
        return False
    return own.writable is Writable.ONCE or own.on_write.value in (
        "w0c",
        "w0s",
        "w0t",
        "wclr",
        "wset",
        "push",
        "modify",
    )


@st.composite
def _beside(draw: st.DrawFn, fields: list[Field]) -> list[Field]:
    """A read-only field on the bits of one that is only written."""
    for one in fields:
        if not one.access.readable and one.access.writable and draw(st.integers(0, 3)) == 0:
            on_read = draw(st.sampled_from([OnRead.NONE, OnRead.NONE, OnRead.CLEAR]))
            return [Field("STATUS", one.bits, Access(True, Writable.NO, on_read, OnWrite.NONE))]
    return []


def _atomic(shape: str) -> Atomic | None:
    if shape == "alias":
        return Atomic(SET, CLEAR, XOR)
    return Atomic("SR.S", "SR.C", "XR") if shape == "declared" else None


def _bench(
    draw: st.DrawFn, shape: str, register: Register, cell: Cell, script: list[dict[int, int]], forgotten: bool
) -> Bench:
    cells = {TARGET: cell}
    others: list[Register] = []
    aliases: dict[int, list[tuple[str, int]]] = {}
    lock = latch = clock = behind = None

    def add(name: str, offset: int, *fields: Field, access: str = "ro", width: int = WIDTH) -> None:
        others.append(Register(name, offset, width, TOKENS[access], fields=fields))
        state = draw(st.integers(0, (1 << width) - 1))
        named = {i: one for one in fields for i in one.bits.positions}
        bits = [
            hardware(named[i].access if i in named else TOKENS[access], state >> i & 1) for i in range(width)
        ]
        cells[offset] = Cell(bits, bits)

    match shape:
        case "alias":
            aliases = {SET: [("set", 0)], CLEAR: [("clear", 0)], XOR: [("xor", 0)]}
        case "declared":
            pulse = TOKENS["wo"].with_effects(on_write=OnWrite.PULSE)
            # Two aliases in one register, as in a port's set and reset register.
            low = Field("S", Bits(((7, 0),)), draw(st.sampled_from([TOKENS["wo1s"], TOKENS["wo"]])))
            high = Field("C", Bits(((15, 8),)), draw(st.sampled_from([TOKENS["wo1c"], pulse])))
            others.append(Register("SR", SET, 16, TOKENS["none"], fields=(low, high)))
            others.append(Register("XR", XOR, WIDTH, draw(st.sampled_from([TOKENS["wo"], TOKENS["rw"]]))))
            aliases = {SET: [("set", 0), ("clear", 8)], XOR: [("xor", 0)]}
        case "locked":
            add("LOCK", LOCK, Field("L", Bits(((3, 3),)), TOKENS["rw"]))
            lock = (LOCK, 3)
        case "latched" | "whole latch":
            go = draw(st.sampled_from(["rw1p", "wo1p", "rw", "w1s"]))
            fields = [Field("GO", Bits(((0, 0),)), TOKENS[go])]
            fields += [Field("F", Bits(((2, 1),)), draw(ACCESSES))] if draw(st.booleans()) else []
            fields += [Field("K", Bits(((4, 3),)), draw(QUIET))]
            add("LATCH", LATCH, *fields)
            latch = (LATCH, 1 if shape == "latched" else 0)
        case "needs":
            add("CLOCK", CLOCK, Field("ON", Bits(((5, 5),)), TOKENS["rw"]))
            clock = (CLOCK, 5)
        case "view":
            add("SELECT", SELECT, Field("S", Bits(((6, 6),)), TOKENS["rw"]))
            access = draw(ACCESSES)
            others.append(
                Register("OTHER", TARGET, register.width, access, when=(Guard("SELECT.S", 1, True),))
            )
            bits = [hardware(access, draw(st.integers(0, 1))) for _ in range(register.width)]
            behind = (SELECT, 6, Cell(bits, bits))
    needs = Guard("CLOCK.ON", 1) if clock else None
    block = Block("b", 0x100, (register, *others), needs=needs)
    register_map = RegisterMap("m", (Region("r", 0, 0x100, (Instance("X", block),)),), (block,))
    device = Device(cells, script, aliases, lock, latch, clock, behind)
    return Bench(register_map, register_map.by_path["X.R"], device, forgotten)


# --- what an edit promises ----------------------------------------------------------------------

OPERATIONS = (Operator.OR, Operator.AND_NOT, Operator.XOR)


FITTING = {
    OnWrite.STORE: (Operator.ASSIGN, Operator.ASSIGN, Operator.TOGGLE, Operator.SET, *OPERATIONS),
    OnWrite.W1C: (Operator.ASSIGN, Operator.CLEAR, Operator.CLEAR),
    OnWrite.W0C: (Operator.ASSIGN, Operator.CLEAR, Operator.CLEAR),
    OnWrite.W1S: (Operator.ASSIGN, Operator.SET),
    OnWrite.W0S: (Operator.ASSIGN, Operator.SET),
    OnWrite.W1T: (Operator.ASSIGN, Operator.TOGGLE, Operator.SET, Operator.CLEAR),
    OnWrite.W0T: (Operator.ASSIGN, Operator.TOGGLE, Operator.SET, Operator.CLEAR),
    OnWrite.PULSE: (Operator.ASSIGN, Operator.PULSE),
}
"""The edits that suit what a write does, so that few of them are refused."""


@st.composite
def edits_of(draw: st.DrawFn, bench: Bench) -> list[Edit]:
    register = bench.node.register
    count = draw(st.sampled_from([1, 1, 1, 2]))
    named = [one for one in register.fields if one.name != "STATUS"]
    named = [one for one in named if one.access.writable or not draw(st.integers(0, 4))] or named
    targets = draw(st.permutations(named))[:count]
    edits = []
    for target in targets:
        fitting = FITTING.get(target.access.on_write, tuple(Operator))
        operator = draw(st.sampled_from(fitting if draw(st.integers(0, 4)) else tuple(Operator)))
        full = (1 << target.width) - 1
        value = draw(st.one_of(st.sampled_from([0, full]), st.integers(0, full)))
        edits.append(Edit(target, operator, value))
    return edits


def meant(edits: list[Edit]) -> dict[int, tuple[Edit, int]]:
    """The bits that are meant, each with its edit and its bit of the operand."""
    bits: dict[int, tuple[Edit, int]] = {}
    for edit in edits:
        assert edit.field is not None
        for i in edit.field.bits.positions:
            operand = edit.field.bits.place(edit.value) >> i & 1
            if edit.operator not in OPERATIONS or operand:
                bits[i] = (edit, operand)
    return bits


def promised(edit: Edit, operand: int, effect: str, before: int, seen: int | None) -> int | None:
    """What a bit holds right after the write; None where nothing is promised of its state.

    Args:
        edit: What was asked for.
        operand: The bit of its operand.
        effect: What a write does to the bit.
        before: What it held just before the write.
        seen: What the transaction read of it; None where it was not read.
    """
    known = before if seen is None else seen
    match edit.operator, effect:
        case (Operator.ASSIGN, "store"):
            return operand
        case (Operator.OR, _):
            return 1
        case (Operator.AND_NOT, _):
            return 0
        case (Operator.XOR, _) | (Operator.TOGGLE, "store"):
            return known ^ 1
        case (Operator.TOGGLE, "w1t" | "w0t"):
            return before ^ 1
        case (Operator.CLEAR, "w1c" | "w0c"):
            # What rose after it was seen stays: nobody has seen it.
            return before if seen == 0 else 0
        case (Operator.CLEAR, "w1t" | "w0t"):
            return before ^ known
        case (Operator.SET, "w1t" | "w0t"):
            return before ^ known ^ 1
        case (Operator.CLEAR, _):
            return 0
        case (Operator.SET, _):
            return 1
    return None


def needs_read(bench: Bench, edits: list[Edit]) -> bool:
    """Whether anything in the register has to be read for these edits."""
    register, bits = bench.node.register, meant(edits)
    for i, bit in enumerate(bench.cell.writing):
        if i not in bits:
            if register.write_mask is None and bit.writable and bit.on_write == "store":
                return True
            if register.reserved_write is ReservedWrite.KEEP:
                return True
            continue
        operator = bits[i][0].operator
        if operator is Operator.XOR or (operator is Operator.TOGGLE and bit.on_write == "store"):
            return True
        if operator in (Operator.CLEAR, Operator.SET) and bit.on_write in ("w1c", "w0c", "w1t", "w0t"):
            return True
    return False


def neutral(bit: Bit) -> bool:
    """Whether some value leaves the bit as it is, with no more than a harmless read."""
    if not bit.writable:
        return True
    if bit.once or (bit.on_write == "store" and not bit.readable):
        return False
    return bit.on_write not in ("wclr", "wset", "push", "modify", "unknown")


def _kind(made: Composition) -> str:
    if made.alias is not None:
        return f"{made.alias.effect} by an alias"
    if made.latch is not None:
        return "latched"
    return "written" if made.read is None else "read and written"


def _must_work(bench: Bench, edits: list[Edit]) -> bool:
    """Whether nothing can speak against these edits: plain values for what takes them, beside what has a
    neutral value, in a register that may be read."""
    register, cell, bits = bench.node.register, bench.cell, meant(edits)
    acts = register.access.on_read is not OnRead.NONE or any(bit.on_read != "none" for bit in cell.bits)
    if not register.echo or acts:
        return False
    if register.reserved_write is not None or register.latched_by or cell.keys or not register.readable:
        return False
    for i, bit in enumerate(cell.writing[:WIDTH]):
        if i not in bits:
            if not register.write_mask and not neutral(bit):
                return False
            continue
        edit, operand = bits[i]
        does = {"store": True, "w1c": operand == 1, "w1s": operand == 1, "w0c": operand == 0}
        plain = edit.operator is Operator.ASSIGN and does.get(bit.on_write)
        verbs = {
            (Operator.CLEAR, "w1c"),
            (Operator.CLEAR, "w0c"),
            (Operator.SET, "w1s"),
            (Operator.SET, "store"),
            (Operator.CLEAR, "store"),
            (Operator.TOGGLE, "w1t"),
            (Operator.PULSE, "pulse"),
        }
        if not bit.writable or not (plain or (edit.operator, bit.on_write) in verbs):
            return False
    return all(edit.value or edit.operator not in OPERATIONS for edit in edits)


def stable_mask(register: Register) -> int:
    """The bits whose change since they were shown must stop the write."""
    mask = 0
    for one in register.fields:
        access = one.access
        stores = bool(access.writable) and access.on_write is OnWrite.STORE
        if stores and access.readable and not one.volatile and one.write_value is None:
            mask |= one.bits.mask
    return mask


def states(device: Device, offset: int) -> list[tuple[int, int, list[str]]]:
    return [(bit.state, bit.active, bit.events) for bit in device.cells[offset].bits]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_after_an_edit_every_other_bit_is_as_if_nobody_had_written(data: st.DataObject) -> None:
    bench = data.draw(benches())
    edits = data.draw(edits_of(bench))
    register, device, cell = bench.node.register, bench.device, bench.cell
    moved = data.draw(st.sampled_from([0, 0, 0, 1 << data.draw(st.integers(0, WIDTH - 1))]))
    shown = data.draw(st.sampled_from([None, cell.word() ^ moved]))
    truth = sum(bit.state << i for i, bit in enumerate(cell.writing))
    last = data.draw(st.sampled_from([None, truth]))
    try:
        made = compose(bench.map, bench.node, edits, shown=shown, last_written=last)
    except RefusedError as error:
        event("refused")
        assert not _must_work(bench, edits), (edits, error)
        return
    event(_kind(made))
    twin = copy.deepcopy(device)
    finished, results = device.run(made.transaction)
    for _ in range(device.steps):
        twin.step()

    locked = device.lock is not None and device.cells[LOCK].reading[3].state
    dead = device.clock is not None and not device.cells[CLOCK].reading[5].state
    absent = device.behind is not None and not device.cells[SELECT].reading[6].state
    if device.behind is not None and twin.behind is not None:
        # The other view is not touched, whichever is there.
        mine, its = device.behind[2], twin.behind[2]
        assert [(bit.state, bit.events) for bit in mine.bits] == [(bit.state, bit.events) for bit in its.bits]
    if not finished:
        assert device.writes == []
        assert all(states(device, offset) == states(twin, offset) for offset in device.cells)
        stale = shown is not None and (results[-1] ^ shown) & stable_mask(register)
        assert locked or dead or stale or absent
        return
    assert not locked
    assert not dead
    assert not absent
    seen = None if made.read is None else results[made.read]
    if seen is not None and shown is not None:
        assert not (seen ^ shown) & stable_mask(register)
    if made.read is None and TARGET in device.reads:
        assert made.readback is not None
        assert device.reads == [*device.reads[:-1], TARGET]
    if made.read is not None:
        assert needs_read(bench, edits)
    _check_target(bench, edits, made, seen, results)
    _check_rest(bench, twin, edits, made)


def _check_target(
    bench: Bench, edits: list[Edit], made: Composition, seen: int | None, results: list[int]
) -> None:
    """What was meant happened, once, and was used."""
    device, cell, bits = bench.device, bench.cell, meant(edits)
    assert len(cell.taken) == 1
    keyed = {i for mask, _ in cell.keys for i in range(WIDTH) if mask >> i & 1}
    later = 0
    for flips in device.script[device.wrote_at : device.steps]:
        later ^= flips.get(TARGET, 0)
    for i, (edit, operand) in bits.items():
        bit = cell.writing[i]
        if i in keyed:
            continue
        was_seen = None if seen is None or not bit.readable else seen >> i & 1
        if edit.operator is Operator.ASSIGN and made.alias is None:
            assert cell.taken[0] >> i & 1 == operand
        expected = promised(edit, operand, bit.on_write, device.before[i], was_seen)
        if expected is not None:
            flipped = later >> i & 1 if cell.reading[i] is bit else 0
            assert bit.state == expected ^ flipped, (i, edit, made.transaction)
            assert bit.active == bit.state
        if edit.operator is Operator.PULSE:
            assert bit.events.count("pulse") == 1
    if made.latch is not None:
        assert results[made.latch] is not None
        assert device.writes[-1] == LATCH


def _check_rest(bench: Bench, twin: Device, edits: list[Edit], made: Composition) -> None:
    """Whatever was not meant is as in the twin that nobody accessed."""
    register, device, cell, bits = bench.node.register, bench.device, bench.cell, meant(edits)
    named = {i: one for one in register.fields if one.name != "STATUS" for i in one.bits.positions}
    flagged = any(one.access.writable and one.access.on_write.value in FLAGS for one in register.fields)
    pushed = any(cell.writing[i].on_write == "push" for i in bits)
    other = twin.cells[TARGET]
    for i, (mine, its) in enumerate(zip(cell.writing, other.writing, strict=True)):
        if i in bits or (register.write_mask and i >= WIDTH):
            continue
        if i in named and any(
            one.write_value is not None and i in one.bits.positions for one in register.fields
        ):
            continue
        if i not in named and not bench.forgotten and _follows_the_map(register, mine, flagged):
            continue
        if i not in named and mine.on_write == "push" and pushed:
            # One entry of a FIFO, with all its bits.
            continue
        one = named.get(i)
        if one is not None and one.volatile and mine.on_write == "store" and made.alias is None:
            assert mine.events == []
            told = (
                f"{one.name} may change between the read and the write",
                f"{one.name} may have changed since it was written last",
            )
            assert mine.state == its.state or set(told) & set(made.notes)
            continue
        assert (mine.state, mine.active, mine.events) == (its.state, its.active, its.events), (
            i,
            register,
            made.transaction,
        )
    for mine, its in zip(cell.reading, other.reading, strict=True):
        if mine not in cell.writing:
            assert (mine.state, mine.events) == (its.state, its.events)
    for offset in device.cells:
        if offset != TARGET:
            for i, (mine, its) in enumerate(
                zip(device.cells[offset].writing, twin.cells[offset].writing, strict=True)
            ):
                if not (offset == LATCH and register.latched_by == "LATCH.GO" and i == 0):
                    assert (mine.state, mine.events) == (its.state, its.events), (offset, i, made.transaction)


def _follows_the_map(register: Register, bit: Bit, flagged: bool) -> bool:
    """Whether unnamed bits are written as the map says, whatever they hold."""
    if register.reserved_write is not None:
        return True
    return flagged or not bit.readable


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(st.data())
def test_an_undo_gives_back_all_that_it_does_not_name(data: st.DataObject) -> None:
    bench = data.draw(benches())
    edits = data.draw(edits_of(bench))
    device, cell = bench.device, bench.cell
    device.script.clear()
    try:
        made = compose(bench.map, bench.node, edits)
    except RefusedError:
        return
    before = [(bit.state, bit) for bit in cell.writing]
    old = cell.word() if bench.node.safety.safe else None
    finished, results = device.run(made.transaction)
    if not finished:
        return
    found = undo(made, old, made.left(results[made.write], old))
    if old is None:
        assert (found.edits, len(found.kept)) == ((), 1)
        return
    if found.edits:
        try:
            again = compose(bench.map, bench.node, found.edits)
        except RefusedError:
            return
        event("undone")
        assert device.run(again.transaction)[0]
    kept = {one.name for one in found.kept}
    named = {
        i: one.name for one in bench.node.register.fields for i in one.bits.positions if one.name != "STATUS"
    }
    keyed = [one.name for one in bench.node.register.fields if one.write_value is not None]
    for i in meant(edits):
        state, bit = before[i]
        if named[i] in keyed:
            continue
        if named[i] not in kept:
            assert bit.state == state or not bit.writable, (i, edits, found)
        elif bit.on_write == "store" and bit.readable and not bit.once:
            assert not bench.node.register.echo


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(st.data())
def test_what_is_restored_holds_what_was_saved_and_nothing_else_has_changed(data: st.DataObject) -> None:
    bench = data.draw(benches())
    device, cell, register = bench.device, bench.cell, bench.node.register
    device.script.clear()
    saved = data.draw(st.integers(0, register.mask))
    present = cell.word()
    plan = plan_restore(bench.map, {bench.node: saved}, {bench.node: present})
    twin = copy.deepcopy(device)
    assert plan.steps or plan.left_out
    restored: set[int] = set()
    for step in plan.steps:
        assert step.composition.dangers == ()
        if not device.run(step.composition.transaction)[0]:
            # Locked, or its clock is off: then nothing of it went out.
            assert all(states(device, offset) == states(twin, offset) for offset in device.cells)
            return
        restored |= {i for edit in step.composition.edits for i in _bits_of(edit, register)}
    event("restored" if restored else "left out")
    told = {left.field.name if left.field else None for left in plan.left_out}
    for one in register.fields:
        for i in one.bits.positions:
            bit, before = cell.writing[i], twin.cells[TARGET].writing[i]
            if i in restored:
                assert bit.state == bit.active == saved >> i & 1
            elif one.name != "STATUS" and one.write_value is None:
                assert (bit.state, bit.active, bit.events) == (before.state, before.active, before.events)
            if bit.readable and (saved ^ present) >> i & 1 and one.name != "STATUS":
                assert i in restored or told & {one.name, None}


def _bits_of(edit: Edit, register: Register) -> tuple[int, ...]:
    return edit.field.bits.positions if edit.field else tuple(range(register.width))


@settings(max_examples=1000, deadline=None)
@given(
    st.sampled_from(["w1c", "w0c", "w1t", "w0t", "rw", "w1s", "w0s"]),
    st.sampled_from([Operator.CLEAR, Operator.SET, Operator.TOGGLE]),
    st.integers(0, 255),
)
def test_a_verb_that_is_not_refused_does_what_it_says(token: str, verb: Operator, state: int) -> None:
    one = Field("F", Bits(((7, 0),)), TOKENS[token])
    register = Register("R", 0, 8, TOKENS["rw"], fields=(one,))
    register_map = one_block(register)
    (node,) = register_map.nodes
    try:
        made = compose(register_map, node, [Edit(one, verb)])
    except RefusedError:
        cannot = {"w1c": Operator.SET, "w0c": Operator.SET, "w1s": Operator.CLEAR, "w0s": Operator.CLEAR}
        assert verb in (cannot.get(token), Operator.TOGGLE)
        assert token not in ("rw", "w1t", "w0t")
        return
    bits = [hardware(TOKENS[token], state >> i & 1) for i in range(8)]
    word = made.word(state)
    assert word is not None
    for i, bit in enumerate(bits):
        bit.write(word >> i & 1)
    wanted = {Operator.CLEAR: 0, Operator.SET: 255, Operator.TOGGLE: state ^ 255}[verb]
    assert sum(bit.state << i for i, bit in enumerate(bits)) == wanted
