"""What CMSIS-SVD says of reading and writing, as the map format's tokens."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from inspector.model.access import TOKENS, Access, OnRead, OnWrite, Writable

ACCESS = {
    "read-only": (True, Writable.NO),
    "write-only": (False, Writable.YES),
    "read-write": (True, Writable.YES),
    "writeonce": (False, Writable.ONCE),
    "read-writeonce": (True, Writable.ONCE),
}
"""The schema's words, in lower case: files spell them in several ways."""

MISSPELT_ACCESS = {
    "read": "read-only",
    "readonly": "read-only",
    "write": "write-only",
    "writeonly": "write-only",
    "readwrite": "read-write",
    "write-once": "writeonce",
    "read-write-once": "read-writeonce",
}
"""What files say that the schema does not know."""

MODIFIED_WRITE_VALUES = {
    "onetoclear": OnWrite.W1C,
    "onetoset": OnWrite.W1S,
    "onetotoggle": OnWrite.W1T,
    "zerotoclear": OnWrite.W0C,
    "zerotoset": OnWrite.W0S,
    "zerototoggle": OnWrite.W0T,
    "clear": OnWrite.WCLR,
    "set": OnWrite.WSET,
    "modify": OnWrite.MODIFY,
}

READ_ACTIONS = {
    "clear": OnRead.CLEAR,
    "set": OnRead.SET,
    "modify": OnRead.MODIFY,
    "modifyexternal": OnRead.EXTERNAL,
}


class Effects(NamedTuple):
    """What is said of reading and writing.

    Attributes:
        readable: Whether a read returns something.
        writable: Whether a write reaches the hardware.
        on_read: What a read does; None where nothing is said.
        on_write: What a write does; None where nothing is said, so that it stores.
    """

    readable: bool = True
    writable: Writable = Writable.YES
    on_read: OnRead | None = None
    on_write: OnWrite | None = None

    @property
    def direction(self) -> int:
        """A bit for what only reads (1), what only writes (2) and what does both or neither (4)."""
        return 4 if self.readable is bool(self.writable) else 1 if self.readable else 2


_PLAIN = {
    (True, Writable.YES): "rw",
    (True, Writable.NO): "ro",
    (False, Writable.YES): "wo",
    (True, Writable.ONCE): "rw-once",
    (False, Writable.ONCE): "wo-once",
}
_TOKEN_OF = {access: token for token, access in TOKENS.items()}


@lru_cache(maxsize=256)
def access_keys(effects: Effects) -> tuple[tuple[str, str], ...]:
    """The map's keys for it: a token, and ``on_read`` and ``on_write`` where no token says both.

    What a read does is left open where nothing is said of it: the map's defaults make it unknown.
    """
    readable, writable = effects.readable, effects.writable
    on_read = (effects.on_read if readable else None) or OnRead.NONE
    on_write = (effects.on_write or OnWrite.STORE) if writable else OnWrite.NONE
    for read, write, stated in (
        (on_read, on_write, ()),
        (OnRead.NONE, on_write, (("on_read", on_read.value),)),
        (on_read, OnWrite.STORE if writable else OnWrite.NONE, (("on_write", on_write.value),)),
    ):
        token = _TOKEN_OF.get(Access(readable, writable, read, write))
        if token is not None:
            return (("access", token), *stated)
    return (
        ("access", _PLAIN[readable, writable]),
        *((("on_read", on_read.value),) if on_read is not OnRead.NONE else ()),
        *((("on_write", on_write.value),) if on_write is not OnWrite.STORE else ()),
    )
