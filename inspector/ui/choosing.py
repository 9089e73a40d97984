"""Which of an enumeration's names fit what is typed, and how well."""

from __future__ import annotations

import re

from inspector.model.enumeration import EnumEntry
from inspector.model.numbers import NumberError, parse_number


def fitting(typed: str, entries: tuple[EnumEntry, ...]) -> tuple[EnumEntry, ...]:
    """The entries that fit, the best first; all of them where nothing, a whole name or a number is typed."""
    word = typed.lower()
    if not word or any(word == entry.name.lower() for entry in entries):
        return entries
    try:
        if any(parse_number(typed) in entry for entry in entries):
            return entries
    except NumberError:
        pass
    ranked = [(rank, entry) for entry in entries if (rank := _rank(word, entry.name.lower())) is not None]
    return tuple(entry for _, entry in sorted(ranked, key=lambda each: each[0]))


def _rank(word: str, name: str) -> int | None:
    """How well a name fits: it begins so, a word in it does, it holds it, or its letters in that order."""
    at = name.find(word)
    if at == 0:
        return 0
    if at > 0:
        return 1 if any(start.startswith(word) for start in re.split(r"[^a-z0-9]+", name)) else 2
    rest = iter(name)
    return 3 if all(letter in rest for letter in word if not letter.isspace()) else None
