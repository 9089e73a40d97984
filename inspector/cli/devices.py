"""``inspector devices``: what this machine offers, and which bundled maps fit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import click

from inspector import maps
from inspector.backends.machine import Machine
from inspector.backends.offers import Offer, fit, offers
from inspector.backends.pci import canonical_slot
from inspector.cli.completion import complete_device
from inspector.cli.opening import Opening
from inspector.cli.options import json_option
from inspector.cli.output import escape, print_json
from inspector.cli.screen import show
from inspector.errors import MapError, NotPermitted, UsageError
from inspector.io.iomem import read_iomem
from inspector.model.paths import nearest
from inspector.model.registermap import Region, RegisterMap

_WIDTH = 80
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Match:
    """A bundled map whose region describes an offer.

    Attributes:
        offer: What the machine has.
        map: The map.
        region: The region.
        by: What agrees: what the region's ``bind`` says, or its ``base``.
        command: What opens it.
    """

    offer: Offer
    map: RegisterMap
    region: Region
    by: str
    command: str


@click.command()
@click.argument("device", metavar="[DEVICE]", required=False, shell_complete=complete_device)
@json_option
def devices(device: str | None, as_json: bool) -> int:
    """List what this machine offers, and which bundled maps fit; with DEVICE, open the app on it.

    Nothing is touched to list it, and nothing that sleeps is woken. DEVICE is a name from the list, with /N
    for its BAR, map or range number N.
    """
    machine = Machine.here()
    machine.require_linux("devices are listed from /sys")
    present = offers(machine, read_iomem(machine.root / "proc/iomem"))
    matches = list(_matches(present))
    shown = [offer for offer in present if offer.kind != "memory" or any(m.offer is offer for m in matches)]
    if device is not None:
        shown = _named(shown, device)
    if as_json:
        for offer in shown:
            print_json(_record(offer, [match for match in matches if match.offer is offer]))
    elif device is not None:
        _open(shown, [match for match in matches if match.offer in shown])
    else:
        _print(shown, matches)
    return 0


def _matches(present: Sequence[Offer]) -> Iterator[Match]:
    """What the bundled maps describe of what there is; a map that is broken describes nothing."""
    for name in maps.names():
        try:
            register_map = maps.load(name)
        except MapError:
            continue
        for region in register_map.regions:
            found = [(offer, fits) for offer in present if (fits := fit(offer, region)) is not None]
            for offer, fits in found:
                command = _command(name, register_map, region, offer, alone=len(found) == 1)
                yield Match(offer, register_map, region, fits.by, command)


def _command(name: str, register_map: RegisterMap, region: Region, offer: Offer, *, alone: bool) -> str:
    if offer.word == "devmem" and not alone and region.base != offer.address:
        return f"inspector devices {offer.device}" + (f"/{offer.part}" if offer.part else "")
    word = offer.word
    bar = region.bind.pci_bar if region.bind and region.bind.pci_id else 0
    if offer.kind == "pci" and offer.part == bar:
        word = word.rpartition("/")[0]
    where = word if len(register_map.regions) == 1 else f"{region.name}={word}"
    return f"inspector {name} -b {where}"


# --- one of them ------------------------------------------------------------------------------


def _named(present: Sequence[Offer], device: str) -> list[Offer]:
    """The offers of the device that a person named.

    Raises:
        UsageError: There is none of that name.
    """
    name, slash, part = device.rpartition("/")
    if not slash or not part.isdecimal():
        name, part = device, ""
    name = canonical_slot(name) or name
    found = [offer for offer in present if offer.device == name and part in ("", str(offer.part))]
    if not found:
        known = list(dict.fromkeys(offer.device for offer in present))
        best = nearest(name, known)
        hint = f"did you mean {best}?" if best else "inspector devices lists what there is"
        raise UsageError(f"no device here is called {device!r}; {hint}")
    return found


def _open(shown: Sequence[Offer], matches: Sequence[Match]) -> None:
    if not matches:
        offer = shown[0]
        reach = "0" if offer.word != "devmem" else f"{offer.address:#x}"
        raise NotPermitted(
            f"no bundled map fits {offer.device}",
            errno_name="ENOENT",
            advice=f"with a map of your own write inspector MAP.yaml -b {offer.word}; without any, "
            f"inspector peek {reach} -b {offer.word}",
        )
    match, *others = matches
    if others:
        commands = "; ".join(match.command for match in matches)
        raise UsageError(f"several maps fit {match.offer.device}: {commands}")
    # What was chosen is meant, also where bind alone would find several, or another one.
    placed = replace(match.region, base=match.offer.address, bind=None)
    regions = tuple(placed if region is match.region else region for region in match.map.regions)
    register_map = replace(match.map, regions=regions)
    opening = Opening((f"{match.region.name}={match.offer.word}",))
    show(register_map, opening)


# --- all of them ------------------------------------------------------------------------------


def _record(offer: Offer, matches: Sequence[Match]) -> dict[str, object]:
    return {
        "kind": offer.kind,
        "device": offer.device,
        "part": offer.part,
        "backend": offer.word,
        "address": offer.address,
        "size": offer.size,
        "names": list(offer.names),
        "driver": offer.driver or None,
        "state": offer.state or None,
        "maps": [
            {"map": match.map.name, "region": match.region.name, "by": match.by, "command": match.command}
            for match in matches
        ],
    }


def _print(shown: Sequence[Offer], matches: Sequence[Match]) -> None:
    if not shown:
        print("This machine lists no PCI, UIO or device-tree devices with registers in memory.")
    for _, group in groupby(shown, key=lambda offer: (offer.kind, offer.device)):
        parts = list(group)
        _print_wrapped(_headline(parts[0]), "")
        for offer in parts:
            address = "address unknown" if offer.address is None else f"{offer.address:#x}"
            place = offer.place if offer.kind != "device-tree" or len(parts) > 1 else ""
            words = [place, address, _size(offer.size), offer.label, f"-b {offer.word}"]
            _print_wrapped("  ".join(filter(None, words)), _INDENT)
            for match in matches:
                if match.offer is offer:
                    _print_wrapped(f"fits {match.map.name}: {match.command}", 2 * _INDENT)


def _headline(offer: Offer) -> str:
    words = [", ".join(offer.names[:1] if offer.kind == "uio" else offer.names)]
    if offer.kind != "memory":
        words.append(f"driver {offer.driver}" if offer.driver else "no driver")
    if offer.state:
        words.append(f"does not answer: {offer.state}")
    return f"{offer.device}  {', '.join(filter(None, words))}".rstrip()


def _print_wrapped(text: str, indent: str) -> None:
    lines = textwrap.wrap(
        escape(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + 2 * _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
    print("\n".join(lines))


def _size(size: int) -> str:
    for shift, unit in ((30, "G"), (20, "M"), (10, "K")):
        if size >> shift and not size & ((1 << shift) - 1):
            return f"{size >> shift}{unit}"
    return f"{size:#x}"
