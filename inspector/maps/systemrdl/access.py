"""What a SystemRDL field's properties say of reading and writing (clauses 9.4 to 9.6, 9.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.model.access import Access, OnRead, OnWrite, Writable

if TYPE_CHECKING:
    from systemrdl.node import FieldNode

_SOFTWARE = {
    "na": (False, Writable.NO),
    "r": (True, Writable.NO),
    "w": (False, Writable.YES),
    "rw": (True, Writable.YES),
    "rw1": (True, Writable.ONCE),
    "w1": (False, Writable.ONCE),
}
_ON_READ = {"rclr": OnRead.CLEAR, "rset": OnRead.SET, "ruser": OnRead.MODIFY}
_ON_WRITE = {
    "woset": OnWrite.W1S,
    "woclr": OnWrite.W1C,
    "wot": OnWrite.W1T,
    "wzs": OnWrite.W0S,
    "wzc": OnWrite.W0C,
    "wzt": OnWrite.W0T,
    "wclr": OnWrite.WCLR,
    "wset": OnWrite.WSET,
    "wuser": OnWrite.MODIFY,
}
_HARDWARE_WRITES = ("rw", "w", "rw1", "w1")


def memory_access(software: str) -> Access:
    """What an access type of a memory means."""
    readable, writable = _SOFTWARE[software]
    return Access(readable, writable, OnRead.NONE, OnWrite.STORE if writable else OnWrite.NONE)


def field_access(field: FieldNode) -> Access:
    """What reading and writing a field do.

    What an external register's logic does on a read, beyond what is stated, is not the description's to say.
    """
    readable, writable = _SOFTWARE[field.get_property("sw").name]
    on_read, on_write = OnRead.NONE, OnWrite.NONE
    if readable:
        stated = field.get_property("onread")
        silent = OnRead.UNKNOWN if field.external and not field.is_virtual else OnRead.NONE
        on_read = silent if stated is None else _ON_READ[stated.name]
    if writable:
        effect = field.get_property("onwrite")
        silent_write = OnWrite.PULSE if field.get_property("singlepulse") else OnWrite.STORE
        on_write = silent_write if effect is None else _ON_WRITE[effect.name]
    return Access(readable, writable, on_read, on_write)


def volatile(field: FieldNode) -> bool:
    """Whether hardware can change a field by itself."""
    return field.get_property("hw").name in _HARDWARE_WRITES or any(
        field.get_property(name) for name in ("counter", "intr", "hwset", "hwclr", "next")
    )
