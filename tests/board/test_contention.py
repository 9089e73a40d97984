"""Two processes and two users want one device; and what was written is in the journal first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inspector.session.journalfile import SessionJournal, intended_writes, load_journal

from .guest import Board, Outcome, Run
from .journal import balance
from .trace import Operation

pytestmark = pytest.mark.board

EDU = 0xFEA00000
FILE = "/sys/bus/pci/devices/0000:00:02.0/resource0"


def part(start: int, size: int) -> str:
    """A map of a part of the device."""
    return f"""\
regmap: 1
name: part
blocks:
  part: {{size: {size}, registers: {{WORD: {{offset: 0, access: ro, on_read: none, volatile: true}}}}}}
regions:
  part: {{base: {EDU + start:#x}, size: {size}, open: exclusive, instances: {{PART: part}}}}
"""


# `inspector write`, again and again, killed at some point of many words: itself, or what touches the device.
KILLS = """\
import json, os, random, signal, sys, time
from pathlib import Path
from inspector.backends import agency, devmem
from inspector.cli import write
from inspector.cli.status import run
from inspector.session import session

words = [f"EDU.{name}" for word in range(1, 51) for name in (f"LIVE={word}", f"STATUS={word % 2 * 128}")]
chance = random.Random(3)
for turn in range(12):
    journal = Path(f"/root/killed.{turn}")
    journal.touch()
    child = os.fork()
    if not child:
        sys.stdout = sys.stderr
        os._exit(run(["write", "edu", *words, "-b", "devmem", "--journal", str(journal)]))
    enough = chance.randrange(500, 30_000)
    while journal.stat().st_size < enough:
        time.sleep(0.001)
    (agent,) = Path(f"/proc/{child}/task/{child}/children").read_text().split()
    os.kill(child if turn % 2 else int(agent), signal.SIGKILL)
    print(json.dumps([os.waitpid(child, 0)[1], journal.read_text()]))
"""
WRITES = (
    "EDU.LIVE=0x55 EDU.STATUS.IRQFACT=1 EDU.IRQ_RAISE.DMA=set EDU.IRQ_ACK.DMA=clear "
    "EDU.DMA.SRC=0x40000 EDU.DMA.CNT=16"
)
UNASKED = (  # what touches no register, whatever it is asked
    "--help",
    "check edu",
    "maps",
    "devices",
    "claims",
    "write edu EDU.LIVE=1 EDU.IRQ_RAISE.DMA=set -b devmem --dry-run",
)


@pytest.fixture(scope="module")
def users(x86_board: Board) -> Run:
    watch = "inspector watch /root/low.yaml PART.WORD --rate 2"
    mine = "inspector read /root/low.yaml -b pci:00:02.0 --exclusive"
    return x86_board.run(
        {
            "ada": f"chmod 755 /root; chmod 666 {FILE}"
            f"; background ada su ada -c 'exec {watch} -b pci:00:02.0 --exclusive' && await ada PART",
            "bob": f"su bob -c '{mine}'",
            "root": "inspector read edu -b devmem --exclusive",
            "across": "inspector read /root/across.yaml -b devmem",
            "neighbour": "inspector read /root/high.yaml -b devmem --exclusive --json",
            "shared": f"background root {watch} -b devmem --shared && await root PART",
            "claims": "inspector claims --json",
            "claims of bob": "su bob -c 'inspector claims'",
            "devices of bob": "su bob -c 'inspector devices'",
            "killed": f"kill -9 $(cat /run/background/ada.pid); su bob -c '{mine} --json'",
        },
        files={"root/low.yaml": part(0, 0x20), "root/high.yaml": part(0x20, 0x20)}
        | {"root/across.yaml": part(0x10, 0x20)},
    )


@pytest.fixture(scope="module")
def writes(x86_board: Board) -> Run:
    return x86_board.run(
        {
            "raise": "inspector write edu EDU.IRQ_RAISE=0x101 -b devmem",
            "clear": "inspector write edu EDU.IRQ_ACK.FACT=clear -b devmem",
            "left": "inspector read edu EDU.IRQ_STATUS -b devmem --json",
            "writes": f"inspector write edu {WRITES} -b devmem --journal /root/journal",
            "journal": "cat /root/journal",
            "kills": "python3 /root/kills.py",
            "unasked": " && ".join(f"inspector {words}" for words in UNASKED),
            "completion": "_INSPECTOR_COMPLETE=bash_complete COMP_CWORD=3"
            " COMP_WORDS='inspector read edu EDU.' inspector",
        },
        files={"root/kills.py": KILLS},
    )


def refused_because_of_ada(outcome: Outcome) -> None:
    assert outcome.status == 1, outcome
    assert "Traceback" not in outcome.stderr
    for word in ("EBUSY", "(ada)", "inspector", "since", f"{EDU:#x}-{EDU + 0x1F:#x}"):
        assert word in outcome.stderr, outcome


def test_what_a_user_has_claimed_no_other_gets_by_whichever_way(users: Run) -> None:
    """The same range, one that contains it, and one that overlaps it, by PCI and by /dev/mem."""
    users["ada"].ok()
    for name in ("bob", "root", "across"):
        refused_because_of_ada(users[name])


def test_a_neighbour_is_granted(users: Run) -> None:
    assert [entry["address"] for entry in users["neighbour"].json()] == [EDU + 0x20]
    assert users["neighbour"].touched.count(("read", EDU + 0x20, 4)) == 1


def test_a_shared_mapping_beside_a_claim_is_allowed_and_listed(users: Run) -> None:
    users["shared"].ok()
    found = {owner["kind"]: owner for owner in users["claims"].json() if owner["pid"] is not None}
    assert {kind: owner["user"] for kind, owner in found.items()} == {"claim": "ada", "shared": "root"}
    assert {(owner["start"], owner["end"]) for owner in found.values()} == {(EDU, EDU + 0x1F)}
    assert all(owner["since"] for owner in found.values())


def test_a_user_without_rights_sees_who_has_what(users: Run) -> None:
    assert "(ada)" in users["claims of bob"].ok().stdout
    assert "CAP_SYS_ADMIN" in users["claims of bob"].stdout  # the kernel's own list is hidden
    assert "fits edu" in users["devices of bob"].ok().stdout
    for name in ("claims of bob", "devices of bob"):
        assert users[name].stderr == ""


def test_what_a_killed_process_had_is_free_at_once(users: Run) -> None:
    assert ["value" in entry for entry in users["killed"].json()] == [True]


def test_one_interrupt_is_acknowledged_while_another_is_pending(writes: Run) -> None:
    writes["raise"].ok()
    writes["clear"].ok()
    cleared = [(access.kind, access.address, access.value) for access in writes["clear"].on("edu-mmio")]
    assert cleared == [("write", EDU + 0x64, 0x1)]
    assert [entry["value"] for entry in writes["left"].json()] == [0x100]


def sessions(text: str, folder: Path) -> tuple[SessionJournal, ...]:
    """The sessions of a journal that came from the guest."""
    path = folder / "journal"
    path.write_text(text)
    return load_journal(path).sessions


def intended(found: tuple[SessionJournal, ...]) -> list[Operation]:
    """The bus writes that they announce."""
    return [
        ("write", address, width // 8)
        for session in found
        for address, width in intended_writes(session.intents)
    ]


def test_each_write_in_the_trace_was_announced(writes: Run, tmp_path: Path) -> None:
    announced = intended(sessions(writes["journal"].stdout, tmp_path))
    left = balance(announced, writes["writes"].ok().on("edu-mmio", "(null)"))
    assert (left.unaccounted, left.unperformed) == ([], [])
    assert len(announced) == len(WRITES.split())


def test_killed_at_random_each_write_was_announced_and_at_most_the_last_not_made(
    writes: Run, tmp_path: Path
) -> None:
    turns: list[tuple[int, Any]] = [json.loads(line) for line in writes["kills"].ok().stdout.splitlines()]
    announced = []
    for status, text in turns:
        found = sessions(text, tmp_path)
        announced += intended(found)
        (session,) = found
        untold = [intent for intent in session.intents if intent.outcome is None]
        assert untold in ([], [session.intents[-1]])
        # Killed itself it tells no outcome; where the agent was killed, it does.
        assert status == 9 or untold == []
    assert {status for status, _ in turns} == {9, 256}
    left = balance(announced, writes["kills"].on("edu-mmio", "(null)"))
    assert left.unaccounted == []
    assert len(left.unperformed) <= len(turns)
    assert len(announced) > 10 * len(turns)


@pytest.mark.parametrize("name", ["unasked", "completion"])
def test_what_reads_nothing_touches_nothing(writes: Run, name: str) -> None:
    assert "EDU." in writes[name].ok().stdout
    assert writes[name].operations == []
