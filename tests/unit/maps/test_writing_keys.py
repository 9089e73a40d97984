"""What a map states of writing: latches, aliases, needs, dangers, restoring."""

from __future__ import annotations

import pytest

from inspector import maps
from inspector.maps import export_json
from inspector.model.access import ReservedWrite
from inspector.model.compose import compose
from inspector.model.edit import parse_assignment
from inspector.model.guard import Guard
from inspector.model.paths import find
from inspector.model.register import Atomic, Restore
from tests.unit.maps.loading import block_of, field_of, load_registers, register_of, rules_of


def test_a_latch_and_a_danger_arrive() -> None:
    text = """
        R: {offset: 0, latched_by: L.GO, danger: Stops the clock., fields: {A: {bits: 0, danger: Hot.}}}
        L: {offset: 4, fields: {GO: 0}}
    """
    assert register_of(text).latched_by == "L.GO"
    assert register_of(text).danger == "Stops the clock."
    assert field_of(text, "A").danger == "Hot."
    assert register_of("R: 0").latched_by is None


@pytest.mark.parametrize(
    ("stated", "restore"),
    [
        ("never", Restore(never=True)),
        ("3", Restore(order=3)),
        ("0", Restore(order=0)),
        ("0x10", Restore(order=16)),
    ],
)
def test_how_a_register_is_restored(stated: str, restore: Restore) -> None:
    assert register_of(f"R: {{offset: 0, restore: {stated}}}").restore == restore


def test_restore_is_inherited() -> None:
    assert register_of("R: 0", block="restore: never\n").restore == Restore(never=True)
    assert register_of("R: {offset: 0, restore: 2}", block="restore: never\n").restore == Restore(order=2)
    assert register_of("R: 0", top="defaults: {restore: 1}\n").restore == Restore(order=1)
    assert register_of("G: {offset: 0, restore: 4, registers: {R: 0}}").restore == Restore(order=4)
    assert register_of("R: 0").restore is None


def test_a_blocks_aliases_are_its_registers() -> None:
    block = "atomic: {set: +0x2000, clear: +0x3000, xor: 4K}\n"
    near = Atomic(0x2000, 0x3000, 0x1000)
    assert register_of("R: 0", block=block).atomic == near
    assert register_of("G: {offset: 0, registers: {R: 0}}", block=block).atomic == near
    own = "R: {offset: 0, atomic: {set: S}}\nS: 4"
    assert register_of(own, block=block).atomic == Atomic(set="S")
    assert register_of("R: 0", block="atomic: {xor: 8}\n").atomic == Atomic(xor=8)
    assert register_of("R: 0").atomic is None


def test_a_block_with_aliases_ends_with_them() -> None:
    assert block_of("R: 0x10", block="atomic: {set: +0x40, clear: +0x80}\n").size == 0x94
    assert block_of("R: 0x10", block="size: 1K\natomic: {set: +0x40}\n").size == 0x400
    assert block_of("R: 0x10", block="size: 0x54\natomic: {set: +0x40}\n").size == 0x54
    assert rules_of("R: 0x10", block="size: 0x53\natomic: {set: +0x40}\n") == ["block-size"]


@pytest.mark.parametrize(
    ("registers", "aliases", "overlaps"),
    [
        ("A: 0\nB: 8", "set: 8", True),
        ("A: 0\nB: 8", "set: 4", False),
        ("A: 0\nB: {offset: 8, access: ro}", "set: 8", True),
        ("A: {offset: 0, access: ro}\nB: 8", "set: 8", True),
        # One alias on another.
        ("A: 0\nB: 4", "set: 8, clear: 0xc", True),
        ("A: 0\nB: 4", "set: 8, clear: 0x10", False),
        ("A: {offset: 0, count: 4}\nB: 0x18", "set: 0x10", True),
        ("A: {offset: 0, count: 4}\nB: 0x20", "set: 0x10", False),
        ("A: {offset: 0, count: 4}\nB: 0x20", "set: 0x40", False),
        ("A: {offset: 0, access: ro}\nAW: {offset: 0, access: wo}", "set: 8", False),
        ("A: 0\nG: {offset: 0x20, count: 2, stride: 0x10, registers: {R: 8}}", "set: 0x38", True),
        ("A: {offset: 0, width: 8}\nB: {offset: 7, width: 8}", "set: 8", False),
        ("A: {offset: 0, width: 8}\nB: {offset: 8, width: 8}", "set: 8", True),
    ],
)
def test_no_register_stands_where_an_alias_is(registers: str, aliases: str, overlaps: bool) -> None:
    block = f"atomic: {{{aliases}}}\n"
    if overlaps:
        assert rules_of(registers, block=block) == ["overlap"]
    else:
        assert block_of(registers, block=block)


def test_what_a_block_needs() -> None:
    found = load_registers(
        "R: 0",
        top="",
        block="needs: GATES.EN.ON\n",
        regions="  gates: {registers: {EN: {offset: 0, fields: {ON: 2}}}}\n"
        "regions: {r: {instances: {B: b, GATES: {block: gates, offset: 0x10}}}}\n",
    )
    assert found.blocks[0].needs == Guard("GATES.EN.ON", 1)
    needed = found.needed_by(found.by_path["B.R"])
    assert needed is not None
    assert (needed[0].path, needed[2]) == ("GATES.EN", 1)
    assert block_of("R: 0\nS: {offset: 4, fields: {M: 3:0}}", block="needs: S.M == 5\n").needs == Guard(
        "S.M", 5
    )
    assert block_of("R: 0").needs is None


def test_what_is_written_to_a_reserved_field() -> None:
    text = """
        R:
          offset: 0
          fields:
            A: {bits: 0, reserved_write: one, reset: 1}
            B: {bits: 1, access: ro, reserved_write: zero}
            C: 2
    """
    assert field_of(text, "A").reserved_write is ReservedWrite.ONE
    found = load_registers(text, regions="")
    node, edit = parse_assignment(found, "b.R.C=1")
    write = compose(found, node, [edit]).word(0xFFFF_FFFE)
    assert write == 0xFFFF_FFFD
    # What holds for a register's unnamed bits does not hold for its named ones.
    inherited = "R: {offset: 0, reserved_write: zero, fields: {A: 0}}"
    assert field_of(inherited, "A").reserved_write is None


def test_a_value_has_a_danger() -> None:
    values = "{0: on, 1..2: {name: off, danger: For good.}, 3: {name: so}}"
    text = f"R: {{offset: 0, fields: {{A: {{bits: 1:0, enum: {values}}}}}}}"
    enum = field_of(text, "A").enum
    assert enum is not None
    assert [(entry.name, entry.danger) for entry in enum.entries] == [
        ("on", ""),
        ("off", "For good."),
        ("so", ""),
    ]


def test_paths_start_at_the_own_group() -> None:
    text = """
        CTRL: {offset: 0, fields: {LOCK: 0, ALL: 1}}
        CH:
          offset: 0x10
          count: 2
          stride: 0x10
          registers:
            CTRL: {offset: 0, fields: {LOCK: 0}}
            A: {offset: 4, locked_by: CTRL.LOCK, latched_by: CTRL, sim: {follows: CTRL}}
            B: {offset: 8, locked_by: CTRL.ALL}
    """
    found = load_registers(text)
    for path, guard, owner in (
        ("b.CH[1].A", "CTRL.LOCK", "b.CH[1].CTRL"),
        ("b.CH[1].B", "CTRL.ALL", "b.CTRL"),
    ):
        node = found.by_path[path]
        assert node.register.locked_by == Guard(guard, 1)
        beside = found.beside(node, guard)
        assert beside is not None
        assert beside[0].path == owner
    # A path that only another group has is none.
    assert rules_of("G: {offset: 0, registers: {A: 0}}\nR: {offset: 8, locked_by: A}") == ["path"]


def test_the_export_tells_of_it() -> None:
    text = """
        R:
          offset: 0
          latched_by: L
          restore: never
          danger: Boom.
          enum: {5: {name: five, danger: Odd.}}
          fields: {A: {bits: 0, danger: Hot., enum: {1: {name: go, danger: Gone.}}}, B: 1}
        L: {offset: 4, restore: 2}
    """
    one, two = export_json(load_registers(text))
    assert (one["latched_by"], one["restore"], one["danger"], one["dangers"]) == (
        "L",
        "never",
        "Boom.",
        {"5": "Odd."},
    )
    assert one["fields"] == {
        "A": {
            "bits": "0",
            "access": "rw",
            "enum": {"1": "go"},
            "danger": "Hot.",
            "dangers": {"1": "Gone."},
        },
        "B": {"bits": "1", "access": "rw"},
    }
    assert two["restore"] == 2
    assert {"latched_by", "danger", "dangers"} & set(two) == set()


@pytest.mark.parametrize(
    ("name", "path", "text"),
    [
        ("ahci", "HBA.GHC.HR", "Resets the whole controller"),
        ("edu", "EDU.DMA.CMD.START", "Overwrites memory"),
        ("demo", "SYS.SOFT_RESET.NET", "Drops every connection"),
    ],
)
def test_what_the_bundled_maps_warn_of(name: str, path: str, text: str) -> None:
    _, found = find(maps.load(name), path)
    assert found is not None
    assert text in found.danger


def test_a_pl011_takes_its_baud_rate_with_the_line_control() -> None:
    loaded = maps.load("pl011")
    for path in ("UART0.IBRD", "UART0.FBRD"):
        node, edit = parse_assignment(loaded, f"{path}=3")
        made = compose(loaded, node, [edit])
        assert made.latch is not None
        assert made.transaction[made.latch].offset == 0x2C
    assert maps.load("hpet").by_path["HPET.MAIN_CNT"].register.restore == Restore(never=True)
