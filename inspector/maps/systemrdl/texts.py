"""The texts of a SystemRDL file and of what it includes, read before the compiler sees them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from inspector.errors import Finding, MapError, SourcePosition
from inspector.maps import files
from inspector.maps.findings import quote
from inspector.maps.nodes import LARGEST, Source
from inspector.maps.rules import Rule

MOST_NESTED = 32
"""Files that include one another."""

# As the compiler's preprocessor finds them: not within comments, and comments not told from strings.
_INCLUDE = re.compile(
    r"/\*.*?\*/|//[^\n]*|(?P<include>`include\s+(?:\"(?P<quoted>[^\r\n]+)\"|<(?P<angled>[^\r\n]+)>))",
    re.DOTALL,
)
_PERL = "<%"


@dataclass(slots=True)
class Texts:
    """The files of one description.

    Attributes:
        main: The file that the person named.
        by_path: Every file, by its real path.
        included: The files but the main one.
    """

    main: Source
    by_path: dict[str, Source] = field(default_factory=dict)
    included: list[files.MapFile] = field(default_factory=list)

    def source(self, path: str) -> Source:
        """The file at a path; the main one for a path that was not read."""
        return self.by_path.get(os.path.realpath(path), self.main)


def read_texts(path: Path, name: str) -> Texts:
    """Read a file and everything that it includes.

    Args:
        path: The file.
        name: What to call it in messages.

    Raises:
        UsageError: The file cannot be read.
        MapError: A file holds Perl, includes itself, or is not UTF-8; or they are too large together.
    """
    reader = _Reader(Source(name, files.read(path, name)))
    reader.measure(path, reader.texts.main)
    return reader.texts


class _Reader:
    """Follows includes, each file read once however often it is included."""

    def __init__(self, main: Source) -> None:
        self.texts = Texts(main)
        self._open: list[str] = []
        self._expanded: dict[str, int] = {}

    def measure(self, path: Path, source: Source) -> int:
        """Characters of a file with everything included."""
        real = os.path.realpath(path)
        self.texts.by_path[real] = source
        _refuse_perl(source)
        self._open.append(real)
        total = len(source.text)
        for match in _INCLUDE.finditer(source.text):
            if match["include"] is not None:
                total += self._include(path, source, match)
        if total > LARGEST:
            raise _error(
                source, 0, "too-large", f"with its includes the file has more than {LARGEST:,} characters"
            )
        self._open.pop()
        self._expanded[real] = total
        return total

    def _include(self, path: Path, source: Source, match: re.Match[str]) -> int:
        word = match["quoted"] or match["angled"]
        included = path.parent / word
        real = os.path.realpath(included)
        at = match.start("include")
        if real in self._open:
            raise _error(source, at, "include", f"the include of {quote(word)} comes back to this file")
        if len(self._open) >= MOST_NESTED:
            raise _error(source, at, "include", f"more than {MOST_NESTED} files include one another")
        if real in self._expanded:
            return self._expanded[real]
        # One that is not there is the compiler's to tell: it may stand where nothing is compiled.
        if not included.is_file():
            return 0
        name = str(PurePath(source.name).parent / word)
        file = files.open_file(included, name)
        self.texts.included.append(file)
        return self.measure(included, Source(name, files.decode(file.data, name)))


def _refuse_perl(source: Source) -> None:
    at = source.text.find(_PERL)
    if at >= 0:
        raise _error(
            source,
            at,
            "refused",
            "embedded Perl is refused: it is a program, and opening a description runs none",
            "run the preprocessor of your own flow, and open what it writes",
            length=len(_PERL),
        )


def _error(source: Source, at: int, rule: Rule, message: str, hint: str = "", *, length: int = 1) -> MapError:
    before = source.text[:at]
    line = before.count("\n")
    column = at - (before.rfind("\n") + 1)
    position = SourcePosition(source.name, line + 1, column + 1, length)
    return MapError([Finding("error", message, position, rule, hint, source.line(line))])
