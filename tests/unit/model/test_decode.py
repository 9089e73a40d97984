from __future__ import annotations

from inspector.model.decode import decode, summarise
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.format import Format, FormatType
from tests.unit.model.build import field, register

PARITY = Enumeration((EnumEntry(0, 0, "none"), EnumEntry(1, 1, "odd"), EnumEntry(2, 3, "reserved")))


def test_a_row_reads_like_a_sentence_of_what_is_set() -> None:
    control = register(
        "CR",
        field("EN", "0"),
        field("TX", "1"),
        field("PARITY", "3:2", enum=PARITY),
        field("DIV", "15:8", format=Format(FormatType.DEC), unit="Hz"),
        field("RAW", "23:16"),
        field("KEY", "31:24", "wo"),
    )
    assert summarise(control, 0xFF00_1009) == "EN · PARITY reserved · DIV 16 Hz"
    assert summarise(control, 0) == "PARITY none · DIV 0 Hz"
    assert summarise(control, 0x00AB_0000) == "PARITY none · DIV 0 Hz · RAW 0xab"


def test_write_only_fields_are_not_decoded() -> None:
    mixed = register("X", field("A", "0"), field("B", "1", "wo"))
    assert [decoded.field.name for decoded in decode(mixed, 3)] == ["A"]


def test_ranges_of_an_enumeration_name_no_value_to_write() -> None:
    assert PARITY.name_of(3) == "reserved"
    assert PARITY.value_of("reserved") is None
    assert PARITY.value_of("odd") == 1


def test_elements_of_a_field_array_that_say_the_same_are_joined() -> None:
    pins = [
        field(f"PIN[{i}]", str(i), enum=Enumeration((EnumEntry(0, 0, "in"), EnumEntry(1, 1, "out"))))
        for i in range(4)
    ]
    irqs = [field(f"IRQ[{i}]", str(8 + i)) for i in range(4)]
    mode = register("MODE", *pins, *irqs)
    assert summarise(mode, 0x70C) == "PIN[0..1] in · PIN[2..3] out · IRQ[0..2]"
    assert summarise(mode, 0x504) == "PIN[0..1] in · PIN[2] out · PIN[3] in · IRQ[0] · IRQ[2]"
