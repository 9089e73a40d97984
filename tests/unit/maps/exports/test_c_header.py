"""The C header: compiled, and its values held against the model."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector import maps
from inspector.maps.exports.c_header import export_c
from inspector.maps.exports.c_names import Macros, capitals
from inspector.model.register import Group, Memory, Register
from inspector.model.registermap import RegisterMap
from tests.unit.maps.exports.rich import rich_map
from tests.unit.maps.loading import load_registers

STRICT = ("-Wall", "-Wextra", "-pedantic", "-Werror")

C = pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")
CPP = pytest.mark.skipif(shutil.which("g++") is None, reason="there is no g++")


def compiled(header: str, expressions: list[str], folder: Path, *command: str) -> list[int]:
    """What a compiled program says the expressions are."""
    (folder / "map.h").write_text(header)
    source = folder / ("main.cpp" if command[0] == "g++" else "main.c")
    # Included twice, as headers are.
    lines = ['#include "map.h"', '#include "map.h"', "#include <stdio.h>", "#include <stdint.h>"]
    lines += [
        "static const unsigned long long values[] = {",
        *(f"(unsigned long long)({e})," for e in expressions),
    ]
    lines += [
        "0};",
        "int main(void) {",
        "  for (unsigned i = 0; i + 1 < sizeof values / sizeof *values; i++)",
    ]
    lines += ['    printf("%llx\\n", values[i]);', "  return 0;", "}"]
    source.write_text("\n".join(lines) + "\n")
    program = folder / "program"
    result = subprocess.run(
        [*command, *STRICT, str(source), "-o", str(program)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    output = subprocess.run([str(program)], capture_output=True, text=True, check=True).stdout
    return [int(line, 16) for line in output.split()]


def placed(
    children: tuple[Register | Group | Memory, ...], name: str, indices: tuple[int, ...], base: int
) -> Iterator[tuple[str, tuple[int, ...], int, Register | Group | Memory]]:
    """Every element with its macro's name and arguments, and its offset."""
    for child in children:
        own = f"{name}_{re.sub('[^A-Z0-9]+', '_', child.name.replace('%s', '').upper())}".rstrip("_")
        dimension = None if isinstance(child, Memory) else child.dimension
        for i in range(dimension.count if dimension else 1):
            offset = base + child.offset + (dimension.at(i) if dimension else 0)
            arguments = (*indices, i) if dimension else indices
            yield own, arguments, offset, child
            if isinstance(child, Group):
                yield from placed(child.children, own, arguments, offset)


def expectations(register_map: RegisterMap) -> Iterator[tuple[str, int]]:
    for region in register_map.regions:
        for instance in region.instances:
            if region.base is not None:
                yield f"{instance.name.upper()}_BASE", region.base + instance.offset
    for block in register_map.blocks:
        prefix = block.name.upper().replace("-", "_")
        yield f"{prefix}_Size", block.size
        for name, indices, offset, element in placed(block.children, prefix, (), 0):
            yield f"{name}({', '.join(map(str, indices))})" if indices else name, offset
            if isinstance(element, Register):
                yield from register_values(name, element)


def register_values(name: str, register: Register) -> Iterator[tuple[str, int]]:
    if register.reset is not None and register.reset_mask:
        yield f"{name}_Rst", register.reset & register.reset_mask
    counts = Counter(field.name.partition("[")[0] for field in register.fields)
    for field in register.fields:
        stem, _, index = field.name.rstrip("]").partition("[")
        owner = f"{name}_{stem.upper().replace('-', '_')}"
        call = f"({index})" if index and counts[stem] > 1 else ""
        if len(field.bits.parts) == 1:
            yield f"{owner}_Pos{call}", field.bits.lsb
        yield f"{owner}_Msk{call}", field.bits.mask


@C
@pytest.mark.parametrize("name", maps.names())
def test_a_compiled_program_agrees_with_the_model(name: str, tmp_path: Path) -> None:
    register_map = maps.load(name)
    header = export_c(register_map)
    expected = dict(expectations(register_map))
    found = compiled(header, list(expected), tmp_path, "gcc", "-std=c99")
    assert dict(zip(expected, found, strict=True)) == expected
    assert any("_Msk" in expression for expression in expected)


RICH = {
    # expression → value, worked out by hand from the map
    "D0_BASE": None,
    "R_D0_BASE": 0x1_2345_6000,
    "D1_BASE": 0x1_2345_7000,
    "BAR_D0_IN_BAR": 0x1000,
    "DEV_Size": 4096,
    "DEV_CTRL_MODE_Msk": 6,
    "DEV_CTRL_MODE_1_8_FULL": 0,
    "DEV_CTRL_MODE_PULL_UP": 1,
    "DEV_CTRL_MODE_PULL_UP_2": 2,
    "DEV_CTRL_APART_Msk": 0xF000_0310,
    "DEV_CTRL_APART_Get(0x50000210u)": 0b0101_10_1,
    "DEV_CTRL_APART_Put(0x2du)": 0x5000_0210,
    "DEV_CTRL_LANE_Pos(3)": 25,
    "DEV_CTRL_LANE_Msk(1)": 3 << 19,
    "DEV_CTRL_LANE_FieldNum": 4,
    "DEV_CTRL_ODD_Pos(0)": 10,
    "DEV_CTRL_ODD_Pos(1)": 11,
    "DEV_CTRL_ODD_Msk(2)": 1 << 14,
    "DEV_WIDE_Rst": 0x0123_4567_89AB_CDEF,
    "~DEV_WIDE_LOW_Msk": 0xFFFF_FFFF_0000_0000,
    "DEV_WIDE_TOP_FIVE << DEV_WIDE_TOP_Pos": 5 << 60,
    "DEV_WIDE_LANE4_Msk": 3 << 40,
    "DEV_HUGE_A_Pos": 3,
    "DEV_SMALL_Rst": 0x80,
    "DEV_SMALL_RstMsk": 0xF0,
    "DEV_RANGE_R_SOME_First": 4,
    "DEV_RANGE_R_SOME_Last": 7,
    "DEV_RANGE_R_MASKED_Val": 0x10,
    "DEV_RANGE_R_MASKED_Care": 0x9F,
    "DEV_RANGE_W_BUSY": 1,
    "DEV_RANGE_W_WRITE_START": 1,
    "DEV_VIEW": 0x30,
    "DEV_OTHER": 0x30,
    "DEV_CH(1)": 0x140,
    "DEV_CH_Num": 3,
    "DEV_CH_Idx_SPARE": 2,
    "DEV_CH_DATA(2, 3)": 0x100 + 2 * 0x40 + 4 + 3 * 8,
    "DEV_CH_BUF(0, 0)": 0x124,
    "DEV_CH_BUF(0, 1)": 0x130,
    "DEV_CH_BUF(1, 2)": 0x168,
    "DEV_CH_PAIR_Y(DEV_CH_Idx_B, 1)": 0x100 + 0x40 + 0x34 + 4 + 2,
    "DEV_MEM": 0x800,
    "DEV_MEM_Size": 1024,
}


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("gcc", "-std=c99"), marks=C),
        pytest.param(("gcc", "-std=c99", "-trigraphs"), marks=C),
        pytest.param(("g++", "-std=c++17"), marks=CPP),
    ],
    ids=" ".join,
)
def test_everything_that_a_map_can_say(command: tuple[str, ...], tmp_path: Path) -> None:
    header = export_c(rich_map())
    expected = {expression: value for expression, value in RICH.items() if value is not None}
    found = compiled(header, list(expected), tmp_path, *command)
    assert dict(zip(expected, found, strict=True)) == expected
    # The name is in two regions, so neither has it alone.
    assert "#define D0_BASE " not in header


def test_comments_say_what_reading_and_writing_do() -> None:
    header = export_c(rich_map())
    words = " ".join(word for word in header.split() if word != "*")
    assert "reading takes an entry out of the FIFO; writing adds an entry to the FIFO" in words
    assert "SMALL, 8 bits: read-only; reading clears." in header
    assert "It is there only while CTRL.EN == 1." in header


def test_nothing_of_a_text_is_outside_a_comment() -> None:
    header = export_c(rich_map())
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    lines = [line for line in code.splitlines() if line.strip()]
    assert all(re.match(r"#(define|ifndef|endif)\b", line) for line in lines), lines
    assert "\u202e" not in header
    assert "\x9b" not in header
    assert "??" not in header
    assert not any(line.endswith("\\") for line in header.splitlines())


def test_names_are_given_once_and_in_order() -> None:
    header = export_c(
        load_registers(
            "A-B: 0\nA_B: 4\na_b: {offset: 8, fields: {C: 0, c: 1}}\nA: {offset: 12, fields: {B: 0}}"
        )
    )
    names = re.findall(r"#define (\w+)", header)
    assert len(names) == len(set(names))
    for name in ("B_A_B", "B_A_B_2", "B_A_B_3", "B_A_B_3_C_Pos", "B_A_B_3_C_2_Pos", "B_A_B_Pos"):
        assert f"#define {name} " in header


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("uint32", "c"), "UINT32_C_"),
        (("INT", "MAX"), "INT_MAX_"),
        (("_x", "__y"), "X_Y"),
        (("8bit", "é-ü"), "N8BIT_E_U"),
        (("µ", "%"), "X"),
    ],
)
def test_names_that_c_keeps_for_itself_are_avoided(parts: tuple[str, ...], name: str) -> None:
    assert Macros().take(*parts) == name


def test_capitals() -> None:
    assert capitals("8 bits") == "8_BITS"
    assert capitals("--") == ""


def test_the_header_is_the_same_each_time() -> None:
    assert export_c(rich_map()) == export_c(rich_map())
