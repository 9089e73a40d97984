"""The words of ``-b``: which backend they name, and with what."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from inspector.errors import UsageError
from inspector.model.numbers import NumberError, parse_number

if TYPE_CHECKING:
    from inspector.backends.backend import Backend
    from inspector.model.registermap import RegisterMap

WORDS = ("sim", "sim:FILE.py", "devmem", "devmem:PATH[@ADDRESS]")
"""What ``-b`` takes in this version."""

_PLANNED = ("pci", "uio", "gdb", "openocd", "qtest", "uboot", "ssh")


def open_backend(word: str, register_map: RegisterMap | None = None) -> Backend:
    """Open the backend that ``word`` names; whether it can be reached is told by its devices.

    Args:
        word: As on the command line after ``-b``.
        register_map: What to simulate; hardware needs none.

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

        return FileMemory(word, *split_address(rest)) if rest else PhysicalMemory()
    if kind in _PLANNED:
        raise UsageError(f"backend '{kind}' is not available in this version; there is {', '.join(WORDS)}")
    near = get_close_matches(kind, ("sim", "devmem"), n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise UsageError(f"no backend is called '{kind}'{hint} There is {', '.join(WORDS)}.")


def is_simulation(word: str) -> bool:
    """Whether ``word`` names the simulation, in which nobody else has a hand."""
    return word.partition(":")[0] == "sim"


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
