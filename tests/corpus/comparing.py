"""Holds a loaded map against an independent reading of the description that it was made from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from inspector.model.access import Access, OnRead, OnWrite
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap
from tests.corpus.reading import Effects, Reading, RegisterSeen

_WRITES = {
    "": OnWrite.STORE,
    "onetoclear": OnWrite.W1C,
    "onetoset": OnWrite.W1S,
    "onetotoggle": OnWrite.W1T,
    "zerotoclear": OnWrite.W0C,
    "zerotoset": OnWrite.W0S,
    "zerototoggle": OnWrite.W0T,
    "clear": OnWrite.WCLR,
    "set": OnWrite.WSET,
    "modify": OnWrite.MODIFY,
}
_READS = {
    "": OnRead.UNKNOWN,
    "clear": OnRead.CLEAR,
    "set": OnRead.SET,
    "modify": OnRead.MODIFY,
    "modifyexternal": OnRead.EXTERNAL,
}
_WRITABLE = {
    "read-only": "no",
    "read-write": "yes",
    "write-only": "yes",
    "writeonce": "once",
    "read-writeonce": "once",
}


class _Doing(NamedTuple):
    """What reading and writing do."""

    readable: bool
    writable: str
    on_read: OnRead
    on_write: OnWrite


class _Part(NamedTuple):
    """A field without its name."""

    msb: int
    lsb: int
    doing: _Doing


class _Whole(NamedTuple):
    """A register without its name."""

    address: int
    width: int
    reset: int
    mask: int
    doing: _Doing
    fields: tuple[_Part, ...]


@dataclass(frozen=True)
class Comparison:
    """What came of it.

    Attributes:
        registers: How many both have alike.
        renamed: How many of them have a name in the map that the description has not.
        mismatches: What differs, in words.
    """

    registers: int
    renamed: int
    mismatches: tuple[str, ...]


def compare(register_map: RegisterMap, reading: Reading) -> Comparison:
    """Compare registers by absolute address, width, access and reset, and fields by bits and access."""
    loaded: dict[str, _Whole] = {}
    names: dict[str, dict[str, tuple[int, int]]] = {}
    for region in register_map.regions:
        for instance in region.instances:
            start = (region.base or 0) + instance.offset
            for path, offset, register in instance.block.walk():
                full = f"{instance.name}.{path}"
                loaded[full] = _loaded(register, start + offset)
                names[full] = {item.name: (item.bits.msb, item.bits.lsb) for item in register.fields}
    left: list[RegisterSeen] = []
    found = renamed = 0
    mismatches: list[str] = []
    for register_seen in reading.registers:
        path = register_seen.path
        if loaded.get(path) == _seen(register_seen):
            fields = {item.name: (item.msb, item.lsb) for item in register_seen.fields}
            if fields != names[path] and not _are_changed(register_seen):
                mismatches.append(f"{path}: fields {fields} are {names[path]}")
            del loaded[path]
            found += 1
        else:
            left.append(register_seen)
    # What stands twice under one name has another name in the map; its content must be there all the same.
    rest = Counter((path.rpartition(".")[0].count("."), whole) for path, whole in loaded.items())
    for register_seen in left:
        whole = _seen(register_seen)
        key = (register_seen.path.rpartition(".")[0].count("."), whole)
        if rest[key]:
            rest[key] -= 1
            found += 1
            renamed += 1
        else:
            mismatches.append(_difference(register_seen.path, whole, loaded.get(register_seen.path)))
    extra = sum(rest.values())
    if extra and not mismatches:
        mismatches.append(f"{extra} registers that the description has not, such as {next(iter(loaded))}")
    return Comparison(found, renamed, tuple(mismatches))


def _are_changed(register: RegisterSeen) -> bool:
    """Whether the map must give fields other names: several have one, or an array's elements might clash."""
    names = [item.name for item in register.fields]
    return len(set(names)) < len(names) or any("[" in name for name in names)


def _loaded(register: Register, address: int) -> _Whole:
    parts = (_Part(item.bits.msb, item.bits.lsb, _doing(item.access)) for item in register.fields)
    fields = tuple(sorted(parts, key=str))
    mask = register.reset_mask if register.reset is not None else 0
    return _Whole(
        address, register.width, (register.reset or 0) & mask, mask, _doing(register.access), fields
    )


def _doing(access: Access) -> _Doing:
    return _Doing(access.readable, access.writable.value, access.on_read, access.on_write)


def _seen(register: RegisterSeen) -> _Whole:
    parts = (_Part(item.msb, item.lsb, _meant(item.effects)) for item in register.fields)
    fields = tuple(sorted(parts, key=str))
    doing = _meant(register.effects)
    return _Whole(register.address, register.width, register.reset, register.mask, doing, fields)


def _meant(effects: Effects) -> _Doing:
    readable = "read" in effects.access
    writable = _WRITABLE[effects.access]
    return _Doing(
        readable,
        writable,
        _READS[effects.read] if readable else OnRead.NONE,
        _WRITES[effects.write] if writable != "no" else OnWrite.NONE,
    )


def _difference(path: str, wanted: _Whole, got: _Whole | None) -> str:
    if got is None:
        return f"{path} at {wanted.address:#x} of {wanted.width} bits is not in the map"
    for name, one, other in zip(wanted._fields, wanted, got, strict=True):
        if one != other:
            if name == "fields":
                only = [set(wanted.fields) - set(got.fields), set(got.fields) - set(wanted.fields)]
                return f"{path}: fields {only[0]} are {only[1]}"
            shown = [f"{value:#x}" if isinstance(value, int) else str(value) for value in (one, other)]
            return f"{path}: {name} {shown[0]} is {shown[1]}"
    return f"{path} is there once too few"
