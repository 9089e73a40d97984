"""What registers and fields inherit: defaults → block → group → register → field, the nearest wins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from inspector.maps.conditions import ConditionSpec
from inspector.maps.entries import Entries, Key, T
from inspector.maps.findings import Report
from inspector.maps.keys import (
    ACCESS,
    ACCESS_WIDTH,
    ALT,
    BYTE_ORDER,
    ECHO,
    INHERITED,
    ON_READ,
    ON_WRITE,
    POLL,
    READ_EFFECTS,
    READBACK,
    RESERVED_WRITE,
    RESET,
    RESET_MASK,
    RESTORE,
    VOLATILE,
    WHEN,
    WIDTH,
    WORD_ORDER,
)
from inspector.model.access import TOKENS, Access, OnRead, OnWrite, ReservedWrite
from inspector.model.register import Atomic, ByteOrder, Poll, Restore

_ACCESS = frozenset(key.name for key in (ACCESS, ON_READ, ON_WRITE))
_INHERITED = frozenset(key.name for key in (*INHERITED, ALT, WHEN))


@dataclass(frozen=True, slots=True)
class Inherited:
    """The values that hold where nothing nearer is stated.

    Attributes:
        atomic: The block's aliases, which its registers have unless they state their own.
        access: What is said of reading and writing; where nobody says what a read does, that is none.
        read_said: Whether the level that says the access says what a read does.
        read_unknown: What a read does is not known where it is not said.
        when: All conditions of all levels.
        read_stated: Whether some level says what reading does.
        width_wrong: Whether the nearest stated width was refused, so that no check may rest on it.
    """

    width: int = 32
    access_width: int | None = None
    word_order: ByteOrder = "little"
    access: Access = TOKENS["rw"]
    read_said: bool = False
    read_unknown: bool = False
    alt: str = ""
    when: tuple[ConditionSpec, ...] = ()
    byte_order: ByteOrder = "little"
    volatile: bool = False
    poll: Poll = Poll.AUTO
    reserved_write: ReservedWrite | None = None
    echo: bool = True
    readback: bool = True
    restore: Restore | None = None
    atomic: Atomic | None = None
    reset: int | None = None
    reset_mask: int | None = None
    read_stated: bool = False
    width_wrong: bool = False

    @property
    def effective(self) -> Access:
        """The access with what is not known about reading."""
        return effective(self.access, self.read_said, self.read_unknown)

    def at(self, entries: Entries, report: Report) -> Inherited:
        """What holds one level nearer."""
        if not entries.stated_any(_INHERITED):
            return self

        def nearer(key: Key[T], value: T) -> T:
            stated = entries.get(key)
            return value if stated is None else stated

        reset = entries.get(RESET)
        mask = entries.get(RESET_MASK)
        access, read_said = nearer_access(entries, self, report)
        return replace(
            self,
            width=nearer(WIDTH, self.width),
            access_width=entries.get(ACCESS_WIDTH) or self.access_width,
            word_order=nearer(WORD_ORDER, self.word_order),
            access=access,
            read_said=read_said,
            read_unknown=nearer(READ_EFFECTS, self.read_unknown),
            alt=entries.get(ALT) or self.alt,
            when=self.when + (entries.get(WHEN) or ()),
            byte_order=nearer(BYTE_ORDER, self.byte_order),
            volatile=nearer(VOLATILE, self.volatile),
            poll=nearer(POLL, self.poll),
            reserved_write=entries.get(RESERVED_WRITE) or self.reserved_write,
            echo=nearer(ECHO, self.echo),
            readback=nearer(READBACK, self.readback),
            restore=entries.get(RESTORE) or self.restore,
            reset=self.reset if reset is None else reset,
            # A nearer reset is defined in full unless its own level says otherwise.
            reset_mask=mask if mask is not None or reset is not None else self.reset_mask,
            read_stated=self.read_stated or entries.stated(ON_READ),
            width_wrong=entries.wrong(WIDTH) if entries.stated(WIDTH) else self.width_wrong,
        )


def effective(access: Access, read_said: bool, read_unknown: bool) -> Access:
    """The access, a read's effect being unknown where nobody says it and silence does not mean none."""
    silent = read_unknown and not read_said and access.readable and access.on_read is OnRead.NONE
    return access.with_effects(OnRead.UNKNOWN) if silent else access


def nearer_access(entries: Entries, inherited: Inherited, report: Report) -> tuple[Access, bool]:
    """The access one level nearer, and whether it says what a read does.

    A token replaces everything; ``on_read`` and ``on_write`` of the same level override its effects.
    """
    if not entries.stated_any(_ACCESS):
        return inherited.access, inherited.read_said
    if entries.wrong(ACCESS):
        return inherited.access, inherited.read_said
    token = entries.get(ACCESS)
    access, said = (inherited.access, inherited.read_said) if token is None else (token, False)
    on_read, on_write = entries.get(ON_READ), entries.get(ON_WRITE)
    if on_read not in (None, OnRead.NONE) and not access.readable:
        report.error(
            entries.at(ON_READ),
            "effect",
            f"on_read has no meaning where access is '{access.token}': it cannot be read",
            "state access: rw or ro beside it",
        )
        on_read = None
    if on_write not in (None, OnWrite.NONE) and not access.writable:
        report.error(
            entries.at(ON_WRITE),
            "effect",
            f"on_write has no meaning where access is '{access.token}': it cannot be written",
            "state access: rw or wo beside it",
        )
        on_write = None
    return access.with_effects(on_read, on_write), said or on_read is not None
