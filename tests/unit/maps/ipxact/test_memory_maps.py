from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.errors import MapError
from inspector.maps.ipxact import import_ipxact
from inspector.model.access import OnRead
from inspector.model.register import Memory
from inspector.model.registermap import RegisterMap

from ..imported import addresses, loaded, messages, plain
from .components import block, component, field, memory_map, of_blocks, of_maps, refusal, register, tag


def places(register_map: RegisterMap) -> dict[str, int]:
    return {
        instance.name: (region.base or 0) + instance.offset
        for region in register_map.regions
        for instance in region.instances
    }


def window_of(*parts: str, **stated: str) -> Memory:
    (window,) = loaded(of_blocks(block(*parts, **stated))).blocks[0].children
    assert isinstance(window, Memory)
    return window


def bank(*parts: str, alignment: str, base: str = "", name: str = "bank") -> str:
    stated = [tag("name", name), *([tag("baseAddress", base)] if base else [])]
    return tag("bank", "\n".join([*stated, *parts]), bankAlignment=alignment)


def banked(*parts: str, name: str, extent: str, width: str = "32") -> str:
    return tag(
        "addressBlock", "\n".join([tag("name", name), tag("range", extent), tag("width", width), *parts])
    )


def test_what_the_component_is() -> None:
    root = plain(of_blocks(block(register())).root)
    assert isinstance(root, dict)
    assert (root["name"], root["vendor"], root["version"]) == ("dev", "example.org", "1.2")
    assert root["defaults"] == {"read_effects": "unknown"}


def test_a_block_is_where_its_base_says() -> None:
    register_map = loaded(of_blocks(block(register(offset="4"), base="'h1000", extent="4K")))
    (region,) = register_map.regions
    assert (region.name, region.base, region.size) == ("regs", 0x1000, 0x1000)
    assert list(addresses(register_map).values()) == [0x1004]


def test_blocks_far_apart_are_regions_of_their_own() -> None:
    near = [block(register(), name=name, base=base) for name, base in (("a", "0"), ("b", "'h1000"))]
    far = block(register(field()), name="c", base="'h40000000")
    register_map = loaded(of_blocks(*near, far))
    assert [(region.name, region.base, region.size) for region in register_map.regions] == [
        ("regs", None, 0x1100),
        ("regs_2", 0x4000_0000, 0x100),
    ]


def test_blocks_of_the_same_content_are_one() -> None:
    parts = [block(register(field()), name=name, base=base) for name, base in (("a", "0"), ("b", "'h100"))]
    register_map = loaded(of_blocks(*parts))
    assert [found.name for found in register_map.blocks] == ["a"]
    assert places(register_map) == {"a": 0, "b": 0x100}


def test_arrays_of_blocks() -> None:
    array = tag("array", tag("dim", "3") + tag("stride", "'h200"))
    result = of_maps(memory_map(block(array, register())), version="2022")
    assert places(loaded(result)) == {"main[0]": 0, "main[1]": 0x200, "main[2]": 0x400}


def test_blocks_that_overlap_are_views() -> None:
    parts = [block(register(name=name), name=name) for name in ("a", "b")]
    (region,) = loaded(of_blocks(*parts)).regions
    assert [(instance.name, instance.alt) for instance in region.instances] == [("a", ""), ("b", "view2")]


def test_registers_past_the_range_are_told() -> None:
    result = of_blocks(block(register(offset="'h100")))
    assert loaded(result).regions[0].size == 0x104
    assert any(
        "the registers of 'main' reach to 0x104, past its range 0x100" in line for line in messages(result)
    )


# --- memory -------------------------------------------------------------------------------------


def test_memory_is_a_window() -> None:
    window = window_of(tag("usage", "memory"), tag("access", "read-only"), extent="4K", width="16")
    assert (window.size, window.width, window.access.token) == (4096, 16, "ro")
    assert window.access.on_read is OnRead.NONE


def test_words_that_do_not_fit_the_window_are_narrower() -> None:
    assert window_of(tag("usage", "memory"), extent="6", width="64").width == 16


def test_registers_of_which_none_is_described_are_words_whose_effects_are_not_known() -> None:
    assert window_of(tag("usage", "register")).access.on_read is OnRead.UNKNOWN
    result = of_blocks(block(tag("usage", "register")))
    assert any("of which none is described" in line for line in messages(result))


def test_what_is_reserved_is_left_out_and_told() -> None:
    result = of_blocks(block(tag("usage", "reserved"), name="gone"), block(register(), base="'h200"))
    assert places(loaded(result)) == {"main": 0x200}
    assert any("reserved address blocks, such as 'gone'" in line for line in messages(result))


# --- banks --------------------------------------------------------------------------------------


def test_blocks_of_a_serial_bank_follow_each_other() -> None:
    inner = bank(
        banked(register(), name="c", extent="'h10"),
        banked(register(field()), name="d", extent="'h10"),
        alignment="serial",
        name="inner",
    )
    outer = bank(
        banked(register(), name="a", extent="'h100"),
        inner,
        banked(register(), name="b", extent="'h100"),
        alignment="serial",
        base="'h1000",
    )
    assert places(loaded(of_blocks(outer))) == {"a": 0x1000, "c": 0x1100, "d": 0x1110, "b": 0x1120}


def test_what_is_reserved_in_a_bank_takes_its_place() -> None:
    unused = [tag("usage", "reserved")]
    hole = bank(
        banked(*unused, name="x", extent="'h20"), tag("usage", "reserved"), alignment="serial", name="hole"
    )
    parts = [
        banked(register(), name="a", extent="'h10"),
        banked(*unused, name="y", extent="'hfc0"),
        hole,
        banked(register(), name="b", extent="'h10"),
    ]
    found = places(loaded(of_blocks(bank(*parts, alignment="serial", base="0"))))
    assert found == {"a": 0, "b": 0xFF0}


def test_what_follows_something_of_unknown_size_in_a_bank_is_told() -> None:
    parts = [
        banked(register(), name="a", extent="'h10"),
        tag("subspaceMap", tag("name", "s"), masterRef="m"),
        banked(register(), name="b", extent="'h10"),
    ]
    result = of_blocks(bank(*parts, alignment="serial", base="0"))
    assert places(loaded(result)) == {"a": 0}
    assert any("what follows a subspaceMap in a bank" in line for line in messages(result))


def test_blocks_of_a_parallel_bank_have_a_part_of_each_row() -> None:
    low = banked(
        register(size="16"), register(name="S", offset="2", size="16"), name="low", extent="4", width="16"
    )
    high = banked(register(tag("dim", "2"), size="16"), name="high", extent="4", width="16")
    result = of_blocks(bank(low, high, alignment="parallel", base="'h40"))
    found = {path.partition(":")[2]: address for path, address in addresses(loaded(result)).items()}
    assert found == {"low.R": 0x40, "low.S": 0x44, "high.R[0]": 0x42, "high.R[1]": 0x46}


def test_registers_across_their_part_of_a_row_are_told() -> None:
    wide = banked(
        register(size="32"), register(name="S", offset="4", size="16"), name="low", extent="8", width="16"
    )
    other = banked(register(size="16"), name="high", extent="8", width="16")
    result = of_blocks(bank(wide, other, alignment="parallel", base="0"))
    assert sorted(addresses(loaded(result)).values()) == [2, 8]
    assert any("lie across their part of a bank's rows, such as 'R'" in line for line in messages(result))


def test_memories_side_by_side_are_one_window() -> None:
    parts = [banked(tag("usage", "memory"), name=f"lane{i}", extent="1K", width="8") for i in range(4)]
    (window,) = loaded(of_blocks(bank(*parts, alignment="parallel", base="0"))).blocks[0].children
    assert isinstance(window, Memory)
    assert (window.size, window.width) == (4096, 32)


# --- what has no place here ---------------------------------------------------------------------


def test_what_other_parts_of_a_memory_map_are_lost_is_told() -> None:
    subspace = tag("subspaceMap", tag("name", "s") + tag("baseAddress", "0"), masterRef="m")
    remap = tag("memoryRemap", tag("name", "boot") + block(register(), name="x"))
    result = of_blocks(block(register()), subspace, remap)
    assert [line.partition(": ")[2] for line in messages(result)] == [
        "not carried over: subspaceMap of memory maps",
        "not carried over: memoryRemap of memory maps",
    ]


@pytest.mark.parametrize("base", ["", "nothing", "1 &lt;&lt; 64"])
def test_a_block_without_a_place_is_left_out_and_told(base: str) -> None:
    result = of_blocks(block(register(), name="x", base=base), block(register(), name="y"))
    assert places(loaded(result)) == {"y": 0}
    assert any("'x' has no place" in line for line in messages(result))


def test_local_memory_maps_are_regions_too() -> None:
    local = tag("localMemoryMap", tag("name", "local") + block(register()))
    spaces = tag("addressSpaces", tag("addressSpace", tag("name", "s") + local))
    assert places(loaded(import_ipxact(component(spaces), "dev.xml"))) == {"main": 0}


def test_other_documents_are_refused() -> None:
    assert refusal(component(root="busDefinition")) == (
        "2 refused: this is the 'busDefinition' of IP-XACT: a component has memory maps"
    )
    assert "open what refers to it" in refusal(component(root="typeDefinitions", version="2022"))
    assert refusal(component()) == "2 refused: the component has no registers and no memory"


def test_what_is_no_xml_and_entities_are_refused() -> None:
    assert "syntax" in refusal(b"<component>")
    bomb = b'<!DOCTYPE c [<!ENTITY a "aaaa">]><component>&a;</component>'
    assert "refused" in refusal(bomb)


# --- anything -----------------------------------------------------------------------------------

TEXTS = [
    "0",
    "1",
    "3",
    "4",
    "8",
    "12",
    "32",
    "64",
    "'h20",
    "'h104",
    "300",
    "-1",
    "x",
    "",
    "1 &lt;&lt; 70",
    "P",
]
WHOLE = component(
    tag("parameters", tag("parameter", tag("name", "p") + tag("value", "6"), parameterId="P")),
    tag(
        "memoryMaps",
        memory_map(
            block(
                register(
                    tag("dim", "2"), field(tag("resets", tag("reset", tag("value", "1") + tag("mask", "2"))))
                ),
                register(
                    field(name="A", width="4"),
                    field(tag("array", tag("dim", "2")), name="A", lsb="4", width="8"),
                    tag("alternateRegisters", tag("alternateRegister", tag("name", "R") + field())),
                    offset="8",
                ),
                tag(
                    "registerFile",
                    tag("name", "F")
                    + tag("dim", "3")
                    + tag("addressOffset", "16")
                    + tag("range", "12")
                    + register(size="64", offset="4"),
                ),
            ),
            block(tag("usage", "memory"), name="mem", base="'h100", extent="64"),
            bank(
                banked(register(size="16"), name="l", extent="8", width="16"),
                banked(register(size="8"), name="h", extent="8", width="16"),
                alignment="parallel",
                base="'h200",
            ),
            unit="8",
        ),
    ),
).decode()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(TEXTS)), max_size=5))
def test_any_numbers_make_a_sound_map_or_are_refused(changes: list[tuple[int, str]]) -> None:
    spots = list(re.finditer(r">([-'\w]*)</ipxact:(?!name)", WHOLE))
    text = WHOLE
    for where, new in sorted({(where % len(spots), new) for where, new in changes}, reverse=True):
        spot = spots[where]
        text = text[: spot.start(1)] + new + text[spot.end(1) :] if text[spot.end(1)] == "<" else text
    try:
        result = import_ipxact(text.encode(), "dev.xml")
    except MapError:
        return
    loaded(result)
