"""What goes out: escaped text, JSON lines, errors.

Text from maps and files is never trusted: what a terminal would obey is shown and not sent.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TextIO

from inspector.errors import Finding, InspectorError, MapError, RefusedError


def escape(text: str) -> str:
    """Show control characters, line breaks and invisible characters by their escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def on_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks at ``stream``; there is none where it was closed."""
    return stream is not None and stream.isatty()


def print_json(value: Mapping[str, object], stream: TextIO | None = None) -> None:
    """Print one object as one line of ASCII."""
    import json  # not before it is needed: the app starts without it

    print(json.dumps(value), file=stream)


def print_error(text: str) -> None:
    """Print an error as ``inspector: …`` on standard error."""
    print(f"inspector: {escape(text)}", file=sys.stderr)


def report(error: InspectorError) -> None:
    """Print an error on standard error: a map's with its place, any other as ``inspector: …``."""
    if isinstance(error, MapError):
        print_findings(error.findings, sys.stderr)
    else:
        print_error(explain(error))


def explain(error: InspectorError) -> str:
    """The error in words, with its errno and with the way out of a refusal."""
    if not isinstance(error, RefusedError):
        return str(error)
    offers = [] if error.word is None else [f"{error.path}={error.word:#x}"]
    if error.consent:
        offers.append(error.consent)
    return f"{error.message}: {' or '.join(offers)}" if offers else error.message


def print_findings(findings: Iterable[Finding], stream: TextIO) -> None:
    """Print findings in a map as ``FILE:LINE:COL: …``; on a terminal in colour."""
    harmless = map(_harmless, findings)
    if on_terminal(stream):
        _print_findings_in_colour(harmless, stream)
        return
    for finding in harmless:
        print(finding, file=stream)


def _print_findings_in_colour(findings: Iterable[Finding], stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for finding in findings:
        colour = "red" if finding.severity == "error" else "yellow"
        head, *rest = str(finding).split("\n")
        place = f"{finding.position}: "
        line = Text(place, style="bold")
        line.append(f"{finding.severity}:", style=f"bold {colour}")
        line.append(head[len(place) + len(finding.severity) + 1 :], style="bold")
        console.print(line)
        for i, text in enumerate(rest):
            styled = Text(text)
            if finding.excerpt and i == 0:
                start = len(text) - len(finding.excerpt) + finding.position.column - 1
                styled.stylize(f"bold {colour}", start, start + finding.position.length)
            elif finding.excerpt and i == 1:
                styled.stylize(colour)
            else:
                styled.stylize("cyan")
            console.print(styled)


def _harmless(finding: Finding) -> Finding:
    return replace(
        finding,
        message=escape(finding.message),
        hint=escape(finding.hint),
        position=replace(finding.position, file=escape(finding.position.file)),
        # One sign for each character, so that the mark stands where it should.
        excerpt="".join(
            c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in finding.excerpt
        ),
    )
