"""``inspector read``: values, decoded."""

from __future__ import annotations

from collections.abc import Sequence

import click

from inspector.cli.opening import Opening, opening_options
from inspector.cli.options import (
    destructive_option,
    force_option,
    json_option,
    map_argument,
    paths_argument,
)
from inspector.cli.output import print_json
from inspector.cli.reading import (
    Consent,
    Reading,
    read_selected,
    regions_of,
    report_failures,
)
from inspector.cli.record import read_record
from inspector.cli.rows import register_row, register_rows
from inspector.cli.table import Row, print_rows
from inspector.model.paths import select
from inspector.model.windows import name_words


@click.command()
@map_argument
@paths_argument()
@opening_options()
@json_option
@destructive_option
@force_option
def read(
    map_word: str,
    paths: tuple[str, ...],
    opening: Opening,
    as_json: bool,
    destructive: bool,
    force: bool,
) -> int:
    """Read registers, decoded.

    PATH is INSTANCE.REGISTER, INSTANCE.REGISTER.FIELD, or a pattern such as 'UART0.*'; none means all. A
    pattern reads what is safe and tells what it skips. A register named in full is read even where
    reading changes the hardware. INSTANCE.WINDOW[N] and INSTANCE.WINDOW[N..M] are words of a memory window.
    """
    register_map, written = name_words(opening.load(map_word), paths)
    selected = select(register_map, written)
    consent = Consent(named=True, destructive=destructive, force=force)
    with opening.session(register_map, force=force, regions=regions_of(selected)) as session:
        readings = read_selected(session, selected, consent)
        show(readings, as_json=as_json)
        report_failures(readings)
    return int(any(reading.failed for reading in readings))


def show(readings: Sequence[Reading], *, as_json: bool) -> None:
    """Print what was read: JSON lines, or rows with the fields of registers named in full."""
    if as_json:
        for reading in readings:
            node, fields = reading.selected.node, reading.selected.fields
            print_json(read_record(node, reading.sample, fields, known=reading.known))
        return
    rows: list[Row] = []
    for reading in readings:
        node, sample, fields = reading.selected.node, reading.sample, reading.selected.fields
        if reading.barred is not None:
            continue
        if reading.selected.named:
            rows += register_rows(node, sample, fields, reading.known)
        else:
            rows.append(register_row(node, sample, fields, reading.known))
    print_rows(rows)
