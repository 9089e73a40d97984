from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.backends import open_backend
from inspector.backends.access import Access
from inspector.model.access import TOKENS
from inspector.model.register import Block, Register, RegisterBehaviour
from inspector.model.registermap import Bind, Instance, Region, RegisterMap
from tests.contract.suite import CONTRACTS, Case, main
from tests.unit.backends.fakes import MEM, add_pci, machine

IDENTITY = 0x0100_00ED
COMPLEMENT = RegisterBehaviour(invert=True)


def simulated(sim: RegisterBehaviour | None = None) -> Case:
    block = Block(
        "block",
        0x1000,
        (
            Register("ID", 0, 32, TOKENS["ro"], reset=IDENTITY, reset_mask=0xFFFF_FFFF),
            Register("SCRATCH", 4, 32, TOKENS["rw"], sim=sim),
        ),
    )
    region = Region("board", 0x900_0000, 0x1000, (Instance("DEVICE", block),))
    empty = Region("empty", 0x900_0000, 0, ())
    register_map = RegisterMap("contract", (region, empty), (block,))
    return Case(
        "sim",
        lambda: open_backend("sim", register_map),
        region,
        IDENTITY,
        reads_back=(lambda value: ~value & 0xFFFF_FFFF) if sim else (lambda value: value),
    )


def image(folder: Path, word: str, base: int | None, access: Access | None = None) -> Case:
    path = folder / "image.bin"
    path.write_bytes(IDENTITY.to_bytes(4, "little") + bytes(0x2000))
    return Case(
        "devmem:PATH",
        lambda: open_backend(word.format(path), access=access),
        Region("image", base, 0x1000, ()),
        IDENTITY,
    )


def bar(folder: Path, access: Access | None = None) -> Case:
    """A folder in place of /sys, in which a regular file stands for a PCI device's BAR."""
    directory = add_pci(folder, bars=((0xFEA0_0000, 0x2000, MEM),))
    (directory / "resource0").write_bytes(IDENTITY.to_bytes(4, "little") + bytes(0x1FFC))
    region = Region("bar0", None, 0x1000, (), bind=Bind(pci_id="1234:11e8"))
    return Case("pci", lambda: open_backend("pci", access=access, machine=machine(folder)), region, IDENTITY)


def here() -> Access:
    return Access(in_process=True)


CASES: dict[str, Callable[[Path], Case]] = {
    "sim": lambda _: simulated(),
    "sim-complement": lambda _: simulated(COMPLEMENT),
    "file-in-process": lambda folder: image(folder, "devmem:{}", None, here()),
    "file-through-agent": lambda folder: image(folder, "devmem:{}", None),
    "file-at-address": lambda folder: image(folder, "devmem:{}@0x9000000", 0x900_0000),
    "bar-in-process": lambda folder: bar(folder, here()),
    "bar-through-agent": lambda folder: bar(folder),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_contract(contract: Callable[[Case], None], case: str, tmp_path: Path) -> None:
    contract(CASES[case](tmp_path))


def test_as_a_program_it_reports_failures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "image.bin"
    path.write_bytes(IDENTITY.to_bytes(4, "little") + bytes(0x1000))
    assert main([f"devmem:{path}", "0"]) == 1
    report = capsys.readouterr().out.splitlines()
    assert any(line.startswith("FAILED contract_write ") for line in report)
    assert not any(line.startswith("FAILED contract_identity") for line in report)
    assert report[-1].endswith(" failed")
