"""The map's named enumerations: those that several fields have stand once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from inspector.maps.identifiers import as_key
from inspector.maps.writing import values
from inspector.maps.writing.emit import Value
from inspector.model.enumeration import Enumeration
from inspector.model.register import Block, Register

_NUMBER = re.compile(r"\[[^]]*\]|[0-9]+")

_FEWEST_USES = 2
_FEWEST_VALUES = 3
"""Values from which on an enumeration that is used twice is worth a name."""


class Enums:
    """Which enumerations of a map have names, and what they are.

    Attributes:
        named: The map's ``enums``.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        uses: Counter[Enumeration] = Counter()
        called: dict[Enumeration, str] = {}
        for register in {
            id(register): register for block in blocks for _, _, register in block.walk()
        }.values():
            for name, enum in _enumerations(register):
                uses[enum] += 1
                called.setdefault(enum, name)
        self.named: dict[str, Value] = {}
        self._names: dict[Enumeration, str] = {}
        for enum, count in uses.items():
            if count >= _FEWEST_USES and len(enum.entries) >= _FEWEST_VALUES:
                name = self._free(called[enum])
                self._names[enum] = name
                self.named[name] = values.enumeration(enum)

    def write(self, enum: Enumeration) -> Value:
        """Its name, or its values."""
        return self._names.get(enum) or values.enumeration(enum)

    def _free(self, field: str) -> str:
        # An array's number says nothing about what its elements have in common.
        stem = re.sub(r"\[[^]]*\]|_?%s|[0-9]+$", "", field).lower().strip("_-")
        wanted = name = as_key(stem) if re.fullmatch(r"[a-z_][a-z0-9_-]*", stem) else "values"
        number = 1
        while name in self.named:
            number += 1
            name = f"{wanted}_{number}"
        return name


def _enumerations(register: Register) -> Iterable[tuple[str, Enumeration]]:
    if register.enum is not None:
        yield register.name, register.enum
    seen: set[tuple[str, Enumeration]] = set()
    for field in register.fields:
        # Elements of an array are written once.
        stem = _NUMBER.sub("", field.name)
        for enum in (field.enum, field.enum_write):
            if enum is not None and (stem, enum) not in seen:
                seen.add((stem, enum))
                yield field.name, enum
