"""Snapshots as files: read back as they were written, and whatever else is refused with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector import maps
from inspector.errors import BusFault, UsageError
from inspector.maps.saving import save
from inspector.model.safety import ReadSafety, Skip
from inspector.session.difference import compare
from inspector.session.record import read_record
from inspector.session.sample import Sample
from inspector.session.snapshot import (
    SavedField,
    SavedRegister,
    SavedSnapshot,
    header,
    load_snapshot,
    snapshot_text,
)

MAP = maps.load_text(
    """\
regmap: 1
name: board
blocks:
  device:
    size: 64
    registers:
      CTRL:
        offset: 0
        fields: {EN: 0, MODE: {bits: 2:1, enum: {0: off, 1: slow}}, NOW: {bits: 8, volatile: true}}
      PLAIN: {offset: 4, width: 8}
      COUNT: {offset: 8, volatile: true}
regions:
  only: {base: 0x1000, size: 64, instances: {A: device}}
""",
    "board.yaml",
)

samples = st.one_of(
    st.builds(lambda value, time: Sample(value=value, time=time), st.integers(0, 0xFF), st.floats(0, 1e12)),
    st.text().map(lambda text: Sample(error=BusFault(text))),
    st.tuples(st.sampled_from(Skip), st.text()).map(lambda pair: Sample(skipped=ReadSafety(*pair))),
)


@given(
    st.dictionaries(st.sampled_from(MAP.nodes), samples),
    st.text(),
    st.dictionaries(st.text(), st.text(), min_size=1),
    st.floats(0, 1e12),
)
def test_a_snapshot_is_read_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory,
    held: dict[object, Sample],
    name: str,
    words: dict[str, str],
    started: float,
) -> None:
    path = tmp_path_factory.getbasetemp() / "snapshot.jsonl"
    nodes = [node for node in MAP.nodes if node in held]
    text = snapshot_text(header(name, words, started), [read_record(node, held[node]) for node in nodes])
    save(str(path), text)
    saved = load_snapshot(path)
    assert (saved.map, saved.time) == (name, started)
    assert list(saved.registers) == [node.path for node in nodes]
    for node in nodes:
        register, sample = saved.registers[node.path], held[node]
        assert (register.address, register.width) == (node.address, node.width)
        assert register.value == sample.value
        assert register.failed is (sample.error is not None)
        assert bool(register.unread) is (sample.value is None)
    assert compare(saved, saved, MAP).differences == ()


def test_fields_are_kept_with_their_names(tmp_path: Path) -> None:
    path = tmp_path / "a"
    record = read_record(MAP.by_path["A.CTRL"], Sample(value=3, time=1.0))
    path.write_text(snapshot_text(header("board", {"only": "sim"}, 1.0), [record]))
    assert load_snapshot(path) == SavedSnapshot(
        str(path),
        "board",
        "sim",
        1.0,
        {
            "A.CTRL": SavedRegister(
                "A.CTRL",
                0x1000,
                32,
                3,
                (SavedField("EN", 1), SavedField("MODE", 1, "slow"), SavedField("NOW", 0)),
            )
        },
    )


HEADER = '{"inspector": 1, "map": "m", "backend": "sim", "time": 0}\n'
REGISTER = '{"path": "A.B", "address": 0, "width": 32, "value": 1, "hex": "", "time": 0, "fields": {}}\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ":1: this is no snapshot of inspector: it is empty"),
        ("hello\n", ":1: this is no snapshot of inspector: it is cut off or damaged"),
        ("[1]\n", ":1: this is no snapshot of inspector: it is not a JSON object"),
        (REGISTER, ":1: this is no snapshot of inspector: it has no 'inspector'"),
        (HEADER.replace("1", "2", 1), ":1: this is no snapshot of inspector: it is of version 2"),
        (HEADER + REGISTER[:40], ":2: it is cut off or damaged"),
        (HEADER + "\n" + REGISTER * 2, ":4: A.B is there twice"),
        (HEADER + REGISTER.replace(": 1,", ": -1,"), ":2: its 'value' is not an integer from 0 on"),
        (HEADER + REGISTER.replace(": 1,", ": 4294967296,"), ":2: its 'value' does not fit 32 bits"),
        (HEADER + REGISTER.replace("32", "31"), ":2: its 'width' is not a multiple of 8 up to 128"),
        (HEADER + REGISTER.replace("{}", "3"), ":2: its 'fields' is not an object"),
        (HEADER + REGISTER.replace(": 1,", ": " + "9" * 5000 + ","), ":2: "),
        (HEADER + '{"a": ' * 20_000, ":2: "),
        (HEADER + " " * 2_000_000, ":2: it is too long"),
    ],
)
def test_what_is_no_snapshot_is_refused_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(UsageError) as caught:
        load_snapshot(path)
    assert str(caught.value).startswith(f"{path}{message}")


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, headed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes((HEADER.encode() if headed else b"") + content)
    try:
        load_snapshot(path)
    except UsageError as error:
        assert f"{path}:" in str(error)


VALUES = st.none() | st.booleans() | st.integers(-1, 300) | st.text(max_size=3) | st.just({"value": 1})


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "path": st.text(max_size=3),
            "address": VALUES,
            "width": st.sampled_from([8, 8.0, 32, True, "8"]),
            "value": VALUES,
            "fields": st.dictionaries(st.text(max_size=2), VALUES),
            "error": VALUES,
            "skipped": VALUES,
            "reason": VALUES,
        },
    )
)
def test_no_object_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, record: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text(HEADER + json.dumps(record))
    try:
        (register,) = load_snapshot(path).registers.values()
    except UsageError as error:
        assert f"{path}:2: it" in str(error)
        return
    assert type(register.width) is int
    assert register.value is None or 0 <= register.value < 1 << register.width


def snapshot(**values: int) -> SavedSnapshot:
    registers = {}
    for name, value in values.items():
        node = MAP.by_path[f"A.{name}"]
        registers[node.path] = SavedRegister(node.path, node.address, node.width, value)
    return SavedSnapshot("a", "board", "sim", 0, registers)


def test_the_difference_is_told_by_bits_and_fields() -> None:
    comparison = compare(snapshot(CTRL=0x001, COUNT=5), snapshot(CTRL=0x103, COUNT=6), MAP)
    control, count = comparison.differences
    assert (control.changed, control.volatile, control.only_volatile) == (0x102, 0x100, False)
    assert [(field.name, field.bits, field.texts, field.volatile) for field in control.fields] == [
        ("MODE", "2:1", ("off", "slow"), False),
        ("NOW", "8", ("0", "1"), True),
    ]
    assert (count.changed, count.only_volatile, count.counts) == (3, True, True)


@given(st.integers(0, (1 << 32) - 1), st.integers(0, (1 << 32) - 1))
def test_fields_differ_where_their_bits_do(one: int, other: int) -> None:
    comparison = compare(snapshot(CTRL=one), snapshot(CTRL=other), MAP)
    fields = MAP.by_path["A.CTRL"].register.fields
    expected = [field.name for field in fields if (one ^ other) & field.bits.mask]
    found = [field.name for difference in comparison.differences for field in difference.fields]
    assert found == expected
    assert comparison.equal == (one == other)
