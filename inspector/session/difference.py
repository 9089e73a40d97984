"""What differs between two snapshots, register by register and field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.model.bits import ones
from inspector.model.decode import NOTHING_KNOWN, Known
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.session.record import decode_fields
from inspector.session.snapshot import SavedRegister, SavedSnapshot


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that differs.

    Attributes:
        name: Its name.
        bits: Where it is, such as ``7:4``; empty where no map tells.
        values: What it holds on either side.
        texts: The same as shown to a person.
        meanings: The names of the values; None where there is none.
        volatile: Whether hardware changes it at any time.
    """

    name: str
    bits: str
    values: tuple[int, int]
    texts: tuple[str, str]
    meanings: tuple[str | None, str | None]
    volatile: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A register that differs, is on one side only, or cannot be compared.

    Attributes:
        path: As in the map.
        sides: The register in the first and in the second snapshot; None where it is not there.
        changed: The bits that differ; 0 where there are not two values.
        volatile: The bits of ``changed`` that hardware changes at any time.
        fields: The fields that differ.
    """

    path: str
    sides: tuple[SavedRegister | None, SavedRegister | None]
    changed: int = 0
    volatile: int = 0
    fields: tuple[FieldDifference, ...] = ()

    @property
    def any(self) -> SavedRegister:
        """The register, from the side where it is."""
        found = self.sides[0] or self.sides[1]
        assert found is not None
        return found

    @property
    def compared(self) -> bool:
        """Whether both sides have a value, of one width."""
        one, other = self.sides
        if one is None or other is None or one.width != other.width:
            return False
        return one.value is not None and other.value is not None

    @property
    def counts(self) -> bool:
        """Whether this makes the snapshots differ: what was left unread on purpose does not."""
        one, other = self.sides
        if one is None or other is None or one.width != other.width:
            return True
        return self.compared or one.failed is not other.failed

    @property
    def only_volatile(self) -> bool:
        """Whether nothing but volatile bits differ."""
        return self.compared and not self.changed & ~self.volatile


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two snapshots compared.

    Attributes:
        differences: What differs or is not comparable, in the first one's order, then the second's.
        equal: How many registers hold the same on both sides.
        unread: How many were read on neither.
    """

    differences: tuple[Difference, ...]
    equal: int
    unread: int


def compare(one: SavedSnapshot, other: SavedSnapshot, register_map: RegisterMap | None) -> Comparison:
    """Compare two snapshots.

    Args:
        one: The first.
        other: The second.
        register_map: Their map, which decodes fields and knows what is volatile; None to go by what the
            snapshots say themselves.
    """
    differences: list[Difference] = []
    equal = unread = 0
    for path in dict.fromkeys((*one.registers, *other.registers)):
        a, b = one.registers.get(path), other.registers.get(path)
        if a is None or b is None:
            differences.append(Difference(path, (a, b)))
        elif (a.value is None and b.value is None and a.failed is b.failed) or _away(register_map, a, b):
            unread += 1
        elif a.value is None or b.value is None or a.width != b.width:
            differences.append(Difference(path, (a, b)))
        elif a.value == b.value:
            equal += 1
        else:
            node = register_map.by_path.get(path) if register_map else None
            known = node if node is not None and node.width == a.width else None
            changed = a.value ^ b.value
            fields = tuple(_fields(known, a, b))
            volatile = changed & (volatile_bits(known.register) if known else 0)
            differences.append(Difference(path, (a, b), changed, volatile, fields))
    return Comparison(tuple(differences), equal, unread)


def _away(register_map: RegisterMap | None, a: SavedRegister, b: SavedRegister) -> bool:
    """Whether in one of them another view was there: it has nothing to be compared with."""
    node = register_map.by_path.get(a.path) if register_map else None
    absent = [saved for saved in (a, b) if saved.value is None]
    if node is None or not node.presence.when or not absent:
        return False
    return not any(saved.failed for saved in absent)


def volatile_bits(register: Register) -> int:
    """The bits that hardware changes at any time."""
    if register.volatile:
        return ones(register.width)
    mask = 0
    for field in register.fields:
        mask |= field.bits.mask if field.volatile else 0
    return mask


def _fields(node: RegisterNode | None, a: SavedRegister, b: SavedRegister) -> Iterator[FieldDifference]:
    if node is None:
        others = {field.name: field for field in b.fields}
        for field in a.fields:
            other = others.get(field.name)
            if other is not None and field.value != other.value:
                yield FieldDifference(
                    field.name,
                    "",
                    (field.value, other.value),
                    (field.meaning or f"{field.value:#x}", other.meaning or f"{other.value:#x}"),
                    (field.meaning, other.meaning),
                )
        return
    assert a.value is not None
    assert b.value is not None
    yield from field_differences(node.register, (a.value, b.value))


def field_differences(
    register: Register, words: tuple[int, int], known: tuple[Known, Known] = (NOTHING_KNOWN, NOTHING_KNOWN)
) -> Iterator[FieldDifference]:
    """The fields that differ between two words of a register.

    Args:
        register: The register.
        words: What it holds on either side.
        known: What is known there of the conditions on other registers.
    """
    after = {decoded.field.name: decoded for decoded in decode_fields(register, words[1], known=known[1])}
    for one in decode_fields(register, words[0], known=known[0]):
        # A field that is there in one of them alone has nothing to be compared with.
        new = after.get(one.field.name)
        if new is not None and one.value != new.value:
            yield FieldDifference(
                one.field.name,
                str(one.field.bits),
                (one.value, new.value),
                (one.text, new.text),
                (one.meaning, new.meaning),
                register.volatile or one.field.volatile,
            )
