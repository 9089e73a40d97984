from __future__ import annotations

from pathlib import Path

import pytest

from inspector.backends import open_backend
from inspector.backends.opening import split_address
from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap

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


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("dev-mem", "no backend is called 'dev-mem'; did you mean 'devmem'"),
        ("", "no backend is called ''"),
        ("nothing", r"There is sim, sim:FILE\.py, devmem, devmem:PATH\[@ADDRESS\]"),
        ("pci:0000:00:02.0", "'pci' is not available in this version"),
        ("uio:0", "'uio' is not available in this version"),
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
