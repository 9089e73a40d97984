"""Field edits against a device written apart from the composer, bit by bit from the access table."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.errors import RefusedError
from inspector.model.access import TOKENS, Access, OnRead, OnWrite, Writable
from inspector.model.bits import Bits
from inspector.model.compose import compose
from inspector.model.edit import Edit, Operator
from inspector.model.field import Field
from inspector.model.register import Register
from inspector.model.transaction import Read, Write
from tests.unit.model.build import one_block

WIDTH = 16


@dataclass
class Bit:
    """One bit of hardware."""

    access: Access
    state: int
    events: list[str] = field(default_factory=list)

    def read(self) -> int:
        if not self.access.readable:
            return 0
        seen = self.state
        match self.access.on_read:
            case OnRead.NONE | OnRead.UNKNOWN:
                # Where a map does not say, a read is taken for harmless.
                pass
            case OnRead.CLEAR:
                self.state = 0
            case OnRead.SET:
                self.state = 1
            case effect:
                self.events.append(f"read: {effect.value}")
        return seen

    def write(self, bit: int) -> None:
        if self.access.writable is Writable.NO:
            return
        if self.access.writable is Writable.ONCE:
            self.events.append("write: once")
        match self.access.on_write, bit:
            case OnWrite.STORE, _:
                self.state = bit
            case (OnWrite.W1C, 1) | (OnWrite.W0C, 0):
                self.state = 0
            case (OnWrite.W1S, 1) | (OnWrite.W0S, 0):
                self.state = 1
            case (OnWrite.W1T, 1) | (OnWrite.W0T, 0):
                self.state ^= 1
            case OnWrite.WCLR | OnWrite.WSET | OnWrite.PUSH | OnWrite.MODIFY | OnWrite.UNKNOWN as effect, _:
                self.events.append(f"write: {effect.value}")
                self.state = int(effect is OnWrite.WSET)
            case OnWrite.PULSE, 1:
                self.events.append("pulse")
            case _:
                pass


ACCESSES = st.one_of(
    st.sampled_from(sorted(TOKENS.values(), key=lambda access: access.token)),
    st.builds(
        Access,
        readable=st.booleans(),
        writable=st.sampled_from(Writable),
        on_read=st.sampled_from(OnRead),
        on_write=st.sampled_from(OnWrite),
    ),
)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """A register whose bits are shared out among up to five fields, discontiguous ones included."""
    owners = draw(st.lists(st.integers(0, 5), min_size=WIDTH, max_size=WIDTH))
    fields = []
    for owner in range(5):
        positions = [i for i in reversed(range(WIDTH)) if owners[i] == owner]
        if positions:
            fields.append(
                Field(
                    f"F{owner}",
                    Bits(tuple((i, i) for i in positions)),
                    draw(ACCESSES),
                    volatile=draw(st.booleans()),
                )
            )
    return Register(
        "R",
        0,
        WIDTH,
        draw(ACCESSES),
        fields=tuple(fields),
        echo=draw(st.sampled_from([True, True, True, False])),
    )


@settings(max_examples=3000, deadline=None)
@given(st.data())
def test_a_field_edit_leaves_every_other_field_as_if_untouched_or_is_refused(data: st.DataObject) -> None:
    register = data.draw(registers())
    if not register.fields:
        return
    register_map = one_block(register)
    (node,) = register_map.nodes
    target = data.draw(st.sampled_from(register.fields))
    operator = data.draw(st.sampled_from(Operator))
    edit = Edit(target, operator, data.draw(st.integers(0, (1 << target.width) - 1)))
    state = data.draw(st.integers(0, (1 << WIDTH) - 1))
    shown = data.draw(st.one_of(st.none(), st.just(state)))
    try:
        made = compose(register_map, node, [edit], shown=shown)
    except RefusedError:
        return

    owner = {position: part for part in register.fields for position in part.bits.positions}
    bits = [Bit(owner[i].access if i in owner else register.access, state >> i & 1) for i in range(WIDTH)]
    before = [bit.state for bit in bits]
    seen = 0
    writes = 0
    for operation in made.transaction:
        if isinstance(operation, Read):
            seen = sum(bit.read() << i for i, bit in enumerate(bits))
            if writes == 0 and not operation.holds(seen):
                # Only a write-only shadow or a wrong guard could differ: the state has not moved.
                raise AssertionError(f"guard {operation} does not hold for {seen:#x}")
        elif isinstance(operation, Write):
            writes += 1
            word = operation.word(seen)
            assert word >> WIDTH == 0
            for i, bit in enumerate(bits):
                bit.write(word >> i & 1)

    assert writes == 1
    flags = any(
        part.access.writable
        and part.access.on_write in (OnWrite.W1C, OnWrite.W1S, OnWrite.W1T, OnWrite.PULSE)
        for part in register.fields
    )
    for i, bit in enumerate(bits):
        meant = i in target.bits.positions and not (
            operator in (Operator.OR, Operator.AND_NOT, Operator.XOR)
            and not target.bits.place(edit.value) >> i & 1
        )
        if meant:
            continue
        if i not in owner and (flags or not bit.access.readable):
            # Unnamed bits follow reserved_write: zero beside flags, and nothing to keep where unreadable.
            continue
        assert bit.events == [], (i, register, made)
        assert bit.state == before[i], (i, register, made)
    # Nothing that acts on reading was read.
    assert not any(event.startswith("read") for bit in bits for event in bit.events)


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
    bits = [Bit(TOKENS[token], state >> i & 1) for i in range(8)]
    word = made.word(state)
    assert word is not None
    for i, bit in enumerate(bits):
        bit.write(word >> i & 1)
    wanted = {Operator.CLEAR: 0, Operator.SET: 255, Operator.TOGGLE: state ^ 255}[verb]
    assert sum(bit.state << i for i, bit in enumerate(bits)) == wanted
