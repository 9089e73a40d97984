"""``inspector peek`` and ``poke``: an address, without a map."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from inspector.backends import open_backend
from inspector.cli.options import ValueCommand, backend_options, json_option, open_mode, whole_number
from inspector.cli.output import print_json
from inspector.cli.record import NOT_READ_BACK, error_part, hexadecimal
from inspector.cli.table import Row, print_rows
from inspector.errors import KernelError, UsageError, ValueOverflow
from inspector.io import IoMem
from inspector.model.bits import ones
from inspector.model.numbers import NumberError, parse_number
from inspector.model.registermap import OpenMode
from inspector.model.transaction import Read, ReadRun, Write

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
@backend_options(default="devmem")
@json_option
def peek(
    address: int,
    width: str,
    count: int,
    backends: tuple[str, ...],
    exclusive: bool,
    shared: bool,
    as_json: bool,
) -> int:
    """Read an address, without a map: COUNT registers, one bus access each.

    Reading may change the hardware: without a map nobody knows. Registers are taken as little-endian.
    """
    bits = int(width)
    mode = open_mode(exclusive, shared)
    _check(address, bits, count)
    first = 0
    try:
        with _mapped(backends, address, count * bits // 8, mode) as memory:
            for first in range(0, count, AT_ONCE):
                values = _read(memory, first * bits // 8, bits, min(AT_ONCE, count - first))
                _print(address + first * bits // 8, bits, values, as_json=as_json)
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
@backend_options(default="devmem")
@json_option
def poke(
    address: int,
    value: str,
    width: str,
    backends: tuple[str, ...],
    exclusive: bool,
    shared: bool,
    as_json: bool,
) -> int:
    """Write an address, without a map: one bus access, and no read before or after it."""
    bits = int(width)
    mode = open_mode(exclusive, shared)
    _check(address, bits, 1)
    word = parse_word(value, bits)
    try:
        with _mapped(backends, address, bits // 8, mode) as memory:
            memory.arm()
            memory.execute((Write(0, bits, word),))
    except KernelError as error:
        if as_json:
            print_json(_head(address, bits) | {"old": None, "written": None} | error_part(error))
        raise
    if as_json:
        print_json(_head(address, bits) | {"old": None, "written": word} | NOT_READ_BACK)
    else:
        print_rows([Row((f"{address:#010x}", f":= {hexadecimal(word, bits)}"), "value")])
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


@contextmanager
def _mapped(backends: tuple[str, ...], address: int, size: int, mode: OpenMode | None) -> Iterator[IoMem]:
    """Map exactly the range, on one backend."""
    if len(backends) > 1:
        raise UsageError("an address is on one backend: give -b once")
    with open_backend(backends[0] if backends else "devmem") as backend:
        request = backend.device_at(address, size).io_request_by_index(0)
        if mode is OpenMode.EXCLUSIVE:
            with request.iomap_exclusive_sized(size).try_access() as memory:
                yield memory
        else:
            with request.iomap_sized(size).try_access() as memory:
                yield memory


def _read(memory: IoMem, offset: int, bits: int, count: int) -> tuple[int, ...]:
    (result,) = memory.execute((ReadRun(offset, bits, count) if count > 1 else Read(offset, bits),))
    return (result,) if isinstance(result, int) else result


def _print(address: int, bits: int, values: Sequence[int], *, as_json: bool) -> None:
    now = time.time()
    places = range(address, address + len(values) * bits // 8, bits // 8)
    if not as_json:
        print_rows(
            [
                Row((f"{place:#010x}", hexadecimal(value, bits)), "value")
                for place, value in zip(places, values, strict=True)
            ]
        )
        return
    for place, value in zip(places, values, strict=True):
        known = {"value": value, "hex": hexadecimal(value, bits), "time": now, "fields": {}}
        print_json(_head(place, bits) | known)


def _head(address: int, bits: int) -> dict[str, object]:
    return {"path": f"{address:#x}", "address": address, "width": bits}
