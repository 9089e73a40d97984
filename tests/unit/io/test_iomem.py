from __future__ import annotations

from pathlib import Path

from inspector.io import parse_iomem, read_iomem
from inspector.io.iomem import Iomem, is_ram, overlapping

ARM64 = """\
09000000-09000fff : pl011@9000000
  09000000-09000fff : 9000000.pl011 pl011@9000000
09010000-09010fff : pl031@9010000
  09010000-09010fff : rtc-pl031
40000000-5fffffff : System RAM
  40210000-4120ffff : Kernel code
  41210000-4161ffff : reserved
4000000000-7fffffffff : PCI Bus 0000:00
  4000000000-400003ffff : a : b : c
    4000000000-4000000fff : <BAD>
    4000001000-4000001fff :\x20
"""


def test_lines_of_any_depth_with_any_name() -> None:
    entries = parse_iomem(ARM64)
    assert len(entries) == 11
    assert (entries[0].start, entries[0].end, entries[0].depth) == (0x9000000, 0x9000FFF, 0)
    assert entries[1].name == "9000000.pl011 pl011@9000000"
    assert entries[8].name == "a : b : c"
    assert entries[7].end == 0x7FFFFFFFFF
    assert [entry.label for entry in entries[9:]] == ["<unnamed>", "<unnamed>"]
    assert [entry.depth for entry in entries[7:]] == [0, 1, 2, 2]


def test_without_privilege_nothing_is_known() -> None:
    assert parse_iomem("00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n") == ()


def test_what_is_not_a_line_is_passed_over() -> None:
    text = "garbage\n\n10-1f : x\nzz-11 : y\n20-2f: no\n"
    assert [entry.name for entry in parse_iomem(text)] == ["x"]


def test_control_characters_in_names_are_replaced() -> None:
    assert parse_iomem("10-1f : a\x1b[2Jb\n")[0].name == "a\N{REPLACEMENT CHARACTER}[2Jb"


def test_the_innermost_overlapping_entries() -> None:
    entries = parse_iomem(ARM64)

    def names(start: int, end: int) -> list[str]:
        return [entry.label for entry in overlapping(entries, start, end)]

    assert names(0x9010000, 0x9010003) == ["rtc-pl031"]
    assert names(0x9000000, 0x901FFFF) == ["9000000.pl011 pl011@9000000", "rtc-pl031"]
    assert names(0x8000000, 0x8FFFFFF) == []
    assert names(0x4000002000, 0x4000002000) == ["a : b : c"]


def test_ram_is_known_by_its_name() -> None:
    entries = parse_iomem(ARM64)
    assert is_ram(entries, 0x40210000, 0x40210003)
    assert is_ram(entries, 0x3FFFFFFF, 0x40000000)
    assert not is_ram(entries, 0x9000000, 0x9000FFF)


def test_a_file_that_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    assert read_iomem(tmp_path / "absent") == ()
    path = tmp_path / "iomem"
    path.write_text(ARM64)
    assert len(read_iomem(path)) == 11


def test_containment_tells_the_parent_where_the_kernel_caps_the_indentation() -> None:
    # MAX_IORES_LEVEL 5: the levels 5, 6 and 7 are all printed with ten spaces.
    capped = "".join(f"{'  ' * level}00001000-00001fff : level {level}\n" for level in range(6)) + (
        "          00001000-000017ff : level 6\n"
        "          00001000-000010ff : level 7\n"
        "          00001800-00001fff : level 6 too\n"
        "  00002000-00002fff : level 1 too\n"
    )
    entries = {entry.name: entry for entry in Iomem.parse("00000000-0000ffff : top\n" + capped).entries}
    parents = {name: entry.parent.name if entry.parent else None for name, entry in entries.items()}
    assert parents["level 6"] == parents["level 6 too"] == "level 5"
    assert parents["level 7"] == "level 6"
    assert [child.name for child in entries["level 5"].children] == ["level 6", "level 6 too"]
    assert parents["level 1 too"] == "top"


def test_a_parent_may_have_the_same_range_as_its_child() -> None:
    outer, inner = Iomem.parse(ARM64).entries[:2]
    assert inner.parent is outer
    assert outer.children == [inner]
    assert [entry.name for entry in Iomem.parse(ARM64).top()][-1] == "PCI Bus 0000:00"


def test_hidden_addresses_are_not_an_absent_text() -> None:
    assert Iomem.parse("00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n").hidden
    assert not Iomem.parse("").hidden
    assert not Iomem.parse(ARM64).hidden


def test_a_line_is_of_the_range_with_all_that_contains_it() -> None:
    names = [entry.label for entry in Iomem.parse(ARM64).lines(0x4000000000, 0x4000000003)]
    assert names == ["PCI Bus 0000:00", "a : b : c", "<unnamed>"]


def test_neighbours_share_a_page_and_nothing_else() -> None:
    iomem = Iomem.parse(ARM64)

    def names(start: int, end: int, page: int) -> list[str]:
        return [entry.name for entry in iomem.page_neighbours(start, end, page)]

    assert names(0x9001000, 0x9001FFF, 4 << 10) == []
    assert names(0x9001000, 0x9001FFF, 16 << 10) == ["9000000.pl011 pl011@9000000"]
    assert names(0x9010800, 0x90108FF, 64 << 10) == []
    assert names(0x9000000, 0x9000FFF, 64 << 10) == []
