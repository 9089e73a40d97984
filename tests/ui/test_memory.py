"""Memory windows, and registers wider than the bus, on the screen."""

from __future__ import annotations

import pytest

from inspector.model.access import TOKENS
from inspector.model.register import Block, Memory
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.ui.bitpicture import geometry
from inspector.ui.lines import plain
from inspector.ui.rows import Rows
from tests.ui.driving import make_app, register, running, select, text_of, until
from tests.ui.test_bitpicture import picture
from tests.unit.model.build import field

SIZES = [(80, 24), (120, 40), (200, 60)]


def memory_map() -> RegisterMap:
    """A device with windows before, among and behind its registers, and one of memory alone."""
    device = Block(
        "device",
        0x100000,
        (
            Memory("HEAD", 0x0, 0x40, 32, TOKENS["rw"]),
            register("ID", offset=0x40, access="ro", reset=0x10),
            Memory("BUF", 0x80, 4096, 8, TOKENS["none"], desc="Where transfers go."),
            Memory("MORE", 0x2000, 24, 8, TOKENS["ro"]),
            register(
                "WIDE",
                field("LOW", "31:0"),
                field("HIGH", "63:32"),
                offset=0x3000,
                width=64,
                access_width=32,
                reset=0x1_0000_0002,
            ),
            register("KEY", offset=0x3010, width=128, access_width=32, word_order="big", reset=1 << 127 | 5),
            Memory("TAIL", 0x4000, 1 << 16, 64, TOKENS["wo"]),
        ),
    )
    ram = Block("ram", 0x1000, (Memory("RAM", 0x0, 0x1000, 8, TOKENS["rw"]),))
    last = Block("last", 0x1000, (register("END"),))
    instances = (Instance("RAM0", ram), Instance("DEV", device, 0x1000), Instance("RAM1", ram, 0x200000))
    regions = (
        Region("main", 0x10000, 0x300000, instances),
        Region("rest", 0x800000, 0x1000, (Instance("Z", last),)),
    )
    return RegisterMap("memory", regions, (device, ram, last), file="my maps/memory.yaml")


def test_windows_have_rows_among_the_registers() -> None:
    register_map = memory_map()
    rows = Rows(register_map)

    def name(row: int) -> str:
        node, window = rows.node(row), rows.window(row)
        assert node is None or window is None
        return node.local if node else window.local if window else f"- {rows.places[rows.place(row)][1].name}"

    everything = [
        "- RAM0",
        "RAM",
        "- DEV",
        "HEAD",
        "ID",
        "BUF",
        "MORE",
        "WIDE",
        "KEY",
        "TAIL",
        "- RAM1",
        "RAM",
    ]
    assert [name(row) for row in range(len(rows))] == [*everything, "- Z", "END"]
    for node in register_map.nodes:
        assert rows.node(rows.row_of(node)) is node
    assert [rows.selectable(row) for row in (0, 1, 3)] == [False, True, True]
    rows.fold("main", True)
    assert [name(row) for row in range(len(rows))] == ["- RAM0", "- Z", "END"]
    assert rows.row_of(register_map.by_path["Z.END"]) == 2


@pytest.mark.parametrize("size", SIZES)
async def test_a_window_is_a_row_without_a_value_and_says_how_to_look(size: tuple[int, int]) -> None:
    register_map = memory_map()
    async with running(make_app(register_map), size) as (pilot, screen):
        select(screen, "DEV.ID")
        await pilot.press("down")
        await pilot.pause()
        text = text_of(screen)
        line = next(line for line in text.splitlines() if "BUF" in line and "KiB" in line)
        assert "none  4 KiB of memory, 8-bit words" in line
        said = " ".join(text.split())
        assert "0x0001_1080 · 4 KiB of memory, 8-bit words" in said
        assert "Where transfers go." in said
        assert "Words 0 to 4095: none of them is read by itself" in said
        assert "inspector read 'my maps/memory.yaml' 'DEV.BUF[0]'" in said.replace(" -", "-")
        assert "24 bytes of memory" in text
        for key in ("r", "enter"):
            await pilot.press(key)
            assert "memory is read on the command line only" in text_of(screen)
            await pilot.press("escape")
        await pilot.press("e", "y", "p", "u")
        assert screen.edits.editing is None
        await pilot.press("z")
        assert "main" in screen.table.rows.folded


async def test_nothing_of_a_window_is_read() -> None:
    register_map = memory_map()
    async with running(make_app(register_map), (120, 60)) as (pilot, screen):
        session = screen.live.session
        assert session is not None
        await until(pilot, lambda: len(screen.live.samples) == len(register_map.nodes))
        (backend,) = {id(opened.backend): opened.backend for opened in session.regions.values()}.values()
        touched = {entry.offset for entry in backend.log}  # type: ignore[attr-defined]
        words = {0x1000 + 0x3000 + i * 4 for i in range(2)} | {0x1000 + 0x3010 + i * 4 for i in range(4)}
        assert touched == {0x1040, 0x0} | words


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_wider_than_the_bus_is_labelled_and_previewed_access_by_access(
    size: tuple[int, int],
) -> None:
    async with running(make_app(memory_map()), size) as (pilot, screen):
        select(screen, "DEV.WIDE")
        await pilot.pause()
        text = text_of(screen)
        words = "2 accesses of 32 bit, not atomic" if size[1] > 24 else "rw · not atomic"
        assert words in " ".join(text.split())
        assert "rw ÷" in text
        await pilot.press("tab", "end", "enter", *"7")
        said = [text for text, _ in screen.edits.notices()]
        operations = " ".join(said)
        for words in (
            "read 0x0001_4000, stop unless it is 0x2 (DEV.WIDE changed since it was shown)",
            "read 0x0001_4004, stop unless it is 0x1 (DEV.WIDE changed since it was shown)",
            "write 0x0000_0007 to 0x0001_4000",
            "write 0x0000_0001 to 0x0001_4004",
            "read 0x0001_4000 back",
            "read 0x0001_4004 back",
        ):
            assert words in operations
        assert "not atomic: 2 accesses of 32 bits each" in said
        await pilot.press("enter")
        await until(pilot, lambda: "0x0000_0001_0000_0007" in text_of(screen))


@pytest.mark.parametrize("size", [*SIZES, (60, 16)])
async def test_128_bits_are_shown_in_every_base(size: tuple[int, int]) -> None:
    async with running(make_app(memory_map()), size) as (pilot, screen):
        select(screen, "DEV.KEY")
        await until(pilot, lambda: screen.live.sample(screen.map.by_path["DEV.KEY"]).value is not None)
        for _ in range(3):
            await pilot.press("f")
            assert "KEY" in text_of(screen)
        await pilot.press("p", "tab", "left", "space")
        assert screen.edits.editing is not None


def test_128_bits_take_four_rows_at_80_columns() -> None:
    lines = picture(register("R", width=128), 1 << 127 | 1, 79)
    assert len(lines) == 8
    assert lines[0].split() == ["127", "120", "119", "112", "111", "104", "103", "96"]
    assert lines[1].split()[0] == "1"
    assert lines[7].endswith("0 1")


@pytest.mark.parametrize(("width", "per_row"), [(24, 24), (40, 8), (48, 16), (56, 8), (96, 32), (128, 32)])
def test_no_row_of_bits_begins_in_the_middle(width: int, per_row: int) -> None:
    at = geometry(width, 118)
    assert at.per_row == per_row
    digits = picture(register("R", width=width), (1 << width) - 1, 118)[1::2]
    assert [line.split() for line in digits] == [["1"] * per_row] * (width // per_row)
    for bit in range(width):
        assert at.bit_at(at.column(bit), (width - 1 - bit) // per_row, width) == bit


def test_numbers_of_three_digits_do_not_run_together() -> None:
    for room in range(60, 200):
        numbers = picture(register("R", width=128), 0, room)[0].split()
        assert all(len(number) == 3 or number in ("99", "98", "97", "96") for number in numbers), room


def test_a_panel_without_room_shows_what_fits() -> None:
    from inspector.model.windows import memory_nodes
    from inspector.ui.memory import memory_lines

    (node, *_) = memory_nodes(memory_map())
    for width in (1, 5, 20, 80):
        lines = memory_lines(node, "map.yaml", [("! refused", "wrong")], None, width)
        assert all(len(plain(line)) <= max(width, 4) for line in lines)
