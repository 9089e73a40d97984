"""``inspector watch``: every sample, at a fixed cadence."""

from __future__ import annotations

import csv
import io
import sys
import time
from collections.abc import Sequence

import click

from inspector.cli.cadence import ticks
from inspector.cli.opening import Opening, opening_options
from inspector.cli.options import (
    destructive_option,
    force_option,
    json_option,
    map_argument,
    paths_argument,
    quantity,
    whole_number,
)
from inspector.cli.output import escape, print_json
from inspector.cli.reading import (
    Consent,
    Reading,
    read_selected,
    regions_of,
    report_failures,
)
from inspector.cli.record import read_record
from inspector.cli.rows import register_row
from inspector.cli.table import Row, print_rows
from inspector.errors import UsageError
from inspector.model.decode import fields_there
from inspector.model.field import Field
from inspector.model.paths import Selected, select
from inspector.model.safety import Skip
from inspector.model.windows import name_words
from inspector.session import RegionState, Sample, Session


@click.command()
@map_argument
@paths_argument(required=True)
@click.option(
    "--rate",
    metavar="HZ",
    callback=quantity(0.001, 10_000),
    default="10",
    help="Samples a second; 10 if left out.",
)
@click.option("--count", metavar="N", callback=whole_number(1, 1 << 63), help="Stop after N samples.")
@click.option(
    "--for", "duration", metavar="SECONDS", callback=quantity(1e-9, 1e9), help="Stop after SECONDS."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print time,path,value,error.")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line.")
@opening_options()
@json_option
@destructive_option
@force_option
def watch(
    map_word: str,
    paths: tuple[str, ...],
    rate: float,
    count: int | None,
    duration: float | None,
    as_csv: bool,
    jsonl: bool,
    opening: Opening,
    as_json: bool,
    destructive: bool,
    force: bool,
) -> int:
    """Read registers over and over, and print every sample.

    What reading changes is skipped, once and with the reason, even where it is named in full: that
    takes --destructive. A device that goes away or sleeps is waited for. Interrupt to stop.
    """
    if count is not None and duration is not None:
        raise UsageError("--count and --for contradict each other")
    if as_csv and (jsonl or as_json):
        raise UsageError("--csv and --jsonl contradict each other")
    register_map, written = name_words(opening.load(map_word), paths)
    selected = select(register_map, written)
    consent = Consent(destructive=destructive, force=force)
    failed = False
    printer: _Printer = _Csv() if as_csv else _Json() if jsonl or as_json else _Text(selected)
    with opening.session(register_map, force=force, regions=regions_of(selected)) as session:
        active, told = list(selected), frozenset[str]()
        for _ in ticks(1 / rate, count=count, duration=duration):
            readings = _sample(session, active, consent)
            printer.print(readings)
            sys.stdout.flush()
            failed = failed or any(reading.failed for reading in readings)
            told = report_failures(readings, told)
            active = [reading.selected for reading in readings if _worth_another(session, reading)]
            if not active:
                break
    return int(failed)


def _worth_another(session: Session, reading: Reading) -> bool:
    """Whether the next sample may tell more: what is skipped or refused for good has been told."""
    if reading.barred is not None:
        return session.region_of(reading.selected.node).state is RegionState.REVOKED
    skipped = reading.sample.skipped
    return skipped is None or skipped.skip is Skip.INACTIVE


def _sample(session: Session, active: Sequence[Selected], consent: Consent) -> list[Reading]:
    session.samples.clear()
    return read_selected(session, active, consent)


class _Printer:
    def print(self, readings: Sequence[Reading]) -> None:
        """Print one sample of each register."""
        raise NotImplementedError


class _Json(_Printer):
    def print(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            node, fields = reading.selected.node, reading.selected.fields
            record = read_record(node, reading.sample, fields, address=reading.address, known=reading.known)
            print_json(record)


class _Csv(_Printer):
    def __init__(self) -> None:
        print("time,path,value,error")

    def print(self, readings: Sequence[Reading]) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        for reading in readings:
            node, sample, fields = reading.selected.node, reading.sample, reading.selected.fields
            trouble = _trouble(sample)
            when = sample.time if trouble == "" and sample.time is not None else time.time()
            if trouble or sample.value is None:
                writer.writerow([when, node.path, "", trouble])
            elif not fields:
                writer.writerow([when, node.path, sample.value, ""])
            for field in _there(reading) if not trouble else ():
                assert sample.value is not None
                writer.writerow([when, f"{node.path}.{field.name}", field.bits.extract(sample.value), ""])
        print(text.getvalue(), end="")


def _there(reading: Reading) -> list[Field]:
    """The fields that were named and are there."""
    node, value = reading.selected.node, reading.sample.value
    if not reading.selected.fields or value is None:
        return []
    there = {field.name for field, _ in fields_there(node.register, value, reading.known)}
    return [field for field in reading.selected.fields if field.name in there]


def _trouble(sample: Sample) -> str:
    if sample.error is not None:
        return escape(f"{sample.error.errno_name}: {sample.error.message}")
    if sample.skipped is not None and sample.skipped.skip is not None:
        return escape(f"{sample.skipped.skip.value}: {sample.skipped.reason}")
    return ""


class _Text(_Printer):
    def __init__(self, selected: Sequence[Selected]) -> None:
        path = max(len(escape(item.node.path)) for item in selected)
        width = max(item.node.width for item in selected) // 4 + 2
        self._widths = [len("00:00:00.000"), path, width]

    def print(self, readings: Sequence[Reading]) -> None:
        rows = []
        for reading in readings:
            node, sample = reading.selected.node, reading.sample
            if reading.barred is not None:
                continue
            row = register_row(node, sample, reading.selected.fields, reading.known)
            moment = sample.time or time.time()
            stamp = time.strftime("%H:%M:%S", time.localtime(moment)) + f".{int(moment % 1 * 1000):03}"
            path, _, value, meaning = row.cells
            rows.append(Row((stamp, path, value, meaning), "value"))
        print_rows(rows, self._widths)
