"""User-defined properties that PeakRDL's generators know, so that files which use them open as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from inspector.maps.importing import Here
from inspector.maps.nodes import Node
from inspector.maps.systemrdl.texts import Texts

if TYPE_CHECKING:
    from systemrdl.node import FieldNode

NUMERIC = frozenset(("is_signed", "intwidth", "fracwidth"))
"""Properties that say how a field's value is read."""

MOST_FRACTION_BITS = 64


_DEFINITION = re.compile(r"\bproperty\s+(\w+)")


def register_udps(compiler: Any, texts: Texts) -> None:
    """Make those properties known that no file of the description defines itself."""
    from systemrdl import component
    from systemrdl.rdltypes.references import RefType
    from systemrdl.udp import UDPDefinition

    known: tuple[tuple[str, Any, Any], ...] = (
        ("buffer_reads", component.Reg, bool),
        ("rbuffer_trigger", component.Reg, RefType),
        ("buffer_writes", component.Reg, bool),
        ("wbuffer_trigger", component.Reg, RefType),
        ("rd_swacc", component.Field, bool),
        ("wr_swacc", component.Field, bool),
        ("is_signed", component.Field, bool),
        ("intwidth", component.Field, int),
        ("fracwidth", component.Field, int),
    )
    defined = {match[1] for source in texts.by_path.values() for match in _DEFINITION.finditer(source.text)}
    for name, owner, kind in known:
        if name in defined:
            continue
        default = True if kind is bool else None
        members = {
            "name": name,
            "valid_components": {owner},
            "valid_type": kind,
            "default_assignment": default,
        }
        compiler.register_udp(type(name, (UDPDefinition,), members), soft=False)


def format_node(field: FieldNode, here: Here) -> Node | None:
    """How a field's value is shown; None where nothing is said, or nothing that a map can say."""
    said = {name: field.get_property(name) for name in NUMERIC if name in field.list_properties()}
    signed, whole, fraction = (said.get(name) for name in ("is_signed", "intwidth", "fracwidth"))
    if not all(value is None or isinstance(value, int) for value in said.values()):
        return None
    bits = fraction if whole is None else field.width - whole
    if bits is None:
        return here.text("signed") if signed else None
    if not 0 <= bits <= MOST_FRACTION_BITS:
        return None
    kind = "fixed" if signed else "ufixed"
    return here.mapping([("type", here.text(kind)), ("frac", here.number(bits))])
