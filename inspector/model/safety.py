"""Read safety: whether looking at a register changes the hardware.

It belongs to bytes, not to a register: a bus read meets everything that shares the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from inspector.model.access import READ_WORDS, OnRead
from inspector.model.register import Register


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
    """

    skip: Skip | None = None
    reason: str = ""
    acts: bool = False

    @property
    def safe(self) -> bool:
        """Whether a read changes nothing."""
        return self.skip is None


SAFE = ReadSafety()

FIFO_LIKE = re.compile(r"(DR|RDR|RXD(ATA)?|RBR|RHR)(_|\[|$)|FIFO")
"""Names of data registers whose reads usually take an entry out of a FIFO."""


def _own_safety(register: Register) -> ReadSafety:
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
    if OnRead.UNKNOWN in effects and FIFO_LIKE.search(register.name):
        return ReadSafety(
            Skip.UNKNOWN_SIDE_EFFECT,
            "the map does not say what reading does, and the name looks like a FIFO's",
        )
    return SAFE


def read_safety(registers: Sequence[tuple[int, Register]]) -> list[ReadSafety]:
    """Judge each ``(offset, register)`` of one region with all that shares its bytes.

    A read-only register beside a write-only one at the same address is judged by the readable one:
    that is what a bus read meets.
    """
    own = [_own_safety(register) for _, register in registers]
    verdicts = list(own)
    order = sorted(range(len(registers)), key=lambda i: registers[i][0])
    for position, i in enumerate(order):
        end = registers[i][0] + registers[i][1].size
        for j in order[position + 1 :]:
            if registers[j][0] >= end:
                break
            for one, other in ((i, j), (j, i)):
                if own[other].skip not in (Skip.READ_SIDE_EFFECT, Skip.UNKNOWN_SIDE_EFFECT):
                    continue
                if verdicts[one].safe:
                    verdicts[one] = ReadSafety(
                        own[other].skip,
                        f"shares its bytes with {registers[other][1].name}: {own[other].reason}",
                        acts=True,
                    )
                else:
                    verdicts[one] = replace(verdicts[one], acts=True)
    return verdicts
