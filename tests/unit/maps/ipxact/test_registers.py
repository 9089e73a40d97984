from __future__ import annotations

import pytest

from inspector.maps.ipxact import import_ipxact
from inspector.model.access import OnRead

from ..imported import addresses, loaded, messages, registers
from .components import (
    block,
    component,
    field,
    memory_map,
    of_blocks,
    of_maps,
    of_registers,
    refusal,
    register,
    register_of,
    tag,
)


def names_of(*parts: str, version: str = "2014") -> dict[str, int]:
    found = addresses(loaded(of_registers(*parts, version=version)))
    return {path.partition("main.")[2]: address for path, address in found.items()}


def registers_of_file(*parts: str, name: str = "G", offset: str = "'h40", extent: str = "'h10") -> str:
    stated = [tag("name", name), tag("addressOffset", offset), tag("range", extent)]
    return tag("registerFile", "\n".join([*stated, *parts]))


@pytest.mark.parametrize("version", ["2009", "2014", "2022"])
def test_registers_in_each_version(version: str) -> None:
    found = register_of(of_registers(register(field(width="8"), offset="0x10"), version=version))
    assert (found.offset, found.width, str(found.fields[0].bits)) == (0x10, 32, "7:0")


def test_arrays_follow_each_other() -> None:
    assert names_of(register(tag("dim", "3"), size="16")) == {"R[0]": 0, "R[1]": 2, "R[2]": 4}


def test_several_dimensions_are_one_array_the_last_one_fastest() -> None:
    found = names_of(register(tag("dim", "2"), tag("dim", "3")))
    assert list(found) == ["R[0_0]", "R[0_1]", "R[0_2]", "R[1_0]", "R[1_1]", "R[1_2]"]
    assert list(found.values()) == [0, 4, 8, 12, 16, 20]


def test_a_stated_stride() -> None:
    array = tag("array", tag("dim", "2") + tag("stride", "'h20"))
    assert names_of(register(array), version="2022") == {"R[0]": 0, "R[1]": 0x20}


def test_register_files_in_register_files() -> None:
    inner = registers_of_file(register(offset="4"), tag("dim", "2"), name="H", offset="'h20", extent="8")
    outer = registers_of_file(inner, tag("dim", "2"), extent="'h40")
    assert names_of(outer) == {
        "G[0].H[0].R": 0x64,
        "G[0].H[1].R": 0x6C,
        "G[1].H[0].R": 0xA4,
        "G[1].H[1].R": 0xAC,
    }


def test_offsets_count_in_address_units() -> None:
    words = block(
        register(name="A"), register(tag("dim", "2"), name="B", offset="3"), base="'h10", extent="'h10"
    )
    register_map = loaded(of_blocks(words, unit="32"))
    assert list(addresses(register_map).values()) == [0x40, 0x4C, 0x50]
    assert register_map.regions[0].size == 0x40


def test_what_holds_at_the_block_holds_for_its_registers() -> None:
    parts = [
        tag("volatile", "true"),
        tag("access", "read-only"),
        register(field(tag("access", "read-write"))),
    ]
    found = register_of(of_blocks(block(*parts)))
    assert found.volatile
    assert found.access.token == "ro"
    assert found.fields[0].access.token == "rw"
    assert found.access.on_read is OnRead.UNKNOWN


def test_a_register_wider_than_the_bus_is_accessed_in_parts() -> None:
    found = register_of(of_blocks(block(register(size="64"), width="32")))
    assert (found.width, found.access_width, found.word_order) == (64, 32, "little")


@pytest.mark.parametrize(("size", "access"), [("24", 8), ("48", 16), ("96", 32), ("128", 32)])
def test_widths_that_no_access_has(size: str, access: int) -> None:
    found = register_of(of_registers(register(size=size)))
    assert (found.width, found.access_width) == (int(size), access)


def test_an_unaligned_register_is_accessed_in_parts_and_told() -> None:
    result = of_registers(register(offset="2"))
    assert register_of(result).access_width == 16
    assert any("is not aligned; 16 bits are accessed at once" in line for line in messages(result))


def test_what_is_wider_than_any_register_is_words() -> None:
    result = of_registers(register(field(), size="256"))
    assert list(registers(loaded(result))) == [f"main.R.WORD[{i}]" for i in range(8)]
    assert any("more than 128 bits" in line for line in messages(result))


def test_a_size_that_no_register_has_is_rounded_up_and_told() -> None:
    result = of_registers(register(size="6"))
    assert register_of(result).width == 8
    assert any("'R' has the size 6; 8 bits are taken" in line for line in messages(result))


def test_alternate_registers_are_views() -> None:
    alternate = tag("name", "R_TX") + tag("alternateGroups", tag("alternateGroup", "tx")) + field(name="T")
    result = of_registers(register(field(), tag("alternateRegisters", tag("alternateRegister", alternate))))
    found = registers(loaded(result))
    assert (found["main.R"].alt, found["main.R_TX"].alt) == ("", "tx")
    assert found["main.R_TX"].offset == found["main.R"].offset
    assert messages(result) == []


def test_alternate_registers_of_a_mode() -> None:
    alternate = tag("name", "R_S") + tag("modeRef", "secure") + field(name="T")
    result = of_registers(
        register(field(), tag("alternateRegisters", tag("alternateRegister", alternate))), version="2022"
    )
    assert registers(loaded(result))["main.R_S"].alt == "secure"


def test_registers_that_overlap_undeclared_are_told() -> None:
    result = of_registers(register(name="A"), register(name="B", offset="2", size="16"))
    assert registers(loaded(result))["main.B"].alt == "view2"
    assert any("'B' has bytes of 'A'" in line for line in messages(result))


def test_what_is_not_present_is_left_out_and_told() -> None:
    result = of_registers(
        register(tag("isPresent", "0"), name="A"), register(tag("isPresent", "1"), name="B", offset="4")
    )
    assert list(registers(loaded(result))) == ["main.B"]
    assert any("register whose isPresent is 0, such as 'A'" in line for line in messages(result))


def test_what_has_no_place_here_is_told_with_its_line() -> None:
    extended = register(tag("vendorExtensions", tag("x", "1")), tag("accessHandles", ""), name="A")
    assert messages(of_registers(extended)) == [
        "15 not-carried: not carried over: vendorExtensions of registers",
        "16 not-carried: not carried over: accessHandles of registers",
    ]


def test_titles_and_descriptions() -> None:
    found = register_of(
        of_registers(register(tag("displayName", "The R"), tag("description", "It\n  counts.")))
    )
    assert (found.title, found.desc) == ("The R", "It counts.")


@pytest.mark.parametrize(
    ("offset", "reason"),
    [
        ("-4", "is less than 0"),
        ("NOBODY", "there is no parameter 'NOBODY'"),
        ("1 &lt;&lt; 80", "no addressOffset"),
    ],
)
def test_a_register_without_a_place_is_left_out_and_told(offset: str, reason: str) -> None:
    result = of_registers(register(name="A", offset=offset), register(name="B"))
    assert list(registers(loaded(result))) == ["main.B"]
    assert any(reason in line for line in messages(result))


# --- parameters and definitions -------------------------------------------------------------------


def parameter(name: str, value: str) -> str:
    return tag("parameter", tag("name", name.lower()) + tag("value", value), parameterId=name)


def of_file(*parts: str, version: str = "2014") -> bytes:
    return component(*parts, version=version)


def test_parameters_are_taken_at_the_values_of_the_file() -> None:
    maps = tag("memoryMaps", memory_map(block(register(offset="BASE + 'h4"), extent="2 * WORDS * 4")))
    parameters = tag("parameters", parameter("BASE", "WORDS * 2") + parameter("WORDS", "'h10"))
    result = import_ipxact(of_file(maps, parameters), "dev.xml")
    register_map = loaded(result)
    assert register_of(result).offset == 0x24
    assert register_map.regions[0].size == 0x80
    assert any("parameters: each has the value that the file gives it" in line for line in messages(result))


def test_parameters_that_need_each_other_are_told() -> None:
    maps = tag("memoryMaps", memory_map(block(register(name="A", offset="ONE"), register(name="B"))))
    parameters = tag("parameters", parameter("ONE", "TWO") + parameter("TWO", "ONE"))
    result = import_ipxact(of_file(maps, parameters), "dev.xml")
    assert list(registers(loaded(result))) == ["main.B"]
    assert any("needs itself" in line for line in messages(result))


def test_a_long_chain_of_parameters_is_followed_and_a_longer_one_told() -> None:
    def offset(length: int) -> dict[str, int]:
        chain = [parameter(f"P{i}", f"P{i + 1}") for i in range(length)] + [parameter(f"P{length}", "8")]
        maps = tag("memoryMaps", memory_map(block(register(name="A", offset="P0"), register(name="B"))))
        result = import_ipxact(of_file(maps, tag("parameters", "".join(chain))), "dev.xml")
        return {name: found.offset for name, found in registers(loaded(result)).items()}

    assert offset(20) == {"main.A": 8, "main.B": 0}
    assert offset(400) == {"main.B": 0}


DEFINITIONS = tag(
    "typeDefinitions",
    tag("name", "local")
    + tag(
        "fieldAccessPolicyDefinitions",
        tag(
            "fieldAccessPolicyDefinition",
            tag("name", "rclr") + tag("access", "read-only") + tag("readAction", "clear"),
        ),
    )
    + tag(
        "enumerationDefinitions",
        tag(
            "enumerationDefinition",
            tag("name", "states") + tag("enumeratedValue", tag("name", "ready") + tag("value", "1")),
        ),
    )
    + tag(
        "fieldDefinitions",
        tag(
            "fieldDefinition",
            tag("name", "flag")
            + tag("bitWidth", "2")
            + tag(
                "fieldAccessPolicies",
                tag(
                    "fieldAccessPolicy",
                    tag("fieldAccessPolicyDefinitionRef", "rclr", typeDefinitions="local"),
                ),
            )
            + tag("enumeratedValues", tag("enumerationDefinitionRef", "states", typeDefinitions="local")),
        ),
    )
    + tag(
        "registerDefinitions",
        tag(
            "registerDefinition",
            tag("name", "status")
            + tag("size", "16")
            + tag(
                "field",
                tag("name", "READY")
                + tag("bitOffset", "3")
                + tag("fieldDefinitionRef", "flag", typeDefinitions="local"),
            ),
        ),
    ),
)


def referring(definition: str) -> str:
    return tag(
        "register",
        tag("name", "S")
        + tag("addressOffset", "4")
        + tag("registerDefinitionRef", definition, typeDefinitions="local"),
    )


def test_definitions_of_the_same_file_are_followed() -> None:
    maps = tag("memoryMaps", memory_map(block(referring("status"))))
    result = import_ipxact(of_file(DEFINITIONS, maps, version="2022"), "dev.xml")
    found = register_of(result, "main.S")
    assert (found.width, found.offset) == (16, 4)
    (ready,) = found.fields
    assert (ready.name, str(ready.bits), ready.access.token) == ("READY", "4:3", "rc")
    assert ready.enum is not None
    assert ready.enum.entries[0].name == "ready"
    assert messages(result) == []


def test_definitions_of_another_file_are_told() -> None:
    maps = tag("memoryMaps", memory_map(block(referring("elsewhere"))))
    result = import_ipxact(of_file(DEFINITIONS, maps, version="2022"), "dev.xml")
    assert register_of(result, "main.S").width == 32
    assert any(
        "definitions that are in another file, such as 'elsewhere'" in line for line in messages(result)
    )


def test_definitions_that_hold_themselves_are_refused() -> None:
    again = tag(
        "registerFile",
        tag("name", "X")
        + tag("addressOffset", "0")
        + tag("registerFileDefinitionRef", "loop", typeDefinitions="l"),
    )
    loop = tag("registerFileDefinition", tag("name", "loop") + tag("range", "4") + again)
    maps = tag("memoryMaps", memory_map(block(again)))
    assert "register files within each other" in refusal(of_file(loop, maps, version="2022"))
    same = tag("registerFileDefinition", tag("name", "loop") + tag("registerFileDefinitionRef", "loop"))
    assert "refer to each other" in refusal(of_file(same, maps, version="2022"))


def test_definitions_that_stand_for_too_much_are_refused() -> None:
    def file(name: str, inner: str) -> str:
        return tag("registerFile", tag("name", name) + tag("addressOffset", "0") + inner)

    levels = []
    for level in range(12):
        inner = "".join(
            file(f"F{i}", tag("registerFileDefinitionRef", f"L{level + 1}", typeDefinitions="l"))
            for i in range(9)
        )
        levels.append(tag("registerFileDefinition", tag("name", f"L{level}") + tag("range", "4") + inner))
    maps = tag(
        "memoryMaps",
        memory_map(block(file("TOP", tag("registerFileDefinitionRef", "L0", typeDefinitions="l")))),
    )
    assert "stand for more than" in refusal(of_file(*levels, maps, version="2022"))


def test_more_registers_than_a_map_has_are_refused() -> None:
    many = register(tag("dim", "600000"))
    two = of_file(
        tag("memoryMaps", memory_map(block(many, extent="1 &lt;&lt; 28"), block(many, base="1 &lt;&lt; 29")))
    )
    assert "more than 1,000,000 registers" in refusal(two)
    assert "more than 1,000,000 elements" in refusal(
        of_file(tag("memoryMaps", memory_map(block(register(tag("dim", "99999"), tag("dim", "99999"))))))
    )


def test_two_maps_are_two_regions() -> None:
    result = of_maps(
        memory_map(block(register()), name="a"), memory_map(block(register(), base="8"), name="b")
    )
    assert [(region.name, region.base) for region in loaded(result).regions] == [("a", None), ("b", 8)]
