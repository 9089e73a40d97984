"""Views: registers and fields that are there only while others have certain values.

A ``when`` names its selector by a path. Here the paths are followed, so that whoever reads, writes or judges
knows which word has to be looked at, and what must be in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from inspector.model.field import Field
from inspector.model.guard import Guard, Guards
from inspector.model.register import Register

T = TypeVar("T")
RegisterOf = Callable[[int], Register]
"""What a register is, by its place in the map."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a word of a register must hold for a view to be there.

    Attributes:
        guard: As the map states it.
        selector: Which register, by its place in the map.
        field: The field that is compared; None for the whole word.
        mask: The bits of the word that decide.
        expected: What they must be, at their place.
    """

    guard: Guard
    selector: int
    field: Field | None = dataclasses.field(compare=False)
    mask: int
    expected: int

    @property
    def differs(self) -> bool:
        """Whether the bits must be anything but ``expected``."""
        return self.guard.differs

    def holds(self, word: int) -> bool:
        """Whether it holds where the selector's word is ``word``."""
        return (word & self.mask == self.expected) is not self.differs

    def excludes(self, other: Condition) -> bool:
        """Whether both can never hold at once."""
        if self.selector != other.selector:
            return False
        if self.differs and other.differs:
            return False
        if self.differs or other.differs:
            equal, differing = (other, self) if self.differs else (self, other)
            return not differing.mask & ~equal.mask and equal.expected & differing.mask == differing.expected
        return bool((self.expected ^ other.expected) & self.mask & other.mask)

    def denial(self, word: int) -> str:
        """Why the view is not there, where the selector's word is ``word`` and it does not hold."""
        found = self.field.bits.extract(word) if self.field else word
        needs = (
            f"a value other than {_number(self.guard.value)}" if self.differs else _number(self.guard.value)
        )
        return f"{self.guard.path} is {_number(found)}, this view needs {needs}"

    @property
    def demand(self) -> str:
        """What it asks for: ``LCR.DLAB to be 1``."""
        return f"{self.guard.path} {'not ' if self.differs else ''}to be {_number(self.guard.value)}"

    def remedy(self, selector: str) -> str:
        """What makes it hold, as a person would write it; empty where it cannot be written.

        Args:
            selector: The path of the selector in the map.
        """
        if self.field is not None and not self.field.access.stores:
            return ""
        path = f"{selector}.{self.field.name}" if self.field else selector
        value = _number(self.guard.value)
        if self.differs:
            return f"write another value than {value} to {path} first"
        return f"write {path}={value} first"

    def __str__(self) -> str:
        return f"{self.guard.path} is {'not ' if self.differs else ''}{_number(self.guard.value)}"


Conditions = tuple[Condition, ...]
ConditionsOf = Callable[[int], Conditions]
"""What must hold for a register to be there, by its place in the map."""


@dataclass(frozen=True, slots=True)
class Presence:
    """What decides whether a register is there.

    Attributes:
        when: What must hold.
        guards: What must be seen to hold just before the register is accessed: the same, each after what its
            selector needs itself to be there. What the register's own word decides is not among them, and
            nothing is where nobody can see it.
        unseen: Why nobody can see whether it is there; empty where that can be seen.
    """

    when: Conditions = ()
    guards: Conditions = ()
    unseen: str = ""

    def excludes(self, other: Presence) -> bool:
        """Whether ``other`` is not there once the guards of this one have been seen to hold."""
        return any(one.excludes(two) for one in self.guards for two in other.when)

    def hidden(self, why: str) -> Presence:
        """The same where nobody can see whether the register is there."""
        return Presence(self.when, (), why)


ALWAYS = Presence()


def _number(value: int) -> str:
    return str(value) if value < 10 else f"{value:#x}"


def follow(
    siblings: Mapping[str, T], local: str, path: str, register_of: Callable[[T], Register]
) -> tuple[T, Field | None] | None:
    """The register, or the field of one, that ``path`` names for the register at ``local``, or None.

    A path starts at the register's own group, else at the group around that, at last at the block: in
    ``CH[3]``, ``CTRL.LOCK`` is ``CH[3].CTRL.LOCK`` where there is one.

    Args:
        siblings: The registers of the block by path.
        local: The path of the register that names the other.
        path: What it says.
        register_of: What a sibling is.
    """
    scope = local
    while scope:
        scope = scope.rpartition(".")[0]
        found = lookup(siblings, f"{scope}.{path}" if scope else path, register_of)
        if found is not None:
            return found
    return None


def lookup(
    nodes: Mapping[str, T], path: str, register_of: Callable[[T], Register]
) -> tuple[T, Field | None] | None:
    """The register at ``path``, or the field of the one that the path without its last part names."""
    if path in nodes:
        return nodes[path], None
    owner, _, name = path.rpartition(".")
    found = nodes.get(owner)
    field = register_of(found).field(name) if found is not None else None
    return None if found is None or field is None else (found, field)


def conditions(guards: Guards, local: str, places: Mapping[str, int], register_of: RegisterOf) -> Conditions:
    """Follow the paths of ``guards``; a field of the register itself comes before one of another.

    Args:
        guards: What must hold.
        local: The path of the register whose they are, or whose field's.
        places: The places in the map of the registers of its instance, by path.
        register_of: What these are, by their places.
    """
    found: list[Condition] = []
    for guard in guards:
        itself = places.get(local)
        own = None if itself is None else register_of(itself).field(guard.path)
        target: tuple[int, Field | None] | None
        if itself is not None and own is not None:
            target = itself, own
        else:
            target = follow(places, local, guard.path, register_of)
        assert target is not None, "the loader has checked that it exists"
        place, field = target
        mask = field.bits.mask if field else register_of(place).mask
        expected = field.bits.place(guard.value) if field else guard.value
        found.append(Condition(guard, place, field, mask, expected))
    return tuple(found)


def presence(place: int, conditions_of: ConditionsOf, register_of: RegisterOf) -> Presence:
    """Tell what decides whether a register is there.

    Args:
        place: Its place in the map.
        conditions_of: What must hold for a register to be there itself, by place.
        register_of: What a register is, by place.
    """
    when = conditions_of(place)
    guards: dict[Condition, None] = {}
    unseen = _collect(place, conditions_of, register_of, guards, (place,))
    if not unseen:
        for one, two in combinations(guards, 2):
            if one.excludes(two):
                unseen = f"it is there while {two}, and that can be seen only while {one}"
                break
    return Presence(when, () if unseen else tuple(guards), unseen)


def _collect(
    place: int,
    conditions_of: ConditionsOf,
    register_of: RegisterOf,
    guards: dict[Condition, None],
    above: tuple[int, ...],
) -> str:
    """Put into ``guards`` what must be seen for ``place``, its selectors' first; tell why that cannot be."""
    for condition in conditions_of(place):
        if condition.selector == place:
            continue
        if condition.selector in above:
            return f"it is there while {condition}, which can be seen only where this itself is there"
        target = condition.field.access if condition.field else register_of(condition.selector)
        if not target.readable:
            return f"it is there while {condition}, which cannot be read"
        within = (*above, condition.selector)
        unseen = _collect(condition.selector, conditions_of, register_of, guards, within)
        if unseen:
            return unseen
        guards[condition] = None
    return ""
