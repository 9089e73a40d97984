"""Address maps as blocks and regions, names and texts, enumerations, locks, and what is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.model.format import FormatType
from tests.unit.maps.imported import addresses, loaded, messages, plain, registers
from tests.unit.maps.systemrdl.describing import described, fields_of, registers_of

UART = """
    addrmap uart {
        name = "Serial port"; desc = "Sends and receives.";
        reg { field { sw=r; hw=w; } fill[8]; } status;
        reg { field { sw=rw; hw=r; } on = 0; } control;
    };
"""


def test_an_address_map_of_address_maps_is_a_region(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        UART + 'addrmap soc { name = "The chip"; uart console @ 0x1000; uart ports[2] @ 0x2000 += 0x100; };',
    )
    register_map = loaded(imported)
    assert (register_map.name, register_map.title) == ("soc", "The chip")
    assert [block.name for block in register_map.blocks] == ["uart"]
    assert (register_map.blocks[0].title, register_map.blocks[0].desc) == (
        "Serial port",
        "Sends and receives.",
    )
    assert addresses(register_map) == {
        "soc:console.status": 0x1000,
        "soc:console.control": 0x1004,
        "soc:ports[0].status": 0x2000,
        "soc:ports[0].control": 0x2004,
        "soc:ports[1].status": 0x2100,
        "soc:ports[1].control": 0x2104,
    }
    (region,) = register_map.regions
    assert region.base is None
    assert messages(imported) == []


def test_registers_beside_address_maps_are_an_instance_too(tmp_path: Path) -> None:
    text = UART + "addrmap soc { reg { field { hw=r; } f; } own; uart console @ 0x100; };"
    assert addresses(loaded(described(tmp_path, text))) == {
        "soc:soc.own": 0x0,
        "soc:console.status": 0x100,
        "soc:console.control": 0x104,
    }


def test_registers_around_address_maps_are_a_region_of_their_own(tmp_path: Path) -> None:
    text = UART + "addrmap soc { uart soc @ 0x100; reg { field { hw=r; } f; } last @ 0x200; };"
    assert addresses(loaded(described(tmp_path, text))) == {
        "soc:soc.status": 0x100,
        "soc:soc.control": 0x104,
        "soc_own:soc_2.last": 0x200,
    }


def test_address_maps_further_in_are_groups(tmp_path: Path) -> None:
    text = UART + "addrmap sub { uart port @ 0x40; }; addrmap soc { sub a; sub b @ 0x1000; };"
    found = loaded(described(tmp_path, text))
    assert [block.name for block in found.blocks] == ["sub"]
    assert addresses(found)["soc:b.port.control"] == 0x1044


def test_each_side_of_a_bridge_is_a_region(tmp_path: Path) -> None:
    text = UART + "addrmap both { bridge; uart ahb; uart apb; };"
    found = addresses(loaded(described(tmp_path, text)))
    assert found["ahb:ahb.control"] == found["apb:apb.control"] == 4


def test_two_types_of_one_name_and_other_content(tmp_path: Path) -> None:
    text = """
        addrmap part #(longint unsigned WIDTH = 8) { reg { field { hw=r; } f[WIDTH]; } one; };
        addrmap soc { part a; part #(.WIDTH(4)) b; };
    """
    register_map = loaded(described(tmp_path, text))
    found = registers(register_map)
    assert len(register_map.blocks) == 2
    assert {str(register.fields[0].bits) for register in found.values()} == {"7:0", "3:0"}


def test_maps_that_are_not_part_of_the_last_are_told(tmp_path: Path) -> None:
    imported = described(tmp_path, UART + "addrmap other { reg { field { hw=r; } f; } one; };")
    assert messages(imported) == [
        "2 not-carried: the address map 'uart' is not part of 'other', the last one"
    ]


def test_names_and_descriptions(tmp_path: Path) -> None:
    register = registers_of(
        tmp_path,
        """
        reg {
            name = "Control word"; desc = "First.
            Second.";
            field { hw=r; name = "Go"; desc = "Starts it."; } go;
        } c;
        """,
    )["c"]
    assert (register.title, register.desc) == ("Control word", "First.\nSecond.")
    assert (register.fields[0].title, register.fields[0].desc) == ("Go", "Starts it.")


def test_enumerations_are_written_once(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        """
        enum speed { slow = 0; fast = 2 { name = "Fast mode"; desc = "Needs a clock."; }; };
        addrmap m {
            reg { field { hw=r; encode = speed; } tx[2]; field { hw=r; encode = speed; } rx[2]; } one;
        };
        """,
    )
    tree = plain(imported.root)
    assert isinstance(tree, dict)
    assert tree["enums"] == {"speed": {"0": "slow", "2": "fast"}}
    (register,) = registers(loaded(imported)).values()
    for field in register.fields:
        assert field.enum is not None
        assert [(entry.low, entry.name) for entry in field.enum.entries] == [(0, "slow"), (2, "fast")]
        assert field.desc == "fast: Fast mode – Needs a clock."


def test_numbers_as_peakrdl_s_properties_say(tmp_path: Path) -> None:
    found = fields_of(
        tmp_path,
        """
        field { hw=r; is_signed; } a[8]; field { hw=r; intwidth = 3; } b[8];
        field { hw=r; fracwidth = 6; is_signed; } c[8]; field { hw=r; } d[8];
        """,
    )
    shown = {
        name: (field.format.type, field.format.frac)
        for name, field in found.items()
        if field.format is not None
    }
    assert shown["a"][0] is FormatType.SIGNED
    assert shown["b"] == (FormatType.UFIXED, 5)
    assert shown["c"] == (FormatType.FIXED, 6)


def test_a_file_s_own_definition_of_such_a_property_wins(tmp_path: Path) -> None:
    text = """
        property intwidth { component = field; type = string; };
        addrmap m { reg { field { hw=r; intwidth = "three"; } f[8]; } one; };
    """
    assert loaded(described(tmp_path, text)).name == "m"


@pytest.mark.parametrize(("property_", "value"), [("swwe", 0), ("swwel", 1)])
def test_a_field_that_enables_writes_locks_the_register(tmp_path: Path, property_: str, value: int) -> None:
    found = registers_of(
        tmp_path,
        f"""
        regfile {{
            reg {{ field {{ hw=r; }} open = 0; }} guard;
            reg {{ field {{ hw=r; }} a[4]; field {{ hw=r; }} b[4]; field {{ sw=r; hw=w; }} c[4]; }} held;
            held.a->{property_} = guard.open;
            held.b->{property_} = guard.open;
        }} banks[2];
        """,
    )
    for number in range(2):
        locked_by = found[f"banks[{number}].held"].locked_by
        assert locked_by is not None
        assert (locked_by.path, locked_by.value) == ("guard.open", value)


def test_a_field_that_enables_one_of_two_is_told(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        """
        addrmap m {
            reg { field { hw=r; } open = 0; } guard;
            reg { field { hw=r; } a[4]; field { hw=r; } b[4]; } held;
            held.a->swwe = guard.open;
        };
        """,
    )
    assert registers(loaded(imported))["m.held"].locked_by is None
    assert messages(imported) == [
        "5 not-carried: 'swwe' is not carried over: software writes are ignored while it is 0"
    ]


def test_what_has_no_place_is_told_once_with_its_lines(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        """
        addrmap m {
            reg { field { hw=w; we; } f; } one;
            reg { field { hw=w; we; } f; } two;
            reg { field { counter; incrwidth = 2; hw=r; } f[4]; } three;
        };
        """,
    )
    assert messages(imported) == [
        "3 not-carried: 'we' has no place in a map; also in line 4",
        "5 not-carried: 'incrwidth' has no place in a map",
    ]


def test_a_reset_by_reference_is_told(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        """
        addrmap m {
            reg { field { hw=r; } f[4] = 3; } one;
            reg { field { hw=r; } f[4]; } two;
            two.f->reset = one.f;
        };
        """,
    )
    assert registers(loaded(imported))["m.two"].reset is None
    assert messages(imported) == ["5 not-carried: a reset that another thing gives is not carried over"]


def test_places_are_the_file_s_and_an_included_one_s(tmp_path: Path) -> None:
    (tmp_path / "parts.rdl").write_text("\nreg word { field { hw=w; we; } f; };\n")
    imported = described(tmp_path, '`include "parts.rdl"\naddrmap m {\n  word one;\n};\n')
    (finding,) = [found for found in imported.repairs if "'we'" in found.message]
    assert (finding.position.file, finding.position.line) == ("parts.rdl", 2)
    blocks = imported.root.pairs[-1][1]
    assert blocks.start.line == 1
