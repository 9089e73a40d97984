"""The cache of loaded maps: what is kept comes back whole, and what is doubtful is not believed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from inspector import maps
from inspector.maps import cache
from inspector.maps.cache import MOST_ENTRIES, Cache
from inspector.maps.files import MapFile
from inspector.maps.pack import Packed, UnpackError, pack, unpack
from tests.unit.maps.loading import load_registers

EVERYTHING = Path(__file__).parent / "good" / "everything.yaml"
NAMES = maps.names()


def same(one: Any, other: Any, seen: set[tuple[int, int]]) -> bool:
    """Whether two models say the same in every attribute; identity does not matter."""
    if is_dataclass(one) and not isinstance(one, type):
        if (id(one), id(other)) in seen:
            return True
        seen.add((id(one), id(other)))
        return type(one) is type(other) and all(
            same(getattr(one, field.name), getattr(other, field.name), seen) for field in fields(one)
        )
    if isinstance(one, tuple):
        return (
            isinstance(other, tuple)
            and len(one) == len(other)
            and all(same(mine, yours, seen) for mine, yours in zip(one, other, strict=True))
        )
    return type(one) is type(other) and (one is other if isinstance(one, Enum) else one == other)


def through_json(packed: Packed) -> Packed:
    restored: Packed = json.loads(json.dumps(packed))
    return restored


@pytest.mark.parametrize("name", [*NAMES, str(EVERYTHING)])
def test_what_is_packed_comes_back_as_it_was(name: str) -> None:
    register_map = maps.load(name)
    restored = unpack(through_json(pack(register_map)))
    assert same(restored, register_map, set())
    assert [node.path for node in restored.nodes] == [node.path for node in register_map.nodes]


def test_groups_in_groups_come_back() -> None:
    register_map = load_registers("A: {offset: 0, registers: {B: {offset: 4, registers: {C: 8}}}}")
    restored = unpack(through_json(pack(register_map)))
    assert [(node.path, node.offset) for node in restored.nodes] == [("b.A.B.C", 12)]


def test_instances_of_a_block_share_it_again() -> None:
    register_map = load_registers(
        "A: 0", regions="regions: {r: {instances: {X: b, Y: {block: b, offset: 8}}}}\n"
    )
    restored = unpack(through_json(pack(register_map)))
    one, other = restored.regions[0].instances
    assert one.block is other.block is restored.blocks[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed.pop("Field"),
        lambda packed: packed["Register"][0].pop(),
        lambda packed: packed["Register"][0].append(1),
        lambda packed: packed["Block"][0].__setitem__(2, [["Register", 99_999]]),
        lambda packed: packed["Block"][0].__setitem__(2, [["Path", 0]]),
        lambda packed: packed["Block"][0].__setitem__(2, 7),
        lambda packed: packed["RegisterMap"].clear(),
        lambda packed: packed["Register"][0].__setitem__(3, "no place"),
    ],
)
def test_values_that_are_no_map_are_refused(spoil: Callable[[Packed], object]) -> None:
    packed = pack(maps.load("demo"))
    spoil(packed)
    with pytest.raises(UnpackError):
        unpack(packed)


FILE = MapFile(EVERYTHING, "map.yaml", EVERYTHING.read_bytes())


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Cache, Path]:
    """A cache with one entry that rests on another file, and that other file."""
    part = tmp_path / "part.yaml"
    part.write_text("a part")
    store = Cache(tmp_path / "cache" / "maps")
    store.keep(FILE, "", [MapFile(part, "part.yaml", b"a part")], maps.load(str(EVERYTHING)))
    return store, part


def entry_of(part: Path) -> Path:
    (entry,) = (part.parent / "cache" / "maps").glob("*.json")
    return entry


def test_what_was_kept_is_found(kept: tuple[Cache, Path]) -> None:
    found = kept[0].find(FILE)
    assert found is not None
    assert same(found, maps.load(str(EVERYTHING)), set())


def test_only_this_user_can_read_it(kept: tuple[Cache, Path]) -> None:
    entry = entry_of(kept[1])
    assert entry.stat().st_mode & 0o077 == 0
    assert entry.parent.stat().st_mode & 0o077 == 0


def test_another_content_or_name_or_place_is_not_found(kept: tuple[Cache, Path]) -> None:
    store, _ = kept
    assert store.find(replace(FILE, data=FILE.data + b"\n")) is None
    assert store.find(replace(FILE, name="./map.yaml")) is None
    assert store.find(replace(FILE, path=EVERYTHING.parent / "other.yaml")) is None
    assert store.find(FILE, "one") is None


def test_a_part_that_changed_or_is_gone_makes_it_stale(kept: tuple[Cache, Path]) -> None:
    store, part = kept
    part.write_text("b part")
    assert store.find(FILE) is None
    part.unlink()
    assert store.find(FILE) is None


def test_another_program_does_not_believe_it(
    kept: tuple[Cache, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "fingerprint", lambda: "another model")
    assert kept[0].find(FILE) is None


def test_no_damaged_byte_is_believed(kept: tuple[Cache, Path]) -> None:
    store, part = kept
    entry = entry_of(part)
    whole = entry.read_bytes()
    body = whole.index(b"\n") + 1
    for place in [0, 1, body // 2, body, *range(body + 1, len(whole), len(whole) // 50), len(whole) - 1]:
        entry.write_bytes(whole[:place] + bytes([whole[place] ^ 0x11]) + whole[place + 1 :])
        assert store.find(FILE) is None, place
        entry.write_bytes(whole[:place])
        assert store.find(FILE) is None, place
    entry.write_bytes(whole)
    assert store.find(FILE) is not None


@pytest.mark.parametrize("text", ["", "{}\n{}", "[]\n", "null\nnull", '{"program": 1}\n' + "[" * 5000])
def test_what_is_no_entry_is_not_believed(kept: tuple[Cache, Path], text: str) -> None:
    store, part = kept
    entry_of(part).write_text(text)
    assert store.find(FILE) is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_may_write_is_not_believed(kept: tuple[Cache, Path], mode: int) -> None:
    store, part = kept
    entry_of(part).chmod(mode)
    assert store.find(FILE) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_another_user_owns_is_not_believed(kept: tuple[Cache, Path]) -> None:
    store, part = kept
    os.chown(entry_of(part), 12345, -1)
    assert store.find(FILE) is None


def test_neither_a_link_nor_a_pipe_is_followed(kept: tuple[Cache, Path]) -> None:
    store, part = kept
    entry = entry_of(part)
    moved = entry.rename(entry.with_name("moved"))
    entry.symlink_to(moved)
    assert store.find(FILE) is None
    entry.unlink()
    os.mkfifo(entry)
    assert store.find(FILE) is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Cache(tmp_path / "file" / "maps")
    store.keep(FILE, "", [], maps.load("demo"))
    assert store.find(FILE) is None


def test_the_oldest_make_room(tmp_path: Path) -> None:
    place = tmp_path / "maps"
    place.mkdir(mode=0o700)
    for i in range(MOST_ENTRIES + 5):
        old = place / f"{i:03}.json"
        old.write_text("{}")
        os.utime(old, (i, i))
    Cache(place).keep(FILE, "", [], maps.load("demo"))
    left = sorted(entry.name for entry in place.glob("*.json"))
    assert len(left) == MOST_ENTRIES
    assert left[0] == "006.json"


def big_map(folder: Path) -> Path:
    """A map that takes long enough to be kept, in a file that includes another."""
    path = folder / "big.yaml"
    registers = "".join(
        f"      R{i}: {{offset: {i * 4:#x}, fields: {{A: 0, B: {{bits: 7:4, enum: {{0: x, 1: y}}}}}}}}\n"
        for i in range(2000)
    )
    path.write_text(f"regmap: 1\ninclude: [part.yaml]\nblocks:\n  b:\n    registers:\n{registers}")
    (folder / "part.yaml").write_text("regmap: 1\nblocks: {p: {registers: {X: 0}}}\n")
    return path


def test_a_large_map_is_kept_and_opens_as_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = big_map(tmp_path)
    loaded = maps.load(str(path))
    assert len(list((tmp_path / "cache").rglob("*.json"))) == 1
    monkeypatch.setattr(maps, "examine_file", lambda *_: pytest.fail("it is kept, and was loaded again"))
    assert same(maps.load(str(path)), loaded, set())


def test_a_kept_map_is_loaded_again_when_what_it_includes_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = big_map(tmp_path)
    before = maps.load(str(path))
    (tmp_path / "part.yaml").write_text("regmap: 1\nblocks: {p: {registers: {Y: 0}}}\n")
    after = maps.load(str(path))
    assert "p.X" in before.by_path
    assert "p.Y" in after.by_path
    assert "p.X" not in after.by_path
    assert before.digest != after.digest
