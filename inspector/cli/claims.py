"""``inspector claims``: who holds what on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

import click

from inspector import maps
from inspector.backends.claims import claims_scope
from inspector.backends.driver import SYSFS
from inspector.backends.locate import find_spot
from inspector.backends.machine import Machine
from inspector.backends.owners import HIDDEN, NO_CLAIM, Owner, everything, ownership
from inspector.backends.vital import vital
from inspector.cli.completion import complete_map
from inspector.cli.options import json_option
from inspector.cli.output import print_error, print_json
from inspector.cli.table import Kind, Row, print_rows
from inspector.errors import KernelError, UsageError
from inspector.io.claims import LAST_ADDRESS, clock_words, inspector_words
from inspector.io.iomem import Iomem, read_iomem_text
from inspector.model.numbers import NumberError, parse_number

_RANGE = re.compile(r"(?P<first>[0-9][^-+]*)(?:(?P<sign>[-+])(?P<second>[0-9].*))?")

_SPACES = {
    "mem": "physical addresses",
    "file": "the bytes of a file, by device and inode",
    "uio": "the maps of a UIO device",
    "sim": "a simulation",
}

_LOOKS: dict[str, Kind] = {"refused": "plain", "driver": "plain", "claim": "value", "shared": "value"}
"""What is proven stands out; what the kernel only lists stays back."""


@click.command()
@click.argument("what", metavar="[MAP | ADDRESS[-LAST | +SIZE]]", required=False, shell_complete=complete_map)
@json_option
def claims(what: str | None, as_json: bool) -> int:
    """Say who holds what: inspectors' claims and shared mappings, drivers, what the kernel lists.

    Of the whole machine, or around an address or the regions of a map. No hardware is touched.
    """
    text = read_iomem_text()
    if what is None:
        found = everything(text, SYSFS)
        if as_json:
            _print_objects(found)
        else:
            _print_machine(found)
    else:
        for name, start, end in _ranges(what):
            _print_range(name, start, end, text, as_json=as_json)
    if Iomem.parse(text).hidden:
        if as_json:
            print_error(f"the kernel's list of resources is left out: {HIDDEN}")
        else:
            print(f"\nthe kernel's list of resources: {HIDDEN}")
    return 0


def _ranges(what: str) -> Iterator[tuple[str, int, int]]:
    """The name, first and last address of what was asked for."""
    match = _RANGE.fullmatch(what)
    if match is not None and not set(what) & set("./") and what not in maps.names():
        first = _address(match["first"], what)
        last = first if match["second"] is None else _address(match["second"], what)
        last = first + last - 1 if match["sign"] == "+" else last
        if not first <= last <= LAST_ADDRESS:
            raise UsageError(f"{what} is no range: write ADDRESS-LAST or ADDRESS+SIZE")
        yield "", first, last
        return
    for region in maps.load(what).regions:
        base = region.base
        try:
            spot = find_spot(region, Machine.here())
        except KernelError as error:
            believed = "" if base is None else f"; its base is {base:#x} as the map states it"
            print_error(f"region {region.name}: {error}{believed}")
        else:
            base = base if spot is None else spot.start
        if base is not None:
            yield region.name, base, base + region.size - 1


def _address(text: str, what: str) -> int:
    try:
        return parse_number(text.strip())
    except NumberError as error:
        hint = f"; {error.hint}" if error.hint else ""
        raise UsageError(f"{what}: {error}{hint}; a map file of that name is ./{what}") from None


def _print_objects(found: Sequence[tuple[str, Owner]]) -> None:
    for space, owner in found:
        print_json(
            {
                "space": space,
                "start": owner.start,
                "end": owner.end,
                "kind": owner.kind,
                "name": owner.name,
                "pid": owner.pid,
                "process": owner.process,
                "user": owner.user,
                "since": owner.since,
                "shared": owner.kind == "shared",
                "detail": owner.detail,
            }
        )


def _print_machine(found: Sequence[tuple[str, Owner]]) -> None:
    spaces = list(dict.fromkeys(["mem", *(space for space, _ in found)]))
    for place, space in enumerate(spaces):
        if place:
            print()
        title = _SPACES.get(space.partition(":")[0], "")
        print_rows([Row((space, f"{title}; {claims_scope(space)}" if title else claims_scope(space)))])
        print_rows(_tree([owner for other, owner in found if other == space]) or [Row((f"  {NO_CLAIM}",))])


def _print_range(name: str, start: int, end: int, text: str, *, as_json: bool) -> None:
    found = ownership("mem", start, end, iomem_text=text, sysfs=SYSFS, me=0)
    if as_json:
        _print_objects([("mem", owner) for owner in found.owners])
        return
    range_ = f"{start:#x}" if start == end else f"{start:#x}-{end:#x}"
    print_rows([Row((f"{name} {range_}: {found.words()}".strip(),))])
    print_rows(
        [
            Row((f"  warning: {warning}",), "error")
            for warning in vital(start, end, iomem_text=text, sysfs=SYSFS)
        ]
    )
    print_rows(_tree(found.owners))


def _tree(owners: Sequence[Owner]) -> list[Row]:
    """A row for each owner, inside the ranges that contain its own."""
    rows: list[Row] = []
    above: list[tuple[int, int]] = []
    # The order within one range is that of the evidence, and the kernel's own of its lines.
    ordered = sorted(owners, key=lambda owner: (owner.start, -owner.end))
    for (start, end), inside in groupby(ordered, key=lambda owner: (owner.start, owner.end)):
        while above and not (above[-1][0] <= start and end <= above[-1][1]):
            above.pop()
        range_ = f"{'  ' * (len(above) + 1)}{start:#010x}-{end:#010x}"
        for owner in inside:
            rows.append(Row((range_, owner.kind, _words(owner)), _LOOKS.get(owner.kind, "skipped")))
            range_ = ""
        above.append((start, end))
    return rows


def _words(owner: Owner) -> str:
    detail = f" ({owner.detail})" if owner.detail else ""
    if owner.kind not in ("claim", "shared"):
        return f"{owner.name}{detail}"
    since = "" if owner.since is None else f" since {clock_words(datetime.fromtimestamp(owner.since))}"
    who = inspector_words(owner.pid, owner.process, owner.user)
    return f"{owner.name or '<unnamed>'}: {who}{since}{detail}"
