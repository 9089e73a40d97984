"""``inspector compare``: the same map on two targets, side by side."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from inspector.cli.diff import read_now, show_comparison
from inspector.cli.opening import Opening, opening_options
from inspector.cli.options import json_option, map_argument, paths_argument
from inspector.cli.output import on_terminal
from inspector.cli.screen import show_beside
from inspector.errors import UsageError
from inspector.model.paths import select
from inspector.model.registermap import RegisterMap
from inspector.session.choosing import region_of
from inspector.session.difference import compare as compare_snapshots
from inspector.session.snapshot import SavedSnapshot


@click.command()
@map_argument
@paths_argument()
@click.option("--once", is_flag=True, help="Compare once and print what differs, in place of the screen.")
@click.option("--ignore-volatile", is_flag=True, help="Leave out what hardware changes at any time.")
@opening_options(default="none: two are needed")
@json_option
def compare(
    map_word: str,
    paths: tuple[str, ...],
    once: bool,
    ignore_volatile: bool,
    opening: Opening,
    as_json: bool,
) -> int:
    """Show the same map on two targets, -b A beside -b B, with what differs.

    On a terminal it is the app on each target, with the other one's live values, bits and contract beside;
    D shows only what differs, { and } change sides. Elsewhere, or with --once or --json, it reads once what
    is safe on both sides, and prints what differs; the exit status is 1 where anything does. A -b
    REGION=BACKEND belongs to the whole target before it.
    """
    one, other = (replace(opening, backends=words) for words in two_targets(opening.backends))
    names = " ".join(one.backends), " ".join(other.backends)
    watched = on_terminal(sys.stdin) and on_terminal(sys.stdout)
    if watched and not (once or as_json or paths or ignore_volatile):
        show_beside(map_word, (one, other), short_names(*names))
        return 0
    register_map, first, refused = _read(map_word, paths, one, names[0])
    _, second, refused_too = _read(map_word, paths, other, names[1])
    comparison = compare_snapshots(first, second, register_map)
    differ = show_comparison(comparison, names, ignore_volatile=ignore_volatile, as_json=as_json)
    return int(refused or refused_too or differ)


def _read(
    map_word: str, paths: Sequence[str], side: Opening, name: str
) -> tuple[RegisterMap, SavedSnapshot, bool]:
    """Read one side; whether a region of it could not be accessed."""
    register_map = side.load(map_word)
    return register_map, *read_now(register_map, select(register_map, paths), side, name)


def short_names(one: str, other: str) -> tuple[str, str]:
    """What two targets are called on the screen: two images by their files' names, where these differ."""
    found = [re.fullmatch(r"devmem:(?:.*/)?([^/]+?)(@\w+)?", word) for word in (one, other)]
    if all(found):
        names = [match[1] for match in found if match is not None]
        if names[0] != names[1]:
            return names[0], names[1]
    return one, other


def two_targets(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Share the ``-b`` words out to two targets.

    Raises:
        UsageError: They are not two.
    """
    targets: list[list[str]] = []
    for word in words:
        if region_of(word) is None:
            targets.append([word])
        elif targets:
            targets[-1].append(word)
        else:
            raise UsageError(f"-b {word}: name the whole target first, then what differs for a region")
    if len(targets) != 2:
        raise UsageError(f"two targets are compared: -b A -b B (got {len(targets)})")
    return tuple(targets[0]), tuple(targets[1])
