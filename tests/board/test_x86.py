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


# The device's transfer registers take accesses of 4 or of 8 bytes, and the upper half of none answers.
WIDE = f"""\
regmap: 1
name: wide
blocks:
  dma:
    size: 32
    width: 64
    access_width: 32
    registers:
      SRC: {{offset: 0x00, readback: no, fields: {{LOW: 15:0, HIGH: 47:32}}}}
      DST: {{offset: 0x08, readback: no, word_order: big}}
      CNT: {{offset: 0x10, volatile: true}}
regions:
  bar: {{base: {EDU:#x}, size: 4K, access_widths: [32], instances: {{D: {{block: dma, offset: 0x80}}}}}}
"""
SRC, DST, CNT = EDU + 0x80, EDU + 0x88, EDU + 0x90


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
            "wide": "inspector write /root/wide.yaml D.SRC=0x123456789 D.DST=0x123456789 -b devmem --json",
            "wide field": "inspector write /root/wide.yaml D.SRC.LOW=0xabcd -b devmem --json",
            "wide read": "inspector read /root/wide.yaml -b devmem --json",
            "contract": f"python3 /root/suite.py devmem {EDU:#x}",
        },
        files={
            "root/suite.py": Path(__file__).parents[1] / "contract" / "suite.py",
            "root/wide.yaml": WIDE,
        },
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


def test_what_is_wider_than_the_bus_is_written_word_by_word_in_the_order_of_addresses(run: Run) -> None:
    assert [entry["written"] for entry in run["wide"].json()] == [0x1_2345_6789] * 2
    assert run["wide"].touched == [("write", place, 4) for place in (SRC, SRC + 4, DST, DST + 4)]
    assert [access.value for access in run["wide"].on("edu-mmio")] == [0x2345_6789, 1, 1, 0x2345_6789]


def test_an_edit_of_a_field_reads_and_writes_every_word_of_its_register(run: Run) -> None:
    (entry,) = run["wide field"].json()
    assert (entry["old"], entry["written"]) == (0xFFFF_FFFF_2345_6789, 0xFFFF_FFFF_2345_ABCD)
    assert run["wide field"].touched == [
        (kind, place, 4) for kind in ("read", "write") for place in (SRC, SRC + 4)
    ]


def test_what_is_wider_than_the_bus_is_read_once_each_word_and_a_counter_so_that_they_agree(run: Run) -> None:
    entries = run["wide read"].json()
    assert [entry["hex"] for entry in entries] == [
        "0xffffffff2345abcd",
        "0x00000001ffffffff",
        "0xffffffff00000000",
    ]
    places = [SRC, SRC + 4, DST, DST + 4, CNT + 4, CNT, CNT + 4]
    assert run["wide read"].touched == [("read", place, 4) for place in places]


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
