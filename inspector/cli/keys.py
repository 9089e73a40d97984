"""``inspector keys``: the screen's commands and their keys, as a file to begin one's own with."""

from __future__ import annotations

import click

from inspector.cli.output import report
from inspector.errors import MapError


@click.command()
def keys() -> int:
    """Print the app's commands with the keys they have now, as a file of keys.

    Put what you want otherwise into keys.yaml in the configuration directory (the first lines of the
    output say where), or into a file that INSPECTOR_KEYS names. What is wrong there is told on standard
    error.
    """
    from inspector.ui.keysfile import keys_path, keys_text, load_keyboard

    keyboard, findings = load_keyboard()
    if findings:
        report(MapError(findings))
    click.echo(keys_text(keyboard, keys_path()), nl=False)
    return MapError.exit_status if any(each.severity == "error" for each in findings) else 0
