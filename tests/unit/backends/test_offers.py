from __future__ import annotations

from pathlib import Path

import pytest

from inspector.backends.offers import Fit, Offer, fit, offers
from inspector.io import parse_iomem
from inspector.model.access import TOKENS
from inspector.model.register import Block, Register
from inspector.model.registermap import Bind, Instance, Region

from .fakes import MEM, UNSET, add_node, add_pci, add_tree_device, add_uio, cells, machine

BAR = Offer("pci", "0000:00:02.0", 0, "pci:0000:00:02.0/0", 0x1000, 0x1000, ("1234:11e8",))
MAP = Offer("uio", "uio0", 1, "uio:0/1", 0x2000, 0x1000, ("core", "0"))
NODE = Offer("device-tree", "uart@3000", 0, "devmem", 0x3000, 0x1000, ("arm,pl011", "arm,primecell"))
EXTRA = Offer("device-tree", "uart@3000", 1, "devmem", 0x4000, 0x1000, ("arm,pl011",), label="extra")
LINE = Offer("memory", "HPET 0", 0, "devmem", 0x5000, 0x400)


def block(name: str, expect: int | None = None) -> Block:
    return Block(name, 16, (Register("ID", 0, 32, TOKENS["ro"], expect=expect),))


@pytest.mark.parametrize(
    ("offer", "bind"),
    [
        (BAR, Bind(pci_id="1234:11e8")),
        (MAP, Bind(uio="core", uio_map=1)),
        (MAP, Bind(pci_id="8086:0001", uio="0", uio_map=1)),
        (NODE, Bind(compatible="arm,primecell")),
        (EXTRA, Bind(compatible="arm,pl011", reg_name="extra")),
    ],
)
def test_a_map_fits_what_its_bind_says(offer: Offer, bind: Bind) -> None:
    assert fit(offer, Region("r", None, 16, (), bind=bind)) == Fit("r", "bind")


@pytest.mark.parametrize(
    ("offer", "bind"),
    [
        (BAR, Bind(pci_id="1234:11e8", pci_bar=1)),
        (BAR, Bind(uio="1234:11e8")),
        (MAP, Bind(uio="core")),
        (EXTRA, Bind(compatible="arm,pl011")),
        (NODE, Bind(compatible="arm,pl011", reg_name="extra")),
        (NODE, Bind(compatible="arm,pl01")),
        (LINE, Bind(compatible="HPET 0")),
    ],
)
def test_and_nothing_else(offer: Offer, bind: Bind) -> None:
    assert fit(offer, Region("r", offer.address, 16, (Instance("I", block("b", 1)),), bind=bind)) is None


def test_an_address_counts_only_where_something_else_agrees() -> None:
    def region(made: Block, base: int = 0x5000) -> Region:
        return Region("r", base, 16, (Instance("I", made),))

    assert fit(LINE, region(block("hpet"))) == Fit("r", "base")
    assert fit(LINE, region(block("timer", expect=4))) == Fit("r", "base")
    assert fit(LINE, region(block("timer"))) is None
    assert fit(LINE, region(block("hpet"), 0x6000)) is None
    assert fit(BAR, region(block("timer", expect=4), 0x1000)) == Fit("r", "base")


def test_only_what_can_be_mapped_is_offered(tmp_path: Path) -> None:
    add_pci(tmp_path, bars=((0x1000, 0x1000, MEM), (0, 0x1000, MEM), (0x9000, 0x1000, UNSET)))
    node = add_node(tmp_path, "/x@3000", compatible="acme,x", reg=cells(0, 0x3000, 0x100, 0, 0x4000, 0))
    device = add_tree_device(tmp_path, "platform", "3000.x", node, "acme-x")
    add_node(tmp_path, "/i2c@1", compatible="acme,i2c", reg=cells(0, 0x5000, 0x10), n_size_cells=cells(0))
    add_node(tmp_path, "/i2c@1/eeprom@50", compatible="acme,eeprom", reg=cells(0, 0x50))
    add_uio(tmp_path, 0, "core", [(0x2000, 0x1000, 0)], device)
    (device / "power").mkdir()
    (device / "power/runtime_status").write_text("suspended\n")
    lines = parse_iomem("00003000-000030ff : x\n00007000-000070ff : y\n00008000-00008fff : System RAM\n")
    found = {(offer.device, offer.part): offer for offer in offers(machine(tmp_path), lines)}
    assert set(found) == {("0000:00:02.0", 0), ("uio0", 0), ("x@3000", 0), ("i2c@1", 0), ("y", 0)}
    asleep = "power/runtime_status is suspended"
    assert (found["x@3000", 0].driver, found["x@3000", 0].state) == ("acme-x", asleep)
    assert (found["uio0", 0].driver, found["uio0", 0].state) == ("acme-x", asleep)
    assert (found["y", 0].address, found["y", 0].size, found["y", 0].kind) == (0x7000, 0x100, "memory")
