"""``inspector check``: everything wrong with a map, each with its place."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from inspector import maps
from inspector.cli.completion import complete_map
from inspector.cli.options import json_option
from inspector.cli.output import escape, print_findings, print_json, report
from inspector.errors import Finding, UsageError
from inspector.model.numbers import plural


@click.command()
@click.argument("words", metavar="MAP…", nargs=-1, required=True, shell_complete=complete_map)
@json_option
def check(words: tuple[str, ...], as_json: bool) -> int:
    """Check register maps: bundled ones, files of any format, or all that are below a folder.

    Findings are printed as FILE:LINE:COL. Exit status 2 if any is an error; warnings alone are 0.
    """
    status, checked = 0, 0
    told: dict[Finding, None] = {}
    for word in words:
        try:
            for name in _files(word):
                findings = maps.check(name)
                checked += 1
                # What several maps include is wrong once.
                news = [finding for finding in findings if finding not in told]
                told.update(dict.fromkeys(news))
                _show(name, news, as_json=as_json, sound=not findings)
        except UsageError as error:
            report(error)
            status = error.exit_status
    if not as_json and (len(words) > 1 or Path(words[0]).is_dir()):
        print(_summary(checked, told))
    return 2 if any(finding.severity == "error" for finding in told) else status


def _files(word: str) -> Iterator[str]:
    folder = Path(word)
    if not folder.is_dir():
        yield word
        return
    found = maps.descriptions_in(folder)
    if not found:
        raise UsageError(f"there is no map, and no description of another format, in {word}")
    yield from map(str, found)


def _summary(checked: int, told: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in told)
    return ", ".join(
        f"{plural(number, noun)}{end}"
        for number, noun, end in (
            (checked, "map", " checked"),
            (counts["error"], "error", ""),
            (counts["warning"], "warning", ""),
        )
    )


def _show(name: str, findings: list[Finding], *, as_json: bool, sound: bool) -> None:
    if not as_json:
        print_findings(findings, sys.stdout)
        if sound:
            print(f"{escape(name)}: ok")
        return
    for finding in findings:
        at = finding.position
        print_json(
            {
                "file": at.file,
                "line": at.line,
                "column": at.column,
                "end_column": at.column + at.length,
                "severity": finding.severity,
                "rule": finding.rule,
                "message": finding.message,
                "hint": finding.hint,
            }
        )
