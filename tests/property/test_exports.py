"""What CMSIS-SVD can say of a map comes back from it: exported, and read by the importer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector import maps
from inspector.maps.exports.svd import export_svd
from inspector.model.access import Access, OnRead, OnWrite
from inspector.model.bits import Bits
from inspector.model.field import Field
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap
from tests.unit.maps.exports.rich import HOSTILE, rich_map

READS = {
    # SVD has a word for what acts, and none for what does not.
    OnRead.NONE: OnRead.UNKNOWN,
    OnRead.POP: OnRead.MODIFY,
}

WRITES = {
    OnWrite.PULSE: OnWrite.MODIFY,
    OnWrite.PUSH: OnWrite.MODIFY,
    OnWrite.UNKNOWN: OnWrite.STORE,
}


def said(access: Access) -> Access:
    """An access as far as SVD says it."""
    on_read = READS.get(access.on_read, access.on_read) if access.readable else OnRead.NONE
    on_write = WRITES.get(access.on_write, access.on_write)
    if access.writable and on_write is OnWrite.NONE:
        on_write = OnWrite.STORE
    return replace(access, on_read=on_read, on_write=on_write if access.writable else OnWrite.NONE)


def word(name: str) -> str:
    """A name as an identifier."""
    return re.sub("[^A-Za-z0-9_]+", "_", name).rstrip("_")


def meanings(field: Field) -> list[tuple[str, str]]:
    """What values are called when read and when written; a range in pieces has numbers behind its name."""
    count = 1 << min(field.width, 6)
    tables = [field.enum, field.enum_write or field.enum]
    return [
        tuple(re.sub(r"_\d+$", "", word((table and table.name_of(value)) or "-")) for table in tables)  # type: ignore[misc]
        for value in range(count)
    ]


def described_field(field: Field, register: Register) -> Iterator[tuple[object, ...]]:
    access = said(field.access)
    own = said(register.access)
    if field.access.readable and not field.access.on_read.acts and register.access.on_read.acts:
        # Whatever reads the file takes the register's effect for its fields'.
        access = replace(access, on_read=own.on_read if register.access.readable else OnRead.UNKNOWN)
    if not access.readable and not access.writable:
        return
    if len(field.bits.parts) > 1:
        for msb, lsb in field.bits.parts:
            name = f"{word(field.name)}_{msb}_{lsb}" if msb != lsb else f"{word(field.name)}_{msb}"
            part = Field(name, Bits(((msb, lsb),)), access)
            defined = register.reset is not None and not part.bits.mask & ~register.reset_mask
            reset = part.bits.extract(register.reset or 0) if defined else None
            yield name, f"{msb}:{lsb}", access, reset, meanings(part), (0, None, False, False)
        return
    ((msb, lsb),) = field.bits.parts
    constraint = field.constraint
    every = constraint.maximum in (None, field.bits.mask >> field.bits.lsb)
    most = None if every else constraint.maximum
    limits = (constraint.minimum or 0, most, constraint.enum_only, constraint.as_read)
    yield word(field.name), f"{msb}:{lsb}", access, field.reset, meanings(field), limits


def described(register_map: RegisterMap) -> dict[tuple[int, str], tuple[object, ...]]:
    """Every register by address and name, with all that SVD can say of it."""
    found: dict[tuple[int, str], tuple[object, ...]] = {}
    for node in register_map.nodes:
        register = node.register
        if not register.readable and not register.writable:
            continue
        fields = [text for field in register.fields for text in described_field(field, register)]
        name = ".".join(map(word, node.path.replace("/", "_").split(".")))
        reset = register.reset if register.reset is None or register.reset_mask else None
        mask = register.reset_mask if reset is not None else 0
        found[node.address, name] = (
            register.width,
            register.readable,
            bool(register.writable),
            None if reset is None else reset & mask,
            mask,
            " ".join(register.desc.split()),
            sorted(fields, key=repr),
        )
    return found


def again(register_map: RegisterMap, folder: Path) -> RegisterMap:
    path = folder / "map.svd"
    path.write_text(export_svd(register_map).text, encoding="utf-8")
    return maps.load(str(path))


@pytest.mark.parametrize("name", maps.names())
def test_a_bundled_map_comes_back(name: str, tmp_path: Path) -> None:
    loaded = maps.load(name)
    imported = again(loaded, tmp_path)
    before, after = described(loaded), described(imported)
    assert after.keys() == before.keys()
    for key in before:
        assert after[key] == before[key], key


@pytest.mark.parametrize("text", ["plain", HOSTILE], ids=["plain", "hostile"])
def test_a_map_that_says_nearly_everything_comes_back(text: str, tmp_path: Path) -> None:
    loaded = rich_map(text)
    before, after = described(loaded), described(again(loaded, tmp_path))
    assert len(after) == len(before)
    # The registers of the region whose address SVD cannot leave open have another one.
    placed = [key for key in before if not key[1].startswith("bar_")]
    assert len(placed) > len(before) / 2
    for key in placed:
        assert after[key][:5] == before[key][:5], key


# --- any map that SVD can say ----------------------------------------------------------------

TOKENS = [
    "rw",
    "ro",
    "wo",
    "rw-once",
    "wo-once",
    "w1c",
    "w1s",
    "w1t",
    "w0c",
    "w0s",
    "w0t",
    "wo1c",
    "rwclr",
    "rwset",
]
TOKENS += ["rc", "rset", "wrc", "wrs", "w1src", "w1crs", "wsrc"]

# Without a backslash: the importer takes a written \n for the line break that vendors mean by it.
WORDS = st.text("abcdefghijklmnopqrstuvwxyz ,;<>&'\"*/%#é", min_size=1, max_size=20).filter(str.strip)


@st.composite
def enums(draw: st.DrawFn, width: int) -> dict[str, str]:
    size = min(1 << width, 16)
    values = draw(st.lists(st.integers(0, size - 1), unique=True, min_size=1, max_size=4))
    found = {str(value): f"V{value}" for value in values}
    if width == 3 and not any(value & 4 for value in values) and draw(st.booleans()):
        found["0b1x0"] = "EVEN"
    if draw(st.booleans()):
        found["default"] = "OTHER"
    return found


@st.composite
def fields(draw: st.DrawFn, width: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    bit = 0
    while bit < width and len(found) < 5:
        bit += draw(st.integers(0, 3))
        size = draw(st.sampled_from([1, 1, 2, 3, 8, width]))
        count = draw(st.sampled_from([1, 1, 2, 4]))
        if bit + size * count > width:
            break
        entry: dict[str, Any] = {"bits": f"{bit + size - 1}:{bit}"}
        if count > 1:
            entry["count"] = count
        for key, values in (
            ("access", st.sampled_from(TOKENS)),
            ("desc", WORDS),
            ("enum", enums(size)),
            ("enum_write", enums(size)),
        ):
            if draw(st.booleans()):
                entry[key] = draw(values)
        found[f"F{len(found)}"] = entry
        bit += size * count
    return found


@st.composite
def registers(draw: st.DrawFn, depth: int = 0) -> tuple[dict[str, Any], int]:
    """Registers beside each other, and how many bytes they take: a multiple of 8."""
    found: dict[str, Any] = {}
    offset = 0
    for i in range(draw(st.integers(1, 4))):
        entry: dict[str, Any] = {"offset": offset}
        if depth < 2 and draw(st.integers(0, 3)) == 0:
            entry["registers"], size = draw(registers(depth + 1))
        else:
            width = draw(st.sampled_from([8, 16, 32, 64]))
            size = 8
            entry |= {"width": width, "access": draw(st.sampled_from(TOKENS))}
            inner = draw(fields(width))
            if inner:
                entry["fields"] = inner
            if draw(st.booleans()):
                entry["reset"] = draw(st.integers(0, (1 << width) - 1))
                entry["reset_mask"] = draw(st.integers(1, (1 << width) - 1))
        if draw(st.booleans()):
            entry["desc"] = draw(WORDS)
        name = f"{'G' if 'registers' in entry else 'R'}{i}"
        if draw(st.integers(0, 2)) == 0:
            count = draw(st.integers(1, 3))
            entry |= {"count": count, "stride": size + 8 * draw(st.integers(0, 1))}
            if count > 1 and draw(st.booleans()):
                entry["index"] = ["A", "B", "LAST"][:count]
            name += draw(st.sampled_from(["", "_%s", "_%s_X"]))
            size = entry["stride"] * count
        found[name] = entry
        offset += size
    return found, offset


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(registers(), st.integers(0, 1 << 20))
def test_what_svd_can_say_comes_back(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[dict[str, Any], int], page: int
) -> None:
    block, size = made
    text = json.dumps(
        {
            "regmap": 1,
            "name": "any",
            "defaults": {"read_effects": "unknown"},
            "blocks": {"b": {"registers": block}},
            "regions": {
                "r": {
                    "base": page * 8,
                    "instances": {"X": "b", "Y": {"block": "b", "offset": size, "count": 2, "stride": size}},
                }
            },
        }
    )
    loaded = maps.load_text(text, "any.yaml")
    imported = again(loaded, tmp_path_factory.mktemp("svd"))
    assert described(imported) == described(loaded)
    assert [node.path for node in imported.nodes] == [node.path for node in loaded.nodes]
