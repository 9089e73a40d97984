"""Read safety: whether looking at a register changes the hardware.

It belongs to bytes, not to a register: a bus read meets everything that shares the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from inspector.model.access import READ_WORDS, OnRead
from inspector.model.register import Memory, Register
from inspector.model.views import ALWAYS, Presence


class Skip(Enum):
    """Why a register is not read unless asked; the values are what ``--json`` prints."""

    READ_SIDE_EFFECT = "read-side-effect"
    UNKNOWN_SIDE_EFFECT = "unknown-side-effect"
    WRITE_ONLY = "write-only"
    NO_ACCESS = "no-access"
    FAULTED = "faulted"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class ReadSafety:
    """Whether a register may be read unasked.

    Attributes:
        skip: Why not, or None where it is safe.
        reason: The same in words.
        acts: A read of these bytes changes something, whatever the register itself says.
        advice: What to do about it where no consent helps; empty where one does.
    """

    skip: Skip | None = None
    reason: str = ""
    acts: bool = False
    advice: str = ""

    @property
    def safe(self) -> bool:
        """Whether a read changes nothing."""
        return self.skip is None

    @property
    def harms(self) -> bool:
        """Whether a read changes something, or may well do so, because of the register itself."""
        return self.skip in (Skip.READ_SIDE_EFFECT, Skip.UNKNOWN_SIDE_EFFECT)


SAFE = ReadSafety()


@dataclass(frozen=True, slots=True)
class Sharer:
    """What shares bytes with a register and acts when it is read.

    Attributes:
        path: As on the command line.
        own: Why reading it would not be safe if nothing else had its bytes.
        presence: When it is there.
    """

    path: str
    own: ReadSafety
    presence: Presence = ALWAYS


FIFO_LIKE = re.compile(r"((?<!D)(?<!BAU)(?<!SPEE)(?<!^[IO])(?<!_[IO])DR|RXD(ATA)?|RBR|RHR)(_|\[|$)|FIFO")
"""Names of data registers whose reads usually take an entry out of a FIFO.

Not those of addresses, directions, baud rates, speeds and port pins, which end in the same letters.
"""


def own_safety(what: Register | Memory) -> ReadSafety:
    """Whether reading it would be safe if nothing else had its bytes."""
    return _register_safety(what) if isinstance(what, Register) else _memory_safety(what)


def _register_safety(register: Register) -> ReadSafety:
    if not register.readable:
        if register.writable:
            return ReadSafety(Skip.WRITE_ONLY, "write-only")
        return ReadSafety(Skip.NO_ACCESS, "no access")
    for field in register.fields:
        if field.access.on_read.acts:
            return ReadSafety(
                Skip.READ_SIDE_EFFECT,
                READ_WORDS[field.access.on_read].replace("reading", f"reading ({field.name})", 1)
                if field.access.on_read is not register.access.on_read
                else READ_WORDS[field.access.on_read],
            )
    if register.access.readable and register.access.on_read.acts:
        return ReadSafety(Skip.READ_SIDE_EFFECT, READ_WORDS[register.access.on_read])
    effects = {field.access.on_read for field in register.fields} | {register.access.on_read}
    return _unless_unknown(effects, register.name)


def _memory_safety(memory: Memory) -> ReadSafety:
    access = memory.access
    if not access.readable:
        return (
            ReadSafety(Skip.WRITE_ONLY, "write-only")
            if access.writable
            else ReadSafety(Skip.NO_ACCESS, "no access")
        )
    if access.on_read.acts:
        return ReadSafety(Skip.READ_SIDE_EFFECT, READ_WORDS[access.on_read])
    return _unless_unknown({access.on_read}, memory.name)


def _unless_unknown(effects: set[OnRead], name: str) -> ReadSafety:
    """Safe, unless nobody says what reading does and the name is such that it may well do something."""
    if OnRead.UNKNOWN in effects and FIFO_LIKE.search(name):
        return ReadSafety(
            Skip.UNKNOWN_SIDE_EFFECT,
            "the map does not say what reading does, and the name looks like a FIFO's",
        )
    return SAFE


def unsafe_view(presence: Presence, safety_of: Callable[[int], ReadSafety]) -> str:
    """Which of a view's selectors cannot be looked at, and why; empty where all can.

    Args:
        presence: What decides whether the view is there.
        safety_of: Whether a register may be read unasked, by its place in the map.
    """
    for condition in presence.guards:
        safety = safety_of(condition.selector)
        if not safety.safe:
            return f"it is there while {condition}, which cannot be looked at: {safety.reason}"
    return ""


def verdict(own: ReadSafety, presence: Presence, sharers: Iterable[Sharer]) -> ReadSafety:
    """Judge a read of some bytes by all that acts on it.

    What is read only once its view was seen to be there is judged by the views that can be there then. Where
    that cannot be seen, every view counts, and its presence says so.

    A read-only register beside a write-only one at the same address is judged by the readable one:
    that is what a bus read meets.

    Args:
        own: Whether reading the register would be safe if nothing else had its bytes.
        presence: When it is there.
        sharers: What else has bytes of it and acts when it is read.
    """
    judged = own
    if presence.unseen and judged.skip not in (Skip.WRITE_ONLY, Skip.NO_ACCESS):
        judged = ReadSafety(Skip.INACTIVE, presence.unseen, acts=own.harms)
    for other in sharers:
        if presence.excludes(other.presence):
            continue
        if judged.safe:
            reason = f"shares its bytes with {other.path}: {other.own.reason}"
            judged = ReadSafety(other.own.skip, reason, acts=True)
        else:
            judged = replace(judged, acts=True)
    return judged
