from __future__ import annotations

import os
from pathlib import Path

import pytest

from inspector.backends import open_backend
from inspector.backends.opening import needs_elevation, split_address, split_number
from inspector.errors import UsageError
from inspector.model.registermap import Bind, Region, RegisterMap

from .fakes import add_pci, add_uio, machine

EMPTY = RegisterMap("empty", ())


def test_the_simulation() -> None:
    with open_backend("sim", EMPTY) as backend:
        assert (backend.word, backend.title, backend.real) == ("sim", "simulation", False)


def test_a_simulation_with_a_behaviour_file(tmp_path: Path) -> None:
    path = tmp_path / "behave.py"
    path.write_text("def attach(simulation): pass\n")
    with open_backend(f"sim:{path}", EMPTY) as backend:
        assert backend.word == f"sim:{path}"
        assert str(path) in backend.title


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "image.bin"
    path.write_bytes(bytes(16))
    with open_backend(f"devmem:{path}@0x9000_0000") as backend:
        assert backend.title == f"file {path} at 0x90000000"
        assert backend.word == f"devmem:{path}@0x9000_0000"
        assert backend.real
    with open_backend(f"devmem:{path}") as backend:
        assert backend.title == f"file {path}"


def test_physical_memory_opens_nothing_until_it_is_mapped() -> None:
    with open_backend("devmem") as backend:
        assert (backend.word, backend.title, backend.real) == ("devmem", "/dev/mem", True)


def test_pci_and_uio_look_at_nothing_until_a_device_is_asked_for() -> None:
    with open_backend("pci:00:02.0/1") as backend:
        assert (backend.word, backend.title, backend.real) == ("pci:00:02.0/1", "PCI 0000:00:02.0", True)
    with open_backend("uio:core/1") as backend:
        assert (backend.word, backend.title, backend.real) == ("uio:core/1", "UIO core", True)


def test_which_backends_need_more_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_pci(tmp_path)
    add_uio(tmp_path, 0, "core", [(0x1000, 0x1000, 0)])
    region = Region("core", None, 16, (), bind=Bind(pci_id="1234:11e8", uio="core"))
    register_map = RegisterMap("core", (region,))
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("uio0"))

    def needed(*words: str) -> bool:
        return needs_elevation(words, register_map, machine(tmp_path))

    assert needed("sim", "uio:core")
    assert needed("uio")
    assert not needed("sim", "pci", "uio:absent", "devmem:x")
    monkeypatch.setattr(os, "access", lambda path, mode: "pci" not in str(path))
    assert needed("pci")
    assert not needed("uio")


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("dev-mem", "no backend is called 'dev-mem'; did you mean 'devmem'"),
        ("", "no backend is called ''"),
        ("nothing", r"There is sim, sim:FILE\.py, devmem, devmem:PATH\[@ADDRESS\], pci\[:DDDD:BB:DD"),
        ("pcie", "did you mean 'pci'"),
        ("pci:", "'pci:' names no PCI device; write pci:DDDD:BB:DD.F"),
        ("pci:2", "'pci:2' names no PCI device"),
        ("pci:00:02.0/6", "has the BARs 0 to 5"),
        ("uio:", "'uio:' names no UIO device"),
        ("gdb:localhost:1234", "'gdb' is not available in this version"),
        ("devmem:", "'devmem:' names no file"),
        ("sim:", "'sim:' names no file"),
        ("sim:absent.py", "there is no behaviour file 'absent.py'"),
        ("devmem:x@-4", "negative"),
    ],
)
def test_wrong_words(word: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        open_backend(word, EMPTY)


def test_the_simulation_needs_a_map() -> None:
    with pytest.raises(UsageError, match="needs a map"):
        open_backend("sim")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("image.bin", ("image.bin", 0)),
        ("image.bin@0x1000", ("image.bin", 0x1000)),
        ("image.bin@4K", ("image.bin", 0x1000)),
        ("me@home/image.bin", ("me@home/image.bin", 0)),
        ("me@home/image.bin@16", ("me@home/image.bin", 16)),
        ("image@", ("image@", 0)),
        ("@16", ("@16", 0)),
    ],
)
def test_where_the_address_starts(text: str, expected: tuple[str, int]) -> None:
    assert split_address(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("core", ("core", None)),
        ("core/1", ("core", 1)),
        ("a/b", ("a/b", None)),
        ("/2", ("", 2)),
        ("", ("", None)),
    ],
)
def test_where_the_number_starts(text: str, expected: tuple[str, int | None]) -> None:
    assert split_number(text) == expected
