"""Makes names that a map may have out of what other formats call things."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r"[^A-Za-z0-9_-]+")


def identifier(text: str, default: str = "unnamed") -> str:
    """The text as a name: what cannot stand in one becomes ``_``.

    Args:
        text: What the thing is called.
        default: What to call it where nothing is left.
    """
    name = _FORBIDDEN.sub("_", text.strip()).strip("_") or default
    return as_key(name)


def as_key(name: str) -> str:
    """The name with another beginning where no name begins so: with a digit, or with ``x-`` as notes do."""
    if name.startswith("x-"):
        # That is somebody's own note, which loading skips.
        return f"x_{name[2:]}"
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"


class Names:
    """The names of one scope, none of them twice."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def take(self, name: str) -> str:
        """The name, or the first of ``name_2``, ``name_3`` that is free."""
        number = self._last.get(name, 0) + 1
        free = name
        if number > 1:
            while (free := f"{name}_{number}") in self._last:
                number += 1
        self._last[name] = number
        self._last.setdefault(free, 1)
        return free
