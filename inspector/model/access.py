"""What reading and writing do: the access model, its tokens, and each one's neutral value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class OnRead(Enum):
    """What a read does to the hardware. Everything but NONE and UNKNOWN acts."""

    NONE = "none"
    CLEAR = "clear"
    SET = "set"
    POP = "pop"
    """Takes an entry out of a FIFO; the value itself is consumed."""
    MODIFY = "modify"
    """Changes this field in a way not stated."""
    EXTERNAL = "external"
    """Changes something else."""
    UNKNOWN = "unknown"
    """An imported description did not say."""

    @property
    def acts(self) -> bool:
        """Whether a read is known to change the hardware."""
        return self not in (OnRead.NONE, OnRead.UNKNOWN)


class OnWrite(Enum):
    """What the hardware does with the bits that are written."""

    STORE = "store"
    W1C = "w1c"
    W1S = "w1s"
    W1T = "w1t"
    W0C = "w0c"
    W0S = "w0s"
    W0T = "w0t"
    WCLR = "wclr"
    """Any write clears."""
    WSET = "wset"
    """Any write sets."""
    PULSE = "pulse"
    """Writing 1 triggers; the bit clears itself."""
    PUSH = "push"
    """Adds an entry to a FIFO."""
    MODIFY = "modify"
    """Changes this field in a way not stated."""
    NONE = "none"
    UNKNOWN = "unknown"
    """An imported description did not say."""


class Writable(Enum):
    """Whether software may write."""

    NO = "no"
    YES = "yes"
    ONCE = "once"

    def __bool__(self) -> bool:
        return self is not Writable.NO


class ReservedWrite(Enum):
    """What is written to bits that no field names."""

    KEEP = "keep"
    ZERO = "zero"
    ONE = "one"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Access:
    """What reading and writing a register or field do.

    Attributes:
        readable: Whether a read returns something.
        writable: Whether a write reaches the hardware; ONCE only for the first.
        on_read: What a read does.
        on_write: What a write does; NONE where it is not writable.
    """

    readable: bool
    writable: Writable
    on_read: OnRead = OnRead.NONE
    on_write: OnWrite = OnWrite.STORE

    def with_effects(self, on_read: OnRead | None = None, on_write: OnWrite | None = None) -> Access:
        """Override the effects that a map states explicitly at the same level."""
        return replace(
            self,
            on_read=self.on_read if on_read is None else on_read,
            on_write=self.on_write if on_write is None else on_write,
        )

    @property
    def token(self) -> str:
        """The token of this access, or the nearest one where effects were stated explicitly."""
        return _NAMES.get(self) or _NAMES[_PLAIN[self.readable, self.writable]]

    @property
    def stores(self) -> bool:
        """Whether what is written stays and reads back."""
        return bool(self.writable) and self.on_write is OnWrite.STORE

    def describe(self) -> str:
        """Say in words what reading and writing do."""
        words = {
            (False, Writable.NO): "no access",
            (True, Writable.NO): "read-only",
            (False, Writable.YES): "write-only",
            (False, Writable.ONCE): "write-only, once",
            (True, Writable.YES): "read-write",
            (True, Writable.ONCE): "read-write, writable once",
        }[self.readable, self.writable]
        effects = [words]
        if self.readable and self.on_read in READ_WORDS:
            effects.append(READ_WORDS[self.on_read])
        if self.writable and self.on_write in WRITE_WORDS:
            effects.append(WRITE_WORDS[self.on_write])
        return "; ".join(effects)


READ_WORDS = {
    OnRead.CLEAR: "reading clears",
    OnRead.SET: "reading sets",
    OnRead.POP: "reading takes an entry out of the FIFO",
    OnRead.MODIFY: "reading changes it",
    OnRead.EXTERNAL: "reading changes something else",
    OnRead.UNKNOWN: "the map does not say what reading does",
}

WRITE_WORDS = {
    OnWrite.W1C: "writing 1 clears",
    OnWrite.W1S: "writing 1 sets",
    OnWrite.W1T: "writing 1 toggles",
    OnWrite.W0C: "writing 0 clears",
    OnWrite.W0S: "writing 0 sets",
    OnWrite.W0T: "writing 0 toggles",
    OnWrite.WCLR: "any write clears",
    OnWrite.WSET: "any write sets",
    OnWrite.PULSE: "writing 1 triggers",
    OnWrite.PUSH: "writing adds an entry to the FIFO",
    OnWrite.MODIFY: "writing changes it",
    OnWrite.NONE: "writing does nothing",
    OnWrite.UNKNOWN: "the map does not say what writing does",
}


def _make(readable: bool, writable: Writable, on_read: OnRead, on_write: OnWrite) -> Access:
    return Access(readable, writable, on_read, on_write)


_NO, _YES, _ONCE = Writable.NO, Writable.YES, Writable.ONCE

TOKENS: dict[str, Access] = {
    "rw": _make(True, _YES, OnRead.NONE, OnWrite.STORE),
    "ro": _make(True, _NO, OnRead.NONE, OnWrite.NONE),
    "wo": _make(False, _YES, OnRead.NONE, OnWrite.STORE),
    "rw-once": _make(True, _ONCE, OnRead.NONE, OnWrite.STORE),
    "wo-once": _make(False, _ONCE, OnRead.NONE, OnWrite.STORE),
    "w1c": _make(True, _YES, OnRead.NONE, OnWrite.W1C),
    "w1s": _make(True, _YES, OnRead.NONE, OnWrite.W1S),
    "w1t": _make(True, _YES, OnRead.NONE, OnWrite.W1T),
    "w0c": _make(True, _YES, OnRead.NONE, OnWrite.W0C),
    "w0s": _make(True, _YES, OnRead.NONE, OnWrite.W0S),
    "w0t": _make(True, _YES, OnRead.NONE, OnWrite.W0T),
    "wo1c": _make(False, _YES, OnRead.NONE, OnWrite.W1C),
    "wo1s": _make(False, _YES, OnRead.NONE, OnWrite.W1S),
    "rwclr": _make(True, _YES, OnRead.NONE, OnWrite.WCLR),
    "rwset": _make(True, _YES, OnRead.NONE, OnWrite.WSET),
    "rc": _make(True, _NO, OnRead.CLEAR, OnWrite.NONE),
    "rset": _make(True, _NO, OnRead.SET, OnWrite.NONE),
    "wrc": _make(True, _YES, OnRead.CLEAR, OnWrite.STORE),
    "wrs": _make(True, _YES, OnRead.SET, OnWrite.STORE),
    "w1src": _make(True, _YES, OnRead.CLEAR, OnWrite.W1S),
    "w1crs": _make(True, _YES, OnRead.SET, OnWrite.W1C),
    "w0src": _make(True, _YES, OnRead.CLEAR, OnWrite.W0S),
    "w0crs": _make(True, _YES, OnRead.SET, OnWrite.W0C),
    "wsrc": _make(True, _YES, OnRead.CLEAR, OnWrite.WSET),
    "wcrs": _make(True, _YES, OnRead.SET, OnWrite.WCLR),
    "rw1p": _make(True, _YES, OnRead.NONE, OnWrite.PULSE),
    "wo1p": _make(False, _YES, OnRead.NONE, OnWrite.PULSE),
    "none": _make(False, _NO, OnRead.NONE, OnWrite.NONE),
}
"""The access tokens, after UVM's register model and the vendors' data sheets."""

_NAMES = {access: token for token, access in TOKENS.items()}
_PLAIN = {
    (True, _YES): TOKENS["rw"],
    (True, _NO): TOKENS["ro"],
    (False, _YES): TOKENS["wo"],
    (True, _ONCE): TOKENS["rw-once"],
    (False, _ONCE): TOKENS["wo-once"],
    (False, _NO): TOKENS["none"],
}

SYNONYMS = {
    "r0w1c": "wo1c",
    "wclr": "rwclr",
    "wset": "rwset",
    "rc_r": "rc",
    "rc_w1": "w1c",
    "rc_w0": "w0c",
}
"""Unambiguous spellings of other notations, accepted and normalised."""

AMBIGUOUS = {
    "rs": "STM32 'rs' = write-1-to-set (use w1s); UVM 'RS' = set on read (use rset)",
    "w1": "UVM 'W1' = readable, writable once (use rw-once); SystemRDL 'w1' = write-only once (use wo-once)",
    "wc": "AMD 'R/WC' = write-1-to-clear (use w1c); UVM 'WC' = any write clears (use rwclr)",
    "ws": "'ws' is any write sets (use rwset) or write-1-to-set (use w1s)",
    "rws": "Intel 'RWS' = sticky read-write (use rw); rggen 'rws' = set by hardware (use rw, volatile: true)",
    "rwc": "reading clears (use wrc), or hardware clears it (use rw with volatile: true)",
    "rw1": "SystemRDL 'rw1' = writable once (use rw-once); others mean write-1-to-clear (use w1c)",
}
"""Tokens that two communities read differently: refused with a hint, never guessed."""
