"""``inspector maps`` and ``schema``: what maps there are, and what a map may hold."""

from __future__ import annotations

import json

import click

from inspector import maps as library
from inspector.cli.options import json_option
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
