"""How a map is written: what a person reads, and that it loads as the same map."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from inspector import maps
from inspector.maps import load_text
from inspector.maps.writing import write_yaml
from tests.unit.maps.comparing import differences
from tests.unit.maps.loading import load_registers

GOOD = Path(__file__).parents[1] / "good"
HAND_WRITTEN = sorted(str(path) for path in GOOD.glob("*.yaml"))


def written(registers: str, *, top: str = "", regions: str = "") -> str:
    """What a map's text becomes; it must say the same."""
    before = load_registers(textwrap.dedent(registers), top=top, regions=regions)
    text = write_yaml(before)
    assert differences(before, load_text(text, "map.yaml")) == []
    return text


def block_of(text: str) -> str:
    """The lines of the block's registers."""
    lines = text.partition("    registers:\n")[2].split("regions:")[0]
    return textwrap.dedent(lines)


@pytest.mark.parametrize("name", [*maps.names(), *HAND_WRITTEN])
def test_a_map_of_ours_loads_as_the_same(name: str) -> None:
    before = maps.load(name)
    assert differences(before, load_text(write_yaml(before), "map.yaml")) == []


def test_what_fits_in_a_line_stands_in_one() -> None:
    text = written("CR: {offset: 0x30, reset: 0x300, fields: {EN: 0, MODE: {bits: 2:1, enum: {0: a, 1: b}}}}")
    assert (
        block_of(text)
        == "CR: {offset: 0x30, reset: 0x300, fields: {EN: 0, MODE: {bits: 2:1, enum: {0: a, 1: b}}}}\n"
    )


def test_what_does_not_is_indented_below_and_its_words_are_folded() -> None:
    text = block_of(written(f"CR: {{offset: 0x30, desc: {'one more word ' * 20}}}"))
    assert text.startswith("CR:\n  offset: 0x30\n  desc: >-\n    one more word")
    assert max(map(len, text.splitlines())) <= 110


def test_words_of_several_lines_stand_line_by_line() -> None:
    text = block_of(written('CR: {offset: 0x30, desc: "first\\n\\nthird"}'))
    assert text == "CR:\n  offset: 0x30\n  desc: |-\n    first\n\n    third\n"


def test_registers_that_count_become_an_array_of_the_same_paths() -> None:
    text = written(
        """
        CH0_CTRL: {offset: 0x10, fields: {EN: 0}}
        CH1_CTRL: {offset: 0x20, fields: {EN: 0}}
        CH2_CTRL: {offset: 0x30, fields: {EN: 0}}
        CH3_CTRL: {offset: 0x40, fields: {EN: 0}, desc: Not like the others}
        """
    )
    assert block_of(text).splitlines() == [
        "CH%s_CTRL: {offset: 0x10, count: 3, stride: 0x10, fields: {EN: 0}}",
        "CH3_CTRL: {offset: 0x40, desc: Not like the others, fields: {EN: 0}}",
    ]


def test_an_array_may_begin_with_another_number() -> None:
    text = written("R4: 0x0\nR5: 0x4\nR6: 0x8")
    assert block_of(text) == 'R%s: {offset: 0x0, index: ["4", "5", "6"]}\n'


def test_two_are_no_array_and_neither_are_those_of_different_distances() -> None:
    assert block_of(written("A0: 0x0\nA1: 0x4")) == "A0: 0x0\nA1: 0x4\n"
    assert block_of(written("A0: 0x0\nA1: 0x4\nA2: 0x10")) == "A0: 0x0\nA1: 0x4\nA2: 0x10\n"


def test_groups_that_count_become_an_array() -> None:
    group = "registers: {CTRL: 0x0, DATA: {offset: 0x4, access: ro}}"
    text = written("\n".join(f"DMA{i}: {{offset: {i * 16:#x}, {group}}}" for i in range(4)))
    assert block_of(text).splitlines()[:4] == ["DMA%s:", "  offset: 0x0", "  count: 4", "  stride: 0x10"]


def test_fields_that_count_become_an_array() -> None:
    pins = ", ".join(f"PIN{i}: {{bits: {2 * i + 1}:{2 * i}, access: ro}}" for i in range(16))
    assert block_of(written(f"R: {{offset: 0, fields: {{{pins}}}}}")) == (
        "R: {offset: 0x0, fields: {PIN%s: {bits: 1:0, count: 16, access: ro}}}\n"
    )


def test_instances_that_count_become_an_array() -> None:
    text = written(
        "R: 0",
        regions="regions: {r: {base: 0x4000_0000, instances: {U%s: {block: b, count: 4, stride: 1K}}}}\n",
    )
    assert "    instances:\n      U%s: {block: b, count: 4, stride: 0x400}\n" in text


def test_what_most_registers_say_the_block_says_once() -> None:
    text = written(
        "A: {offset: 0, access: ro, width: 8}\nB: {offset: 1, access: ro, width: 8}\nC: {offset: 2, width: 8}"
    )
    assert "    width: 8\n    access: ro\n" in text
    assert block_of(text) == "A: 0x0\nB: 0x1\nC: {offset: 0x2, access: rw}\n"


def test_what_nobody_says_of_reads_is_said_once() -> None:
    text = written(
        "A: {offset: 0, access: ro}\nB: {offset: 4, access: rc}\nC: {offset: 8, on_read: none}\nD: 12\nE: 16",
        top="defaults: {read_effects: unknown}\n",
    )
    assert "defaults: {read_effects: unknown}\n" in text
    assert block_of(text).splitlines() == [
        "A: {offset: 0x0, access: ro}",
        "B: {offset: 0x4, access: rc}",
        "C: {offset: 0x8, on_read: none}",
        "D: 0xc",
        "E: 0x10",
    ]


def test_an_enumeration_that_several_fields_have_gets_a_name() -> None:
    speeds = "enum: {0: low, 1: medium, 2: high}"
    text = written(
        f"A: {{offset: 0, fields: {{SPEED: {{bits: 1:0, {speeds}}}, RATE: {{bits: 3:2, {speeds}}}}}}}"
    )
    assert "enums:\n  speed: {0: low, 1: medium, 2: high}\n" in text
    assert block_of(text) == (
        "A: {offset: 0x0, fields: {SPEED: {bits: 1:0, enum: speed}, RATE: {bits: 3:2, enum: speed}}}\n"
    )


def test_an_enumeration_is_not_named_as_a_note() -> None:
    before = load_registers(
        """\
        X-A: {offset: 0, enum: {0: off, 1: on, 2: standby}}
        X-B: {offset: 4, enum: {0: off, 1: on, 2: standby}}
        """
    )
    text = write_yaml(before)
    assert "  x_a:" in text
    assert differences(before, load_text(text, "map.yaml")) == []


def test_blocks_that_a_region_turns_keep_their_byte_order() -> None:
    regions = "regions: {x: {instances: {X: b}}, y: {byte_order: big, instances: {Y: b}}}\n"
    text = written("A: 0\nB: {offset: 4, byte_order: little}", regions=regions)
    assert "    byte_order: big\n" in text
    assert block_of(text) == "A: 0x0\nB: {offset: 0x4, byte_order: little}\n"


def test_several_devices_stay_several() -> None:
    text = (
        "regmap: 1\nname: m\nblocks: {b: {registers: {R: 0}}}\n"
        "devices: {one: {regions: {r: {instances: {A: b}}}}, two: {regions: {r: {instances: {B: b}}}}}\n"
    )
    before = load_text(text, "m.yaml")
    after = load_text(write_yaml(before), "m.yaml")
    assert [region.name for region in after.regions] == ["one.r", "two.r"]
    assert differences(before, after) == []
