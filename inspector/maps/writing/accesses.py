"""The fewest keys that say an access, given what is inherited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from inspector.maps.inherit import effective
from inspector.model.access import TOKENS, Access, OnRead, OnWrite


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of reading and writing at some level of a map, as whoever reads the map inherits it.

    Attributes:
        access: What is said; where nobody says what a read does, that is none.
        read: Whether the level that says the access says what a read does.
        unknown: What a read does is not known where it is not said.
    """

    access: Access = TOKENS["rw"]
    read: bool = False
    unknown: bool = False

    @property
    def meaning(self) -> Access:
        """The access with what is not known about reading."""
        return effective(self.access, self.read, self.unknown)

    def nearer(self, keys: dict[str, str]) -> Said | None:
        """What is said one level nearer by the keys; None where they contradict each other."""
        said = self
        if (token := keys.get("access")) is not None:
            said = replace(said, access=TOKENS[token], read=False)
        if (on_read := keys.get("on_read")) is not None:
            if not said.access.readable and on_read != OnRead.NONE.value:
                return None
            said = replace(said, access=said.access.with_effects(OnRead(on_read)), read=True)
        if (on_write := keys.get("on_write")) is not None:
            if not said.access.writable and on_write != OnWrite.NONE.value:
                return None
            said = replace(said, access=said.access.with_effects(None, OnWrite(on_write)))
        return said


def say(access: Access, inherited: Said) -> tuple[dict[str, str], Said]:
    """The keys that say ``access``, and what is inherited below them."""
    for keys in _ways(access):
        said = inherited.nearer(keys)
        if said is not None and said.meaning == access:
            return keys, said
    raise AssertionError("a token and both effects say every access")


def _ways(access: Access) -> Iterator[dict[str, str]]:
    """What could say it, the shortest first."""
    on_read, on_write = {"on_read": access.on_read.value}, {"on_write": access.on_write.value}
    yield {}
    exact = [token for token, known in TOKENS.items() if known == access]
    alike = [token for token, known in TOKENS.items() if _reach(known) == _reach(access)]
    yield from ({"access": token} for token in exact + alike)
    yield from (on_read, on_write, on_read | on_write)
    for effects in (on_read, on_write, on_read | on_write):
        yield from ({"access": token} | effects for token in alike)


def _reach(access: Access) -> tuple[bool, object]:
    return access.readable, access.writable
