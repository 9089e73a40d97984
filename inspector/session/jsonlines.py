"""Files of JSON objects, one a line: read with every value checked and nothing without a bound."""

from __future__ import annotations

import errno
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn, cast

from inspector.errors import UsageError

LONGEST_LINE = 1 << 20
"""Bytes. A register of 64 fields with long names is a hundredth of it."""
WIDEST = 128
"""Bits. No register is wider, and no number of these files."""
LARGEST_FILE = 1 << 29
"""Bytes. A snapshot of 100,000 registers is a fifth of it."""


class Malformed(ValueError):
    """A line is not what it should be; the text says why, and nothing of where."""


def read_lines(path: Path) -> Iterator[tuple[int, object]]:
    """Read a file of JSON objects, one a line.

    Returns:
        Each line's number, from 1, with what it holds, or with a `Malformed` in its place. A line that is
        too long is the last.

    Raises:
        OSError: The file cannot be read.
    """
    size = 0
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            size += len(line)
            if len(line) > LONGEST_LINE or size > LARGEST_FILE:
                yield number, Malformed("it is too long")
                return
            if line.strip():
                yield number, parse_line(line)


def unreadable(path: Path, error: OSError) -> UsageError:
    """The error of a file that cannot be read."""
    name = errno.errorcode.get(error.errno or 0, "EIO")
    return UsageError(f"{path}: {error.strerror or error} ({name})")


def parse_line(line: bytes) -> object:
    """What a line holds, or a `Malformed` that says why it holds nothing."""
    try:
        return cast(object, json.loads(line.decode(), parse_constant=_no_number))
    except Malformed as error:
        return error
    except (ValueError, RecursionError):
        # A number of thousands of digits, or brackets in brackets, is no better than no JSON at all.
        return Malformed("it is cut off or damaged")


def _no_number(text: str) -> NoReturn:
    raise Malformed(f"{text} is no number")


class Reader:
    """A JSON object whose values are asked for by name and type."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    @classmethod
    def of(cls, value: object) -> Reader:
        """Take what a line holds.

        Raises:
            Malformed: It is not an object.
        """
        if isinstance(value, Malformed):
            raise value
        if not isinstance(value, dict):
            raise Malformed("it is not a JSON object")
        return cls(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> tuple[str, ...]:
        """The names of its values."""
        return tuple(self._values)

    def text(self, name: str) -> str:
        """A string."""
        value = self._get(name)
        return value if isinstance(value, str) else self._wrong(name, "a string")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        values = self._list(name)
        if not all(isinstance(value, str) for value in values):
            self._wrong(name, "a list of strings")
        return tuple(cast(list[str], values))

    def texts_by_name(self, name: str) -> dict[str, str]:
        """An object of strings."""
        values = self._get(name)
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            self._wrong(name, "an object of strings")
        return cast(dict[str, str], values)

    def truth(self, name: str) -> bool:
        """True or false."""
        value = self._get(name)
        return value if isinstance(value, bool) else self._wrong(name, "true or false")

    def real(self, name: str) -> float:
        """A number."""
        value = self._get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._wrong(name, "a number")
        try:
            number = float(value)
        except OverflowError:
            self._wrong(name, "a number")
        return number if math.isfinite(number) else self._wrong(name, "a number")

    def optional_real(self, name: str) -> float | None:
        """A number, or null."""
        return None if self._get(name) is None else self.real(name)

    def count(self, name: str) -> int:
        """An integer of 0 to 128 bits."""
        value = self._get(name)
        return cast(int, value) if _is_count(value) else self._wrong(name, "an integer from 0 on")

    def optional_count(self, name: str) -> int | None:
        """An integer of 0 to 128 bits, or null."""
        return None if self._get(name) is None else self.count(name)

    def counts(self, name: str) -> tuple[int, ...]:
        """A list of integers of 0 to 128 bits."""
        values = self._list(name)
        if not all(_is_count(value) for value in values):
            self._wrong(name, "a list of integers from 0 on")
        return tuple(cast(list[int], values))

    def width(self) -> int:
        """The ``width`` of a register."""
        value = self._get("width")
        known = isinstance(value, int) and not isinstance(value, bool) and value in range(8, WIDEST + 1, 8)
        return cast(int, value) if known else self._wrong("width", f"a multiple of 8 up to {WIDEST}")

    def part(self, name: str) -> Reader:
        """An object."""
        value = self._get(name)
        return Reader(value) if isinstance(value, dict) else self._wrong(name, "an object")

    def optional_part(self, name: str) -> Reader | None:
        """An object, or null."""
        return None if self._get(name) is None else self.part(name)

    def parts(self, name: str) -> tuple[Reader, ...]:
        """A list of objects."""
        values = self._list(name)
        if not all(isinstance(value, dict) for value in values):
            self._wrong(name, "a list of objects")
        return tuple(Reader(value) for value in cast("list[dict[str, object]]", values))

    def _get(self, name: str) -> object:
        if name not in self._values:
            raise Malformed(f"it has no {name!r}")
        return self._values[name]

    def _list(self, name: str) -> list[object]:
        value = self._get(name)
        return value if isinstance(value, list) else self._wrong(name, "a list")

    def _wrong(self, name: str, wanted: str) -> NoReturn:
        raise Malformed(f"its {name!r} is not {wanted}")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << WIDEST
