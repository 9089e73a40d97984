"""``inspector diff``: what changed between two snapshots, or between one and now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click

from inspector import maps
from inspector.cli.opening import Opening, opening_options
from inspector.cli.options import json_option
from inspector.cli.output import print_json
from inspector.cli.reading import Consent, read_selected, regions_of, report_failures
from inspector.cli.record import hexadecimal, read_record
from inspector.cli.table import Row, print_rows
from inspector.cli.wrapped import print_wrapped
from inspector.errors import UsageError
from inspector.model.paths import Selected
from inspector.model.registermap import RegisterMap
from inspector.session.difference import Comparison, Difference, FieldDifference, compare
from inspector.session.snapshot import SavedRegister, SavedSnapshot, load_snapshot, parse_register

NOW = "-"


@click.command()
@click.argument("first", metavar="A", type=click.Path())
@click.argument("second", metavar="B", type=click.Path())
@click.option("--map", "map_word", metavar="MAP", help="The map; default: the one that the snapshots name.")
@click.option("--ignore-volatile", is_flag=True, help="Leave out what hardware changes at any time.")
@opening_options()
@json_option
def diff(
    first: str,
    second: str,
    map_word: str | None,
    ignore_volatile: bool,
    opening: Opening,
    as_json: bool,
) -> int:
    """Compare two snapshots, register by register and field by field.

    A and B are files that dump -o made; - in place of one reads what the other holds now, as far as that
    is safe. The exit status is 1 where they differ.
    """
    if first == NOW == second:
        raise UsageError("one of the two must be a file")
    live = NOW in (first, second)
    if not live and opening != Opening():
        raise UsageError("-b and the like are for reading now: put - in place of one file")
    saved = {word: load_snapshot(Path(word)) for word in (first, second) if word != NOW}
    register_map = _map_of(list(saved.values()), map_word, needed=live or ignore_volatile)
    failed = False
    if live:
        assert register_map is not None
        (file,) = saved.values()
        saved[NOW], failed = _read_now(opening.locate(register_map), file, opening)
    comparison = compare(saved[first], saved[second], register_map)
    labels = tuple("now" if word == NOW else word for word in (first, second))
    differ = show_comparison(comparison, labels, ignore_volatile=ignore_volatile, as_json=as_json)
    return int(failed or differ)


def show_comparison(
    comparison: Comparison, labels: Sequence[str], *, ignore_volatile: bool, as_json: bool
) -> bool:
    """Print what differs, and tell whether anything does.

    Args:
        comparison: What came of comparing.
        labels: What the two sides are called.
        ignore_volatile: Leave out what hardware changes at any time.
        as_json: Print JSON lines.
    """
    shown = [
        difference
        for difference in comparison.differences
        if not (ignore_volatile and difference.only_volatile)
    ]
    if as_json:
        for difference in shown:
            print_json(_record(difference, ignore_volatile=ignore_volatile))
    else:
        _print(shown, comparison, labels, ignore_volatile=ignore_volatile)
    return any(difference.counts for difference in shown)


def _map_of(saved: Sequence[SavedSnapshot], map_word: str | None, *, needed: bool) -> RegisterMap | None:
    """The map to decode with: the one named, else the one that the snapshots name, if it is bundled."""
    if map_word is not None:
        return maps.load(map_word)
    names = list(dict.fromkeys(snapshot.map for snapshot in saved))
    if len(names) > 1:
        raise UsageError(
            f"{saved[0].file} is of map {names[0]!r}, {saved[1].file} of {names[1]!r}; "
            "--map MAP compares them all the same"
        )
    if names[0] in maps.names():
        return maps.load(names[0])
    if needed:
        raise UsageError(
            f"{saved[0].file} is of map {names[0]!r}, which is not a bundled one: give --map FILE"
        )
    return None


def _read_now(
    register_map: RegisterMap, saved: SavedSnapshot, opening: Opening
) -> tuple[SavedSnapshot, bool]:
    """Read what the snapshot holds, and tell whether a region could not be accessed.

    A register that the map does not have is on the snapshot's side alone.
    """
    if register_map.name != saved.map:
        raise UsageError(f"{saved.file} is of map {saved.map!r}, and {register_map.name!r} is another")
    nodes = [register_map.by_path[path] for path in saved.registers if path in register_map.by_path]
    return read_now(register_map, [Selected(node) for node in nodes], opening, "now")


def read_now(
    register_map: RegisterMap, selected: Sequence[Selected], opening: Opening, label: str
) -> tuple[SavedSnapshot, bool]:
    """Read once what is safe of the registers selected; whether a region could not be accessed."""
    started = time.time()
    with opening.session(register_map, regions=regions_of(selected)) as session:
        readings = read_selected(session, selected, Consent())
        words = " ".join(dict.fromkeys(opened.backend.word for opened in session.regions.values()))
        report_failures(readings)
    found: dict[str, SavedRegister] = {}
    for reading in readings:
        node = reading.selected.node
        found[node.path] = parse_register(read_record(node, reading.sample))
    failed = any(reading.failed for reading in readings)
    return SavedSnapshot(label, register_map.name, words, started, found), failed


# --- what is printed -------------------------------------------------------------------------


def _record(difference: Difference, *, ignore_volatile: bool) -> dict[str, object]:
    register = difference.any
    record: dict[str, object] = {
        "path": difference.path,
        "address": register.address,
        "width": register.width,
    }
    for name, side in zip(("a", "b"), difference.sides, strict=True):
        if side is None:
            record[name] = {"missing": True}
        elif side.value is None:
            record[name] = {"error" if side.failed else "skipped": side.unread}
        else:
            record[name] = {"value": side.value, "hex": hexadecimal(side.value, side.width)}
    if difference.compared:
        record["changed"], record["volatile"] = difference.changed, difference.volatile
        record["fields"] = {
            field.name: {
                "a": _field_value(field, 0),
                "b": _field_value(field, 1),
                "volatile": field.volatile,
            }
            for field in difference.fields
            if not (ignore_volatile and field.volatile)
        }
    return record


def _field_value(field: FieldDifference, side: int) -> dict[str, object]:
    meaning = field.meanings[side]
    return {"value": field.values[side]} | ({"enum": meaning} if meaning is not None else {})


_VOLATILE = "  (volatile)"

_MANY = 5
"""Of how many registers in a row a reason is told once."""


def _print(
    differences: Sequence[Difference],
    comparison: Comparison,
    labels: Sequence[str],
    *,
    ignore_volatile: bool,
) -> None:
    rows: list[Row] = []
    for difference in differences:
        if not difference.compared:
            continue
        a, b = (side.value for side in difference.sides if side is not None)
        width = difference.any.width
        assert a is not None
        assert b is not None
        mark = _VOLATILE if difference.only_volatile else ""
        words = f"{hexadecimal(a, width)} → {hexadecimal(b, width)}{mark}"
        rows.append(Row((difference.path, f"{difference.any.address:#010x}", words), "value"))
        for field in difference.fields:
            if ignore_volatile and field.volatile:
                continue
            mark = _VOLATILE if field.volatile and not difference.only_volatile else ""
            bits = f"[{field.bits}]" if field.bits else ""
            words = f"{field.texts[0]} → {field.texts[1]}{mark}"
            rows.append(Row((f"  {field.name}", bits, words), "field"))
    print_rows(rows)
    rest = [difference for difference in differences if not difference.compared]
    for why, alike in groupby(rest, lambda difference: _why_not_compared(difference, labels)):
        paths = [difference.path for difference in alike]
        if len(paths) >= _MANY:
            paths = [f"{paths[0]} to {paths[-1]}, {len(paths)} registers"]
        for path in paths:
            print_wrapped(f"{path}: {why}")
    changed = sum(difference.compared for difference in differences)
    counts = [f"{changed} differ", f"{comparison.equal} equal"]
    if comparison.unread:
        counts.append(f"{comparison.unread} read on neither side")
    ignored = len(comparison.differences) - len(differences)
    if ignored:
        counts.append(f"{ignored} differ in volatile bits alone")
    print(", ".join(counts))


def _why_not_compared(difference: Difference, labels: Sequence[str]) -> str:
    one, other = difference.sides
    if one is None or other is None:
        return f"only in {labels[0 if other is None else 1]}"
    if one.width != other.width:
        return f"{one.width} bits in {labels[0]}, {other.width} in {labels[1]}"
    reasons = [
        f"{'failed' if side.failed else 'not read'} in {label}: {side.unread}"
        for side, label in zip((one, other), labels, strict=True)
        if side.value is None
    ]
    return "; ".join(reasons)
