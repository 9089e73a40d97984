"""Our own descriptions, and public ones where they are, hold against the independent reading."""

from __future__ import annotations

import os
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.maps.files import MapFile
from inspector.maps.loader import examine_file
from tests.corpus.__main__ import main
from tests.corpus.comparing import compare
from tests.corpus.files import descriptions
from tests.corpus.reading import Effects, FieldSeen, Reading, RegisterSeen, number, read
from tests.corpus.trial import attempt

SYNTHETIC = Path(__file__).parent / "synthetic"
PUBLIC = os.environ.get("INSPECTOR_SVD_CORPUS", "")

# Counted by hand in the files.
REGISTERS = {
    "affixes.svd": 5,
    "arrays.svd": 3 * (3 + 2 + 2 + 4 + 2 + 1 + 2 + 2 + 2 * 3 * 3) + 2 + 3 + 2 + 2 + 1 + 2 + 2 + 4 + 1,
    "derived.svd": 4 * (4 + 2 * 3 + 4 + 3 * 3) + 1 + 5,
    "effects.svd": 6,
    "inheritance.svd": 6 + 5 + 5,
    "malformed.svd": 6 + 2 + 1,
    "numbers.svd": 4,
    "views.svd": (9 + 4 + 2 + 1) + (2 + 2 + 2 + 2) + 3 + 4,
}


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_our_own_descriptions(name: str) -> None:
    trial = attempt(name, (SYNTHETIC / name).read_bytes())
    assert (trial.refused, trial.wrong) == ("", ())
    assert trial.registers == REGISTERS[name]


def test_every_description_of_ours_is_tried() -> None:
    assert {path.name for path in SYNTHETIC.glob("*.svd")} == set(REGISTERS)


@pytest.mark.skipif(not PUBLIC, reason="INSPECTOR_SVD_CORPUS names no folder or archive of descriptions")
@pytest.mark.timeout(0)
def test_public_descriptions() -> None:
    trials = [attempt(name, data) for name, data in descriptions(Path(PUBLIC))]
    assert trials
    assert {trial.name: trial.wrong[0] for trial in trials if trial.wrong} == {}


# --- what the comparison and the reading are worth ------------------------------------------------


def _reading() -> Reading:
    return read((SYNTHETIC / "effects.svd").read_bytes())


def _compared(reading: Reading) -> tuple[str, ...]:
    name = "effects.svd"
    examined = examine_file(MapFile(Path(name), name, (SYNTHETIC / name).read_bytes()))
    assert examined.register_map is not None
    return compare(examined.register_map, reading).mismatches


def _with(register: RegisterSeen) -> tuple[str, ...]:
    reading = _reading()
    registers = [register if item.path == register.path else item for item in reading.registers]
    return _compared(Reading(registers))


def test_every_difference_is_seen() -> None:
    seen = next(item for item in _reading().registers if item.path == "P.SR")
    first, *others = seen.fields
    assert _compared(_reading()) == ()
    for changed, word in (
        (replace(seen, address=seen.address + 4), "address 0x40000014 is 0x40000010"),
        (replace(seen, width=16), "width 0x10 is 0x20"),
        (replace(seen, reset=1, mask=3), "reset 0x1 is 0x0"),
        (replace(seen, mask=3), "mask 0x3 is 0x0"),
        (replace(seen, effects=Effects("read-only")), "doing"),
        (replace(seen, effects=replace(seen.effects, access="read-write")), "doing"),
        (replace(seen, fields=tuple(others)), "fields"),
        (replace(seen, fields=(replace(first, msb=9), *others)), "fields"),
        (replace(seen, fields=(replace(first, effects=Effects()), *others)), "fields"),
        (replace(seen, fields=(replace(first, name="Z"), *others)), "fields"),
        (
            replace(seen, fields=(replace(first, name="B"), replace(others[0], name="A"), *others[1:])),
            "fields",
        ),
        (replace(seen, path="P.X.SR"), "P.X.SR at 0x40000010 of 32 bits is not in the map"),
    ):
        reading = _reading()
        reading.registers[reading.registers.index(seen)] = changed
        (mismatch,) = _compared(reading)
        assert word in mismatch


def test_registers_too_many_and_too_few_are_seen() -> None:
    reading = _reading()
    last = reading.registers.pop()
    assert _compared(reading) == (f"1 registers that the description has not, such as {last.path}",)
    reading.registers += [last, last]
    (mismatch,) = _compared(reading)
    assert mismatch.endswith("is not in the map")


def test_the_reading_of_a_file_by_hand() -> None:
    found = {item.path: item for item in read((SYNTHETIC / "inheritance.svd").read_bytes()).registers}
    assert found["DEVICE.MASK"] == RegisterSeen(
        "DEVICE.MASK", 0x4000_000C, 16, Effects("read-only"), 0x30, 0xF0, ()
    )
    assert found["DEVICE.ACCESS"].fields == (
        FieldSeen("A", 3, 0, Effects("writeonce")),
        FieldSeen("B", 7, 4, Effects("read-writeonce")),
    )
    long = found["DERIVED.C.D.LONG"]
    assert (long.address, long.width, long.reset, long.mask) == (
        0x4000_2018,
        64,
        0xAABBCCDD,
        0xFFFFFFFF,
    )


def test_the_readings_numbers() -> None:
    texts = ("010", "0X1f", "#101", "0b11", "4K", "+7", "x", "", None)
    assert [number(text) for text in texts] == [10, 31, 5, 3, 4096, 7, None, None, None]


# --- the script -----------------------------------------------------------------------------------


def test_folders_and_archives_hold_the_same(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "a.zip", "w") as archive,
        tarfile.open(tmp_path / "a.tar.xz", "w:xz") as tar,
    ):
        for path in SYNTHETIC.glob("*.svd"):
            archive.write(path, path.name)
            tar.add(path, path.name)
        archive.writestr("README.md", "not a description")
    expected = {path.name: path.read_bytes() for path in SYNTHETIC.glob("*.svd")}
    for where in (SYNTHETIC, tmp_path / "a.zip", tmp_path / "a.tar.xz"):
        assert dict(descriptions(where)) == expected


def test_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "effects.svd").write_bytes((SYNTHETIC / "effects.svd").read_bytes())
    (tmp_path / "malformed.svd").write_bytes((SYNTHETIC / "malformed.svd").read_bytes())
    (tmp_path / "broken.svd").write_bytes(b"<device>")
    assert main([str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[0] == "refused  broken.svd: broken.svd:1:9: not XML: no element found"
    assert "| all | 3 |\n| right | 2 |\n| … with something put right | 2 |\n" in printed
    assert "| refused: not XML: no element found | 1 |\n| wrong | 0 |" in printed
    assert "15 registers, 2 of them under another name, and 17 fields" in printed


def test_the_table_fails_where_something_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "effects.svd").write_bytes((SYNTHETIC / "effects.svd").read_bytes())
    monkeypatch.setattr("tests.corpus.trial.read", lambda data: Reading())
    assert main([str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("WRONG    effects.svd: 1: 6 registers that the description has not, such as P.")
    assert "| wrong | 1 |" in printed
