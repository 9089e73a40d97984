"""The enumerations of a SystemRDL description, each written once and named by fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.maps.identifiers import Names
from inspector.maps.importing import Here
from inspector.maps.nodes import Node
from inspector.maps.systemrdl.losses import Losses

if TYPE_CHECKING:
    from systemrdl.node import FieldNode

_Values = tuple[tuple[int, str], ...]


class Enums:
    """Gives enumerations their names in the map."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._names: dict[tuple[str, _Values], str] = {}
        self._taken = Names()
        self._nodes: dict[str, Node] = {}

    def name(self, field: FieldNode, here: Here) -> str | None:
        """What the map calls a field's enumeration; None where it has none."""
        encode = field.get_property("encode")
        if encode is None:
            return None
        found = {member.value: name for name, member in encode.members.items()}
        fitting = {value: name for value, name in found.items() if not value >> field.width}
        if len(fitting) < len(found):
            message = "values of the enumeration do not fit in the field, and are left out"
            self._losses.add(field, "repaired", message, of="encode")
        values = tuple(fitting.items())
        if not values:
            return None
        key = (encode.type_name, values)
        if key not in self._names:
            self._names[key] = self._add(encode.type_name, values, here)
        return self._names[key]

    def node(self, here: Here) -> Node | None:
        """All of them, for the map's ``enums``; None where there are none."""
        return here.mapping(self._nodes.items()) if self._nodes else None

    def _add(self, wanted: str, values: _Values, here: Here) -> str:
        name = self._taken.take(wanted)
        self._nodes[name] = here.mapping((str(value), here.text(text)) for value, text in values)
        return name


def meanings(field: FieldNode) -> list[str]:
    """What the description says of an enumeration's values, a line each: a map's values have names alone."""
    encode = field.get_property("encode")
    lines = []
    for name, member in encode.members.items() if encode is not None else ():
        texts = [text for text in (member.rdl_name, member.rdl_desc) if text and text != name]
        if texts:
            lines.append(f"{name}: {' – '.join(' '.join(text.split()) for text in texts)}")
    return lines
