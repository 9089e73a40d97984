"""``inspector peek`` and ``poke``: an address, without a map."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import click

from inspector.backends import open_backend
from inspector.backends.access import Access
from inspector.cli.opening import Opening, opening_options
from inspector.cli.options import ValueCommand, json_option, whole_number
from inspector.cli.output import print_json
from inspector.cli.record import NOT_READ_BACK, error_part, hexadecimal
from inspector.cli.table import Row, print_rows
from inspector.errors import KernelError, UsageError, ValueOverflow
from inspector.io import Devres, ExclusiveIoMem, IoMem
from inspector.model.bits import ones
from inspector.model.numbers import NumberError, parse_number
from inspector.model.registermap import OpenMode
from inspector.model.transaction import Read, ReadRun, Write
from inspector.session.journal import Answer, Journal
from inspector.session.journalfile import open_journal

AT_ONCE = 1024
"""How many registers are read before they are printed."""

address_argument = click.argument("address", metavar="ADDRESS", callback=whole_number(0, ones(64)))
width_option = click.option(
    "-w",
    "--width",
    type=click.Choice(["8", "16", "32", "64"]),
    default="32",
    help="Width of each access in bits; 32 if left out.",
)


@click.command()
@address_argument
@width_option
@click.option(
    "-n", "count", metavar="COUNT", callback=whole_number(1, 1 << 32), default="1", help="How many registers."
)
@opening_options(default="devmem")
@json_option
def peek(address: int, width: str, count: int, opening: Opening, as_json: bool) -> int:
    """Read an address, without a map: COUNT registers, one bus access each.

    Reading may change the hardware: without a map nobody knows. Registers are taken as little-endian. On
    pci: and uio: the address is the offset.
    """
    bits = int(width)
    _check(address, bits, count)
    first = 0
    try:
        with _mapped(opening, address, count * bits // 8) as there, _told(there, address, bits):
            for first in range(0, count, AT_ONCE):
                offset = first * bits // 8
                values = _read(there.memory, there.offset + offset, bits, min(AT_ONCE, count - first))
                _print(there, address + offset, bits, values, as_json=as_json)
    except KernelError as error:
        if as_json:
            for place in range(first, count):
                print_json(_head(address + place * bits // 8, bits) | error_part(error))
        raise
    return 0


@click.command(cls=ValueCommand)
@address_argument
@click.argument("value", metavar="VALUE")
@width_option
@opening_options(default="devmem")
@json_option
def poke(address: int, value: str, width: str, opening: Opening, as_json: bool) -> int:
    """Write an address, without a map: one bus access, and no read before or after it.

    On pci: and uio: the address is the offset.
    """
    bits = int(width)
    _check(address, bits, 1)
    word = parse_word(value, bits)
    try:
        with _mapped(opening, address, bits // 8) as there, _told(there, address, bits, word):
            there.memory.arm()
            there.memory.execute((Write(there.offset, bits, word),))
            head = there.head(address, bits)
            cells = [f"{address:#010x}", f":= {hexadecimal(word, bits)}", *filter(None, [there.inhabitant])]
    except KernelError as error:
        if as_json:
            print_json(_head(address, bits) | {"old": None, "written": None} | error_part(error))
        raise
    if as_json:
        print_json(head | {"old": None, "written": word} | NOT_READ_BACK)
    else:
        print_rows([Row(tuple(cells), "value")])
    return 0


def parse_word(text: str, bits: int, name: str = "the value") -> int:
    """Parse a number of at most ``bits`` bits; a negative one is its two's complement.

    Raises:
        UsageError: It is not a number.
        ValueOverflow: It does not fit.
    """
    try:
        word = parse_number(text)
    except NumberError as error:
        raise UsageError(f"{error}; {error.hint}" if error.hint else str(error)) from None
    if word < 0 and -word <= 1 << (bits - 1):
        word += 1 << bits
    if not 0 <= word <= ones(bits):
        size = "1 bit" if bits == 1 else f"{bits} bits"
        raise ValueOverflow(f"{name} has {size}: {text} does not fit, the most is {ones(bits):#x}")
    return word


def _check(address: int, bits: int, count: int) -> None:
    size = bits // 8
    if address % size:
        raise UsageError(
            f"{address:#x} is misaligned for {bits} bits: it is not a multiple of {size} (EINVAL)"
        )
    if address + count * size > 1 << 64:
        raise UsageError(f"{count} registers from {address:#x} run past the last address (EINVAL)")


@dataclass(frozen=True, slots=True)
class _Place:
    """A mapped range.

    Attributes:
        memory: Its mapping.
        offset: Of the address that was asked for, in the mapping.
        inhabitant: What is known to live there; may be empty.
        word: The backend's.
        journal: Where its accesses are told before they happen.
        asked: The first address.
    """

    memory: IoMem
    offset: int
    inhabitant: str
    word: str
    journal: Journal
    asked: int

    def head(self, address: int, bits: int) -> dict[str, object]:
        """What every JSON line begins with: the absolute address, where one is known."""
        known = self.memory.address
        absolute = address if known is None else known + self.offset + address - self.asked
        return {"path": f"{address:#x}", "address": absolute, "width": bits}


@contextmanager
def _mapped(opening: Opening, address: int, size: int) -> Iterator[_Place]:
    """Map exactly the range, on one backend."""
    if len(opening.backends) > 1:
        raise UsageError("an address is on one backend: give -b once")
    word = opening.backends[0] if opening.backends else "devmem"
    with ExitStack() as stack:
        access = stack.enter_context(Access(in_process=opening.in_process))
        backend = stack.enter_context(open_backend(word, access=access))
        inhabitant = ""
        try:
            device, offset = backend.reach(address, size)
            inhabitant = backend.lives_at(address, size)
            request = device.io_request_by_index(0)
            mapped: Devres[IoMem] | Devres[ExclusiveIoMem]
            if opening.mode is OpenMode.EXCLUSIVE:
                mapped = request.iomap_exclusive_sized(offset + size)
            else:
                mapped = request.iomap_sized(offset + size)
            memory = stack.enter_context(mapped.try_access())
            journal = open_journal(opening.journal, real=backend.real)
            stack.callback(journal.close)
            yield _Place(memory, offset, inhabitant, word, journal, address)
        except KernelError as error:
            if inhabitant and inhabitant not in error.message:
                error.args = (f"{error.message}; there is {inhabitant}",)
            raise


@contextmanager
def _told(place: _Place, address: int, bits: int, value: int | None = None) -> Iterator[None]:
    """Tell the journal of an access before it happens, and what came of it."""
    place.journal.begin(None, {"": place.word})
    number = place.journal.intend_raw(address, bits, value)
    try:
        yield
    except KernelError as error:
        place.journal.outcome(number, Answer(error=error))
        raise
    place.journal.outcome(number, Answer(written=value))


def _read(memory: IoMem, offset: int, bits: int, count: int) -> tuple[int, ...]:
    (result,) = memory.execute((ReadRun(offset, bits, count) if count > 1 else Read(offset, bits),))
    return (result,) if isinstance(result, int) else result


def _print(place: _Place, address: int, bits: int, values: Sequence[int], *, as_json: bool) -> None:
    now = time.time()
    addresses = range(address, address + len(values) * bits // 8, bits // 8)
    if not as_json:
        # It is one range, so that who lives there is said once.
        names = [place.inhabitant] if place.inhabitant and address == place.asked else []
        rows = []
        for at, value in zip(addresses, values, strict=True):
            rows.append(Row((f"{at:#010x}", hexadecimal(value, bits), *names), "value"))
            names = []
        print_rows(rows)
        return
    for at, value in zip(addresses, values, strict=True):
        known = {"value": value, "hex": hexadecimal(value, bits), "time": now, "fields": {}}
        print_json(place.head(at, bits) | known)


def _head(address: int, bits: int) -> dict[str, object]:
    return {"path": f"{address:#x}", "address": address, "width": bits}
