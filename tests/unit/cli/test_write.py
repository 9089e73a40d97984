"""`write` to the letter of its contract."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from inspector.errors import BusFault
from inspector.io import IoMem
from inspector.model.transaction import Read, Result, Transaction, Write

from .conftest import Bus, Cli, Image, execute, intercept

CONTROL = 0x1004


def test_json_letter_by_letter(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("write", board, "A.CTRL.MODE=slow", "-b", image.word, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    assert re.sub(r'"time": \d+\.\d+', '"time": T', outcome.out) == (
        '{"path": "A.CTRL", "address": 4100, "width": 32, "old": 23045, "written": 23043, "value": 23043, '
        '"hex": "0x00005a03", "time": T, "fields": {"MODE": {"value": 1, "enum": "slow"}}}\n'
    )
    assert image.word_at(CONTROL) == 0x5A03


def test_what_is_not_read_is_null(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("write", board, "A.CMD=0x2a01", "-b", image.word, "--json")
    assert outcome.out == (
        '{"path": "A.CMD", "address": 4112, "width": 32, "old": null, "written": 10753, "value": null, '
        '"hex": null, "time": null, "fields": {}}\n'
    )
    assert image.word_at(0x1010) == 0x2A01


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("3", 0x5A03),
        ("fast", 0x5A05),
        ("clear", 0x5A01),
        ("set", 0x5A07),
        ("toggle", 0x5A03),
        ("|1", 0x5A07),
        ("&~2", 0x5A01),
        ("^3", 0x5A03),
        ("0b11", 0x5A07),
        ("1<<1|1", 0x5A07),
        ("~", 0x5A03),
        ("&1", 0x5A01),
    ],
)
def test_every_kind_of_value(cli: Cli, board: Path, image: Image, value: str, stored: int) -> None:
    path = "A.CTRL" if value == "3" else "A.CTRL.MODE"
    assert cli("write", board, f"{path}={value}", "-b", image.word).status == 0
    assert image.word_at(CONTROL) == (3 if value == "3" else stored)


def test_a_quantity_is_the_nearest_raw_value(cli: Cli) -> None:
    outcome = cli("write", "demo", "UART0.BAUD.DIVISOR=13.0156", "SYS.WATCHDOG.TIMEOUT=5 s", "--dry-run")
    assert (outcome.status, outcome.err) == (0, "")
    assert "(read & 0xffc00000) | 0x00000341" in outcome.out
    assert "TIMEOUT := 5 s" in outcome.out
    outcome = cli("write", "demo", "UART0.BAUD.DIVISOR=70000.0", "--dry-run")
    assert outcome.status == 2
    assert "it takes 0 to 65536" in outcome.err


def test_text_says_old_written_and_readback(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("write", board, "A.CTRL.MODE=off", "A.ID=1", "A.SMALL=0x1234", "-b", image.word)
    assert outcome.status == 1  # A.ID is read-only: nothing was written
    assert image.word_at(CONTROL) == 0x5A05
    outcome = cli("write", board, "A.CTRL.MODE=off", "A.SMALL=0x1234", "A.CMD=1", "-b", image.word)
    assert outcome.status == 0
    assert outcome.out.splitlines() == [
        "A.CTRL  0x00005a05 := 0x00005a01 → 0x00005a01",
        "  MODE  fast := off → off",
        "A.SMALL  := 0x1234 → 0x1234",
        "A.CMD  := 0x00000001",
    ]
    assert image.word_at(0x1020, 2) == 0x3412  # big-endian


def test_consecutive_fields_of_one_register_are_one_write(
    cli: Cli, board: Path, image: Image, bus: Bus
) -> None:
    assignments = ["A.CTRL.EN=0", "A.CTRL.MODE=1", "B.CTRL.EN=0", "A.CTRL.KEY=1"]
    entries = cli("write", board, *assignments, "-b", image.word, "--json").json()
    assert [(entry["path"], entry["written"]) for entry in entries] == [
        ("A.CTRL", 0x5A02),
        ("B.CTRL", 0x5A04),
        ("A.CTRL", 0x102),
    ]
    assert list(entries[0]["fields"]) == ["EN", "MODE"]
    kinds = [type(operation) for operation in bus.operations]
    assert kinds == [Read, Write, Read] * 3


def test_a_whole_register_is_a_write_of_its_own(cli: Cli, board: Path, image: Image) -> None:
    entries = cli("write", board, "A.CTRL=0", "A.CTRL.EN=1", "A.CTRL=7", "-b", image.word, "--json").json()
    assert [entry["written"] for entry in entries] == [0, 1, 7]


def test_a_typo_in_the_last_writes_nothing(cli: Cli, board: Path, image: Image, bus: Bus) -> None:
    before = image.bytes()
    for wrong, status in (("A.CTRl.EN=1", 2), ("A.CTRL.MODE=fst", 2), ("A.CTRL=1G9", 2), ("A.FLAGS.A=0", 1)):
        outcome = cli("write", board, "A.CTRL=1", "B.CTRL=1", wrong, "-b", image.word)
        assert outcome.status == status
        assert outcome.err.startswith("inspector: ")
        assert outcome.out == ""
    assert bus.operations == []
    assert image.bytes() == before


def test_what_is_known_only_under_a_claim_is_checked_before_the_first_write(
    cli: Cli, board: Path, bus: Bus
) -> None:
    words = ("write", board, "A.CMD=0x500", "A.CMD.GO=pulse")
    refused = cli(*words)
    assert refused.status == 1
    assert "ARG is write-only and what it holds is not known" in refused.err
    assert bus.operations == []
    assert cli(*words, "--dry-run").status == 1
    assert cli(*words, "--exclusive").status == 0
    assert [operation.value for operation in bus.operations if isinstance(operation, Write)] == [0x500, 0x501]


def test_a_dry_run_opens_nothing(cli: Cli, board: Path, image: Image, bus: Bus, tmp_path: Path) -> None:
    before = image.bytes()
    assert cli("write", board, "A.CTRL.EN=0", "-b", image.word, "--dry-run").status == 0
    assert cli("write", board, "A.CTRL=1", "-b", f"devmem:{tmp_path}/missing", "--dry-run").status == 0
    assert bus.operations == []
    assert image.bytes() == before


def test_a_dry_run_prints_the_operations(cli: Cli, board: Path) -> None:
    lines = cli(
        "write", board, "A.CTRL.MODE=slow", "A.CTRL.EN=toggle", "A.CMD=1", "--dry-run"
    ).out.splitlines()
    assert lines == [
        "A.CTRL",
        "  read   0x00001004  32 bit",
        "  write  0x00001004  32 bit  ((read & 0xfffffff9) ^ 0x00000001) | 0x00000002",
        "  read   0x00001004  32 bit  and compare",
        "  EN := depends on what is read",
        "  MODE := slow",
        "A.CMD",
        "  write  0x00001010  32 bit  0x00000001",
        "  GO := 1",
        "  ARG := 0x0",
    ]


def test_a_dry_run_in_json(cli: Cli, board: Path) -> None:
    (entry,) = cli("write", board, "A.CTRL.MODE=slow", "--dry-run", "--json").json()
    place = {"address": CONTROL, "width": 32}
    assert entry == {
        "path": "A.CTRL",
        **place,
        "operations": [
            {"operation": "read", **place},
            {"operation": "write", **place, "value": 2, "keep": 0xFFFFFFF9, "flip": 0, "source": 0},
            {"operation": "read", **place},
        ],
        "notes": [],
    }


# --- refusals and failures -------------------------------------------------------------------


def test_a_refusal_offers_the_word_and_the_consent(cli: Cli, board: Path, image: Image, bus: Bus) -> None:
    outcome = cli("write", board, "A.MIXED.VALUE=1", "-b", image.word)
    assert outcome.status == 1
    assert outcome.out == ""
    assert "any write clears it" in outcome.err
    assert outcome.err.endswith(": A.MIXED=0x101 or --assume-store\n")
    assert bus.operations == [Read(0x14, 32)]


def test_a_refusal_in_json(cli: Cli, board: Path, image: Image) -> None:
    outcome = cli("write", board, "A.MIXED.VALUE=1", "-b", image.word, "--json")
    (entry,) = outcome.json()
    assert (entry["old"], entry["written"], entry["error"]["errno"]) == (None, None, "EPERM")
    assert outcome.status == 1


def test_a_refused_dry_run_reads_nothing(cli: Cli, board: Path, image: Image, bus: Bus) -> None:
    assert cli("write", board, "A.MIXED.VALUE=1", "-b", image.word, "--dry-run").status == 1
    assert bus.operations == []


def test_consent_composes_over_the_neighbour(cli: Cli, board: Path, image: Image) -> None:
    assert cli("write", board, "A.MIXED.VALUE=1", "-b", image.word, "--assume-store").status == 0
    assert image.word_at(0x1014) == 0x101


def test_a_fifo_is_never_composed_from_a_read(cli: Cli, board: Path, bus: Bus) -> None:
    """Its own fields push and its read pops: the whole register is one write and no readback."""
    assert cli("write", board, "A.DATA=0x41", "-b", "sim").status == 0
    assert bus.operations == [Write(0xC, 32, 0x41)]


def test_a_refused_region_stops_before_the_first_write(cli: Cli, board: Path, image: Image) -> None:
    image.path.write_bytes(image.bytes()[:0x1000])
    outcome = cli("write", board, "A.CTRL=1", "B.CTRL=1", "-b", image.word, "--json")
    assert outcome.status == 1
    assert [entry["path"] for entry in outcome.json()] == ["B.CTRL"]
    assert outcome.json()[0]["error"]["errno"] == "EINVAL"
    assert outcome.err.startswith("inspector: ")
    assert image.word_at(CONTROL) == 0x5A05


def test_it_stops_at_the_first_failure(
    cli: Cli, board: Path, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        if transaction[0].offset == 0x20:
            raise BusFault("the bus answered with an error")
        return execute(memory, transaction)

    intercept(monkeypatch, faulty)
    outcome = cli("write", board, "A.CTRL=1", "A.SMALL=1", "A.WIDE=1", "-b", image.word, "--json")
    assert outcome.status == 1
    first, second = outcome.json()
    assert first["value"] == 1
    assert (second["path"], second["written"], second["error"]["errno"]) == ("A.SMALL", None, "SIGBUS")
    assert outcome.err == "inspector: A.SMALL: the bus answered with an error (SIGBUS)\n"
    assert image.word_at(0x1018, 8) != 1


def test_a_mismatch_is_marked_worded_and_fails(
    cli: Cli, board: Path, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        *results, readback = execute(memory, transaction)
        assert isinstance(readback, int)
        return (*results, readback & ~0x6)

    intercept(monkeypatch, forgetful)
    outcome = cli("write", board, "A.CTRL=0x5a07", "B.CTRL=1", "-b", image.word)
    assert outcome.status == 1
    assert outcome.out == "A.CTRL  := 0x00005a07 → 0x00005a01  MISMATCH\n"
    assert outcome.err == (
        "inspector: A.CTRL: MODE did not take what was written: wrote 0x00005a07, reads back 0x00005a01\n"
    )


def test_write_is_itself_the_arming_except_where_the_map_forbids_it(
    cli: Cli, board: Path, image: Image
) -> None:
    board.write_text(board.read_text().replace("base: 0x1000,", "base: 0x1000, flags: [readonly],"))
    outcome = cli("write", board, "A.CTRL=1", "-b", image.word)
    assert outcome.status == 1
    assert "(EPERM)" in outcome.err
    assert image.word_at(CONTROL) == 0x5A05


def test_an_interrupt_comes_between_two_writes_and_what_went_out_is_told(
    cli: Cli, board: Path, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(memory: IoMem, transaction: Transaction) -> tuple[Result, ...]:
        signal.raise_signal(signal.SIGINT)
        return execute(memory, transaction)

    intercept(monkeypatch, interrupted)
    outcome = cli("write", board, "A.CTRL=1", "A.WIDE=1", "-b", image.word)
    assert outcome.status == 130
    assert outcome.out == "A.CTRL  := 0x00000001 → 0x00000001\n"
    assert image.word_at(CONTROL) == 1
    assert image.word_at(0x1018, 8) == 0x0123_4567_89AB_CDEF


def test_what_is_dangerous_wants_a_word_more(cli: Cli, board: Path, image: Image) -> None:
    board.write_text(board.read_text().replace("EN: 0,", "EN: {bits: 0, danger: it stops the board},"))
    refused = cli("write", board, "A.CTRL.MODE=0", "A.CTRL.EN=0", "-b", image.word, "--json")
    assert refused.status == 1
    assert "danger: A.CTRL.EN: it stops the board" in refused.err
    assert "--dangerous" in refused.err
    assert (refused.json()[0]["path"], refused.json()[0]["error"]["errno"]) == ("A.CTRL", "EPERM")
    assert image.word_at(CONTROL) == 0x5A05
    preview = cli("write", board, "A.CTRL.EN=0", "-b", image.word, "--dry-run", "--json")
    assert preview.json()[0]["dangers"] == ["A.CTRL.EN: it stops the board"]
    assert "danger: A.CTRL.EN: it stops" in cli("write", board, "A.CTRL.EN=0", "--dry-run").out
    assert cli("write", board, "A.CTRL.EN=0", "-b", image.word, "--dangerous").status == 0
    assert image.word_at(CONTROL) == 0x5A04
