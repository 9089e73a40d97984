"""``inspector dump``: a snapshot, for a file or for the eye."""

from __future__ import annotations

import time
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
from inspector.cli.read import show
from inspector.cli.reading import (
    Consent,
    Reading,
    read_selected,
    regions_of,
    report_failures,
)
from inspector.cli.record import read_record
from inspector.maps.saving import save
from inspector.model.paths import select
from inspector.session import Session
from inspector.session.snapshot import header, snapshot_text


@click.command()
@map_argument
@paths_argument()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write JSON lines to FILE (- for standard output), after a line that says what they are.",
)
@opening_options()
@json_option
@destructive_option
@force_option
def dump(
    map_word: str,
    paths: tuple[str, ...],
    output: str | None,
    opening: Opening,
    as_json: bool,
    destructive: bool,
    force: bool,
) -> int:
    """Take a snapshot of what is safe to read.

    With -o the file is complete or not there at all; it is left alone where nothing could be read.
    """
    register_map = opening.load(map_word)
    selected = select(register_map, paths)
    started = time.time()
    consent = Consent(destructive=destructive, force=force)
    with opening.session(register_map, force=force, regions=regions_of(selected)) as session:
        readings = read_selected(session, selected, consent)
        reached = any(reading.barred is None for reading in readings)
        if output is None:
            show(readings, as_json=as_json)
        elif reached:
            text = _text(session, readings, started)
            if output == "-":
                print(text, end="")
            else:
                save(output, text)
        report_failures(readings)
    return int(any(reading.failed for reading in readings))


def _text(session: Session, readings: Sequence[Reading], started: float) -> str:
    words = {name: opened.backend.word for name, opened in session.regions.items()}
    return snapshot_text(
        header(session.map.name, words, started),
        (
            read_record(reading.selected.node, reading.sample, reading.selected.fields, known=reading.known)
            for reading in readings
        ),
    )
