"""Mapping in this process: the same look at the device before everything that touches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.agent import locks
from inspector.backends.in_process import InProcess, LocalWindow
from inspector.backends.mapping import Identity, Mappable
from inspector.errors import Asleep, NotPermitted, Revoked
from inspector.model.transaction import Read, Write

SPACE = "file:in-process"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalWindow:
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "locks"))
    image, status, driver = (tmp_path / name for name in ("image", "status", "driver"))
    image.write_bytes(bytes(range(64)))
    status.write_text("active\n")
    return InProcess().map(
        Mappable(
            path=str(image),
            position=0,
            size=64,
            name="r",
            address=0x1000,
            widths=frozenset({8, 32}),
            explain=lambda error, step: NotPermitted(f"{step}: {error}", errno_name="EPERM"),
            identity=Identity(links=(str(driver),), asleep=((str(status), ("suspended",)),)),
            space=SPACE,
            start=0,
        )
    )


def test_it_is_read_written_and_seen_by_others(here: LocalWindow) -> None:
    assert (here.size, here.address, here.widths, here.writable) == (64, 0x1000, frozenset({8, 32}), False)
    assert here.read(4, 32) == 0x07060504
    assert here.read_run(4, 8, 2) == (4, 5)
    here.arm()
    here.write(9, 4, 8)
    (outcome,) = here.bus.run([(here, (Read(4, 8), Write(5, 8, 1, keep=0xFF, source=0)))])
    assert outcome.results == (9, 9)
    here.disarm()
    assert not here.writable
    assert [holder.shared for holder in locks.holders(SPACE, 0, 63)] == [True]
    here.close()
    here.close()
    assert not locks.holders(SPACE, 0, 63)
    assert isinstance(here.bus.run([(here, (Read(0, 8),))])[0].error, Revoked)


def test_a_sleeping_device_is_not_touched(here: LocalWindow, tmp_path: Path) -> None:
    (tmp_path / "status").write_text("suspended\n")
    with pytest.raises(Asleep, match="suspended"):
        here.read(0, 8)
    with pytest.raises(Asleep):
        here.read_run(0, 8, 1)
    assert isinstance(here.bus.run([(here, (Read(0, 8),))])[0].error, Asleep)
    (tmp_path / "status").write_text("active\n")
    assert here.read(1, 8) == 1
    here.close()


def test_another_device_is_not_touched_and_unmapped(here: LocalWindow, tmp_path: Path) -> None:
    here.arm()
    (tmp_path / "driver").symlink_to("drivers/acme")
    with pytest.raises(Revoked, match="its driver is 'acme' now"):
        here.write(1, 0, 8)
    (tmp_path / "driver").unlink()
    with pytest.raises(Revoked):
        here.read(0, 8)
    with pytest.raises(Revoked):
        here.arm()
    assert not here.writable
    assert (tmp_path / "image").read_bytes() == bytes(range(64))
