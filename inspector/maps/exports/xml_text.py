"""Writes XML by lines: elements in order, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from xml.sax.saxutils import escape, quoteattr

from inspector.maps.exports.texts import printable


class XmlText:
    """A document as it grows.

    Attributes:
        lines: What is written so far.
    """

    def __init__(self) -> None:
        self.lines = ['<?xml version="1.0" encoding="utf-8"?>']
        self._depth = 0

    def comment(self, texts: Iterable[str]) -> None:
        """A comment of several lines, which nothing in them can end."""
        self._put("<!--")
        for text in texts:
            # Two hyphens would end it (XML 1.0, 2.5).
            self._put(f"  {printable(text).replace('-', '- ') if '--' in text else printable(text)}")
        self._put("-->")

    def element(self, name: str, value: str | int, *, hexadecimal: bool = False) -> None:
        """An element that holds a text or a number."""
        text = printable(value) if isinstance(value, str) else f"{value:#x}" if hexadecimal else str(value)
        self._put(f"<{name}>{escape(text)}</{name}>")

    def optional(self, name: str, text: str) -> None:
        """An element that holds a text, where there is one."""
        if text.strip():
            self.element(name, text.strip())

    @contextmanager
    def inside(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element that holds what is written meanwhile."""
        stated = "".join(f" {key}={quoteattr(printable(text))}" for key, text in (attributes or {}).items())
        self._put(f"<{name}{stated}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._put(f"</{name}>")

    def _put(self, line: str) -> None:
        self.lines.append("  " * self._depth + line)
