"""Where reggen puts registers: the expected offsets are computed by hand from its documented rules."""

from __future__ import annotations

import pytest

from tests.unit.maps.imported import addresses, loaded, messages
from tests.unit.maps.opentitan.describing import block, described, offsets_of, registers_of, word


def test_registers_follow_one_another() -> None:
    assert offsets_of(word("A") + word("B") + word("C")) == {"A": 0, "B": 4, "C": 8}


def test_reserved_words_and_skips() -> None:
    entries = word("A") + '{reserved: "3"}\n' + word("B") + '{skipto: "0x40"}\n' + word("C")
    assert offsets_of(entries) == {"A": 0, "B": 0x10, "C": 0x40}


def test_a_window_begins_at_a_multiple_of_its_size_rounded_up() -> None:
    entries = (
        word("A")
        + '{window: {name: "RAM", desc: "", items: "24", swaccess: "rw", unusual: "true"}}\n'
        + word("B")
    )
    # 24 words are 96 bytes, rounded up 128; what follows does not round.
    assert offsets_of(entries) == {"A": 0, "RAM": 0x80, "B": 0x80 + 96}


def test_a_window_is_memory() -> None:
    imported = block(
        '{window: {name: "RAM", desc: "Words", items: "N", swaccess: "ro", validbits: "16"}}', top=PARAMETERS
    )
    (only,) = loaded(imported).blocks
    ((name, offset, memory),) = only.memories()
    assert (name, offset, memory.size, memory.width) == ("RAM", 0, 6 * 4, 32)
    assert (memory.access.token, memory.desc) == ("ro", "Words")
    assert [told.partition(": ")[2] for told in messages(imported)] == [
        "'validbits' has no place in a map: the upper bits of each word are unused"
    ]


PARAMETERS = """
    param_list: [
        {name: "N", type: "int", default: "6", local: "true"}
        {name: "Top", default: "7"}
    ]
"""


def test_interrupts_and_alerts_bring_registers_in_front() -> None:
    top = """
        interrupt_list: [
            {name: "expired", desc: "The timer expired."}
            {name: "level", desc: "The level.", type: "status", default: "1"}
            {name: "lines", desc: "Lines.", width: "4"}
        ]
        alert_list: [{name: "fatal_fault", desc: "A fault."}]
    """
    found = registers_of(word("OWN"), top=top)
    assert {name: register.offset for name, register in found.items()} == {
        "INTR_STATE": 0x0,
        "INTR_ENABLE": 0x4,
        "INTR_TEST": 0x8,
        "ALERT_TEST": 0xC,
        "OWN": 0x10,
    }
    tokens = {
        name: [(field.name, str(field.bits), field.access.token) for field in register.fields]
        for name, register in found.items()
    }
    assert tokens["INTR_STATE"] == [("expired", "0", "w1c"), ("level", "1", "ro"), ("lines", "5:2", "w1c")]
    assert tokens["INTR_ENABLE"] == [("expired", "0", "rw"), ("level", "1", "rw"), ("lines", "5:2", "rw")]
    # An event's test is an impulse; a status stays forced.
    assert tokens["INTR_TEST"] == [("expired", "0", "wo1p"), ("level", "1", "wo"), ("lines", "5:2", "wo1p")]
    assert tokens["ALERT_TEST"] == [("fatal_fault", "0", "wo1p")]
    assert found["INTR_STATE"].reset == 0b10
    assert found["INTR_STATE"].fields[0].desc == "The timer expired."
    assert found["INTR_STATE"].fields[0].volatile


def test_a_block_may_have_its_own_interrupt_registers() -> None:
    top = """
        interrupt_list: [{name: "expired", desc: ""}]
        alert_list: [{name: "fatal_fault", desc: ""}]
        no_auto_intr_regs: "true"
        no_auto_alert_regs: "true"
    """
    assert offsets_of(word("OWN"), top=top) == {"OWN": 0}


def multireg(name: str, count: str, bits: str, more: str = "") -> str:
    return (
        f'{{multireg: {{name: "{name}", desc: "", count: "{count}", cname: "{name}", swaccess: "rw", {more} '
        f'fields: [{{bits: "{bits}", name: "F", desc: ""}}]}}}}\n'
    )


def test_small_registers_share_a_word() -> None:
    found = registers_of(multireg("M", "Top + N - 3", "2:0") + word("END"), top=PARAMETERS)
    # 7 + 6 - 3 = 10 elements of 3 bits, 10 to a word of 32.
    assert {name: register.offset for name, register in found.items()} == {"M": 0, "END": 4}
    assert [(field.name, str(field.bits)) for field in found["M"].fields] == [
        (f"F_{number}", f"{3 * number + 2}:{3 * number}") for number in range(10)
    ]


def test_what_does_not_fit_in_one_word_goes_on_in_the_next() -> None:
    found = registers_of(multireg("M", "17", "3:0") + word("END"))
    assert {name: register.offset for name, register in found.items()} == {
        "M_0": 0,
        "M_1": 4,
        "M_2": 8,
        "END": 12,
    }
    assert [field.name for field in found["M_1"].fields] == [f"F_{number}" for number in range(8, 16)]
    assert [(field.name, str(field.bits)) for field in found["M_2"].fields] == [("F_16", "3:0")]


def test_bits_below_a_field_are_kept_between_elements() -> None:
    found = registers_of(multireg("M", "3", "4:4"))
    assert [str(field.bits) for field in found["M"].fields] == ["4", "9", "14"]


def test_registers_that_share_no_word_are_an_array() -> None:
    entries = multireg("M", "3", "0", 'compact: "false",') + word("END")
    assert offsets_of(entries) == {"M_0": 0, "M_1": 4, "M_2": 8, "END": 12}
    assert [field.name for field in registers_of(entries)["M_1"].fields] == ["F"]
    (array, _) = loaded(block(entries)).blocks[0].children
    assert array.name == "M_%s"


def test_registers_of_several_fields_share_no_word() -> None:
    entries = """
        {multireg: {name: "M", desc: "", count: 2, cname: "M", swaccess: "rw", fields: [
            {bits: "0", name: "A", desc: ""}, {bits: "1", name: "B", desc: ""}]}}
    """
    assert offsets_of(entries) == {"M_0": 0, "M_1": 4}


def test_no_elements_are_no_register_and_told() -> None:
    imported = block(multireg("M", "0", "0") + word("A"))
    assert {path.partition(".")[2]: at for path, at in addresses(loaded(imported)).items()} == {"A": 0}
    assert messages(imported) == ["5 not-carried: a multireg without elements is no register"]


def test_narrow_registers() -> None:
    entries = """
        {name: "A", desc: "", swaccess: "rw", fields: [{bits: "7:0", name: "F", desc: ""}]}
        {name: "B", desc: "", swaccess: "rw", fields: [{bits: "7:0", name: "F", desc: ""}]}
    """
    found = registers_of(entries, top='regwidth: "8"')
    assert {name: (register.offset, register.width) for name, register in found.items()} == {
        "A": (0, 8),
        "B": (1, 8),
    }


def test_each_interface_has_addresses_of_its_own() -> None:
    imported = described(
        """
        {
          name: "timer"
          alert_list: [{name: "fatal_fault", desc: ""}]
          registers: {
            core: [{name: "A", desc: "", swaccess: "rw", fields: [{bits: "0", name: "F", desc: ""}]}]
            prim: [{name: "B", desc: "", swaccess: "rw", fields: [{bits: "0", name: "F", desc: ""}]}]
            none: []
          }
        }
        """
    )
    assert addresses(loaded(imported)) == {
        "timer_core:timer_core.ALERT_TEST": 0,
        "timer_core:timer_core.A": 4,
        "timer_prim:timer_prim.B": 0,
    }


@pytest.mark.parametrize(("bits", "wanted"), [("Top:0", "7:0"), ("N - 1:2", "5:2"), ("3", "3")])
def test_bits_by_parameters(bits: str, wanted: str) -> None:
    entries = f'{{name: "R", desc: "", swaccess: "rw", fields: [{{bits: "{bits}", name: "F", desc: ""}}]}}'
    (register,) = registers_of(entries, top=PARAMETERS).values()
    assert str(register.fields[0].bits) == wanted
