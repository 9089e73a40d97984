"""The words of ``-b``: which backend they name, and with what."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.errors import UsageError
from inspector.model.numbers import NumberError, parse_number

if TYPE_CHECKING:
    from inspector.backends.access import Access
    from inspector.backends.backend import Backend
    from inspector.backends.machine import Machine
    from inspector.model.registermap import RegisterMap

WORDS = (
    "sim",
    "sim:FILE.py",
    "devmem",
    "devmem:PATH[@ADDRESS]",
    "pci[:DDDD:BB:DD.F][/N]",
    "uio[:NAME][/M]",
)
"""What ``-b`` takes in this version."""

_PLANNED = ("gdb", "openocd", "qtest", "uboot", "ssh")


def open_backend(
    word: str,
    register_map: RegisterMap | None = None,
    access: Access | None = None,
    machine: Machine | None = None,
) -> Backend:
    """Open the backend that ``word`` names; whether it can be reached is told by its devices.

    Args:
        word: As on the command line after ``-b``.
        register_map: What to simulate; hardware needs none.
        access: How to touch hardware; agents of the backend's own where left out.
        machine: What to judge by; this one where left out.

    Raises:
        UsageError: No such backend, not one of this version, or a word with the wrong parts.
    """
    kind, colon, rest = word.partition(":")
    if is_simulation(word):
        if register_map is None:
            raise UsageError("the simulation needs a map: it has no registers of its own")
        if colon and not rest:
            raise UsageError(f"'{word}' names no file; write sim, or sim:FILE.py")
        from inspector.backends.simulation import Simulation

        return Simulation(register_map, script=rest or None)
    if kind == "devmem":
        if colon and not rest:
            raise UsageError(f"'{word}' names no file; write devmem, or devmem:PATH")
        from inspector.backends.devmem import FileMemory, PhysicalMemory

        if rest:
            return FileMemory(word, *split_address(rest), machine=machine, access=access)
        return PhysicalMemory(machine=machine, access=access)
    if kind.partition("/")[0] == "pci":
        from inspector.backends.pci import PciMemory, canonical_slot

        name, number = split_number(word.removeprefix("pci").removeprefix(":"))
        slot = canonical_slot(name) if name else ""
        if slot is None or (colon and not name):
            raise UsageError(f"'{word}' names no PCI device; write pci:DDDD:BB:DD.F, or pci:DDDD:BB:DD.F/N")
        if number is not None and number > 5:
            raise UsageError(f"'{word}': a PCI function has the BARs 0 to 5")
        return PciMemory(word, slot, number, machine=machine, access=access)
    if kind.partition("/")[0] == "uio":
        from inspector.backends.uio import UioMemory

        name, number = split_number(word.removeprefix("uio").removeprefix(":"))
        if colon and not name:
            raise UsageError(f"'{word}' names no UIO device; write uio:NAME, or uio:NAME/M")
        return UioMemory(word, name, number, machine=machine, access=access)
    if kind in _PLANNED:
        raise UsageError(f"backend '{kind}' is not available in this version; there is {', '.join(WORDS)}")
    near = get_close_matches(kind, ("sim", "devmem", "pci", "uio"), n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise UsageError(f"no backend is called '{kind}'{hint} There is {', '.join(WORDS)}.")


def is_simulation(word: str) -> bool:
    """Whether ``word`` names the simulation, in which nobody else has a hand."""
    return word.partition(":")[0] == "sim"


def split_number(text: str) -> tuple[str, int | None]:
    """Split ``NAME[/N]``; what is no number after the last ``/`` belongs to the name."""
    name, slash, number = text.rpartition("/")
    if slash and number.isascii() and number.isdecimal():
        return name, int(number)
    return text, None


def needs_elevation(
    words: Iterable[str], register_map: RegisterMap | None = None, machine: Machine | None = None
) -> bool:
    """Whether a device node that backends open is there, and may not be opened by this user.

    Args:
        words: The backends' words.
        register_map: Whose ``bind`` tells what ``pci`` and ``uio`` alone mean.
        machine: What to look at; this one where left out.
    """
    from inspector.backends.hardware import HardwareBackend

    regions = register_map.regions if register_map else ()
    for word in words:
        if is_simulation(word):
            continue
        with open_backend(word, machine=machine) as backend:
            if isinstance(backend, HardwareBackend) and any(
                Path(node).exists() and not os.access(node, os.R_OK) for node in backend.nodes(regions)
            ):
                return True
    return False


def split_address(text: str) -> tuple[str, int]:
    """Split ``PATH[@ADDRESS]``; an ``@`` that no number follows belongs to the path.

    Raises:
        UsageError: The address is negative.
    """
    path, at, tail = text.rpartition("@")
    if not at or not path:
        return text, 0
    try:
        address = parse_number(tail)
    except NumberError:
        return text, 0
    if address < 0:
        raise UsageError(f"'{tail}' is not an address: it is negative")
    return path, address
