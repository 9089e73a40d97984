"""Collects what is wrong with a map file, each with its place and its line."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable
from contextlib import suppress
from typing import Literal, NamedTuple

from inspector.errors import Finding, SourcePosition
from inspector.maps.nodes import DerivedSource, Node, Place, Source
from inspector.maps.rules import Rule

MOST_FINDINGS = 500
"""Errors, and warnings: a file with more errors is not a map with mistakes, and loading stops there."""

MOST_COMPARED = 2_000
"""Known names that a misspelt one is compared with; an array can bring a million."""

LONGEST_EXCERPT = 400
"""Characters of a line that are worth showing."""


def quote(text: str) -> str:
    """Quote a file's text for a message: shortened, and with nothing a terminal would obey."""
    shown = text if len(text) <= 40 else text[:39] + "…"
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown) + "'"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name nearest to a misspelt ``word``; empty where none is near."""
    names = list(itertools.islice(known, MOST_COMPARED))
    for name in names:
        if name.lower() == word.lower():
            return name
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.65) if len(word) <= 60 else []
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the nearest known name; empty where none is near."""
    name = nearest(word, known)
    return f"did you mean '{name}'?" if name else ""


class FloodError(Exception):
    """A file with more errors than are worth looking for; the report has told so."""


class _Derived(NamedTuple):
    """A finding in a copied part, which may be wrong where it was copied from already."""

    severity: Literal["error", "warning"]
    source: DerivedSource
    place: Place
    rule: Rule
    message: str
    hint: str


class Report:
    """The findings of one map, in whichever of its files they are.

    Attributes:
        source: The file that the person named; what has no node of its own is told of it.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._findings: list[Finding] = []
        self._files = {source.name: 0}
        self._seen: set[tuple[Source, int, int, str]] = set()
        self._derived: dict[tuple[Source, int, int, str], _Derived] = {}
        self._errors = 0
        self._listed = {"error": 0, "warning": 0}

    @property
    def errors(self) -> int:
        """How many errors were found so far: a caller compares to know whether a part is sound."""
        return self._errors

    def error(self, at: Node | Place, rule: Rule, message: str, hint: str = "") -> None:
        """Add an error; a second one of the same rule at the same place is the same mistake."""
        self._errors += 1
        self._add("error", at, rule, message, hint)

    def warning(self, at: Node | Place, rule: Rule, message: str, hint: str = "") -> None:
        """Add a warning."""
        self._add("warning", at, rule, message, hint)

    def take(self, findings: Iterable[Finding]) -> None:
        """Add what was found in another format's file by whoever read it, however much that is."""
        for finding in findings:
            self._errors += finding.severity == "error"
            self._files.setdefault(finding.position.file, len(self._files))
            self._findings.append(finding)

    def position(self, at: Node | Place) -> SourcePosition:
        """Where a node begins, and how much of its line is meant."""
        place, source = (at, self.source) if isinstance(at, Place) else (at.place, at.source)
        length = place.length
        if length is None:
            length = len(source.line(place.line).rstrip()) - place.column
        return SourcePosition(source.name, place.line + 1, place.column + 1, max(1, length))

    def findings(self) -> list[Finding]:
        """All findings in file order, those of the named file first."""
        with suppress(FloodError):
            self._tell_derived()
        return sorted(
            self._findings,
            key=lambda finding: (
                self._files[finding.position.file],
                finding.position.line,
                finding.position.column,
                finding.rule,
            ),
        )

    def _add(
        self, severity: Literal["error", "warning"], at: Node | Place, rule: Rule, message: str, hint: str
    ) -> None:
        place, source = (at, self.source) if isinstance(at, Place) else (at.place, at.source)
        key = (source, place.line, place.column, rule)
        if isinstance(source, DerivedSource):
            if len(self._derived) < MOST_FINDINGS:
                self._derived.setdefault(key, _Derived(severity, source, place, rule, message, hint))
            return
        if key in self._seen:
            return
        self._seen.add(key)
        self._tell(severity, at, rule, message, hint)

    def _tell_derived(self) -> None:
        """Tell what is wrong with derived things, but for what is wrong with what they are like."""
        derived, self._derived = self._derived, {}
        for found in derived.values():
            origin, where = found.source.origin, (found.place.line, found.place.column, found.rule)
            while (origin, *where) not in derived and isinstance(origin, DerivedSource):
                origin = origin.origin
            if (origin, *where) in derived or (origin, *where) in self._seen:
                continue
            via, line = found.source.via, f"line {found.place.line + 1}"
            if found.source.name != via.source.name:
                line = f"{quote(found.source.name)}, {line}"
            self._tell(found.severity, via, found.rule, f"{found.message} (from {line})", found.hint)

    def _tell(
        self, severity: Literal["error", "warning"], at: Node | Place, rule: Rule, message: str, hint: str
    ) -> None:
        place, source = (at, self.source) if isinstance(at, Place) else (at.place, at.source)
        position = self.position(at)
        self._files.setdefault(position.file, len(self._files))
        self._listed[severity] += 1
        if self._listed[severity] > MOST_FINDINGS + 1:
            return
        if self._listed[severity] > MOST_FINDINGS:
            rest = "the rest of the file is not checked" if severity == "error" else "the rest is not listed"
            message = f"more than {MOST_FINDINGS} {severity}s; {rest}"
            self._findings.append(Finding(severity, message, position, "too-large"))
            if severity == "error":
                raise FloodError
            return
        line = source.line(place.line)
        excerpt = line if len(line) <= LONGEST_EXCERPT else ""
        self._findings.append(Finding(severity, message, position, rule, hint, excerpt))
