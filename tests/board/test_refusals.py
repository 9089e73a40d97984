"""What the kernel refuses, it refuses with a reason and a way out: no traceback, and nothing touched."""

from __future__ import annotations

import pytest

from .guest import Board, Outcome, Run

pytestmark = pytest.mark.board

# It comes back afterwards, for the marker read that ends the trace.
NO_DEVICE_FILE = """\
mv /dev/mem /dev/away
inspector read edu -b devmem
status=$?
mv /dev/away /dev/mem
exit $status
"""


@pytest.fixture(scope="module")
def x86(x86_board: Board) -> Run:
    return x86_board.run(
        {
            "not root": "cd /tmp; su -s /bin/sh nobody -c 'inspector read edu -b devmem'",
            "RAM": "inspector peek 0x01000000 -b devmem",
            "a driver's": "inspector peek 0xfec00000 -b devmem",
            "writing RAM": "inspector poke 0x01000000 1 -b devmem",
            "no device file": NO_DEVICE_FILE,
        }
    )


@pytest.fixture(scope="module")
def arm64(arm64_board: Board) -> Run:
    return arm64_board.run(
        {
            "not root": "cd /tmp; su -s /bin/sh nobody -c 'inspector read pl031 -b devmem'",
            "RAM": "inspector peek 0x40210000 -b devmem",
            "a driver's": "inspector read pl011 'UART0.*' -b devmem",
        }
    )


def check(refused: Outcome, errno: str, way_out: str) -> None:
    assert refused.status == 1, refused
    assert refused.stderr.startswith("inspector: "), refused
    assert "Traceback" not in refused.stderr
    assert errno in refused.stderr, refused
    assert any(word in refused.stderr for word in way_out.split("|")), refused
    assert refused.touched == []


@pytest.mark.parametrize(
    ("name", "errno", "way_out"),
    [
        ("not root", "EACCES", "root|sudo"),
        ("RAM", "EPERM", "RAM"),
        ("a driver's", "EPERM", "iomem=relaxed"),
        ("writing RAM", "EPERM", "RAM"),
        ("no device file", "ENOENT", "CONFIG_DEVMEM|kernel|container"),
    ],
)
def test_x86(x86: Run, name: str, errno: str, way_out: str) -> None:
    check(x86[name], errno, way_out)


@pytest.mark.parametrize(
    ("name", "errno", "way_out"),
    [("not root", "EACCES", "root|sudo"), ("RAM", "EPERM", "RAM"), ("a driver's", "EPERM", "iomem=relaxed")],
)
def test_arm64(arm64: Run, name: str, errno: str, way_out: str) -> None:
    check(arm64[name], errno, way_out)


def test_the_driver_is_named(arm64: Run) -> None:
    assert "pl011" in arm64["a driver's"].stderr
