"""``inspector check``: everything wrong with a map, each with its place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from inspector import maps
from inspector.cli.completion import complete_map
from inspector.cli.options import json_option
from inspector.cli.output import escape, print_findings, print_json, report
from inspector.errors import Finding, UsageError


@click.command()
@click.argument("words", metavar="MAP…", nargs=-1, required=True, shell_complete=complete_map)
@json_option
def check(words: tuple[str, ...], as_json: bool) -> int:
    """Check register maps: bundled ones, files, or every .yaml and .yml of a folder.

    Findings are printed as FILE:LINE:COL. Exit status 2 if any is an error; warnings alone are 0.
    """
    status = 0
    for word in words:
        try:
            for name in _files(word):
                findings = maps.check(name)
                _show(name, findings, as_json=as_json)
                if any(finding.severity == "error" for finding in findings):
                    status = 2
        except UsageError as error:
            report(error)
            status = error.exit_status
    return status


def _files(word: str) -> Iterator[str]:
    folder = Path(word)
    if not folder.is_dir():
        yield word
        return
    found = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    if not found:
        raise UsageError(f"there is no .yaml or .yml file in {word}")
    yield from map(str, found)


def _show(name: str, findings: list[Finding], *, as_json: bool) -> None:
    if not as_json:
        print_findings(findings, sys.stdout)
        if not findings:
            print(f"{escape(name)}: ok")
        return
    for finding in findings:
        print_json(
            {
                "file": finding.position.file,
                "line": finding.position.line,
                "column": finding.position.column,
                "severity": finding.severity,
                "rule": finding.rule,
                "message": finding.message,
                "hint": finding.hint,
            }
        )
