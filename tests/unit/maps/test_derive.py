"""``like``: what is like another is that with what it states itself."""

from __future__ import annotations

import time

import pytest

from inspector.errors import MapError
from inspector.maps import load_text
from inspector.model.access import TOKENS, OnRead
from inspector.model.register import Block, Group, Register
from inspector.model.registermap import RegisterMap
from tests.unit.maps.loading import findings_of, load_registers, register_of, text_of


def block(loaded: RegisterMap, name: str) -> Block:
    return next(block for block in loaded.blocks if block.name == name)


def names(loaded: RegisterMap, name: str) -> list[str]:
    return [path for path, _, _ in block(loaded, name).walk()]


def register(loaded: RegisterMap, name: str, path: str) -> Register:
    return next(found for known, _, found in block(loaded, name).walk() if known == path)


# --- registers --------------------------------------------------------------------------------

REGISTERS = """
CR:
  {offset: 4, desc: Main, reset: 3, fields: {EN: {bits: 0, desc: On}, MODE: {bits: 2:1, enum: {0: a, 1: b}}}}
"""


def test_a_register_has_what_the_other_has_but_for_what_it_states() -> None:
    found = register_of(REGISTERS + "R: {like: CR, offset: 0x8, reset: 1}")
    assert (found.name, found.offset, found.desc, found.reset) == ("R", 8, "Main", 1)
    assert [(field.name, str(field.bits)) for field in found.fields] == [("EN", "0"), ("MODE", "2:1")]


def test_the_other_may_come_later() -> None:
    found = register_of("R: {like: CR, offset: 0x8}" + REGISTERS)
    assert found.desc == "Main"


def test_fields_are_merged_one_by_one_and_a_shorthand_changes_the_bits_alone() -> None:
    found = register_of(
        REGISTERS + "R: {like: CR, offset: 8, reset: ~, fields: {EN: 7, NEW: 9:8, MODE: {access: ro}}}"
    )
    assert [(field.name, str(field.bits), field.desc) for field in found.fields] == [
        ("EN", "7", "On"),
        ("MODE", "2:1", ""),
        ("NEW", "9:8", ""),
    ]
    assert found.reset is None
    mode = found.field("MODE")
    assert mode is not None
    assert mode.access == TOKENS["ro"]
    assert mode.enum is not None


def test_a_register_in_short_is_its_offset() -> None:
    assert register_of("A: 0x18\nR: {like: A, access: ro, alt: view}").offset == 0x18
    # On its own bytes it would clash: what it is like states the offset too.
    assert [finding.rule for finding in findings_of(text_of("A: 0x18\nR: {like: A}"))] == ["overlap"]


def test_enums_are_merged_by_value_however_it_is_written() -> None:
    found = register_of(
        REGISTERS + "R: {like: CR, offset: 8, fields: {MODE: {enum: {0x1: changed, 3: more, 0: ~}}}}"
    )
    mode = found.field("MODE")
    assert mode is not None
    assert mode.enum is not None
    assert [(entry.low, entry.name) for entry in mode.enum.entries] == [(1, "changed"), (3, "more")]


def test_deletion_takes_keys_and_fields_away() -> None:
    found = register_of(REGISTERS + "R: {like: CR, offset: 8, desc: ~, fields: {EN: ~}}")
    assert (found.desc, [field.name for field in found.fields]) == ("", ["MODE"])
    assert register_of(REGISTERS + "R: {like: CR, offset: 8, fields: ~}").fields == ()


def test_a_new_access_takes_the_old_effects_with_it() -> None:
    base = "A: {offset: 0, access: rw, on_read: pop, on_write: push}\n"
    assert register_of(base + "R: {like: A, offset: 4, access: w1c}").access == TOKENS["w1c"]
    kept = register_of(base + "R: {like: A, offset: 4, on_read: none}").access
    assert kept == TOKENS["rw"].with_effects(OnRead.NONE, register_of(base, "A").access.on_write)


def test_bits_take_lsb_and_width_with_them_and_offsets_the_stride() -> None:
    fields = register_of(
        "A: {offset: 0, fields: {F: {lsb: 4, width: 4, desc: x}}}\n"
        "R: {like: A, offset: 4, fields: {F: 9:8}}\nB: {like: R, offset: 8, fields: {F: {lsb: 1, width: 2}}}"
    ).fields
    assert [(str(field.bits), field.desc) for field in fields] == [("9:8", "x")]
    array = load_registers(
        "A: {offset: 0, count: 3, stride: 8}\nB: {like: A, offset: 0x40, offsets: [0, 4, 0x20]}\n"
        "C: {like: B, offset: 0x80, count: 2, stride: 4}"
    )
    assert [(path, offset) for path, offset, _ in array.blocks[0].walk()][3:] == [
        ("B[0]", 0x40),
        ("B[1]", 0x44),
        ("B[2]", 0x60),
        ("C[0]", 0x80),
        ("C[1]", 0x84),
    ]


def test_a_name_is_one_beside_it_else_from_the_blocks_start_else_in_another_block() -> None:
    loaded = load_text(
        "regmap: 1\nblocks:\n"
        "  one:\n    registers:\n"
        "      A: {offset: 0, desc: one.A}\n      G: {offset: 8, registers: {A: {offset: 0, desc: G.A}}}\n"
        "  two:\n    registers:\n"
        "      A: {offset: 0, desc: two.A}\n"
        "      H:\n        offset: 0x10\n        registers:\n"
        "          B: {offset: 0, desc: H.B}\n"
        "          C: {like: B, offset: 4}\n"
        "          D: {like: A, offset: 8}\n"
        "          E: {like: H.C, offset: 12}\n"
        "          F: {like: one.G.A, offset: 16}\n"
        "          A: {like: A, offset: 20}\n",
        "m",
    )
    found = {path: found.desc for path, _, found in block(loaded, "two").walk()}
    # A beside D is H's own A, which is like the block's.
    assert found == {
        "A": "two.A",
        "H.B": "H.B",
        "H.C": "H.B",
        "H.D": "two.A",
        "H.E": "H.B",
        "H.F": "G.A",
        "H.A": "two.A",
    }


def test_a_group_is_like_another_with_all_that_is_in_it() -> None:
    loaded = load_registers(
        "CH: {offset: 0, count: 2, stride: 16, registers: {A: 0, SUB: {offset: 8, registers: {X: 0, Y: 4}}}}"
        "\nDH: {like: CH, offset: 0x40, registers: {A: ~, SUB: {registers: {Y: ~, Z: {like: X, offset: 4}}}}}"
    )
    assert [path for path, _, _ in loaded.blocks[0].walk()][-4:] == [
        "DH[0].SUB.X",
        "DH[0].SUB.Z",
        "DH[1].SUB.X",
        "DH[1].SUB.Z",
    ]
    assert isinstance(loaded.blocks[0].children[1], Group)


def test_a_memory_window_is_like_another() -> None:
    loaded = load_registers("M: {offset: 0, kind: memory, size: 64}\nN: {like: M, offset: 64}\nR: 0x100")
    assert [(memory.name, memory.size) for _, _, memory in loaded.blocks[0].memories()] == [
        ("M", 64),
        ("N", 64),
    ]


# --- blocks -----------------------------------------------------------------------------------

BLOCKS = """\
regmap: 1
defaults: {access: ro}
blocks:
  base:
    size: 4K
    width: 16
    registers:
      A: {offset: 0, fields: {F: 3:0}}
      B: 4
      C: {offset: 8, like: A}
"""


def test_a_block_is_like_another_its_registers_first_and_then_the_new_ones() -> None:
    loaded = load_text(
        BLOCKS
        + "  more:\n    like: base\n    registers:\n      D: 0x10\n      B: ~\n      A: {fields: {G: 7:4}}\n",
        "m",
    )
    assert names(loaded, "more") == ["A", "C", "D"]
    assert block(loaded, "more").size == 4096
    found = register(loaded, "more", "A")
    assert (found.width, [field.name for field in found.fields]) == (16, ["F", "G"])
    # What the base's registers are like is what they are there.
    assert [field.name for field in register(loaded, "more", "C").fields] == ["F"]
    assert [field.name for field in register(loaded, "base", "A").fields] == ["F"]


def test_what_states_like_itself_begins_anew_from_there() -> None:
    loaded = load_text(
        BLOCKS
        + "  more: {like: base, registers: {B: {like: A, offset: 4, desc: b}, C: {like: B, offset: 12}}}\n",
        "m",
    )
    assert [field.name for field in register(loaded, "more", "B").fields] == ["F"]
    assert register(loaded, "more", "C").desc == "b"


def test_likes_follow_one_another() -> None:
    count = 50
    chain = "".join(
        f"  b{i + 1}: {{like: b{i}, registers: {{R{i + 1}: {4 * i + 4}}}}}\n" for i in range(count)
    )
    loaded = load_text(f"regmap: 1\nblocks:\n  b0: {{registers: {{R0: 0}}}}\n{chain}", "m")
    assert names(loaded, f"b{count}") == [f"R{i}" for i in range(count + 1)]


def test_merge_keys_and_anchors_count_as_written() -> None:
    found = register_of(
        "A: {offset: 0, desc: x, fields: {F: 0}}\nR: {<<: {like: A}, offset: 4, fields: {<<: {G: 1}, F: ~}}"
    )
    assert (found.desc, [field.name for field in found.fields]) == ("x", ["G"])


# --- what goes wrong --------------------------------------------------------------------------


def places(text: str) -> list[tuple[int, str]]:
    return [(finding.position.line, finding.rule) for finding in findings_of(text)]


def test_a_mistake_is_told_once_where_it_is_written() -> None:
    text = (
        "regmap: 1\nblocks:\n  a:\n    registers:\n      R: {offset: 0, fields: {F: 40}}\n"
        "  b: {like: a}\n  c: {like: b}\n"
    )
    assert places(text) == [(5, "bits")]


def test_what_is_wrong_with_the_result_alone_is_told_where_it_says_what_it_is_like() -> None:
    text = (
        "regmap: 1\nblocks:\n  a:\n    registers:\n      R: {offset: 0, fields: {F: 31}}\n"
        "  b:\n    like: a\n    width: 16\n  c:\n    like: b\n"
    )
    (finding,) = findings_of(text)
    assert (finding.position.line, finding.position.column, finding.position.length) == (7, 11, 1)
    assert finding.message.endswith("(from line 5)")
    assert finding.excerpt == "    like: a"


def test_what_the_result_states_wrong_is_told_there() -> None:
    text = "regmap: 1\nblocks:\n  a: {registers: {R: 0}}\n  b:\n    like: a\n    registers: {R: {width: 7}}\n"
    assert places(text) == [(6, "width")]


def test_what_is_like_something_wrong_is_no_second_mistake() -> None:
    text = (
        "regmap: 1\nblocks:\n  a: {like: nothing, registers: {X: {offset: 0, locked_by: R.F}}}\n"
        "  b: {like: a}\n"
        "  c: {registers: {S: {like: a.R, offset: 4}, T: {offset: 8, locked_by: S.F}}}\n"
        "regions: {r: {instances: {I: a, J: b}}}\n"
    )
    assert places(text) == [(3, "like")]


@pytest.mark.parametrize(
    "registers",
    [
        "A: {like: A}",
        "A: {like: B}\nB: {like: C}\nC: {like: A}",
        "G: {offset: 0, registers: {A: {like: G}}}",
        "G: {like: H.X, offset: 0}\nH: {offset: 8, registers: {X: {offset: 0, registers: {Y: {like: G}}}}}",
    ],
)
def test_a_circle_is_told_once_with_the_way_it_goes(registers: str) -> None:
    (finding,) = findings_of(text_of(registers))
    assert finding.rule == "like"
    assert " → " in finding.message


def test_a_circle_of_blocks_through_their_registers() -> None:
    text = (
        "regmap: 1\nblocks:\n  a: {like: b, registers: {X: 0}}\n"
        "  b: {registers: {Y: {like: a.X, offset: 8}}}\n"
    )
    (finding,) = findings_of(text)
    assert finding.message.endswith("a → b.Y → a")


# --- bounds -----------------------------------------------------------------------------------


def test_what_doubles_with_each_line_is_refused_fast() -> None:
    lines = ["G0: {offset: 0, registers: {R: 0}}"]
    lines += [
        f"G{i + 1}: {{offset: 0, alt: v{i}, registers: {{A: {{like: G{i}}}, B: {{like: G{i}}}}}}}"
        for i in range(40)
    ]
    started = time.perf_counter()
    rules = {finding.rule for finding in findings_of(text_of("\n".join(lines)))}
    assert rules <= {"too-large", "too-deep"}
    assert time.perf_counter() - started < 10


def test_depth_is_bounded() -> None:
    lines = ["G0: {offset: 0, registers: {R: 0}}"]
    lines += [f"G{i + 1}: {{offset: 0, registers: {{A: {{like: G{i}}}}}}}" for i in range(60)]
    assert "too-deep" in {finding.rule for finding in findings_of(text_of("\n".join(lines)))}


def test_a_long_way_forward_is_refused_without_an_overflow() -> None:
    lines = [f"R{i}: {{like: R{i + 1}, offset: {4 * i}}}" for i in range(500)]
    assert {finding.rule for finding in findings_of(text_of("\n".join([*lines, "R500: 2000"])))} == {
        "too-deep"
    }
    backwards = [f"R{i + 1}: {{like: R{i}, offset: {4 * i + 4}}}" for i in range(500)]
    assert len(load_registers("\n".join(["R0: 0", *backwards])).nodes) == 501


def test_a_long_way_through_nested_groups_is_refused_without_an_overflow() -> None:
    def nested(i: int) -> str:
        deep = 20
        inner = f"X: {{like: N{i + 1}}}"
        for level in range(deep):
            inner = f"G{level}: {{offset: 0, registers: {{{inner}}}}}"
        return f"N{i}: {{offset: 0, registers: {{{inner}}}}}"

    lines = [nested(i) for i in range(60)]
    with pytest.raises(MapError) as caught:
        load_registers("\n".join([*lines, "N60: {offset: 0, registers: {R: 0}}"]))
    assert caught.value.findings[0].rule == "too-deep"
