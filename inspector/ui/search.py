"""Finding registers by what they are called, what their fields are called, and what their text says."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.model.field import Field
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap, RegisterNode


@dataclass(frozen=True, slots=True)
class Match:
    """A register that fits.

    Attributes:
        node: Which.
        field: The field that fits, where it was one.
        where: What fits: ``name``, ``field`` or ``text``.
    """

    node: RegisterNode
    field: Field | None
    where: str


class Search:
    """An index of a map: paths of every register, and one text for each register that the map defines.

    Array elements and instances share their register's text, so that a hundred thousand rows take a
    few milliseconds.
    """

    def __init__(self, register_map: RegisterMap) -> None:
        self._nodes = register_map.nodes
        self._paths = [node.path.lower() for node in self._nodes]
        self._registers: dict[int, tuple[Register, str, str]] = {}
        for node in self._nodes:
            register = node.register
            if id(register) not in self._registers:
                names = "\n".join(field.name for field in register.fields).lower()
                texts = [register.title, register.desc]
                texts += [text for field in register.fields for text in (field.title, field.desc)]
                self._registers[id(register)] = register, names, "\n".join(texts).lower()

    def find(self, text: str) -> list[Match]:
        """Every register that holds each word of ``text``: by name first, then by field, then by text.

        Of the names, those that are the last word come first, then those that begin with it.
        """
        words = text.lower().split()
        if not words:
            return []
        fields: dict[int, Field | None] = {}
        texts: dict[int, Field | None] = {}
        for key, (register, names, prose) in self._registers.items():
            if all(word in names or word in prose for word in words):
                named = _named(register, words)
                if named is not None:
                    fields[key] = named
                elif all(word in prose for word in words):
                    texts[key] = _described(register, words)
        by_name: list[Match] = []
        by_field: list[Match] = []
        by_text: list[Match] = []
        first, others = words[0], words[1:]
        for i, path in enumerate(self._paths):
            if first in path and all(word in path for word in others):
                by_name.append(Match(self._nodes[i], None, "name"))
                continue
            if fields or texts or others:
                node = self._nodes[i]
                key = id(node.register)
                if key in fields:
                    by_field.append(Match(node, fields[key], "field"))
                elif others and (mixed := self._mixed(path, node.register, words)) is not None:
                    by_field.append(Match(node, mixed, "field"))
                elif key in texts:
                    by_text.append(Match(node, texts[key], "text"))
        by_name.sort(key=lambda match: _distance(match.node.path.lower(), words[-1]))
        return by_name + by_field + by_text

    def _mixed(self, path: str, register: Register, words: list[str]) -> Field | None:
        """A field where some words are in the path and the rest in the field's name: ``uart0 busy``."""
        rest = [word for word in words if word not in path]
        return _named(register, rest) if rest and len(rest) < len(words) else None


def _distance(path: str, word: str) -> int:
    """How far a path is from a word: 0 where the register is called so, 1 where its name begins so."""
    name = path.rpartition(".")[2]
    if path == word or name.partition("[")[0] == word or name == word:
        return 0
    return 1 if name.startswith(word) or path.startswith(word) else 2


def _named(register: Register, words: list[str]) -> Field | None:
    """The first field whose name holds all the words."""
    for field in register.fields:
        name = field.name.lower()
        if all(word in name for word in words):
            return field
    return None


def _described(register: Register, words: list[str]) -> Field | None:
    """The first field whose text holds all the words, or None where it is the register's own."""
    own = f"{register.title}\n{register.desc}".lower()
    if all(word in own for word in words):
        return None
    for field in register.fields:
        text = f"{field.title}\n{field.desc}".lower()
        if all(word in text for word in words):
            return field
    return None
