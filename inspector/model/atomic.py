"""Atomic aliases: setting, clearing or inverting bits in one access, without a read.

They serve only where the hardware's own merging disturbs nothing: the edited bits store, and every other
bit of the register stores or cannot be written. One access does one thing: what would take a set and a
clear is not atomic, and is composed from a read instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inspector.model.access import Access, OnRead, OnWrite, ReservedWrite, Writable
from inspector.model.neutral import Neutral, parts
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.transaction import Write
from inspector.model.word import Word

Effect = Literal["set", "clear", "xor"]

_EFFECTS: dict[Effect, OnWrite] = {"set": OnWrite.W1S, "clear": OnWrite.W1C, "xor": OnWrite.W1T}


@dataclass(frozen=True, slots=True)
class Alias:
    """A write that sets, clears or inverts bits of a register without a read.

    Attributes:
        effect: What happens to the bits.
        mask: Which bits of the register.
        write: What goes on the bus.
        name: Where it goes, in words.
        danger: What the map says of a write there; empty for nothing.
    """

    effect: Effect
    mask: int
    write: Write
    name: str
    danger: str = ""

    @property
    def result(self) -> tuple[int, int, int]:
        """What becomes of the register's word, as ``keep``, ``flip`` and ``value`` of a Write."""
        match self.effect:
            case "set":
                return ~self.mask, 0, self.mask
            case "clear":
                return ~self.mask, 0, 0
            case "xor":
                return -1, self.mask, 0


def find_alias(register_map: RegisterMap, word: Word) -> Alias | None:
    """The alias that makes the edits in one access; None where none does, or none is needed."""
    register = word.register
    if register.atomic is None or word.touched == register.mask or not _merges(word):
        return None
    xored = word.touched & word.flip
    cleared = word.touched & ~word.value & ~word.keep
    done: list[tuple[Effect, int]] = [("set", word.touched & word.value), ("clear", cleared), ("xor", xored)]
    wanted = [(effect, mask) for effect, mask in done if mask]
    if len(wanted) != 1:
        return None
    ((effect, mask),) = wanted
    match getattr(register.atomic, effect):
        case int(delta):
            name = f"{word.node.path} + {delta:#x}, which {_DOES[effect]} bits"
            offset = word.node.offset + delta
            return Alias(effect, mask, Write.of(register, offset, mask), name)
        case str(path):
            return _declared(register_map, word.node, path, effect, mask)
    return None


_DOES = {"set": "sets", "clear": "clears", "xor": "inverts"}


def _merges(word: Word) -> bool:
    """Whether the hardware may merge what is written with what the register holds."""
    register = word.register
    if (
        word.depends
        or word.selects
        or register.write_twice
        or register.write_mask is not None
        or word.node.safety.acts
    ):
        return False
    if register.reserved_write not in (None, ReservedWrite.KEEP):
        # Unnamed bits would be written with what they hold.
        return False
    return all(
        not part.keyed and _stays(part.access, meant=bool(part.mask & word.touched)) for part in word.parts
    )


def _stays(access: Access, meant: bool) -> bool:
    """Whether bits are unharmed by being written with what they hold; those that are meant must store."""
    if access.on_read not in (OnRead.NONE, OnRead.UNKNOWN):
        return False
    stores = access.writable is Writable.YES and access.on_write is OnWrite.STORE
    return stores or (not meant and (not access.writable or access.on_write is OnWrite.NONE))


def _declared(
    register_map: RegisterMap, node: RegisterNode, path: str, effect: Effect, mask: int
) -> Alias | None:
    """A write of the register at ``path``, or of the field of one, which takes the bits from 0 on."""
    found = register_map.beside(node, path)
    assert found is not None, "the loader has checked that it exists"
    target, field = found
    register = target.register
    if mask >> (field.width if field else target.width) or not _plain(register):
        return None
    value = field.bits.place(mask) if field else mask
    place = field.bits.mask if field else register.mask
    for part in parts(register):
        # Beside the bits that are written as 1 everything else is written as 0, which must do nothing there.
        harmless = not part.mask & value and part.neutral in (Neutral.ZERO, Neutral.IGNORED)
        if part.mask & place:
            harmless = harmless or (
                not part.access.writable
                or part.access.on_write in (OnWrite.STORE, OnWrite.PULSE, OnWrite.UNKNOWN, _EFFECTS[effect])
            )
        if not harmless or part.keyed:
            return None
    write = Write.of(register, target.offset, value)
    dangers = [register.danger, *(f.danger for f in register.fields if f.bits.mask & value)]
    danger = "; ".join(text for text in dangers if text)
    return Alias(effect, mask, write, f"{target.path}, which {_DOES[effect]} bits", danger)


def _plain(register: Register) -> bool:
    """Whether one write of it takes effect at once."""
    conditions = (register.locked_by, register.latched_by, register.write_mask)
    return not (register.write_twice or register.when) and all(condition is None for condition in conditions)
