"""Which format a file is in, by its content and else by its name."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from inspector import maps
from inspector.errors import MapError, UsageError
from inspector.maps.formats import HEAD, format_of

MAP = b"regmap: 1\nblocks: {b: {registers: {A: 0}}}\n"
SVD = b"""<?xml version="1.0"?>
<!-- <component> -->
<device schemaVersion="1.1"><name>chip</name><peripherals><peripheral><name>P</name>
<baseAddress>0x4000</baseAddress><registers>
<register><name>R</name><addressOffset>4</addressOffset><size>32</size></register>
</registers></peripheral></peripherals></device>
"""
IPXACT = b"<?xml version='1.0'?>\n<ipxact:component xmlns:ipxact='http://www.accellera.org/XMLSchema/IPXACT/1685-2014'>"
HJSON = b'// A block\n{\n  name: "uart",\n  bus_interfaces: [],\n  regwidth: "32",\n  registers: [\n  ]\n}\n'
CSR = b'{\n    "csr_bases": {},\n    "csr_registers": {}\n}\n'
RDL = b"// A block\naddrmap top {\n  reg { field {} f; } r;\n};\n"
DTB = b"\xd0\x0d\xfe\xed" + bytes(36)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (MAP, "register map"),
        (b"# a word\n\n" + MAP, "register map"),
        (b"%YAML 1.1\n---\n" + MAP, "register map"),
        (b"\xef\xbb\xbf" + MAP, "register map"),
        (b'{"regmap": 1, "blocks": {}}', "register map"),
        (b"name: x\nblocks: {}\nregmap: 1\n", "register map"),
        (SVD, "CMSIS-SVD"),
        (b"\xef\xbb\xbf\r\n" + SVD, "CMSIS-SVD"),
        (b"<!DOCTYPE device []><device>", "CMSIS-SVD"),
        (IPXACT, "IP-XACT"),
        (b"<spirit:component>", "IP-XACT"),
        (HJSON, "OpenTitan hjson"),
        (CSR, "LiteX csr.json"),
        (RDL, "SystemRDL"),
        (DTB, "device-tree blob"),
    ],
)
def test_the_content_tells_whatever_the_name_is(content: bytes, name: str) -> None:
    for file in ("file", "file.yaml", "file.svd", "file.bin"):
        found = format_of(content, file)
        assert found is not None
        assert found.name == name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.yaml", "register map"),
        ("a.YML", "register map"),
        ("a.svd", "CMSIS-SVD"),
        ("a.xml", "IP-XACT"),
        ("a.rdl", "SystemRDL"),
        ("a.hjson", "OpenTitan hjson"),
        ("csr.json", "LiteX csr.json"),
        ("a.dtb", "device-tree blob"),
        ("a.txt", None),
        ("a", None),
    ],
)
def test_else_the_suffix_tells(file: str, name: str | None) -> None:
    for content in (b"", b"what is this\n", bytes(16)):
        found = format_of(content, file)
        assert (None if found is None else found.name) == name


@pytest.mark.parametrize(
    "piece",
    [
        b"\n",
        b" ",
        b"{",
        b"{\n",
        b"<!--",
        b"<!-- -->",
        b"<",
        b"<a:",
        b"addrmap ",
        b"addrmap\n",
        b"regmap\n",
        b'"registers\n',
    ],
)
def test_no_content_takes_long_to_tell(piece: bytes) -> None:
    head = piece * (HEAD // len(piece))
    started = time.perf_counter()
    for content in (head, b"<" + head[1:]):
        format_of(content, "file")
    assert time.perf_counter() - started < 0.5


def test_an_svd_simply_opens(tmp_path: Path) -> None:
    path = tmp_path / "chip.svd"
    path.write_bytes(SVD)
    loaded = maps.load(str(path))
    assert loaded.by_path["P.R"].address == 0x4004
    assert (loaded.imported, loaded.file, loaded.bundled) == ("CMSIS-SVD", str(path), False)
    assert len(loaded.digest) == 64
    path.write_bytes(SVD.replace(b"<size>32</size>", b""))
    assert maps.load(str(path)).digest != loaded.digest


def test_what_an_importer_put_right_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "chip.svd"
    path.write_bytes(SVD.replace(b"<size>32</size>", b"<size>31</size>"))
    found = maps.check(str(path))
    assert found
    assert {finding.severity for finding in found} == {"warning"}
    assert {finding.rule for finding in found} <= set(maps.REPAIRS)
    assert [finding.position.line for finding in found] == [5]
    assert maps.load(str(path)).warnings == tuple(found)


def test_a_damaged_description_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "chip.svd"
    path.write_bytes(SVD[:-12])
    with pytest.raises(MapError) as caught:
        maps.load(str(path))
    assert caught.value.findings[-1].position.file == str(path)
    assert maps.check(str(path)) == list(caught.value.findings)


@pytest.mark.parametrize("content", [b"what is this\n", b"- 1\n", b"a: b: c\n", b"\x00\x01"])
def test_what_is_in_no_format_is_refused_with_what_can_be_opened(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    (found,) = maps.check(str(path))
    assert found.rule == "version"
    assert found.message == "this is in none of the formats that can be opened"
    assert all(name in found.hint for name in ("register map", "CMSIS-SVD", "IP-XACT", "SystemRDL"))


def test_a_map_with_a_slip_in_its_first_word_is_still_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "file.map"
    path.write_text("regmapp: 1\nblocks: {}\n")
    (found,) = maps.check(str(path))
    assert found.message == "this is no register map: there is no key 'regmap'"


def test_a_folder_is_no_map(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="EISDIR"):
        maps.load(f"{tmp_path}/")


def test_descriptions_in_a_folder(tmp_path: Path) -> None:
    contents = {
        "a.svd": b"",
        "b.xml": IPXACT,
        "c.xml": b"<html/>",
        "d.yaml": MAP,
        "e.yml": b"services: {}\n",
        "f.hjson": HJSON,
        "g.hjson": b"{testpoints: []}",
        "h.rdl": b"",
        "i.json": CSR,
        "j.json": b"{}",
        "k.dtb": DTB,
        "l.bin": DTB,
        "m.txt": MAP,
        "n/o.svd": SVD,
        "n/.p/q.svd": SVD,
        ".r.svd": SVD,
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
    (tmp_path / "s.svd").mkdir()
    found = [str(path.relative_to(tmp_path)) for path in maps.descriptions_in(tmp_path)]
    assert found == ["a.svd", "b.xml", "d.yaml", "f.hjson", "h.rdl", "i.json", "k.dtb", "n/o.svd"]


def test_a_map_opens_without_any_importer() -> None:
    program = (
        "import sys\nfrom inspector import maps\nmaps.load('pl011')\n"
        "print([n for n in sys.modules if n.startswith('inspector.maps.')"
        " and n.split('.')[2] in ('svd', 'ipxact', 'systemrdl', 'opentitan', 'litex', 'dtb', 'xml')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
