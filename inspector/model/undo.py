"""Undoing a write: the edits that give back what it changed, and why some of it cannot be given back.

Only the fields that the write changed are edited, by fresh composition: what else changed since stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.model.compose import Composition
from inspector.model.danger import value_danger
from inspector.model.edit import Edit, Operator
from inspector.model.field import Field
from inspector.model.neutral import Neutral, Part, parts
from inspector.model.restore import irreversible
from inspector.model.word import idle


@dataclass(frozen=True, slots=True)
class Kept:
    """What an undo cannot give back.

    Attributes:
        name: The field's name, or ``unnamed bits``; the register's path for all of it.
        why: The reason, in words.
        field: The field, or None.
    """

    name: str
    why: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """How a write is undone.

    Attributes:
        edits: What to compose and run, for the same register; none where there is nothing to give back.
        kept: What stays as the write left it.
    """

    edits: tuple[Edit, ...]
    kept: tuple[Kept, ...]


def undo(composition: Composition, old: int | None, written: int | None) -> Undo:
    """Tell how to undo a write.

    Args:
        composition: What was run.
        old: The register's word just before, freshly read by the write itself or known otherwise; bits
            that cannot be read do not count. None where it is not known.
        written: The word that the write left in the register (`Composition.left`); None where it was not
            made, or is not known.
    """
    node = composition.node
    register = node.register
    if written is None or old is None:
        missing = "what it wrote" if old is not None else "what it held before"
        return Undo((), (Kept(node.path, f"{missing} is not known"),))
    if register.danger:
        return Undo((), (Kept(node.path, f"danger: {register.danger}"),))
    reached = composition.touched | composition.assumed
    if register.write_mask == "upper":
        reached &= written >> register.width // 2
    edits: list[Edit] = []
    kept: list[Kept] = []
    for part in parts(register, composition.fields):
        mask = part.mask & reached
        if not mask:
            continue
        why = _irreversible(part, composition, old)
        if not why:
            edits += _edits(part, mask, old, written)
        elif _acted(part, mask, old, written):
            kept.append(Kept(part.name, why, part.field))
    return Undo(tuple(edits), tuple(kept))


def _irreversible(part: Part, composition: Composition, old: int) -> str:
    why = irreversible(part.access)
    if why:
        return why
    if part.views:
        return "which of these it was is not known"
    if part.keyed:
        return "it holds a key"
    if not composition.node.register.echo:
        return "it does not read back what was written"
    if part.reserved and part.neutral is not Neutral.KEEP:
        return "nobody says that unnamed bits keep what is written to them"
    field = part.field
    danger = field.danger or value_danger(field.choices, field.bits.extract(old)) if field else ""
    return f"danger: {danger}" if danger else ""


def _acted(part: Part, mask: int, old: int, written: int) -> bool:
    """Whether the write may have changed what cannot be given back."""
    access = part.access
    if not access.writable or part.keyed or idle(part, written):
        return False
    # What only stores has changed nothing where it wrote what was there.
    return not (access.stores and access.readable) or bool((old ^ written) & mask)


def _edits(part: Part, mask: int, old: int, written: int) -> Iterator[Edit]:
    """Give back the bits of ``mask`` that changed: the whole field where it was meant whole."""
    changed = (old ^ written) & mask
    if not changed:
        return
    field = part.field
    if mask == part.mask and not part.reserved:
        yield Edit(field, Operator.ASSIGN, field.bits.extract(old) if field else old)
        return
    for operator, bits in ((Operator.OR, changed & old), (Operator.AND_NOT, changed & ~old)):
        if bits:
            yield Edit(field, operator, field.bits.extract(bits) if field else bits)
