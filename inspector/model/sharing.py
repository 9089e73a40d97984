"""Sharing: what else has a register's bytes, and what a read of them therefore does.

Regions with addresses may overlap, and so may instances, views and memory windows. Each register is judged
when it is asked for, by what has its bytes and by nothing else.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from inspector.model.register import Memory, Register
from inspector.model.safety import ReadSafety, Sharer, own_safety, unsafe_view, verdict
from inspector.model.spans import Spans
from inspector.model.views import ALWAYS, Conditions, Presence, conditions, presence

if TYPE_CHECKING:
    from inspector.model.nodes import Nodes
    from inspector.model.place import Place
    from inspector.model.region import Region


class Sharing:
    """Judges the registers of a map."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        # Elements of an array, and instances of a block, are one register.
        self._own: dict[int, ReadSafety] = {}
        self._conditions: dict[int, Conditions] = {}

    def judge(
        self, place: Place, index: int, local: str, register: Register, offset: int
    ) -> tuple[ReadSafety, Presence]:
        """Whether a register may be read unasked, and when it is there.

        Args:
            place: Whose it is.
            index: Its place in the map.
            local: Its path within the block.
            register: What it is.
            offset: Bytes from its instance's start.
        """
        there = self._presence(index, register)
        sharers = self._sharers(place, local, offset, offset + register.size)
        return verdict(self._own_safety(register), there, sharers), there

    @property
    def any(self) -> bool:
        """Whether any two registers or memory windows may share bytes."""
        layouts = {id(place.layout): place.layout for place in self._nodes.places}
        return any(layout.overlaps for layout in layouts.values()) or any(
            Spans([(_start(place) + place.layout.extent.start, place) for place in places], _end).overlap
            for places in self._by_space().values()
        )

    def alone(self, place: Place) -> bool:
        """Whether no two registers or memory windows share bytes of an instance."""
        start, layout = _start(place), place.layout
        first, end = start + layout.extent.start, start + layout.extent.end
        beside = self._spaces[_space(place.region)].over(first, end)
        return not layout.overlaps and all(
            other is place or _start(other) + other.layout.extent.start >= end for other in beside
        )

    def over(self, region: Region, start: int, end: int) -> list[int]:
        """The indices of a region's registers that have any of the bytes from ``start`` to before ``end``."""
        found: list[int] = []
        base = region.base or 0
        space = self._spaces.get(_space(region))
        for place in space.over(base + start, base + end) if space else ():
            if place.region is region:
                shift = place.instance.offset
                paths = (each.path for each in place.layout.over(start - shift, end - shift))
                found += [index for path in paths if (index := place.index(path)) is not None]
        return sorted(found)

    def _own_safety(self, what: Register | Memory) -> ReadSafety:
        own = self._own.get(id(what))
        if own is None:
            own = self._own[id(what)] = own_safety(what)
        return own

    # --- views ---------------------------------------------------------------------------------

    def _presence(self, index: int, register: Register) -> Presence:
        if not register.when:
            return ALWAYS
        found = presence(index, self._conditions_of, self._nodes.register)
        unsafe = unsafe_view(found, lambda selector: self._nodes[selector].safety)
        return found.hidden(unsafe) if unsafe else found

    def _conditions_of(self, index: int) -> Conditions:
        """What must hold for a register to be there."""
        found = self._conditions.get(index)
        if found is None:
            place = self._nodes.place_of(index)
            local, _, register = place.layout.at(index - place.first)
            found = self._conditions[index] = self._conditions_at(place, local, register)
        return found

    def _conditions_at(self, place: Place, local: str, what: Register | Memory) -> Conditions:
        return conditions(what.when, local, place.by_local, self._nodes.register) if what.when else ()

    # --- bytes ---------------------------------------------------------------------------------

    @cached_property
    def _spaces(self) -> dict[str | None, Spans[Place]]:
        """The instances by the bytes up to their last register's, for each address space by name."""
        return {
            space: Spans([(_start(place), place) for place in places], _end)
            for space, places in self._by_space().items()
        }

    def _by_space(self) -> dict[str | None, list[Place]]:
        spaces: dict[str | None, list[Place]] = {}
        for place in self._nodes.places:
            spaces.setdefault(_space(place.region), []).append(place)
        return spaces

    def _sharers(self, place: Place, local: str, start: int, end: int) -> list[Sharer]:
        """What else has bytes of a register and acts, in the order of addresses and then of the map file."""
        own = _start(place)
        acting: list[tuple[tuple[int, bool, int, tuple[int, ...]], Sharer]] = []
        for other in self._spaces[_space(place.region)].over(own + start, own + end):
            shift = _start(other) - own
            for found in other.layout.over(start - shift, end - shift):
                safety = self._own_safety(found.what)
                if not safety.harms or (other is place and found.path == local):
                    continue
                when = Presence(self._conditions_at(other, found.path, found.what))
                order = found.start + shift, isinstance(found.what, Memory), other.number, found.order
                acting.append((order, Sharer(other.prefix + found.path, safety, when)))
        return [sharer for _, sharer in sorted(acting, key=lambda each: each[0])]


def _start(place: Place) -> int:
    """The address of an instance; where none is known, its offset in its region."""
    return (place.region.base or 0) + place.instance.offset


def _end(place: Place) -> int:
    """The address behind the last register, or memory window, of an instance."""
    return _start(place) + place.layout.extent.end


def _space(region: Region) -> str | None:
    """Regions without an address are spaces of their own; all others may overlap."""
    return region.name if region.base is None else None
