"""What SystemRDL says that a map has no place for: told, never dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.maps.findings import Report, quote
from inspector.maps.importing import Notes
from inspector.maps.rules import Rule
from inspector.maps.systemrdl.places import Places

if TYPE_CHECKING:
    from systemrdl.node import Node as Component

_CARRIED = frozenset(
    (
        *("name", "desc", "ispresent", "sw", "onread", "rclr", "rset", "ruser", "onwrite", "woclr", "woset"),
        *("wuser", "singlepulse", "reset", "encode", "hw", "counter", "intr", "hwset", "hwclr", "next"),
        *("regwidth", "accesswidth", "fieldwidth", "bigendian", "littleendian", "msb0", "lsb0", "addressing"),
        *("alignment", "bridge", "mementries", "memwidth"),
    )
)
"""Properties that the map's keys say, or that addresses and bits have been computed from."""

_SOFTWARE = {
    "swwe": "software writes are ignored while it is 0",
    "swwel": "software writes are ignored while it is 1",
    "rsvdset": "unnamed bits read as 1",
    "rsvdsetX": "unnamed bits read as anything",
    "errextbus": "an access may end in a bus error",
}
"""What properties mean to software; all others are about the hardware's side."""


class Losses:
    """Collects what is lost."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._notes = Notes()

    def properties(self, component: Component, *, carried: frozenset[str] = frozenset()) -> None:
        """Note the properties of a component that no key of a map says.

        Args:
            component: The component.
            carried: Further properties that are said for this one.
        """
        for name in component.list_properties():
            # Names with a space are the compiler's own.
            if name not in _CARRIED and name not in carried and " " not in name:
                self._property(component, name)

    def add(self, component: Component, rule: Rule, message: str, of: str = "") -> None:
        """Note something at a component, or at its property ``of``."""
        reference = component.property_src_ref.get(of) or component.inst_src_ref or component.def_src_ref
        self._notes.add(self._places.node(reference), rule, message)

    def tell(self, report: Report) -> None:
        """Report all of it."""
        self._notes.tell(report)

    def _property(self, component: Component, name: str) -> None:
        effect = _SOFTWARE.get(name)
        if effect:
            message = f"{quote(name)} is not carried over: {effect}"
        else:
            message = f"{quote(name)} has no place in a map"
        self.add(component, "not-carried", message, of=name)
