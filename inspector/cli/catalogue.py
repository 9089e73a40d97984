"""``inspector maps``, ``schema`` and ``export``: what maps there are, and maps in other forms."""

from __future__ import annotations

import json

import click

from inspector import maps as library
from inspector.cli.options import json_option, map_argument
from inspector.cli.output import print_json
from inspector.cli.table import Row, print_rows


@click.command()
@json_option
def maps(as_json: bool) -> int:
    """List the bundled register maps with the data sheet that each was written from."""
    bundled = library.bundled()
    if as_json:
        for item in bundled:
            print_json({"name": item.name, "title": item.title, "doc": item.doc, "path": str(item.path)})
        return 0
    rows: list[Row] = []
    for item in bundled:
        rows.append(Row((item.name, item.title)))
        rows.append(Row(("", item.doc), "skipped"))
    print_rows(rows)
    return 0


@click.command()
def schema() -> int:
    """Print the JSON Schema of register maps, for editors."""
    print(json.dumps(library.schema(), indent=2))
    return 0


@click.command()
@map_argument
@click.option(
    "--to", "form", metavar="FORMAT", type=click.Choice(["json"]), required=True, help="json: a line each."
)
def export(map_word: str, form: str) -> int:
    """Print a register map in another format: json, one object a line for each register."""
    for record in library.export_json(library.load(map_word)):
        print_json(record)
    return 0
