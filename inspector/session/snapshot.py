"""Snapshots: what registers held, as a file that scripts and later sessions can read.

The first line says what it is of; each line after it is a register as ``--json`` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from inspector.errors import UsageError
from inspector.model.bits import ones
from inspector.session.jsonlines import Malformed, Reader, read_lines, unreadable

VERSION = 1
"""Of the file's form; it stands in the first line as ``inspector``."""


@dataclass(frozen=True, slots=True)
class SavedField:
    """A field of a saved register.

    Attributes:
        name: Its name.
        value: What it held.
        meaning: The name of that value; None where it has none.
    """

    name: str
    value: int
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class SavedRegister:
    """A register of a snapshot: its value, or why there is none.

    Attributes:
        path: As in the map.
        address: Absolute, in bytes; the offset where no physical one is known.
        width: In bits.
        value: What it held; None where it was not read.
        fields: Decoded when it was saved.
        unread: Why it was not read, in words; empty where it was.
        failed: Whether reading it failed, rather than being left out.
    """

    path: str
    address: int
    width: int
    value: int | None = None
    fields: tuple[SavedField, ...] = ()
    unread: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class SavedSnapshot:
    """A snapshot as read from its file.

    Attributes:
        file: As the person named it.
        map: The name of its map.
        backend: Where the registers were: a backend word, or ``REGION=WORD`` for each region.
        time: When it was begun, in seconds since the epoch.
        registers: By path, in order.
    """

    file: str
    map: str
    backend: str
    time: float
    registers: Mapping[str, SavedRegister]


def header(map_name: str, backends: Mapping[str, str], started: float) -> dict[str, object]:
    """The first line.

    Args:
        map_name: The map's name.
        backends: The backend words by region.
        started: In seconds since the epoch.
    """
    words = list(dict.fromkeys(backends.values()))
    word = words[0] if len(words) == 1 else " ".join(f"{k}={v}" for k, v in backends.items())
    return {"inspector": VERSION, "map": map_name, "backend": word, "time": started}


def snapshot_text(first: Mapping[str, object], records: Iterable[Mapping[str, object]]) -> str:
    """A snapshot's lines, from its header and its registers (`inspector.session.record.read_record`)."""
    return "".join(map(line_text, (first, *records)))


def line_text(record: Mapping[str, object]) -> str:
    """One line of a snapshot."""
    return json.dumps(record) + "\n"


def load_snapshot(path: Path) -> SavedSnapshot:
    """Read a snapshot.

    Raises:
        UsageError: The file cannot be read, or a line of it is wrong, whose number is named.
    """
    first: Reader | None = None
    registers: dict[str, SavedRegister] = {}
    line = 1
    try:
        for number, value in read_lines(path):
            line = number
            if first is None:
                first = _check_header(Reader.of(value))
                continue
            register = parse_register(value)
            if register.path in registers:
                raise Malformed(f"{register.path} is there twice")
            registers[register.path] = register
        if first is None:
            raise Malformed("it is empty")
    except OSError as error:
        raise unreadable(path, error) from error
    except Malformed as error:
        what = "this is no snapshot of inspector: " if first is None else ""
        raise UsageError(f"{path}:{line}: {what}{error}") from None
    return SavedSnapshot(str(path), first.text("map"), first.text("backend"), first.real("time"), registers)


def _check_header(line: Reader) -> Reader:
    version = line.count("inspector")
    if version != VERSION:
        raise Malformed(f"it is of version {version}, and this program reads version {VERSION}")
    line.text("map"), line.text("backend"), line.real("time")
    return line


def parse_register(value: object) -> SavedRegister:
    """Read a register's line.

    Raises:
        Malformed: It is none, and why.
    """
    line = Reader.of(value)
    path, address, width = line.text("path"), line.count("address"), line.width()
    if "error" in line:
        failure = line.part("error")
        errno_name = failure.text("errno")
        unread = failure.text("message") + (f" ({errno_name})" if errno_name else "")
        return SavedRegister(path, address, width, unread=unread, failed=True)
    if "skipped" in line:
        line.text("skipped")
        return SavedRegister(path, address, width, unread=line.text("reason") or line.text("skipped"))
    word = line.count("value")
    if word > ones(width):
        raise Malformed(f"its 'value' does not fit {width} bits")
    fields = line.part("fields")
    return SavedRegister(path, address, width, word, tuple(_field(fields, name) for name in fields.names()))


def _field(fields: Reader, name: str) -> SavedField:
    field = fields.part(name)
    return SavedField(name, field.count("value"), field.text("enum") if "enum" in field else None)
