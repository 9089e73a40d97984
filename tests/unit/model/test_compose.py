from __future__ import annotations

from typing import Any

import pytest

from inspector.errors import RefusedError, UsageError, ValueOverflow
from inspector.model.access import TOKENS, Access, OnRead, OnWrite, ReservedWrite, Writable
from inspector.model.compose import Composition, compose
from inspector.model.edit import Edit, Operator, parse_value
from inspector.model.field import Constraint
from inspector.model.guard import Guard
from inspector.model.register import Register
from inspector.model.transaction import Read, Write
from tests.unit.model.build import field, one_block, register


def composed(one: Register, *edits: str, **rest: Any) -> Composition:
    """Compose edits written as ``FIELD=VALUE``, or ``=VALUE`` for the whole register."""
    register_map = one_block(one)
    parsed = []
    for text in edits:
        name, _, value = text.partition("=")
        parsed.append(parse_value(value, one, one.field(name) if name else None))
    return compose(register_map, register_map.nodes[0], parsed, **rest)


def refusal(one: Register, *edits: str, **rest: Any) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        composed(one, *edits, **rest)
    return caught.value


PLAIN = register("CR", field("EN", "0"), field("DIV", "15:8"), field("BUSY", "31", "ro"))


def test_a_field_is_composed_from_a_fresh_read() -> None:
    made = composed(PLAIN, "DIV=0x12")
    assert made.transaction == (
        Read(0, 32, why="X.CR changed since it was shown"),
        Write(0, 32, value=0x1200, keep=0xFFFF_00FF, source=0),
        Read(0, 32),
    )
    assert made.word(0x8000_3401) == 0x8000_1201
    assert made.word(None) is None
    # Neither the read-only bit nor what the hardware may have reserved has to read back as written.
    assert made.compares == 0xFF01


def test_the_whole_register_is_written_without_a_read() -> None:
    made = composed(PLAIN, "=0x1234")
    assert made.transaction == (Write(0, 32, value=0x1234), Read(0, 32))
    assert made.word(None) == 0x1234


def test_no_read_where_every_bit_is_stated() -> None:
    full = register("R", field("HI", "31:16"), field("LO", "15:0"))
    made = composed(full, "HI=1", "LO=2")
    assert made.transaction[0] == Write(0, 32, value=0x1_0002)
    assert made.read is None


def test_what_the_person_saw_guards_the_write() -> None:
    volatile = register("R", field("A", "3:0"), field("B", "7:4"), field("V", "11:8", volatile=True))
    made = composed(volatile, "A=1", shown=0x123)
    read = made.transaction[0]
    assert isinstance(read, Read)
    assert (read.mask, read.expected) == (0xFF, 0x23)
    assert not read.holds(0x133)
    assert read.holds(0xF23)
    assert made.notes == ("V may change between the read and the write",)


def test_flags_that_move_do_not_stop_their_clearing() -> None:
    read = composed(register("IS", access="w1c"), "=clear", shown=1).transaction[0]
    assert isinstance(read, Read)
    assert read.holds(3)


FLAGS = register("IS", field("RX", "0", "w1c"), field("TX", "1", "w1c"), field("EN", "8"))


def test_clearing_one_flag_writes_that_flag_alone() -> None:
    made = composed(FLAGS, "RX=clear")
    assert made.word(0x103) == 0x101
    # A flag that is not set is not cleared: it may rise after the read, and would be lost unseen.
    assert made.word(0x102) == 0x100


def test_editing_beside_flags_writes_zero_to_them() -> None:
    assert composed(FLAGS, "EN=1").word(0x003) == 0x100


def test_unnamed_bits_beside_flags_are_zero_unless_the_map_says() -> None:
    assert composed(FLAGS, "EN=1").word(0xFFFF_0000) == 0x100
    keeping = register("IS", *FLAGS.fields, reserved_write=ReservedWrite.KEEP)
    assert composed(keeping, "EN=1").word(0xFFFF_0003) == 0xFFFF_0100


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (None, 0xABCD_0001),
        (ReservedWrite.KEEP, 0xABCD_0001),
        (ReservedWrite.ZERO, 1),
        (ReservedWrite.ONE, 0xFFFF_FFFF),
        (ReservedWrite.RESET, 0x1234_0001),
    ],
)
def test_reserved_write(rule: ReservedWrite | None, word: int) -> None:
    one = register("R", field("A", "0"), reserved_write=rule, reset=0x1234_0000)
    assert composed(one, "A=1").word(0xABCD_0000) == word


@pytest.mark.parametrize(
    ("access", "verb", "seen", "word"),
    [
        ("w1c", "clear", 0b0101, 0b0101),
        ("w0c", "clear", 0b0101, 0b1010),
        ("w1s", "set", 0b0101, 0b1111),
        ("w0s", "set", 0b0101, 0b0000),
        ("w1t", "toggle", 0b0101, 0b1111),
        ("w0t", "toggle", 0b0101, 0b0000),
        ("w1t", "clear", 0b0101, 0b0101),
        ("w1t", "set", 0b0101, 0b1010),
        ("w0t", "clear", 0b0101, 0b1010),
        ("w0t", "set", 0b0101, 0b0101),
        ("rw", "clear", 0b0101, 0b0000),
        ("rw", "set", 0b0101, 0b1111),
        ("rw", "toggle", 0b0101, 0b1010),
        ("rw", "|2", 0b0101, 0b0111),
        ("rw", "&~4", 0b0101, 0b0001),
        ("rw", "^5", 0b0111, 0b0010),
        ("rwclr", "clear", 0b0101, 0b0000),
        ("rwset", "set", 0b0101, 0b1111),
        ("rw1p", "pulse", 0b0000, 0b1111),
        ("wo1c", "clear", 0b0000, 0b1111),
    ],
)
def test_verbs_and_operations(access: str, verb: str, seen: int, word: int) -> None:
    one = register("R", field("F", "3:0", access), width=8, reserved_write=ReservedWrite.ZERO)
    made = composed(one, f"F={verb}")
    assert made.word(seen) == word


@pytest.mark.parametrize(
    ("access", "text", "words"),
    [
        ("w1c", "0", "writing 0 to a write-1-to-clear field does nothing"),
        ("w0c", "0xf", "writing 1 to a write-0-to-clear field does nothing"),
        ("w0s", "0xf", "writing 1 to a write-0-to-set field does nothing"),
        ("w0t", "0xf", "writing 1 to a write-0-to-toggle field does nothing"),
        ("rw1p", "0", "writing 0 to a self-clearing field does nothing"),
        ("w1c", "set", "cannot be set"),
        ("w1s", "clear", "cannot be cleared"),
        ("rw", "pulse", "cannot be pulsed"),
        ("w1c", "|1", "needs bits that store and read back"),
        ("wo", "|1", "needs bits that store and read back"),
        ("rw", "|0", "changes nothing"),
        ("ro", "1", "is read-only"),
    ],
)
def test_what_does_nothing_or_cannot_be_done_is_refused(access: str, text: str, words: str) -> None:
    one = register("R", field("F", "3:0", access), field("S", "7:4"), width=8)
    assert words in str(refusal(one, f"F={text}"))


@pytest.mark.parametrize(
    "effect", [OnWrite.WCLR, OnWrite.WSET, OnWrite.PUSH, OnWrite.MODIFY, OnWrite.UNKNOWN]
)
def test_a_neighbour_without_a_neutral_value_refuses_the_edit(effect: OnWrite) -> None:
    one = register("R", field("A", "0"), field("B", "7:4", TOKENS["rw"].with_effects(on_write=effect)))
    error = refusal(one, "A=1", shown=0x50)
    assert "B: " in str(error)
    assert error.consent == "--assume-store"
    assert error.word == 0x51
    assert composed(one, "A=1", assume_store=True).word(0x50) == 0x51


def test_a_neighbour_writable_once_refuses_the_edit() -> None:
    one = register("R", field("A", "0"), field("LOCK", "1", "rw-once"))
    assert "LOCK: it can be written only once" in str(refusal(one, "A=1"))


def test_a_write_only_neighbour_needs_what_we_wrote_last() -> None:
    one = register("R", field("A", "0", "wo"), field("B", "7:4", "wo"), access="wo", reset=0x30)
    assert "B is write-only and what it holds is not known" in str(refusal(one, "A=1"))
    assert composed(one, "A=1", last_written=0x50).word(None) == 0x51
    assert composed(one, "A=1", assume_store=True).word(None) == 0x31


def test_one_field_of_a_write_only_register_needs_no_read_and_gets_none() -> None:
    one = register("ICR", field("RX", "4", "wo1c"), field("TX", "5", "wo1c"), access="wo1c")
    assert composed(one, "RX=clear").transaction == (Write(0, 32, value=0x10),)


def test_a_read_that_acts_is_never_made_for_an_edit() -> None:
    one = register("R", field("A", "0"), field("COUNT", "15:8", "rc"), field("B", "1"))
    assert "must be read first, and reading (COUNT) clears" in str(refusal(one, "A=1"))


def test_what_does_not_echo_is_never_composed_from_a_read() -> None:
    one = register("LIVE", field("A", "0"), field("B", "1"), echo=False)
    assert "does not read back what was written" in str(refusal(one, "A=1"))
    whole = composed(one, "=1")
    assert whole.compares == 0
    assert whole.readback is not None


def test_no_readback_where_the_map_forbids_it_or_it_would_act() -> None:
    assert composed(register("R", readback=False), "=1").readback is None
    assert composed(register("R", field("GO", "0", "rw1p")), "GO=pulse").readback is None
    push = TOKENS["rw"].with_effects(on_write=OnWrite.PUSH)
    assert composed(register("R", access=push), "=1").readback is None
    assert composed(register("R", access="wrc"), "=1").readback is None


def test_a_key_stands_in_every_write() -> None:
    one = register("WDT", field("RUN", "0"), field("KEY", "31:24", "wo", write_value=0x5A))
    assert composed(one, "RUN=1").word(0x10) == 0x5A00_0011


def test_an_upper_mask_enables_only_what_is_meant() -> None:
    one = register("R", field("A", "3:0"), field("B", "7:4"), write_mask="upper")
    made = composed(one, "B=5")
    assert made.transaction[0] == Write(0, 32, value=0x00F0_0050)
    # XOR needs the old value of the touched bits, and of no others.
    flipped = composed(one, "B=^1")
    assert flipped.word(0xFF) == 0x0010_0000
    # A read-only bit in the upper half must not be written back: there it would enable a write.
    lone = register("R", field("A", "0"), access="ro", write_mask="upper")
    assert composed(lone, "A=^1").word(0xFFFF_FFFF) == 0x0001_0000


def test_write_twice_is_two_writes_of_one_word() -> None:
    made = composed(register("R", field("A", "0"), write_twice=True), "A=1")
    writes = [operation for operation in made.transaction if isinstance(operation, Write)]
    assert len(writes) == 2
    assert writes[0] == writes[1]


def test_a_lock_is_read_before_the_write() -> None:
    lock = register("LCK", field("L", "3"), offset=4)
    one = register("R", locked_by=Guard("LCK.L", 1))
    register_map = one_block(one, lock)
    made = compose(register_map, register_map.by_path["X.R"], [parse_value("5", one)])
    check = made.transaction[0]
    assert isinstance(check, Read)
    assert (check.offset, check.mask) == (4, 8)
    assert check.holds(0)
    assert not check.holds(8)
    assert check.why == "X.R is locked while LCK.L is 0x1"


def test_two_fields_are_one_write() -> None:
    made = composed(PLAIN, "EN=1", "DIV=2")
    assert [change.field.name for change in made.changes(0)] == ["EN", "DIV"]
    assert made.word(0xF000_0000) == 0xF000_0201


def test_the_same_bits_twice_are_refused() -> None:
    assert "already" in str(refusal(PLAIN, "EN=1", "EN=0"))


def test_a_verb_on_a_whole_register_acts_on_its_fields() -> None:
    both = register("IS", field("A", "0", "w1c"), field("B", "1", "w1c"), field("N", "7:4", "ro"))
    assert composed(both, "=clear").word(0xF1) == 0xF1
    assert "EN cannot be" in str(refusal(register("R", field("GO", "0", "rw1p"), field("EN", "1")), "=pulse"))


def test_whole_register_operations_touch_only_their_bits() -> None:
    assert composed(FLAGS, "=|0x100").word(0x003) == 0x100
    assert "RX is" in str(refusal(FLAGS, "=|0x101"))


def test_a_read_only_register_is_refused() -> None:
    assert str(refusal(register("R", access="ro"), "=1")) == "X.R is read-only"
    assert str(refusal(register("R", access="none"), "=1")) == "X.R has no access"
    mixed = register("R", field("A", "0", "ro"), field("B", "1", "none"), field("C", "2"))
    assert str(refusal(mixed, "A=1")) == "X.R: A is read-only"
    assert str(refusal(mixed, "B=1")) == "X.R: B has no access"


def test_one_entry_of_a_fifo_takes_its_unnamed_bits_along() -> None:
    access = Access(True, Writable.YES, OnRead.POP, OnWrite.PUSH)
    data = register("DR", field("DATA", "7:0", access), field("OE", "11", "ro"), access=access)
    assert composed(data, "DATA=0x41").transaction == (Write(0, 32, value=0x41),)
    wide = register("DR", field("DATA", "7:0", access), field("LAST", "8", access), access=access)
    assert "LAST: any write adds an entry" in str(refusal(wide, "DATA=0x41"))


def test_clearing_the_whole_register_means_its_unnamed_bits_too() -> None:
    status = register("RSR", field("FE", "0", "rwclr"), field("PE", "1", "rwclr"), access="rwclr")
    assert composed(status, "=clear").transaction[0] == Write(0, 32, value=0)
    assert "PE: any write clears it; unnamed bits: any write" in str(refusal(status, "FE=clear"))
    latch = register("SET", field("A", "0", "rwset"), access="rwset")
    assert composed(latch, "=set").transaction[0] == Write(0, 32, value=1)


def test_consent_is_offered_only_where_it_helps() -> None:
    acts = refusal(register("R", field("A", "0"), field("B", "1", "wrc")), "A=1")
    assert acts.consent == ""
    assert acts.message.endswith("Write the whole register instead")
    hidden = register("R", field("A", "0"), field("B", "1", "wo"))
    assert refusal(hidden, "A=1").consent == "--assume-store"
    made = composed(hidden, "A=1", assume_store=True)
    assert made.notes == ("B is write-only; 0 is written, as the map states no reset",)
    known = register("R", field("A", "0"), field("B", "1", "wo"), reset=2)
    assert composed(known, "A=1", assume_store=True).notes == ("B is write-only; its reset value is written",)


def test_byte_order_follows_the_register() -> None:
    made = composed(register("R", field("A", "0"), byte_order="big"), "A=1")
    assert {operation.byte_order for operation in made.transaction} == {"big"}


def test_the_offered_word_leaves_flags_alone() -> None:
    unsure = TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN)
    one = register("R", *FLAGS.fields, field("U", "16", unsure), field("N", "17", "ro"))
    error = refusal(one, "EN=1", shown=0x3_0003)
    assert error.word == 0x3_0100


def test_reserved_bits_are_only_those_beside_fields() -> None:
    # A register without fields inherits its block's rule, and has nothing that is reserved.
    plain = register("R", reserved_write=ReservedWrite.ZERO)
    assert composed(plain, "=|1").word(0xFF00) == 0xFF01
    assert composed(plain, "=^0x100").word(0xFF00) == 0xFE00


@pytest.mark.parametrize(
    ("access", "word"), [("rw", 0x100), ("ro", 0x100), ("wo", 0x100), ("w1c", 0x100), ("w0c", 0xFFFF_FFFC)]
)
def test_unnamed_bits_beside_flags_get_zero_unless_zero_acts(access: str, word: int) -> None:
    one = register("IS", *FLAGS.fields, access=access)
    assert composed(one, "EN=1").word(0xFFFF_0003) == word


def test_unnamed_bits_that_any_write_disturbs_are_not_hidden_by_flags() -> None:
    one = register("IS", *FLAGS.fields, access="rwclr")
    assert "unnamed bits: any write clears it" in str(refusal(one, "EN=1"))


@pytest.mark.parametrize(
    ("access", "text"),
    [("w1c", "0"), ("wo1c", "0"), ("w1s", "0"), ("w1t", "0"), ("rw1p", "0"), ("w0c", "0xffffffff")],
)
def test_a_whole_word_that_does_nothing_is_refused(access: str, text: str) -> None:
    assert "does nothing" in str(refusal(register("R", access=access), f"={text}"))
    flags = register("R", field("A", "3:0", access), field("B", "7:4", access), width=8)
    assert "does nothing" in str(refusal(flags, f"={int(text, 0) & 0xFF:#x}"))


def test_a_whole_word_that_does_anything_is_written() -> None:
    assert composed(FLAGS, "=0").word(None) == 0
    lone = register("ICR", field("RX", "4", "wo1c"), field("N", "5", "ro"), access="wo1c")
    # A bit that no field names may be a flag that the map forgot.
    assert composed(lone, "=1").word(None) == 1
    assert "RX: writing 0" in str(refusal(lone, "=0"))


def test_a_key_is_not_overwritten() -> None:
    one = register("WDT", field("RUN", "0"), field("KEY", "31:24", write_value=0x5A))
    for text in ("KEY=0x5b", "KEY=clear", "KEY=|1", "=|0x80000000"):
        assert "KEY holds the key 0x5a in every write" in str(refusal(one, text))
    assert composed(one, "KEY=0x5a").word(0) == 0x5A00_0000
    whole = composed(one, "=1")
    assert whole.word(None) == 1
    assert whole.notes == ("without its key in KEY the hardware ignores the write",)
    assert composed(one, "=0x5a000001").notes == ()
    # What stands there when it is read back is not the key.
    assert composed(one, "RUN=1").compares == 1


def test_a_masked_write_compares_only_what_it_enabled() -> None:
    one = register("R", field("A", "3:0"), field("B", "7:4"), write_mask="upper")
    assert composed(one, "B=5").compares == 0xF0
    assert composed(one, "=0x00f00050").compares == 0xF0
    assert composed(register("R", write_mask="upper"), "=0x00f00050").compares == 0xF0


def test_the_upper_half_of_a_masked_write_cannot_be_meant() -> None:
    plain = register("R", write_mask="upper")
    assert "only enables writes of the lower" in str(refusal(plain, "=|0x10000"))
    assert "only enables writes of the lower" in str(refusal(plain, "=^0x80000000"))
    assert "does nothing" in str(refusal(plain, "=0xffff"))
    high = register("R", field("HIGH", "16"), field("A", "0"), write_mask="upper")
    assert "HIGH lies in the upper half" in str(refusal(high, "HIGH=1"))
    assert composed(plain, "=|1").transaction[0] == Write(0, 32, value=0x1_0001)
    assert composed(plain, "=clear").transaction[0] == Write(0, 32, value=0xFFFF_0000)
    assert composed(plain, "=set").transaction[0] == Write(0, 32, value=0xFFFF_FFFF)
    assert composed(plain, "=toggle").word(0x0F) == 0xFFFF_FFF0


def test_what_cannot_be_read_cannot_be_toggled() -> None:
    one = register("R", field("A", "0", "wo"), field("B", "1"))
    assert "A cannot be toggled" in str(refusal(one, "A=toggle"))


def test_a_value_is_never_cut_to_fit() -> None:
    register_map = one_block(PLAIN)
    (node,) = register_map.nodes
    for edit in (
        Edit(PLAIN.field("EN"), Operator.ASSIGN, 2),
        Edit(PLAIN.field("DIV"), Operator.OR, 0x100),
        Edit(None, Operator.ASSIGN, 1 << 32),
        Edit(None, Operator.XOR, -1),
    ):
        with pytest.raises(ValueOverflow):
            compose(register_map, node, [edit])


def test_edits_of_other_bits_go_together_in_either_order() -> None:
    for texts in (("=^0x40000000", "EN=1"), ("EN=1", "=^0x40000000")):
        assert composed(PLAIN, *texts).word(0x100) == 0x4000_0101
    assert "already" in str(refusal(PLAIN, "EN=1", "=^1"))


def test_a_lock_that_cannot_be_read_refuses_the_write() -> None:
    one = register("R", locked_by=Guard("LCK.L", 1))
    for lock, why in (
        (register("LCK", field("L", "3", "wo"), field("OTHER", "4"), offset=4), "write-only"),
        (register("LCK", field("L", "3"), field("OTHER", "4", "rc"), offset=4), r"reading \(OTHER\) clears"),
    ):
        register_map = one_block(one, lock)
        with pytest.raises(RefusedError, match=f"cannot be checked: {why}"):
            compose(register_map, register_map.by_path["X.R"], [parse_value("5", one)])


def test_a_register_that_locks_itself_is_asked_first() -> None:
    one = register("R", field("LOCK", "31"), field("A", "0"), locked_by=Guard("R.LOCK", 1))
    made = composed(one, "A=1")
    check, fresh, write = made.transaction[:3]
    assert isinstance(check, Read)
    assert isinstance(fresh, Read)
    assert isinstance(write, Write)
    assert not check.holds(0x8000_0000)
    assert write.source == 1
    assert made.word(2) == 3


def test_a_read_only_field_may_share_its_bits_with_a_write_only_one() -> None:
    one = register("R", field("STATUS", "7:0", "ro"), field("COMMAND", "3:0", "wo"), field("EN", "8"))
    assert composed(one, "COMMAND=5").word(0x1FA) == 0x1F5
    assert "COMMAND is write-only" in str(refusal(one, "EN=1"))
    assert "STATUS is read-only" in str(refusal(one, "STATUS=1"))
    pulse = register("R", field("STATUS", "7:0", "ro"), field("GO", "0", "wo1p"), field("EN", "8"))
    assert composed(pulse, "EN=1").transaction[0] == Write(0, 32, value=0x100)


def test_writing_once_is_told() -> None:
    one = register("R", field("LOCK", "0", "rw-once"), field("A", "1"))
    made = composed(one, "LOCK=set")
    assert made.word(2) == 3
    assert made.notes == ("LOCK can be written only once",)


def test_operations_are_held_to_what_the_map_allows() -> None:
    few = Constraint(minimum=1, maximum=5)
    one = register("PLL", field("MUL", "2:0", constraint=few), field("EN", "3"))
    for text, shown in (("MUL=|4", 3), ("MUL=^4", 3), ("MUL=&~3", 3), ("MUL=toggle", 0)):
        with pytest.raises(UsageError, match=r"MUL: [067] is (less|more) than"):
            composed(one, text, shown=shown)
    with pytest.raises(UsageError, match="7 is more than 5"):
        composed(one, "MUL=set")
    with pytest.raises(UsageError, match="0 is less than 1"):
        composed(one, "=&~7")
    assert composed(one, "MUL=|4", shown=1).word(1) == 5
    assert composed(one, "MUL=^6", shown=3).word(3) == 5
    assert "what MUL becomes depends on what it is" in str(refusal(one, "MUL=|4"))
    assert "what MUL becomes depends on what it is" in str(refusal(one, "=^1"))
    # Other fields of the register are free.
    assert composed(one, "EN=toggle").word(7) == 0xF


@pytest.mark.parametrize(
    ("access", "word"),
    [
        *((token, 0x0100) for token in ("w1c", "w1s", "w1t", "wo1c", "wo1s", "rw1p", "wo1p")),
        *((token, 0x01FF) for token in ("w0c", "w0s", "w0t")),
        ("rw", 0x015A),
        # What the hardware ignores is written as read, where something else has to be read.
        ("ro", 0x015A),
        (TOKENS["rw"].with_effects(on_write=OnWrite.NONE), 0x015A),
        ("none", 0x015A),
    ],
)
def test_the_neutral_value_of_each_neighbour(access: str | Access, word: int) -> None:
    one = register("R", field("N", "7:0", access), field("A", "8"), field("K", "9"), width=16)
    assert composed(one, "A=1").word(0x005A) == word


@pytest.mark.parametrize(
    "access",
    [
        "ro",
        "none",
        TOKENS["rw"].with_effects(on_write=OnWrite.NONE),
        TOKENS["ro"].with_effects(on_write=OnWrite.STORE),
    ],
)
def test_no_read_is_made_for_what_the_hardware_ignores(access: str | Access) -> None:
    one = register(
        "R", field("N", "7:0", access), field("A", "8"), width=16, reserved_write=ReservedWrite.ZERO
    )
    assert composed(one, "A=1").transaction[0] == Write(0, 16, value=0x100)


def test_a_flag_that_cannot_be_written_makes_no_flags_of_unnamed_bits() -> None:
    shown = TOKENS["ro"].with_effects(on_write=OnWrite.W1C)
    assert composed(register("R", field("F", "0", shown), field("A", "8")), "A=1").word(0xF000) == 0xF100


def test_a_volatile_register_guards_and_compares_nothing() -> None:
    moving = register("R", field("A", "0"), field("B", "1"), volatile=True)
    made = composed(moving, "A=1", shown=2)
    read = made.transaction[0]
    assert isinstance(read, Read)
    assert (read.mask, made.compares) == (0, 0)
    assert made.notes == ("B may change between the read and the write",)


def test_unnamed_bits_of_unknown_semantics_are_zero_beside_flags_and_else_refused() -> None:
    unknown = TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN)
    assert composed(register("IS", *FLAGS.fields, access=unknown), "EN=1").word(0xFFFF_0003) == 0x100
    plain = register("R", field("A", "0"), access=unknown)
    assert "unnamed bits: the map does not say" in str(refusal(plain, "A=1"))


@pytest.mark.parametrize(("reset", "word"), [(0xAB00_0000, 0xAB00_0010), (None, 0x10)])
def test_unnamed_bits_that_cannot_be_read_are_written_at_reset(reset: int | None, word: int) -> None:
    one = register("ICR", field("RX", "7:4", "wo"), access="wo", reset=reset)
    assert composed(one, "RX=1").transaction == (Write(0, 32, value=word),)
    ruled = register("R", field("A", "7:4"), reserved_write=ReservedWrite.RESET, reset=reset)
    assert composed(ruled, "A=1").transaction[0] == Write(0, 32, value=word)


def test_what_a_write_states_for_each_field_that_is_meant() -> None:
    one = register(
        "R", field("A", "3:0"), field("B", "7:4", "wo1p"), field("N", "11:8", "ro"), field("C", "15:12")
    )
    made = composed(one, "A=^1", "B=pulse")
    assert [(change.field.name, change.old, change.new) for change in made.changes(0x7232)] == [
        ("A", 2, 3),
        ("B", None, 0xF),
    ]
    # Without a value to start from nothing is made up.
    assert [(change.old, change.new) for change in made.changes(None)] == [(None, None), (None, 0xF)]
    whole = composed(one, "=0x1234").changes(None)
    assert [(change.field.name, change.old, change.new) for change in whole] == [
        ("A", None, 4),
        ("B", None, 3),
        ("C", None, 1),
    ]


def test_a_register_written_whole_takes_no_other_edit() -> None:
    for texts in (("=1", "EN=1"), ("EN=1", "=1")):
        assert "written whole" in str(refusal(PLAIN, *texts))


def test_the_offered_word_holds_what_is_flipped_and_nothing_that_cannot_be_read() -> None:
    unsure = TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN)
    one = register("R", field("A", "3:0"), field("U", "7:4", unsure), field("W", "11:8", "wo"), width=16)
    assert refusal(one, "A=^3", shown=0xF55).word == 0x56


def test_what_must_be_read_first_and_cannot_be_is_refused() -> None:
    error = refusal(
        register("R", field("T", "31:0", Access(True, Writable.YES, OnRead.CLEAR, OnWrite.W1T))), "T=clear"
    )
    assert "the edit needs a read first, and reading" in str(error)
    silent = register("R", field("T", "31:0", "w1t"), echo=False)
    assert "needs a read first, and it does not read back what was written" in str(refusal(silent, "T=clear"))


def test_reserved_bits_that_the_map_keeps_are_kept_wherever_the_register_can_be_read() -> None:
    one = register(
        "R", field("N", "0", "ro"), field("GO", "1", "wo1p"), access="wo", reserved_write=ReservedWrite.KEEP
    )
    assert composed(one, "GO=pulse").word(0xF0) == 0xF2


def test_assumed_neighbours_are_kept_as_read_or_at_reset() -> None:
    wild = Access(False, Writable.YES, OnRead.NONE, OnWrite.UNKNOWN)
    mixed = register("R", field("A", "0"), field("U", "7:4", wild), field("B", "8"), reset=0x30)
    assert refusal(mixed, "A=1").consent == "--assume-store"
    # What a read does not return is taken from the reset, and not from the read.
    assert composed(mixed, "A=1", assume_store=True).word(0x1F0) == 0x131


def test_an_assigned_value_is_not_judged_twice_and_flags_are_not_judged() -> None:
    few = Constraint(minimum=1, maximum=2)
    one = register("R", field("A", "1:0", constraint=few), field("F", "3:2", "w1c", constraint=few), width=8)
    assert composed(one, "F=clear", shown=0xC).word(0xC) == 0xC
    stated = Edit(one.fields[0], Operator.ASSIGN, 3)
    register_map = one_block(one)
    assert compose(register_map, register_map.nodes[0], [stated]).word(0) == 3


def test_only_what_is_meant_is_told_to_be_written_once() -> None:
    one = register("R", field("A", "0"), field("LOCK", "1", "rw-once"))
    assert composed(one, "A=1", assume_store=True).notes == (
        "LOCK: it can be written only once; assumed to store",
    )


def test_a_whole_register_can_be_the_lock() -> None:
    one = register("R", locked_by=Guard("LCK", 0x51))
    register_map = one_block(one, register("LCK", offset=4, width=8))
    check = compose(register_map, register_map.by_path["X.R"], [parse_value("5", one)]).transaction[0]
    assert isinstance(check, Read)
    assert (check.offset, check.width, check.mask, check.expected) == (4, 8, 0xFF, 0x51)


def test_nothing_is_assumed_where_reading_acts() -> None:
    unsure = TOKENS["wrc"].with_effects(on_write=OnWrite.UNKNOWN)
    for sibling in ("wrc", unsure):
        one = register("R", field("A", "0"), field("B", "7:1", sibling), width=8, reset=2)
        assert refusal(one, "A=1").consent == ""
        assert "must be read first, and reading" in str(refusal(one, "A=1", assume_store=True))


def test_flags_that_move_are_no_surprise() -> None:
    one = register("R", field("A", "0"), field("F", "1", "w0c", volatile=True), field("B", "2"))
    assert composed(one, "A=1").notes == ()


def test_consent_is_offered_where_what_is_not_known_needs_no_read() -> None:
    one = register(
        "R", field("A", "0", "wo"), field("B", "1", "wo"), field("C", "2", "rc"), access="wo", reset=2
    )
    assert refusal(one, "A=1").consent == "--assume-store"
    assert composed(one, "A=1", assume_store=True).transaction[0] == Write(0, 32, value=3)


def test_a_key_stands_in_a_masked_write_too() -> None:
    one = register("R", field("A", "0"), field("KEY", "7:4", "wo", write_value=0xA), write_mask="upper")
    assert composed(one, "A=1").transaction[0] == Write(0, 32, value=0x1_00A1)


def test_everything_that_is_assumed_to_store_is_told() -> None:
    unknown = TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN)
    one = register(
        "R", field("U", "1", unknown), field("W", "2", "wo"), field("V", "3", "wo"), field("A", "0")
    )
    assert composed(one, "A=1", assume_store=True).assumed == 0b1110


def test_a_write_only_neighbour_that_hardware_changes_is_told() -> None:
    one = register("R", field("A", "0", "wo"), field("W", "1", "wo", volatile=True), access="wo")
    made = composed(one, "A=1", last_written=2)
    assert made.word(None) == 3
    assert made.notes == ("W may have changed since it was written last",)
    still = register("R", field("A", "0", "wo"), field("W", "1", "wo"), access="wo")
    assert composed(still, "A=1", last_written=2).notes == ()


def test_a_volatile_field_that_is_flipped_is_told() -> None:
    one = register("R", field("V", "1:0", volatile=True), field("A", "2"), access="ro")
    assert composed(one, "V=^1").notes == ("V may change between the read and the write",)
    assert composed(one, "V=toggle").notes == ("V may change between the read and the write",)
    assert composed(one, "V=1", "A=1").notes == ()


def test_what_is_allowed_of_a_volatile_field_cannot_rest_on_what_was_shown() -> None:
    few = Constraint(maximum=5)
    one = register("R", field("V", "2:0", volatile=True, constraint=few), field("A", "3"))
    assert "what V becomes depends on what it is" in str(refusal(one, "V=|4", shown=1))
    assert composed(one, "V=4").word(0) == 4


def test_a_verb_on_a_whole_register_leaves_the_unnamed_bits_that_store() -> None:
    one = register("R", field("A", "0"), field("B", "1"))
    assert composed(one, "=clear").word(0xF0F3) == 0xF0F0
    assert composed(one, "=set").word(0xF0F0) == 0xF0F3


def test_what_nobody_can_write_is_not_assigned() -> None:
    deaf = TOKENS["rw"].with_effects(on_write=OnWrite.NONE)
    one = register("R", field("F", "0", deaf), field("A", "1"))
    assert "F: writing it does nothing" in str(refusal(one, "F=1"))


@pytest.mark.parametrize(
    ("access", "verb", "word"),
    [
        ("rw", "set", 0xFF),
        ("rw", "toggle", 0xC3),
        ("rw", "|5", 0x7D),
        ("rw", "^5", 0x69),
        ("rw", "&~1", 0x2C),
        ("rw", "5", 0x55),
        ("w1s", "set", 0xFF),
        ("w1t", "toggle", 0xFF),
        ("rw1p", "pulse", 0xFF),
        ("w1c", "clear", 0x3C),
        ("w0c", "clear", 0xC3),
        ("wo1c", "clear", 0xFF),
        ("w1t", "clear", 0x3C),
        ("w1t", "set", 0xC3),
        ("w0t", "clear", 0xC3),
        ("w0t", "set", 0x3C),
    ],
)
def test_two_fields_of_a_kind_are_edited_at_once(access: str, verb: str, word: int) -> None:
    one = register("R", field("A", "3:0", access), field("B", "7:4", access), width=8)
    assert composed(one, f"A={verb}", f"B={verb}").word(0x3C) == word


def test_what_does_not_fit_is_named() -> None:
    register_map = one_block(PLAIN)
    for edit, name in (
        (Edit(PLAIN.field("EN"), Operator.ASSIGN, 2), "EN, which has 1 bits"),
        (Edit(None, Operator.ASSIGN, 1 << 32), "the register, which has 32 bits"),
    ):
        with pytest.raises(ValueOverflow, match=name):
            compose(register_map, register_map.nodes[0], [edit])


@pytest.mark.parametrize(
    ("rule", "reset", "word"),
    [
        (ReservedWrite.RESET, 2, 0x25),
        (ReservedWrite.RESET, None, 0x05),
        (ReservedWrite.ZERO, 2, 0x05),
        (ReservedWrite.ONE, 2, 0xF5),
        (ReservedWrite.KEEP, 2, 0x95),
    ],
)
@pytest.mark.parametrize("access", ["rw", "ro", "none"])
def test_a_reserved_field_follows_its_own_rule(
    rule: ReservedWrite, reset: int | None, word: int, access: str
) -> None:
    rsvd = field("RSVD", "7:4", access, reserved_write=rule, reset=reset)
    if access == "none" and rule is ReservedWrite.KEEP:
        return
    assert composed(register("R", field("A", "3:0"), rsvd, width=8), "A=5").word(0x9C) == word


def test_a_reserved_field_of_unknown_semantics_does_not_refuse_the_edit() -> None:
    unknown = TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN)
    rsvd = field("RSVD", "7:4", unknown, reserved_write=ReservedWrite.ZERO)
    assert composed(register("R", field("A", "3:0"), rsvd, width=8), "A=5").transaction[0] == Write(
        0, 8, value=5
    )


def test_reserved_bits_never_enable_anything_of_a_masked_write() -> None:
    one = register(
        "R", field("A", "0"), write_mask="upper", reserved_write=ReservedWrite.RESET, reset=0xFFFF_FFFE
    )
    assert composed(one, "A=1").transaction[0] == Write(0, 32, value=0x1_0001)


def test_what_has_no_reset_is_assumed_to_hold_zero() -> None:
    unknown = TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN)
    one = register(
        "R", field("W", "0", "wo"), field("U", "1", unknown), field("A", "2"), width=8, access="ro"
    )
    made = composed(one, "A=1", assume_store=True)
    assert made.word(0xFF) == 0xFE
    assert made.assumed == 3
    assert str(refusal(one, "A=1")).endswith("Write the whole register, or compose as if they stored")


def test_an_unnamed_bit_of_a_read_only_register_may_be_a_forgotten_flag() -> None:
    lone = register("ICR", field("RX", "4", "wo1c"), field("N", "5", "ro"), access="ro")
    assert composed(lone, "=1").word(None) == 1
    assert "RX: writing 0" in str(refusal(lone, "=0x20"))


def test_flags_that_cannot_be_seen_are_all_cleared() -> None:
    hidden = TOKENS["wo"].with_effects(on_write=OnWrite.W0C)
    one = register("R", field("F", "3:0", "wo1c"), field("G", "7:4", hidden), field("A", "8"), width=16)
    assert composed(one, "F=clear").word(0x0100) == 0x01FF
    assert composed(one, "G=clear").word(0x0100) == 0x0100
    deaf = register("R", field("F", "3:0", "w1c"), field("G", "7:4", "w0c"), width=8, echo=False)
    assert composed(deaf, "F=clear").transaction[0] == Write(0, 8, value=0xFF)
    assert composed(deaf, "G=clear").transaction[0] == Write(0, 8, value=0)


def test_why_an_operation_is_refused() -> None:
    assert "F is read-write; writing 1 clears; write a value" in str(
        refusal(register("R", field("F", "0", "w1c")), "F=|1")
    )
    assert "A is not read back as written; write a value" in str(
        refusal(register("R", field("A", "0"), echo=False), "A=|1")
    )


def test_nothing_is_said_of_what_stays() -> None:
    assert composed(FLAGS, "RX=clear").notes == ()
    assert composed(PLAIN, "EN=toggle").notes == ()
    flags = register("IS", field("F", "0", "w1c", volatile=True), access="ro")
    assert composed(flags, "F=clear").notes == ()


def test_what_cannot_be_pushed_does_not_forbid_the_readback() -> None:
    idle = TOKENS["ro"].with_effects(on_write=OnWrite.PUSH)
    assert composed(register("R", field("A", "0"), field("N", "1", idle)), "A=1").readback is not None


def test_the_lowest_bit_is_known_once_it_was_shown() -> None:
    made = composed(PLAIN, "EN=toggle")
    assert [(change.old, change.new) for change in made.changes(1)] == [(1, 0)]
    assert [(change.old, change.new) for change in made.changes(0)] == [(0, 1)]
