"""`import`."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector import maps
from tests.unit.maps.comparing import differences

from .conftest import Cli

SVD = """<?xml version="1.0"?>
<device schemaVersion="1.3"><name>CHIP</name><version>1.0</version><description>A chip</description>
<addressUnitBits>8</addressUnitBits><width>32</width><size>32</size><access>read-write</access>
<peripherals><peripheral><name>UART0</name><baseAddress>0x40000000</baseAddress>
<interrupt><name>UART0</name><description>Uart</description><value>3</value></interrupt>
<registers>
<register><name>DR</name><addressOffset>0</addressOffset><size>8</size></register>
<register><name>SR</name><addressOffset>4</addressOffset><resetValue>0x123456789</resetValue>
<access>read-only</access><fields><field><name>RXNE</name><bitRange>[5:5]</bitRange></field></fields></register>
</registers></peripheral></peripherals></device>
"""


@pytest.fixture
def svd(tmp_path: Path) -> Path:
    path = tmp_path / "chip.svd"
    path.write_text(SVD)
    return path


def test_a_description_becomes_a_map_that_says_the_same(cli: Cli, svd: Path, tmp_path: Path) -> None:
    out = tmp_path / "chip.yaml"
    outcome = cli("import", svd, "-o", out)
    assert (outcome.status, outcome.out) == (0, "")
    text = out.read_text()
    assert text.startswith("# Imported from chip.svd, CMSIS-SVD.\nregmap: 1\nname: CHIP\n")
    assert differences(maps.load(str(svd)), maps.load(str(out))) == []
    assert cli("check", out).out == f"{out}: ok\n"


def test_it_goes_to_standard_output(cli: Cli, svd: Path, tmp_path: Path) -> None:
    out = tmp_path / "chip.yaml"
    cli("import", svd, "-o", out)
    assert cli("import", svd).out == cli("import", svd, "-o", "-").out == out.read_text()


def test_what_was_repaired_or_left_out_is_listed_with_its_line(cli: Cli, svd: Path) -> None:
    said = cli("import", svd).err
    line = next(i for i, text in enumerate(SVD.splitlines(), 1) if "0x123456789" in text)
    assert f"{svd}:{line}:" in said
    assert "not carried over" in said
    last = said.splitlines()[-1]
    assert last.startswith("inspector: 2 registers, 1 field, 1 block; findings: ")
    assert last.endswith(
        "the map does not state what reading 2 registers does; 1 named like a FIFO is read only when you ask"
    )


def test_a_map_is_written_anew_with_what_it_corrects(cli: Cli, svd: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "better.yaml"
    overlay.write_text(
        'regmap: 1\nname: better\noverlay: chip.svd\npatch: {"UART0.DR": {on_read: pop, on_write: push}}\n'
    )
    out = tmp_path / "flat.yaml"
    assert cli("import", overlay, "-o", out).status == 0
    assert "overlay" not in out.read_text()
    assert differences(maps.load(str(overlay)), maps.load(str(out))) == []


def test_nothing_is_imported_over_itself(cli: Cli, svd: Path) -> None:
    outcome = cli("import", svd, "-o", svd)
    assert outcome.status == 2
    assert "is what is imported" in outcome.err
    assert svd.read_text() == SVD


def test_what_cannot_be_read_leaves_no_file(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.svd"
    bad.write_text("<device><name>")
    out = tmp_path / "out.yaml"
    outcome = cli("import", bad, "-o", out)
    assert outcome.status == 2
    assert f"{bad}:1:" in outcome.err
    assert not out.exists()
