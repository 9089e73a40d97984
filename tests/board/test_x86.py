"""The command line on x86-64: QEMU's `edu` device behind a stock kernel's /dev/mem, each access on record."""

from __future__ import annotations

from pathlib import Path

import pytest

from .guest import Board, Run, reads

pytestmark = pytest.mark.board

EDU = 0xFEA00000
IDENTIFICATION, LIVENESS = EDU, EDU + 4
AHCI = 0xFEB11000
HPET = 0xFED00000


@pytest.fixture(scope="module")
def run(x86_board: Board) -> Run:
    return x86_board.run(
        {
            "read": "inspector read edu -b devmem --json",
            "write": "inspector write edu EDU.LIVE=0x12345678 -b devmem --json",
            "dry run": "inspector write edu EDU.LIVE=0x12345678 -b devmem --dry-run",
            "one": "inspector read edu EDU.LIVE -b devmem --json",
            "dump": "inspector dump edu -b devmem -o /root/edu.dump",
            "dumped": "cat /root/edu.dump",
            "watch": "inspector watch edu EDU.LIVE -b devmem --count 3 --rate 50 --jsonl",
            "peek": f"inspector peek {EDU:#x} --json",
            "peek two": f"inspector peek {EDU:#x} -n 2 -w 32 -b devmem --json",
            "poke": f"inspector poke {LIVENESS:#x} 0xf0f0f0f0 -w 32",
            "text": "inspector read edu -b devmem",
            "bar": "inspector read edu EDU.ID -b pci --json",
            "ahci": "inspector read ahci 'HBA.*' -b devmem --json",
            "hpet": "inspector read hpet 'HPET.G*' -b devmem --json",
            "contract": f"python3 /root/suite.py devmem {EDU:#x}",
        },
        files={"root/suite.py": Path(__file__).parents[1] / "contract" / "suite.py"},
    )


def test_read_decodes_the_identification(run: Run) -> None:
    by_address = {entry["address"]: entry for entry in run["read"].json()}
    identification = by_address[IDENTIFICATION]
    assert identification["value"] == 0x010000ED
    assert identification["hex"] == "0x010000ed"
    assert identification["width"] == 32
    assert identification["fields"]["MAJOR"]["value"] == 1
    assert identification["fields"]["MINOR"]["value"] == 0


def test_read_reads_each_register_once_in_order_and_nothing_else(run: Run) -> None:
    entries = run["read"].json()
    assert run["read"].touched == reads(entries)
    assert [access.value for access in run["read"].on("edu-mmio")] == [
        e["value"] for e in entries if "value" in e
    ]


def test_of_the_configuration_command_alone_is_read_and_once(run: Run) -> None:
    """Whether the device answers at its addresses stands there; whatever else is there may act on reading."""
    assert run["bar"].configuration == [("read", 0, 2)]
    assert run["bar"].touched == [("read", IDENTIFICATION, 4)]
    # By its address nothing but its registers is touched.
    for name in ("read", "write", "watch", "peek", "ahci", "hpet"):
        assert run[name].configuration == []


def test_a_register_named_in_full_is_one_access(run: Run) -> None:
    assert [entry["path"] for entry in run["one"].json()] == ["EDU.LIVE"]
    assert run["one"].touched == [("read", LIVENESS, 4)]


def test_write_writes_once_and_reads_back_once(run: Run) -> None:
    (entry,) = run["write"].json()
    assert (entry["path"], entry["old"], entry["written"]) == ("EDU.LIVE", None, 0x12345678)
    assert entry["value"] == 0xEDCBA987  # the device answers the complement
    assert run["write"].touched == [("write", LIVENESS, 4), ("read", LIVENESS, 4)]
    assert [access.value for access in run["write"].on("edu-mmio") if access.kind == "write"] == [0x12345678]


def test_a_dry_run_touches_nothing(run: Run) -> None:
    assert run["dry run"].ok().operations == []


def test_dump_reads_what_it_writes_to_its_file(run: Run) -> None:
    run["dump"].ok()
    header, *entries = run["dumped"].json()
    assert header["inspector"] == 1
    assert header["map"] == "edu"
    assert run["dump"].touched == reads(entries)
    assert (IDENTIFICATION, 0x010000ED) in [(entry["address"], entry.get("value")) for entry in entries]


def test_watch_reads_once_for_each_sample(run: Run) -> None:
    assert [entry["path"] for entry in run["watch"].json()] == ["EDU.LIVE"] * 3
    # What is polled belongs to a block that is asked who it is first, once.
    assert run["watch"].touched == [("read", IDENTIFICATION, 4)] + [("read", LIVENESS, 4)] * 3


def test_peek_and_poke_are_the_accesses_they_say(run: Run) -> None:
    assert [entry["value"] for entry in run["peek"].json()] == [0x010000ED]
    assert run["peek"].touched == [("read", IDENTIFICATION, 4)]
    assert run["peek two"].ok().touched == [("read", IDENTIFICATION, 4), ("read", LIVENESS, 4)]
    assert run["poke"].ok().touched == [("write", LIVENESS, 4)]
    assert run["poke"].on("edu-mmio")[0].value == 0xF0F0F0F0


def test_a_hundred_registers_are_a_hundred_reads(run: Run) -> None:
    """The gaps between the controller's registers are not touched to join them."""
    entries = run["ahci"].json()
    assert len(reads(entries)) > 100
    assert run["ahci"].touched == reads(entries)
    assert {entry["address"]: entry.get("value") for entry in entries}[AHCI] == 0xC0141F05


def test_text_is_plain_where_no_terminal_is(run: Run) -> None:
    assert "0x010000ed" in run["text"].ok().stdout.replace("_", "")
    assert "\x1b" not in run["text"].stdout


def test_the_hpet_says_what_it_is(run: Run) -> None:
    """Its accesses are not counted: the kernel keeps time by it."""
    first = run["hpet"].json()[0]
    assert first["address"] == HPET
    assert first["value"] & 0xFFFFFFFF == 0x8086A201


def test_physical_memory_keeps_the_contract_of_every_backend(run: Run) -> None:
    assert run["contract"].ok().stdout.splitlines()[-1].split()[1] == "passed"
