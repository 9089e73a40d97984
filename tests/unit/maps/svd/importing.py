"""Small descriptions, imported and loaded."""

from __future__ import annotations

import re
from pathlib import Path

from inspector.errors import Finding
from inspector.maps.files import MapFile
from inspector.maps.loader import examine_file
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode
from inspector.maps.svd import import_svd
from inspector.model.field import Field
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap

BASE = 0x4000_0000


def device(peripherals: str, head: str = "<size>32</size>") -> bytes:
    """A description of these peripherals."""
    start = f"<device><name>D</name><width>32</width>{head}\n"
    return f"{start}<peripherals>\n{peripherals}\n</peripherals></device>".encode()


def peripheral(registers: str, name: str = "P", base: int = BASE, extra: str = "") -> str:
    """A peripheral with these registers."""
    return (
        f"<peripheral><name>{name}</name>{extra}<baseAddress>{base:#x}</baseAddress>\n"
        f"<registers>\n{registers}\n</registers></peripheral>\n"
    )


def one(registers: str, head: str = "<size>32</size>") -> bytes:
    """A description of one peripheral ``P``."""
    return device(peripheral(registers), head)


def register(name: str, offset: int, extra: str = "", attributes: str = "") -> str:
    """A register."""
    place = f"<addressOffset>{offset:#x}</addressOffset>"
    return f"<register{attributes}><name>{name}</name>{place}{extra}</register>\n"


def field(name: str, bits: str, extra: str = "", attributes: str = "") -> str:
    """A field; ``bits`` as in ``7:4``."""
    msb, _, lsb = bits.partition(":")
    place = f"<bitRange>[{msb}:{lsb or msb}]</bitRange>"
    return f"<field{attributes}><name>{name}</name>{place}{extra}</field>\n"


def fields(*items: str) -> str:
    """A register's fields."""
    return f"<fields>{''.join(items)}</fields>"


def dim(count: int, step: int, index: str = "") -> str:
    """What makes a thing an array."""
    names = f"<dimIndex>{index}</dimIndex>" if index else ""
    return f"<dim>{count}</dim><dimIncrement>{step:#x}</dimIncrement>{names}"


def loaded(data: bytes) -> RegisterMap:
    """The map that the loader makes of a description, and finds no mistakes in."""
    examined = examine_file(MapFile(Path("d.svd"), "d.svd", data))
    errors = [str(finding) for finding in examined.findings if finding.severity == "error"]
    assert examined.register_map is not None, errors
    return examined.register_map


def registers(register_map: RegisterMap) -> dict[str, tuple[int, Register]]:
    """Every register with its absolute address, by its path."""
    return {
        f"{instance.name}.{path}": ((region.base or 0) + instance.offset + offset, found)
        for region in register_map.regions
        for instance in region.instances
        for path, offset, found in instance.block.walk()
    }


def addresses(data: bytes) -> dict[str, int]:
    """Every register's absolute address, by its path."""
    return {path: address for path, (address, _) in registers(loaded(data)).items()}


def the_register(data: bytes, path: str = "P.R") -> Register:
    """One register."""
    return registers(loaded(data))[path][1]


def the_field(data: bytes, name: str = "F", path: str = "P.R") -> Field:
    """One field of a register."""
    found = the_register(data, path).field(name)
    assert found is not None
    return found


def findings(data: bytes, rule: str) -> list[Finding]:
    """What the importer tells of that rule."""
    return [found for found in import_svd(data, "d.svd").repairs if found.rule == rule]


def repairs(data: bytes) -> list[str]:
    """What the importer has put right, in words."""
    return [found.message for found in findings(data, "repaired")]


def left_out(data: bytes) -> list[str]:
    """What the importer could not carry over, in words."""
    return [re.sub("^not carried over: ", "", found.message) for found in findings(data, "not-carried")]


def plain(node: Node | None) -> object:
    """A tree as dictionaries, lists and texts."""
    if isinstance(node, MappingNode):
        return {key.text: plain(value) for key, value in node.pairs if isinstance(key, ScalarNode)}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    assert isinstance(node, ScalarNode)
    return node.text


def tree(data: bytes) -> dict[str, object]:
    """The map's tree as dictionaries, lists and texts."""
    found = plain(import_svd(data, "d.svd").root)
    assert isinstance(found, dict)
    return found
