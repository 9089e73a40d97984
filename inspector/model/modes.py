"""Modes: which fields of a register an edit can meet, and what must be seen to hold for it.

Fields may be there only while another field has some value, of the same register or of another; and fields of
several views may share bits with nothing to tell which view it is. An edit means the fields that it names:
what these need is looked at in the edit's own transaction. What that leaves open counts in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from inspector.errors import RefusedError
from inspector.model.bits import ones
from inspector.model.edit import Edit, Operator
from inspector.model.field import Field
from inspector.model.guard import Guard
from inspector.model.neutral import Neutral, parts
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.views import Condition, Conditions


@dataclass(frozen=True, slots=True)
class Mode:
    """What an edit can meet.

    Attributes:
        fields: The fields that may be there.
        edited: Those of the edit, whose bits are theirs alone.
        own: The bits of the register's own word that must be as expected.
        expected: What they must be.
        differing: What of the register's own word must not be so.
        looks: What must hold in other registers, in the order in which that can be seen.
        demand: What the register's own word must be, in words.
    """

    fields: tuple[Field, ...]
    edited: tuple[Field, ...] = ()
    own: int = 0
    expected: int = 0
    differing: Conditions = ()
    looks: Conditions = ()
    demand: str = ""

    @property
    def in_sight(self) -> tuple[Field, ...]:
        """The fields without those that, in another view, take writes on bits of the edit's."""
        mask = 0
        for field in self.edited:
            mask |= field.bits.mask
        return tuple(
            field
            for field in self.fields
            if field in self.edited or not (field.access.writable and field.bits.mask & mask)
        )


WordOf = Callable[[RegisterNode], int | None]
"""The last known word of a register, or None."""


def mode_of(
    register_map: RegisterMap,
    node: RegisterNode,
    edits: Sequence[Edit],
    shown: int | None,
    word_of: WordOf = lambda node: None,
) -> Mode:
    """Tell what ``edits`` of ``node`` can meet.

    Args:
        register_map: The map.
        node: The register.
        edits: What is meant.
        shown: The word that the person saw, by which a register that can be read decides about its own
            fields; None for none.
        word_of: The last known words, by which other registers do.

    Raises:
        RefusedError: A field of the edit is not there, or not together with another.
    """
    conditions = register_map.field_conditions(node)
    edited = tuple(dict.fromkeys(edit.field for edit in edits if edit.field is not None))
    if not conditions:
        return Mode(node.register.fields, edited)
    if not (node.safety.safe and node.register.echo):
        shown = None
    meant = _Meant(register_map, node, conditions, edits)
    meant.demand(edited, shown)
    if shown is not None and _open(node, meant.fields, meant.touched):
        meant.rest_on(shown)
    if _open(node, meant.fields, meant.touched):
        meant.rest_on_others(word_of)
    own = expected = 0
    for condition in meant.own:
        if not condition.differs:
            own |= condition.mask
            expected |= condition.expected
    if meant.seen is not None:
        own |= meant.deciding
        expected |= meant.seen & meant.deciding
    differing = tuple(each for each in meant.own if each.differs) if meant.seen is None else ()
    demand = " and ".join(each.demand for each in meant.own) or "what it held when it was shown"
    return Mode(meant.fields, edited, own, expected, differing, tuple(meant.looks), demand)


def possible_fields(register_map: RegisterMap, node: RegisterNode, word: int) -> tuple[Field, ...]:
    """The fields that may be there while the register's own word is ``word``."""
    conditions = register_map.field_conditions(node)
    return tuple(
        field
        for field in node.register.fields
        if all(each.holds(word) for each in conditions.get(field.name, ()) if each.selector == node.index)
    )


def _open(node: RegisterNode, fields: Sequence[Field], touched: int) -> bool:
    """Whether it depends on the view what leaves the neighbours alone."""
    return any(
        part.views and part.neutral is Neutral.NONE and part.mask & ~touched
        for part in parts(node.register, fields)
    )


class _Meant:
    """What the edits say of the selectors, and what they need of them.

    Attributes:
        touched: The bits of the register's word that they edit.
        own: What must hold in the word before the edit.
        looks: What must hold in other registers.
        deciding: The bits of the word that decide about fields.
        seen: The word that these must agree with; None where only ``own`` must hold.
    """

    def __init__(
        self,
        register_map: RegisterMap,
        node: RegisterNode,
        conditions: Mapping[str, Conditions],
        edits: Sequence[Edit],
    ) -> None:
        self._map = register_map
        self._node = node
        self._conditions = conditions
        self.touched = self._assigned = self._value = 0
        self._in_part: set[Field] = set()
        for edit in edits:
            if edit.field is not None and edit.operator.bitwise and edit.value != ones(edit.field.width):
                self._in_part.add(edit.field)
            bits = edit.field.bits.mask if edit.field else node.register.mask
            self.touched |= bits
            if edit.operator is Operator.ASSIGN:
                self._assigned |= bits
                self._value |= edit.field.bits.place(edit.value) if edit.field else edit.value
        self.own: list[Condition] = []
        self.looks: dict[Condition, None] = {}
        self.deciding = 0
        for each in conditions.values():
            for condition in each:
                if condition.selector == node.index:
                    self.deciding |= condition.mask
        self.seen: int | None = None

    def demand(self, edited: Sequence[Field], shown: int | None) -> None:
        """Take in what the fields of the edit need.

        Raises:
            RefusedError: One is not there, or two are never there at once.
        """
        for field in edited:
            for condition in self._conditions.get(field.name, ()):
                if condition.selector != self._node.index:
                    selector = self._map.nodes[condition.selector]
                    self.looks |= dict.fromkeys((*selector.presence.guards, condition))
                elif condition.mask & self.touched:
                    self._demand_of_edit(field, condition)
                elif shown is not None and not condition.holds(shown):
                    why = condition.denial(shown)
                    raise self._refuse(f"{field.name} is not there: {why}; set that in the same edit")
                else:
                    self.own.append(condition)
        needed = [*self._node.presence.guards, *self.looks, *self.own]
        for one, other in combinations(needed, 2):
            if one.excludes(other):
                what = f"what needs {one.demand} and what needs {other.demand}"
                raise self._refuse(f"{what} are never there at once")

    def _demand_of_edit(self, field: Field, condition: Condition) -> None:
        """Hold a field to what the same edit makes of its selector."""
        if condition.mask & ~self._assigned:
            raise self._refuse(f"{field.name} needs {condition.demand}; state its value in the same edit")
        if not condition.holds(self._value):
            raise self._refuse(f"{field.name} needs {condition.demand}, and the same edit says otherwise")
        if field in self._in_part:
            # Its other bits are another field's before, and may still be while the write is taken.
            only = f"{field.name} is there only with {condition.demand}, which the same edit sets"
            raise self._refuse(f"{only}; state its whole value, not some of its bits")

    def rest_on(self, shown: int) -> None:
        """Go by the word that was shown, which the edit's own read then has to agree with."""
        self.seen = shown

    def rest_on_others(self, word_of: WordOf) -> None:
        """Go by the last known words of other registers, which are then looked at before the edit."""
        for each in self._conditions.values():
            for condition in each:
                selector = self._map.nodes[condition.selector]
                word = word_of(selector)
                if condition.selector == self._node.index or word is None or not selector.safety.safe:
                    continue
                held = word & condition.mask
                value = condition.field.bits.extract(word) if condition.field else word
                guard = Guard(condition.guard.path, value)
                known = Condition(guard, condition.selector, condition.field, condition.mask, held)
                if not any(other.excludes(known) for other in self._others):
                    self.looks |= dict.fromkeys((*selector.presence.guards, known))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that may be there, before the edit or after."""
        return tuple(filter(self._may_meet, self._node.register.fields))

    def _may_meet(self, field: Field) -> bool:
        conditions = self._conditions.get(field.name, ())
        return all(map(self._before, conditions)) or all(map(self._after, conditions))

    def _before(self, condition: Condition) -> bool:
        """Whether it may hold before the edit."""
        if condition.selector == self._node.index and self.seen is not None:
            return condition.holds(self.seen)
        known = self.own if condition.selector == self._node.index else self._others
        return not any(each.excludes(condition) for each in known)

    def _after(self, condition: Condition) -> bool:
        """Whether it may hold after the edit."""
        if condition.selector == self._node.index and condition.mask & self.touched:
            return bool(condition.mask & ~self._assigned) or condition.holds(self._value)
        return self._before(condition)

    @property
    def _others(self) -> Sequence[Condition]:
        """What will have been seen to hold in other registers."""
        return (*self._node.presence.guards, *self.looks)

    def _refuse(self, message: str) -> RefusedError:
        return RefusedError(f"{self._node.path}: {message}", path=self._node.path)
