from __future__ import annotations

import os
from pathlib import Path

import pytest

from inspector.backends.mapped import MappedWindow
from inspector.errors import KernelError, NotPermitted
from inspector.io import execute
from inspector.model.transaction import Write

WIDTHS = frozenset({8, 16, 32, 64})
CONTENT = bytes(range(256)) * 64


class Opened:
    """Opens a file, remembering with which flags."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.flags: list[int] = []

    def __call__(self, flags: int) -> int:
        self.flags.append(flags)
        return os.open(self.path, flags)


def explain(error: OSError, step: str) -> KernelError:
    return NotPermitted(f"{step}: {error.strerror}", errno_name="TEST")


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    path = tmp_path / "image.bin"
    path.write_bytes(CONTENT)
    return Opened(path)


def window_of(opened: Opened, position: int = 0, size: int = 64) -> MappedWindow:
    return MappedWindow(opened, position, size, address=position, widths=WIDTHS, explain=explain)


@pytest.mark.parametrize("position", [0, 8, 0x1000, 0x1F00, 0x2008])
@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_reads_what_stands_there(opened: Opened, position: int, width: int) -> None:
    window = window_of(opened, position)
    size = width // 8
    for offset in range(0, 64, size):
        expected = int.from_bytes(CONTENT[position + offset : position + offset + size], "little")
        assert window.read(offset, width) == expected
    run = window.read_run(size, width, 3)
    assert run == tuple(window.read(size * i, width) for i in (1, 2, 3))
    window.close()


def test_past_the_resource_there_is_nothing_by_construction(opened: Opened) -> None:
    window = window_of(opened, 0x1000, 10)
    window.arm()
    assert window.read(4, 32)
    for width, offset in ((8, 10), (16, 10), (32, 8), (64, 8), (32, 4096)):
        with pytest.raises(IndexError):
            window.read(offset, width)
        with pytest.raises(IndexError):
            window.write(0, offset, width)
    window.close()
    assert opened.path.read_bytes() == CONTENT


def test_a_position_that_is_misaligned_lacks_the_widths(opened: Opened) -> None:
    for position, widths in ((2, {8, 16}), (4, {8, 16, 32}), (1, {8})):
        window = window_of(opened, position)
        assert window.widths == widths
        assert window.read(0, 8) == position
        window.close()


def test_it_is_read_only_for_the_kernel_until_armed(opened: Opened) -> None:
    window = window_of(opened, 0x1000)
    assert not window.writable
    with pytest.raises(TypeError):
        window.write(1, 0, 32)
    window.arm()
    window.arm()
    assert window.writable
    window.write(0xDEADBEEF, 4, 32)
    assert window.read(4, 32) == 0xDEADBEEF
    window.disarm()
    window.disarm()
    with pytest.raises(TypeError):
        window.write(1, 4, 32)
    assert window.read(4, 32) == 0xDEADBEEF
    window.close()
    assert opened.path.read_bytes()[0x1004:0x1008] == bytes.fromhex("efbeadde")
    accesses = [flags & os.O_ACCMODE for flags in opened.flags]
    assert accesses == [os.O_RDONLY, os.O_RDWR, os.O_RDONLY]
    assert all(flags & os.O_SYNC == os.O_SYNC and flags & os.O_CLOEXEC for flags in opened.flags)


def test_each_mapping_is_given_back(opened: Opened) -> None:
    def mapped() -> int:
        return Path("/proc/self/maps").read_text().count(str(opened.path))

    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    window = window_of(opened)
    assert mapped() == 1
    window.arm()
    assert mapped() == 1
    window.close()
    window.close()
    assert mapped() == 0
    assert descriptors() == before
    assert not window.writable


def test_a_refused_arming_leaves_it_readable(opened: Opened) -> None:
    window = window_of(opened)
    opened.path.unlink()
    with pytest.raises(NotPermitted, match="open: No such file"):
        window.arm()
    assert not window.writable
    assert window.read(3, 8) == 3
    window.close()


def test_what_the_system_refuses_is_explained(opened: Opened, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="mmap: mmap length is greater than file size"):
        window_of(opened, 0x3000, 0x2000)
    with pytest.raises(NotPermitted, match="mmap: "):
        window_of(opened, 1 << 63, 8)
    with pytest.raises(NotPermitted, match="open: "):
        window_of(Opened(tmp_path / "absent"))
    with pytest.raises(NotPermitted, match="mmap: No such device"):
        window_of(Opened(tmp_path))


def test_what_cannot_be_mapped_again_without_write_permission_refuses_writes_all_the_same(
    opened: Opened,
) -> None:
    window = window_of(opened)
    window.arm()
    path, opened.path = opened.path, opened.path.with_name("gone")
    with pytest.raises(NotPermitted):
        window.disarm()
    assert not window.writable
    with pytest.raises(NotPermitted):
        execute(window, (Write(0, 32, 0),))
    assert path.read_bytes() == CONTENT
    assert window.read(0, 8) == 0
    opened.path = path
    window.disarm()
    with pytest.raises(TypeError):
        window.write(1, 0, 32)
    window.close()


def test_what_cannot_be_armed_stays_readable(opened: Opened) -> None:
    window = window_of(opened)
    path, opened.path = opened.path, opened.path.with_name("gone")
    with pytest.raises(NotPermitted):
        window.arm()
    assert not window.writable
    assert window.read(1, 8) == 1
    opened.path = path
    window.arm()
    assert window.writable
    window.close()
