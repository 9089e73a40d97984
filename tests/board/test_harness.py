"""What the other board tests lean on: the trace sees every access at its width, and nothing else."""

from __future__ import annotations

import pytest

from .guest import ARM64, X86, Board, Machine, Run
from .journal import balance
from .trace import Access, parse, split

pytestmark = pytest.mark.board

WINDOW = """\
import mmap, os, sys
base = int(sys.argv[1], 16)
fd = os.open("/dev/mem", os.O_RDWR | os.O_SYNC)
device = mmap.mmap(fd, 0x1000, offset=base)
words = memoryview(device)[0:0x100].cast("I")
"""
SUITE = """\
import unittest

class TestOne(unittest.TestCase):
    def test_one(self): pass
"""
# A scratch register for each board, at offset 4: edu's liveness check, and the RTC's match register.
DEVICES = {X86: 0xFEA00000, ARM64: 0x09010000}


@pytest.fixture(scope="module", params=DEVICES, ids=lambda machine: machine.architecture)
def machine(request: pytest.FixtureRequest) -> Machine:
    assert isinstance(request.param, Machine)
    return request.param


@pytest.fixture(scope="module")
def run(machine: Machine, emulators: None) -> Run:
    board, base = Board(machine, project=False), f"{DEVICES[machine]:#x}"
    return board.run(
        {
            "nothing": "true",
            "python": "python3 -c 'import json, mmap, ctypes, socket'",
            "both": "echo out; echo 'an error' >&2; exit 3",
            "words": f"python3 /root/words.py {base}",
            "slice": f"python3 /root/slice.py {base}",
            "unmarked": "rm /dev/mem",
            "folder": "python3 -m unittest discover -s /root/suite",
        },
        append="iomem=relaxed",
        files={
            "root/words.py": WINDOW
            + "words[1] = 0x12345678\nprint(hex(words[1]))\nprint(hex(words[1]))\nwords[0]\n",
            "root/slice.py": WINDOW + "print(device[4:8].hex())\n",
            "root/suite/test_one.py": SUITE,
        },
    )


def test_commands_bring_back_their_output_and_status(run: Run) -> None:
    assert (run["both"].status, run["both"].stdout, run["both"].stderr) == (3, "out\n", "an error\n")


def test_nothing_is_seen_where_nothing_was_asked_for(run: Run) -> None:
    assert run["nothing"].accesses == []
    assert run["python"].accesses == []


def test_each_access_is_seen_once_at_its_width(run: Run, machine: Machine) -> None:
    base = DEVICES[machine]
    assert run["words"].status == 0, run["words"]
    assert run["words"].operations == [
        ("write", base + 4, 4),
        ("read", base + 4, 4),
        ("read", base + 4, 4),
        ("read", base, 4),
    ]
    first, second, third, _ = run["words"].accesses
    assert first.value == 0x12345678
    assert run["words"].stdout.split() == [hex(second.value), hex(third.value)]


def test_a_doubled_access_is_seen(run: Run, machine: Machine) -> None:
    """The mistake that the other tests are there to catch: slicing an mmap reads a register twice."""
    assert run["slice"].operations == [("read", DEVICES[machine] + 4, 4)] * 2


def test_without_markers_there_is_no_trace(run: Run) -> None:
    with pytest.raises(AssertionError, match="no marker"):
        _ = run["unmarked"].accesses


def test_scripts_run_in_the_guest(run: Run) -> None:
    assert run["folder"].status == 0, run["folder"]


def test_the_console_takes_keys_and_has_a_size(emulators: None) -> None:
    with Board(ARM64, project=False).console('stty size; read -r line; echo "<$line>"; exit 5') as console:
        console.wait_for(rf"{console.ROWS} {console.COLUMNS}")
        console.send("hello", "enter")
        console.wait_for("<hello>")
    assert console.run["console"].status == 5


def test_parsing() -> None:
    log = [
        "memory_region_ops_read cpu 0 mr 0x55d0 addr 0xfea00000 value 0x10000ed size 4 name 'edu-mmio'\n",
        "qemu: something else\n",
        "memory_region_ops_write cpu -1 mr 0x55d0 addr 0xfea00004 value 0x1 size 8 name ''\n",
        "Invalid write at addr 0xB000000, size 4, region '(null)', reason: rejected\n",
    ]
    read = Access("read", 0xFEA00000, 4, 0x10000ED, "edu-mmio")
    write = Access("write", 0xFEA00004, 8, 1, "")
    invalid = Access("invalid write", 0xB000000, 4, 0, "(null)")
    assert list(parse(log)) == [read, write, invalid]
    assert split([read, write, read, read], read.operation) == [[], [write], [], []]


def test_a_journal_against_the_trace() -> None:
    first, second, third = (Access("write", address, 4, 1) for address in (0x10, 0x14, 0x18))
    read = Access("read", 0x10, 4, 1)
    intents = [access.operation for access in (first, second, third)]
    assert balance(intents, [first, read, second]).unaccounted == []
    assert balance(intents, [first, read, second]).unperformed == [third.operation]
    assert balance(intents, [first, third]).unperformed == [second.operation]
    assert balance([*intents[:1], read.operation], [read, first, first]).unaccounted == [first]
    assert balance(intents, [second, first]).unaccounted == [first]  # announced too late
    assert balance(intents, [Access("invalid write", 0x10, 4, 0)]).unaccounted == []
    assert balance(intents, [Access("write", 0x10, 1, 0)]).unaccounted == [Access("write", 0x10, 1, 0)]
