"""``inspector decode``: what a value from a log means, without hardware."""

from __future__ import annotations

import click

from inspector import maps
from inspector.cli.completion import complete_path
from inspector.cli.memory import parse_word
from inspector.cli.options import ValueCommand, json_option, map_argument
from inspector.cli.output import print_json
from inspector.cli.record import head, value_part
from inspector.cli.rows import register_rows
from inspector.cli.table import print_rows
from inspector.model.paths import find
from inspector.model.windows import name_word
from inspector.session import Sample


@click.command(cls=ValueCommand)
@map_argument
@click.argument("path", metavar="PATH", shell_complete=complete_path)
@click.argument("value", metavar="VALUE")
@json_option
def decode(map_word: str, path: str, value: str, as_json: bool) -> int:
    """Say what a value from a log means; no hardware is touched.

    VALUE is a register's word, or for INSTANCE.REGISTER.FIELD that field's own value.
    """
    register_map, path = name_word(maps.load(map_word), path)
    node, field = find(register_map, path)
    if field is None:
        word = parse_word(value, node.width, node.path)
    else:
        word = field.bits.place(parse_word(value, field.width, path))
    fields = (field,) if field else ()
    if as_json:
        print_json(head(node) | value_part(node, word, None, fields))
    else:
        print_rows(register_rows(node, Sample(value=word), fields))
    return 0
