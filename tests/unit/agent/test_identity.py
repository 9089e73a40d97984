from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.agent.identity import Epoch, Lines

IOMEM = """\
00000000-00000fff : Reserved
40000000-4fffffff : PCI Bus 0000:00
  40000000-40000fff : 0000:00:02.0
    40000000-40000fff : acme: the driver
50000000-5fffffff : other
"""


class Around:
    """A device's surroundings in a folder."""

    def __init__(self, root: Path) -> None:
        self.device = root / "device"
        self.device.mkdir()
        self.text = self.device / "resource"
        self.text.write_text("0x40000000\n")
        self.driver = self.device / "driver"
        self.driver.symlink_to("../drivers/acme")
        self.status = self.device / "runtime_status"
        self.status.write_text("active\n")
        self.iomem = root / "iomem"
        self.iomem.write_text(IOMEM)
        self.lines = Lines(str(self.iomem))
        self.epoch = Epoch(
            [str(self.device)],
            [str(self.driver)],
            [str(self.text)],
            (0x4000_0800, 0x4000_1800),
            [(str(self.status), ["suspended", "D3hot"])],
            self.lines,
        )

    def changed(self) -> str:
        self.lines.refresh()
        return self.epoch.changed()


@pytest.fixture
def around(tmp_path: Path) -> Around:
    return Around(tmp_path)


def test_what_stays_is_no_change(around: Around) -> None:
    assert around.changed() == ""
    around.iomem.write_text(IOMEM.replace("other", "another").replace("    4", "  4"))
    around.status.write_text("suspended\n")
    assert around.changed() == ""


def another_directory(around: Around) -> None:
    around.device.rename(around.device.with_name("old"))
    around.device.mkdir()


def no_directory(around: Around) -> None:
    around.device.rename(around.device.with_name("old"))


def another_driver(around: Around) -> None:
    around.driver.unlink()
    around.driver.symlink_to("../drivers/vfio\x1b[2J")


CHANGES: list[tuple[Callable[[Around], object], str]] = [
    (another_directory, "device is another one now"),
    (no_directory, "device is gone"),
    (another_driver, "its driver is 'vfio\ufffd[2J' now, and was 'acme'"),
    (lambda around: around.driver.unlink(), "its driver is none now, and was 'acme'"),
    (lambda around: around.text.write_text("0x50000000\n"), "resource has changed"),
    (lambda around: around.text.unlink(), "resource is gone"),
    (lambda around: around.iomem.write_text(IOMEM.replace("acme", "vfio")), "vfio: the driver' there now"),
    (lambda around: around.iomem.write_text(""), "lists nothing there now"),
]


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_a_change_is_named(around: Around, change: Callable[[Around], object], words: str) -> None:
    change(around)
    assert words in around.changed()


def test_what_was_not_there_may_not_come(tmp_path: Path) -> None:
    path = tmp_path / "late"
    epoch = Epoch([], [], [str(path)], None, [], Lines(str(tmp_path / "none")))
    assert not epoch.wants_lines
    assert epoch.changed() == ""
    path.write_text("")
    assert epoch.changed() == f"{path} is there now"


def test_addresses_that_are_hidden_tell_nothing(tmp_path: Path) -> None:
    path = tmp_path / "iomem"
    path.write_text("00000000-00000000 : System RAM\n")
    lines = Lines(str(path))
    epoch = Epoch([], [], [], (0, 10), [], lines)
    path.write_text("00000000-00000000 : System RAM\n00000000-00000000 : acme\n")
    lines.refresh()
    assert epoch.changed() == ""
    assert lines.over(0, 10) == ()


def test_sleep_is_told_by_whole_words(around: Around) -> None:
    assert around.epoch.sleeping() == ""
    around.status.write_text("suspended-not\n")
    assert around.epoch.sleeping() == ""
    around.status.write_text("D3hot\n")
    assert around.epoch.sleeping() == f"{around.status} is 'D3hot'"
    around.status.unlink()
    assert around.epoch.sleeping() == ""


def test_nothing_waits_for_what_is_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    epoch = Epoch([], [], [str(pipe)], None, [(str(pipe), ["x"])], Lines(str(pipe)))
    assert epoch.changed() == epoch.sleeping() == ""
