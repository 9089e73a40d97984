"""The sentences and the short forms that documents share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspector.maps.exports import notes, texts
from inspector.maps.exports.field_rows import field_rows
from inspector.maps.exports.outline import outline, placed_blocks, sites
from inspector.model.access import TOKENS, OnRead, OnWrite
from inspector.model.register import Atomic
from tests.unit.maps.loading import block_of, load_registers, register_of


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (40, "40 B"),
        (1024, "1 KiB"),
        (4096, "4 KiB"),
        (5 << 20, "5 MiB"),
        (1 << 30, "1 GiB"),
        (1500, "1500 B"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert texts.size_text(size) == text


@pytest.mark.parametrize(
    ("keys", "digits", "words"),
    [
        ("reset: 0x1234", "0x0000_1234", "0x0000_1234"),
        ("reset: 0x1234, reset_mask: 0xff0", "0x----_-23-", "0x0000_0230 in the bits 0x0000_0ff0"),
        ("width: 8, reset: 0", "0x00", "0x00"),
        ("access: rw", "", ""),
    ],
)
def test_resets(keys: str, digits: str, words: str) -> None:
    register = register_of(f"R: {{offset: 0, {keys}}}")
    assert (texts.reset_digits(register), texts.reset_text(register)) == (digits, words)


def test_an_access_is_told_by_the_token_that_tells_most() -> None:
    popping = TOKENS["rw"].with_effects(OnRead.POP, OnWrite.PUSH)
    assert texts.access_token(popping) == "rw (reading: pop, writing: push)"
    assert texts.access_token(TOKENS["w1c"].with_effects(OnRead.CLEAR)) == "w1c (reading: clear)"
    assert texts.access_token(TOKENS["w1crs"]) == "w1crs"
    # What an imported map leaves open is told once, with the register.
    assert texts.access_token(TOKENS["ro"].with_effects(OnRead.UNKNOWN)) == "ro"


def test_what_a_map_does_not_say_is_told_with_the_register() -> None:
    register = register_of(
        "R: {offset: 0, on_read: unknown, fields: {A: 0,B: {bits: 1, access: w1c}, C: {bits: 2, access: rc}}}"
    )
    assert [texts.field_effects(field, register) for field in register.fields] == [
        "",
        "writing 1 clears",
        "reading clears",
    ]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("format: dec", ["Format: decimal."]),
        ("unit: V", ["Format: in V."]),
        (
            "format: {type: fixed, frac: 6}, unit: V",
            ["Format: signed fixed point with 6 fraction bits, in V."],
        ),
        (
            "format: {type: linear, scale: 0.125, offset: -40, unit: °C}",
            ["Format: means 0.125 × value - 40 °C."],
        ),
        ('format: {type: expr, expr: "value * 2"}', ["Format: means value * 2."]),
        ("write_value: 5", ["Every write must have 0x5 here."]),
        ("constraint: {min: 1}", ["Only 0x1 and more may be written."]),
        ("constraint: {max: 9}, format: dec", ["Format: decimal.", "Only 9 and less may be written."]),
        ("danger: Boom", ["Danger when writing: Boom"]),
        ("reserved_write: reset", ["It is reserved, and written its reset value."]),
    ],
)
def test_what_is_to_be_known_of_a_field(spec: str, words: list[str]) -> None:
    register = register_of(f"R: {{offset: 0, fields: {{F: {{bits: 7:0, {spec}}}}}}}")
    assert notes.field_notes(register.fields[0], register) == words


def test_what_is_to_be_known_of_a_register() -> None:
    register = register_of(
        """
        R:
          offset: 0
          width: 64
          access_width: 16
          word_order: big
          byte_order: big
          volatile: true
          poll: never
          write_twice: true
          latched_by: L
          restore: never
          reserved_write: keep
        L: 16
        """
    )
    register = replace(register, atomic=Atomic(set=0x10, xor="L"))
    assert notes.register_notes(register) == [
        "It takes 4 accesses of 16 bits, and so is not atomic; "
        "the most significant word has the lowest address.",
        "Its bytes are in big-endian order on the bus.",
        "Live displays read it never.",
        "Hardware may change it at any time.",
        "A write takes effect only when it is made twice.",
        "A write takes effect only with the next write of L.",
        "Bits without a name are written as read.",
        "Its bits are set by a write 0x10 bytes further, inverted by a write of L, without a read.",
        "It is not restored from a snapshot.",
    ]


def test_texts_are_made_of_lines_and_sentences() -> None:
    text = "One\nline. Two.\n\n  \nNext\x1b[31m one\n"
    assert texts.paragraphs(text) == ["One line. Two.", "Next<U+001B>[31m one"]
    assert texts.summary("", " ", text) == "One line."
    assert texts.summary("no stop") == "no stop"
    assert texts.summary("") == ""


# --- arrays ----------------------------------------------------------------------------------


def rows(fields: str) -> list[tuple[str, str]]:
    return [
        (row.name, row.bit_words) for row in field_rows(register_of(f"R: {{offset: 0, fields: {fields}}}"))
    ]


def test_the_elements_of_a_field_array_are_one_row() -> None:
    assert rows("{A: {bits: 1:0, count: 4, stride: 4}, B: 3}") == [
        ("A[0…3]", "bits 1:0, 5:4 … 13:12"),
        ("B", "bit 3"),
    ]
    assert rows("{A: {bits: 0, count: 2, index: [X, Y]}}") == [("A[X…Y]", "bits 0, 1")]
    assert rows("{A%s: {bits: 0, count: 3}}") == [("A0…A2", "bits 0, 1, 2")]


def test_fields_that_differ_or_do_not_count_on_are_rows_of_their_own() -> None:
    assert [name for name, _ in rows("{A0: 0, A1: 1, A3: 3, A4: 4, A5: 5}")] == ["A0", "A1", "A3…A5"]
    assert [name for name, _ in rows("{A0: 0, A1: {bits: 1, desc: x}, A2: 2}")] == ["A0", "A1", "A2"]
    assert [name for name, _ in rows("{A0: 0, A1: 2:1, A2: 3}")] == ["A0", "A1", "A2"]


def test_the_resets_of_an_array_are_told_once_where_they_are_alike() -> None:
    (row,) = field_rows(register_of("R: {offset: 0, reset: 0x5, fields: {A: {bits: 0, count: 4}}}"))
    assert texts.field_reset(row) == "1, 0, 1, 0"
    (row,) = field_rows(register_of("R: {offset: 0, reset: 0xf, fields: {A: {bits: 0, count: 4}}}"))
    assert texts.field_reset(row) == "1"


def test_an_outline_is_by_offset_with_a_letter_for_each_index() -> None:
    block = block_of(
        """
        Z: {offset: 0x40}
        CH:
          offset: 0x80
          count: 3
          stride: 0x40
          index: [A, B, C]
          registers:
            D%s: {offset: 0x10, offsets: [8, 0, 0x14]}
            C: 4
        A: {offset: 0, count: 12, stride: 4}
        """
    )
    assert [(entry.path, entry.place(3), entry.count) for entry in outline(block)] == [
        ("A[i]", "0x000 + 0x4·i", 12),
        ("Z", "0x040", 1),
        ("CH[i]", "0x080 + 0x40·i", 3),
        ("CH[i].C", "0x084 + 0x40·i", 3),
        ("CH[i].D{j}", "0x090 + 0x40·i + at(j)", 9),
    ]
    last = list(outline(block))[-1]
    assert [axis.range for axis in last.axes] == ["i = A, B, C", "j = 0…2"]
    assert [axis.places for axis in last.axes] == ["", "0x8, 0x0, 0x14"]


def test_a_block_of_two_byte_orders_is_told_twice() -> None:
    loaded = load_registers(
        "A: 0",
        regions="""
        regions:
          m: {instances: {I: b, J: {block: b, offset: 4}}}
          n: {byte_order: big, instances: {I: b}}
        """,
    )
    assert [[site.name for site in places] for places in placed_blocks(loaded).values()] == [
        ["m/I", "J"],
        ["n/I"],
    ]
    assert [site.address for site in sites(loaded)] == [None, None, None]
