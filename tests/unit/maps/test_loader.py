"""What a map means once it is loaded: inheritance, arrays, resets, places."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from inspector.errors import MapError
from inspector.maps import load, load_text
from inspector.model.access import TOKENS, Access, OnRead, OnWrite, ReservedWrite, Writable
from inspector.model.enumeration import EnumEntry
from inspector.model.field import Constraint, FieldBehaviour
from inspector.model.format import Format, FormatType
from inspector.model.guard import Guard
from inspector.model.register import Poll, RegisterBehaviour
from inspector.model.registermap import Bind, OpenMode
from tests.unit.maps.loading import block_of, field_of, load_registers, register_of, rules_of

GOOD = sorted((Path(__file__).parent / "good").glob("*.yaml"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_maps_load_without_a_finding(path: Path) -> None:
    loaded = load(str(path))
    assert loaded.warnings == ()
    assert loaded.name == path.stem
    assert loaded.file == str(path)
    assert loaded.nodes


# --- the worked maps --------------------------------------------------------------------------


def test_the_pl011_reads_as_its_manual_says() -> None:
    loaded = load(str(GOOD[0].with_name("pl011.yaml")))
    uart = loaded.by_path
    assert uart["UART0.DR"].address == 0x0900_0000
    assert uart["UART0.DR"].register.access == TOKENS["rw"].with_effects(OnRead.POP, OnWrite.PUSH)
    error = uart["UART0.DR"].register.field("OE")
    assert error is not None
    assert error.access == TOKENS["ro"]
    assert uart["UART0.PERIPHID[3]"].address == 0x0900_0FEC
    assert uart["UART0.FR"].register.reset_mask == 0xF8
    level = uart["UART0.IFLS"].register.field("TXIFLSEL")
    assert level is not None
    assert level.enum is not None
    assert level.enum.name_of(6) == "reserved"
    assert [field.name for field in uart["UART0.MIS"].register.fields] == [
        field.name for field in uart["UART0.IMSC"].register.fields
    ]
    assert uart["UART0.ICR"].register.fields[0].access == TOKENS["wo1c"]


def test_the_edu_device_has_its_group_and_its_identity() -> None:
    loaded = load(str(GOOD[0].with_name("edu.yaml")))
    edu = loaded.by_path
    assert edu["EDU.ID"].register.expect == 0x0100_00ED
    assert edu["EDU.DMA.CMD"].offset == 0x98
    assert edu["EDU.DMA.CMD"].width == 64
    assert loaded.regions[0].bind == Bind(pci_id="1234:11e8")
    assert loaded.regions[0].open is OpenMode.EXCLUSIVE
    assert loaded.regions[0].access_widths == frozenset({32, 64})


def test_the_gpio_has_nine_named_instances_and_field_arrays() -> None:
    loaded = load(str(GOOD[0].with_name("stm32-gpio.yaml")))
    gpio = loaded.by_path
    assert gpio["GPIOI.AFR[1]"].address == 0x4002_2024
    mode = gpio["GPIOA.MODER"].register.field("MODE[15]")
    assert mode is not None
    assert str(mode.bits) == "31:30"
    reset = gpio["GPIOA.BSRR"].register.field("BR[2]")
    assert reset is not None
    assert (str(reset.bits), reset.access) == ("18", TOKENS["wo1c"])


# --- YAML 1.1's traps -------------------------------------------------------------------------


def test_nothing_is_typed_by_yaml() -> None:
    loaded = load(str(GOOD[0].with_name("traps.yaml")))
    assert (loaded.version, loaded.title, loaded.desc, loaded.vendor) == ("1.10", "0x10", "", "NO")
    assert [block.name for block in loaded.blocks] == ["ON"]
    assert loaded.regions[0].name == "NULL"
    assert loaded.regions[0].base == 0x0900_0000
    assert loaded.regions[0].size == 4096
    register = loaded.by_path["E3.OFF"].register
    assert [(field.name, str(field.bits)) for field in register.fields] == [
        ("NO", "7:4"),
        ("Y", "3"),
        ("N", "2,0"),
        ("YES", "31:28"),
    ]
    enum = register.fields[0].enum
    assert enum is not None
    assert [entry.name for entry in enum.entries] == [
        "off",
        "on",
        "yes",
        "~0",
        "010",
        "1:30",
        "null",
        "2024-01-01",
    ]
    assert loaded.by_path["E3.y"].offset == 60
    assert loaded.by_path["E3.TRUE"].register.hidden
    assert not loaded.by_path["E3.TRUE"].register.volatile


# --- inheritance ------------------------------------------------------------------------------


def test_the_nearest_statement_wins() -> None:
    registers = """
        OWN: {offset: 0, width: 8, byte_order: little, poll: never}
        G: {offset: 8, width: 64, registers: {R: {offset: 0, fields: {A: {bits: 0, volatile: no}, B: 1}}}}
        LAST: 4
    """
    top = "defaults: {width: 16, byte_order: big, poll: once}\n"
    block = "width: 32\nvolatile: true\nreserved_write: one\nreadback: no\necho: no\n"
    own = register_of(registers, "OWN", top=top, block=block)
    assert (own.width, own.byte_order, own.poll, own.volatile) == (8, "little", Poll.NEVER, True)
    inner = register_of(registers, "R", top=top, block=block)
    assert (inner.width, inner.byte_order, inner.poll) == (64, "big", Poll.ONCE)
    assert [field.volatile for field in inner.fields] == [False, True]
    last = register_of(registers, "LAST", top=top, block=block)
    assert (last.width, last.reserved_write, last.readback, last.echo) == (
        32,
        ReservedWrite.ONE,
        False,
        False,
    )


def test_the_defaults_without_any_statement() -> None:
    register = register_of("R: 0")
    assert register.width == 32
    assert register.access == TOKENS["rw"]
    assert register.byte_order == "little"
    assert register.poll is Poll.AUTO
    assert (register.reset, register.reset_mask) == (None, 0)
    assert register.reserved_write is None


def test_a_nearer_token_replaces_every_effect() -> None:
    register = "R: {offset: 0, on_read: pop, on_write: push, fields: {A: 0, B: {bits: 1, access: rw}}}"
    assert field_of(register, "A").access == TOKENS["rw"].with_effects(OnRead.POP, OnWrite.PUSH)
    assert field_of(register, "B").access == TOKENS["rw"]


def test_effects_at_the_same_level_override_the_token() -> None:
    register = register_of("R: {offset: 0, access: w1c, on_read: clear}")
    assert register.access == Access(True, Writable.YES, OnRead.CLEAR, OnWrite.W1C)


def test_effects_without_a_token_change_what_is_inherited() -> None:
    access = field_of("R: {offset: 0, access: wo1s, fields: {A: {bits: 0, on_write: w1c}}}", "A").access
    assert access == TOKENS["wo1c"]


@pytest.mark.parametrize(("word", "token"), [("r0w1c", "wo1c"), ("rc_w1", "w1c"), ("wclr", "rwclr")])
def test_other_spellings_of_tokens_are_understood(word: str, token: str) -> None:
    assert register_of(f"R: {{offset: 0, access: {word}}}").access == TOKENS[token]


def test_a_regions_byte_order_holds_for_its_instances_alone() -> None:
    loaded = load_registers(
        "A: 0\nB: {offset: 4, byte_order: little}",
        regions="regions:\n  x: {instances: {X: b}}\n  y: {byte_order: big, instances: {Y: b}}\n",
    )
    orders = {node.path: node.register.byte_order for node in loaded.nodes}
    assert orders == {"X.A": "little", "X.B": "little", "Y.A": "big", "Y.B": "little"}


# --- resets -----------------------------------------------------------------------------------


def test_a_registers_reset_is_cut_into_its_fields() -> None:
    registers = "R: {offset: 0, reset: 0x1234, reset_mask: 0xfff0, fields: {A: 7:4, B: [15:12, 9:8], C: 3:0}}"
    register = register_of(registers)
    assert [field.reset for field in register.fields] == [3, 0b0110, None]
    assert (register.reset, register.reset_mask) == (0x1234, 0xFFF0)


def test_fields_resets_make_the_registers() -> None:
    register = register_of("R: {offset: 0, fields: {A: {bits: 7:4, reset: 5}, B: {bits: 0, reset: 1}, C: 9}}")
    assert (register.reset, register.reset_mask) == (0x51, 0xF1)


def test_a_fields_reset_wins_over_an_inherited_one() -> None:
    register = register_of(
        "R: {offset: 0, fields: {A: {bits: 7:4, reset: 5}, B: 3:0}}", block="reset: 0xff\n"
    )
    assert [field.reset for field in register.fields] == [5, 15]
    assert (register.reset, register.reset_mask) == (0x5F, 0xFFFF_FFFF)


def test_a_fields_reset_may_repeat_the_registers() -> None:
    assert field_of("R: {offset: 0, reset: 0x50, fields: {A: {bits: 7:4, reset: 5}}}", "A").reset == 5


def test_a_nearer_reset_is_defined_in_full() -> None:
    block = "reset: 0xff\nreset_mask: 0x0f\n"
    assert register_of("R: 0", block=block).reset_mask == 0x0F
    assert register_of("R: {offset: 0, reset: 1}", block=block).reset_mask == 0xFFFF_FFFF


# --- fields -----------------------------------------------------------------------------------


def test_bits_can_be_written_in_four_ways() -> None:
    register = register_of(
        "R: {offset: 0, fields: {A: 0, B: {bits: 3:1}, C: {lsb: 4, width: 2}, D: {bits: [16, 7:6]}}}"
    )
    assert [str(field.bits) for field in register.fields] == ["0", "3:1", "5:4", "16,7:6"]


def test_field_arrays_are_expanded() -> None:
    register = register_of(
        "R: {offset: 0, fields: {A: {bits: 0, count: 2}, "
        "B: {bits: 5:4, count: 2, stride: 4}, 'C%s_X': {bits: 12, index: [P, Q]}}}"
    )
    assert [(field.name, str(field.bits)) for field in register.fields] == [
        ("A[0]", "0"),
        ("A[1]", "1"),
        ("B[0]", "5:4"),
        ("B[1]", "9:8"),
        ("CP_X", "12"),
        ("CQ_X", "13"),
    ]


def test_a_read_only_field_may_share_bits_with_a_write_only_one() -> None:
    registers = "R: {offset: 0, fields: {S: {bits: 7:0, access: ro}, K: {bits: 15:0, access: wo}}}"
    assert [field.name for field in register_of(registers).fields] == ["S", "K"]
    assert rules_of("R: {offset: 0, fields: {S: {bits: 7:0, access: ro}, K: {bits: 15:0, access: rw}}}") == [
        "overlap"
    ]


def test_a_fields_values_have_names_limits_and_a_key() -> None:
    field = field_of(
        "R: {offset: 0, fields: {A: {bits: 3:0, enum: e, enum_write: {1: go}, write_value: 5, expect: 3, "
        "constraint: {min: 1, max: 9, enum_only: no}, tags: [a, b], hidden: yes, unit: V}}}",
        "A",
        top="enums: {e: {0: off, 4..0x7: on, default: other}}\n",
    )
    assert field.enum is not None
    assert field.enum.entries == (EnumEntry(0, 0, "off"), EnumEntry(4, 7, "on"))
    assert field.enum.default == "other"
    assert field.choices is field.enum_write
    assert (field.write_value, field.expect, field.tags, field.hidden, field.unit) == (
        5,
        3,
        ("a", "b"),
        True,
        "V",
    )
    assert field.constraint == Constraint(1, 9, False)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dec", Format(FormatType.DEC)),
        ("{type: bin}", Format(FormatType.BIN)),
        ("{type: fixed, frac: 6}", Format(FormatType.FIXED, frac=6)),
        ("{type: linear, scale: 0.125, offset: -40}", Format(FormatType.LINEAR, scale=0.125, offset=-40.0)),
        ("{type: linear, scale: 0x10}", Format(FormatType.LINEAR, scale=16.0)),
    ],
)
def test_formats(written: str, meant: Format) -> None:
    assert field_of(f"R: {{offset: 0, fields: {{A: {{bits: 7:0, format: {written}}}}}}}", "A").format == meant


def test_a_formats_unit_gives_way_to_the_fields_own() -> None:
    registers = """
        R: {offset: 0, format: {type: linear, unit: °C}}
        S: {offset: 4, format: {type: linear, unit: °C}, unit: K}
    """
    assert (register_of(registers).unit, register_of(registers, "S").unit) == ("°C", "K")


# --- arrays, groups, places -------------------------------------------------------------------


def test_elements_are_numbered_named_or_put_in_place_of_the_sign() -> None:
    paths = [
        (path, offset)
        for path, offset, _ in block_of(
            """
            A: {offset: 0, count: 2}
            B: {offset: 8, index: [X, Y], stride: 8}
            C%s_D: {offset: 0x20, count: 2}
            G%s: {offset: 0x40, index: [P, Q], stride: 0x10, registers: {R: {offset: 4, width: 16, count: 2}}}
            """
        ).walk()
    ]
    assert paths == [
        ("A[0]", 0),
        ("A[1]", 4),
        ("B[X]", 8),
        ("B[Y]", 16),
        ("C0_D", 0x20),
        ("C1_D", 0x24),
        ("GP.R[0]", 0x44),
        ("GP.R[1]", 0x46),
        ("GQ.R[0]", 0x54),
        ("GQ.R[1]", 0x56),
    ]


def test_arrays_may_lie_between_each_others_elements() -> None:
    block = block_of("A: {offset: 0, count: 3, stride: 8}\nB: {offset: 4, count: 3, stride: 8}")
    assert block.size == 24


def test_an_overlap_between_single_elements_of_arrays_is_found() -> None:
    assert rules_of(
        "A: {offset: 0, count: 3, stride: 12}\nB: {offset: 4, count: 3, stride: 10, width: 16}"
    ) == ["overlap"]


def test_a_read_only_register_may_share_its_bytes_with_a_write_only_one() -> None:
    registers = "A: {offset: 0, access: ro}\nB: {offset: 0, access: wo}\n"
    assert [path for path, _, _ in block_of(registers).walk()] == ["A", "B"]
    assert rules_of(registers + "C: {offset: 2, width: 16, access: wo}") == ["overlap"]


def test_a_block_without_size_ends_with_its_last_register() -> None:
    assert block_of("A: 0\nB: {offset: 0x10, width: 64, count: 2}").size == 0x20


def test_a_map_without_regions_opens_each_block_at_0() -> None:
    loaded = load_registers("A: 4")
    (region,) = loaded.regions
    assert (region.name, region.base, region.size, region.source, region.open) == (
        "b",
        None,
        8,
        None,
        OpenMode.SHARED,
    )
    assert [node.path for node in loaded.nodes] == ["b.A"]


def test_instances_of_an_array_lie_a_block_apart() -> None:
    loaded = load_registers(
        "A: 0",
        block="size: 0x100\n",
        regions="""
        regions:
          mem:
            base: 0x1000
            instances:
              I: {block: b, count: 2, offset: 0x100, title: T, desc: D}
              J%s: {block: b, index: [X], offset: 0x800}
        """,
    )
    assert [(node.path, node.address) for node in loaded.nodes] == [
        ("I[0].A", 0x1100),
        ("I[1].A", 0x1200),
        ("JX.A", 0x1800),
    ]
    assert loaded.regions[0].size == 0x900
    assert loaded.regions[0].instances[1].title == "T"


def test_alignment_counts_from_the_regions_base() -> None:
    region = "regions: {m: {base: 0x1002, instances: {I: {block: b, offset: 2}}}}\n"
    assert load_registers("A: 0", regions=region).nodes[0].address == 0x1004
    assert rules_of("A: 0", regions=region.replace("0x1002", "0x1000")) == ["alignment"]


def test_the_last_address_can_be_used() -> None:
    region = "regions: {m: {base: 0xffff_ffff_ffff_fffc, size: 4, instances: {I: b}}}\n"
    assert load_registers("A: 0", regions=region).nodes[0].address == 2**64 - 4
    assert rules_of("A: 0\nB: 4", regions=region.replace("size: 4, ", "")) == ["range"]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("devmem", "devmem"),
        ("devmem:/tmp/image@0x1000", "devmem:/tmp/image@0x1000"),
        ("{devmem: {}}", "devmem"),
        ("{sim: ~}", "sim"),
        ("{file: {path: /tmp/image}}", "devmem:/tmp/image"),
        ("{file: {path: image, address: 4K}}", "devmem:image@0x1000"),
        ("{file: image.bin}", "devmem:image.bin"),
        ("{uio: {name: core, map: 1}}", "uio:core/1"),
        ("{uio: core}", "uio:core"),
        ("{pci: {slot: '00:04.0', bar: 2}}", "pci:0000:00:04.0/2"),
        ("{gdb: {}}", "gdb"),
        ("{gdb: 'localhost:1234'}", "gdb:localhost:1234"),
    ],
)
def test_a_source_is_a_backends_word(source: str, word: str) -> None:
    region = f"regions: {{m: {{source: {source}, instances: {{I: b}}}}}}\n"
    assert load_registers("A: 0", regions=region).regions[0].source == word


def test_bind_says_how_to_find_a_resource() -> None:
    loaded = load(str(GOOD[0].with_name("everything.yaml")))
    assert loaded.regions[0].bind == Bind("1234:11e8", 2, "core", 1, "acme,core")


def test_bind_takes_one_of_several_nodes_and_ranges() -> None:
    bind = "{compatible: 'acme,core', index: 2, name: regs}"
    region = f"regions: {{m: {{bind: {bind}, instances: {{I: b}}}}}}\n"
    assert load_registers("A: 0", regions=region).regions[0].bind == Bind(
        compatible="acme,core", index=2, reg_name="regs"
    )


def test_an_index_without_a_compatible_is_an_error() -> None:
    region = "regions: {m: {bind: {uio: core, index: 2}, instances: {I: b}}}\n"
    with pytest.raises(MapError, match="'index' is about 'compatible', which is missing"):
        load_registers("A: 0", regions=region)


# --- behaviour --------------------------------------------------------------------------------


def test_everything_that_a_register_can_state_arrives() -> None:
    loaded = load(str(GOOD[0].with_name("everything.yaml"))).by_path
    control = loaded["CORE.CTRL"].register
    assert (control.title, control.desc, control.doc, control.tags) == (
        "Control",
        "Controls it",
        "Page 1",
        ("clock", "power"),
    )
    assert (control.readback, control.echo, control.locked_by) == (False, True, Guard("LOCK.KEY", 0))
    assert loaded["CORE.TWICE"].register.write_twice
    assert loaded["CORE.TWICE"].register.locked_by == Guard("LOCK.KEY", 1)
    assert loaded["CORE.MASKED"].register.write_mask == "upper"
    assert loaded["CORE.ID"].register.const
    assert loaded["CORE.DATA"].register.sim == RegisterBehaviour(fifo=16, feed="Hello ", feed_rate=2.5)
    assert loaded["CORE.COUNT"].register.sim == RegisterBehaviour(counter=-1024, counts_while="CTRL.START")
    assert loaded["CORE.VIEW"].register.sim == RegisterBehaviour(follows="OUT", masked_by="BANK[1].MASK[2]")
    levels = loaded["CORE.LEVELS"].register.fields
    assert [field.sim for field in levels] == [
        FieldBehaviour(empty="DATA"),
        FieldBehaviour(full="DATA"),
        FieldBehaviour(level="DATA"),
        FieldBehaviour(blink=0.5),
        FieldBehaviour(random=1.0),
        FieldBehaviour(raises=3.25),
    ]
    position = control.position
    assert position is not None
    assert str(position).endswith("everything.yaml:35:7")


# --- names, merging, versions -----------------------------------------------------------------


def test_a_map_without_a_name_has_its_files() -> None:
    assert (
        load_text("regmap: 1\nblocks: {b: {registers: {A: 0}}}\n", "dir/my-chip.v2.yaml").name
        == "_my-chip_v2"
    )
    assert load_text("regmap: 1\nblocks: {b: {registers: {A: 0}}}\n", "dir/my-chip.yaml").name == "my-chip"


def test_merged_keys_give_way_to_own_ones_and_earlier_ones_win() -> None:
    registers = """
        x-one: &one {access: ro, title: one}
        x-two: &two {access: wo, desc: two}
        R: {title: own, <<: [*one, *two], offset: 0}
    """
    register = register_of(registers)
    assert (register.title, register.desc, register.access) == ("own", "two", TOKENS["ro"])


def test_a_merge_may_merge_itself() -> None:
    registers = """
        x-base: &base {access: ro}
        x-more: &more {<<: *base, volatile: true}
        R: {<<: *more, offset: 0}
    """
    register = register_of(registers)
    assert (register.access, register.volatile) == (TOKENS["ro"], True)


def test_an_anchor_can_be_defined_anew() -> None:
    register = register_of("x-1: &a {access: ro}\nx-2: &a {access: wo}\nR: {<<: *a, offset: 0}")
    assert register.access == TOKENS["wo"]


# --- the load itself --------------------------------------------------------------------------


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        load_registers("A: 0")
        with pytest.raises(MapError):
            load_text("[", "m")
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize(
    "registers",
    [
        "A: {offset: 0, count: 100_000}",
        "G: {offset: 0, count: 1000, stride: 0x400, registers: {A: {offset: 0, count: 50, stride: 8}, "
        "B: {offset: 4, count: 50, stride: 8}}}",
        "A: {offset: 0, count: 50_000, access: ro}\nB: {offset: 0, count: 50_000, access: wo}",
    ],
)
def test_large_arrays_load(registers: str) -> None:
    # A check of each element against each other would not end within the suite's time limit.
    assert sum(1 for _ in block_of(registers).walk()) == 100_000


def test_a_million_registers_are_the_most() -> None:
    assert rules_of("A: {offset: 0, count: 1_000_000}\nB: {offset: 8M}") == ["too-large"]
    region = "regions: {m: {instances: {I: {block: b, count: 1001}}}}\n"
    assert rules_of("A: {offset: 0, count: 1000}", regions=region) == ["too-large"]


def test_memory_that_nobody_can_access_has_no_width_on_the_bus() -> None:
    text = "M: {{offset: 0x10, kind: memory, size: 16, width: 8, access: {}}}"
    regions = "regions: {r: {base: 0, size: 4K, access_widths: [32], instances: {I: b}}}\n"
    assert load_registers(text.format("none"), regions=regions).regions[0].instances
    assert rules_of(text.format("ro"), regions=regions) == ["access-width"]
