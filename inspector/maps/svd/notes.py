"""What was put right in a description, and what it says that has no place in a map."""

from __future__ import annotations

from dataclasses import dataclass, field

from inspector.errors import Finding
from inspector.maps.nodes import Source
from inspector.maps.xml import finding

MOST_OF_A_KIND = 10
"""Repairs of one kind that are told one by one; the others are counted."""


@dataclass(slots=True)
class _Repairs:
    """The repairs of one kind: the first ones in words, and how many there are."""

    told: list[tuple[int, str, str]] = field(default_factory=list)
    count: int = 0
    last: int = 0


class Notes:
    """Collects the repairs of one file.

    Attributes:
        source: The file.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._repairs: dict[str, _Repairs] = {}
        self._dropped: dict[str, tuple[int, int, str]] = {}

    def repair(self, kind: str, line: int, message: str, hint: str = "") -> None:
        """Note something put right.

        Args:
            kind: What repairs like this one have in common, in words: ``resets that were too wide``.
            line: Where, counted from 0.
            message: What was wrong, and what was done.
            hint: What the person may want to check.
        """
        repairs = self._repairs.setdefault(kind, _Repairs())
        repairs.count += 1
        repairs.last = line
        if repairs.count <= MOST_OF_A_KIND:
            repairs.told.append((line, message, hint))

    def drop(self, what: str, line: int, example: str = "") -> None:
        """Note something that is not carried over.

        Args:
            what: What it has in common with others like it, which are told with it.
            line: Where, counted from 0.
            example: Which one this is, where that helps.
        """
        count, first, shown = self._dropped.get(what, (0, line, example))
        self._dropped[what] = (count + 1, first, shown)

    def findings(self) -> list[Finding]:
        """All of them as warnings, in file order."""
        found = []
        for kind, repairs in self._repairs.items():
            found += [
                finding("warning", message, self.source, line, "repaired", hint)
                for line, message, hint in repairs.told
            ]
            if repairs.count > MOST_OF_A_KIND:
                message = f"{repairs.count - MOST_OF_A_KIND:,} more {kind}; the last is here"
                found.append(finding("warning", message, self.source, repairs.last, "repaired"))
        for what, (count, line, example) in self._dropped.items():
            message = f"not carried over: {what}{f', such as {example}' if example else ''}"
            if count > 1:
                message += f"; {count:,} times, the first here"
            found.append(finding("warning", message, self.source, line, "not-carried"))
        return sorted(found, key=lambda item: item.position.line)
