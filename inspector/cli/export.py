"""``inspector export``: a map as JSON lines, as a C header, as documentation, as CMSIS-SVD."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from inspector import maps
from inspector.cli.options import map_argument
from inspector.cli.output import print_findings
from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap


@click.command()
@map_argument
@click.option(
    "--to",
    "form",
    metavar="FORMAT",
    type=click.Choice(["json", "c", "markdown", "html", "svd"]),
    required=True,
    help="json: a line for each register; c: a header; markdown, html: documentation; svd: CMSIS-SVD.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (- for standard output).")
def export(map_word: str, form: str, output: str | None) -> int:
    """Print a register map in another format.

    What a format cannot say of the map is listed on standard error. With -o the file is complete or not
    there at all.
    """
    register_map = maps.load(map_word)
    if output is None or output == "-":
        _print(_EXPORTERS[form](register_map))
        return 0
    _refuse_the_map_itself(output, register_map)
    from inspector.maps.saving import save

    save(output, _EXPORTERS[form](register_map))
    return 0


def _print(text: str) -> None:
    # Documents say of themselves that they are UTF-8, whatever a terminal is.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    print(text, end="")


def _refuse_the_map_itself(output: str, register_map: RegisterMap) -> None:
    """Keep a slip of the hand from replacing the map by what is made of it.

    Raises:
        UsageError: The output is the map's own file.
    """
    target, source = Path(output), Path(register_map.file)
    if register_map.file and target.exists() and source.exists() and target.samefile(source):
        raise UsageError(f"{output} is the map itself; write to another file")


def _json(register_map: RegisterMap) -> str:
    return "".join(json.dumps(record) + "\n" for record in maps.export_json(register_map))


def _c(register_map: RegisterMap) -> str:
    from inspector.maps.exports.c_header import export_c

    return export_c(register_map)


def _markdown(register_map: RegisterMap) -> str:
    from inspector.maps.exports.markdown import export_markdown

    return export_markdown(register_map)


def _html(register_map: RegisterMap) -> str:
    from inspector.maps.exports.html import export_html

    return export_html(register_map)


def _svd(register_map: RegisterMap) -> str:
    from inspector.maps.exports.svd import export_svd

    exported = export_svd(register_map)
    print_findings((loss.finding(register_map.file) for loss in exported.losses), sys.stderr)
    return exported.text


_EXPORTERS: dict[str, Callable[[RegisterMap], str]] = {
    "json": _json,
    "c": _c,
    "markdown": _markdown,
    "html": _html,
    "svd": _svd,
}
