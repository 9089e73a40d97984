from __future__ import annotations

import pytest

from inspector.errors import UsageError
from inspector.model.access import TOKENS
from inspector.model.guard import Guard
from inspector.model.paths import find, match
from inspector.model.register import Block, Group, Memory, Poll
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.model.windows import MOST_WORDS, memory_nodes, name_word, name_words
from tests.unit.model.build import array, register


def window(name: str = "BUF", offset: int = 0x100, size: int = 64, **rest: object) -> Memory:
    return Memory(name, offset, size, 16, TOKENS["ro"], "big", **rest)  # type: ignore[arg-type]


DEVICE = Block(
    "device",
    0x1000,
    (
        register("CTRL"),
        window(alt="a", when=(Guard("CTRL", 1),), desc="What is sent."),
        Group("CH", 0x200, (register("GO"), window("RAM", 0x10, 32)), array(2, 0x40)),
    ),
)
PLAIN = Block("plain", 0x1000, (register("CTRL"),))
MAP = RegisterMap(
    "test",
    (
        Region("one", 0x1000, 0x2000, (Instance("X", DEVICE, 0x800), Instance("P", PLAIN, 0x1800))),
        Region("two", 0x8000, 0x2000, (Instance("Y", DEVICE), Instance("P", PLAIN, 0x1000))),
    ),
    (DEVICE, PLAIN),
)


def test_windows_are_found_at_their_offsets() -> None:
    assert [(node.path, node.offset) for node in memory_nodes(MAP)] == [
        ("X.BUF", 0x900),
        ("X.CH[0].RAM", 0xA10),
        ("X.CH[1].RAM", 0xA50),
        ("Y.BUF", 0x100),
        ("Y.CH[0].RAM", 0x210),
        ("Y.CH[1].RAM", 0x250),
    ]


def test_a_named_word_is_a_register_and_nothing_else_changes() -> None:
    found, paths = name_words(MAP, ["X.CTRL", "X.BUF[3]", "X.CH[1].RAM[0xf]", "Y.*"])
    assert paths == ["X.CTRL", "X.BUF[3]", "X.CH[1].RAM[15]", "Y.*"]
    assert len(found.nodes) == len(MAP.nodes) + 2
    word, _ = find(found, "X.BUF[3]")
    assert (word.offset, word.address, word.width) == (0x906, 0x1906, 16)
    register = word.register
    assert (register.access, register.byte_order, register.poll) == (TOKENS["ro"], "big", Poll.MANUAL)
    assert (register.alt, register.when, register.desc) == ("a", (Guard("CTRL", 1),), "What is sent.")
    assert find(found, "X.CH[1].RAM[15]")[0].offset == 0xA50 + 30
    # The other instance of the block has no such words, and a group's word finds its neighbours.
    assert not any("BUF" in node.path for node in match(found, "Y.*"))
    beside = found.beside(find(found, "X.CH[1].RAM[15]")[0], "GO")
    assert beside is not None
    assert beside[0].path == "X.CH[1].GO"


def test_a_range_is_each_of_its_words() -> None:
    found, paths = name_words(MAP, ["Y.BUF[30..0x1f]", "one/X.BUF[0]"])
    assert paths == ["Y.BUF[30]", "Y.BUF[31]", "X.BUF[0]"]
    assert [find(found, path)[0].offset for path in paths] == [0x13C, 0x13E, 0x900]


def test_nothing_named_changes_nothing() -> None:
    for paths in ([], ["X.CTRL", "X.*"], ["X.BUF"], ["X.NONE[3]"], ["X.CTRL.F"]):
        found, written = name_words(MAP, paths)
        assert found is MAP
        assert written == paths


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("X.BUF[32]", "X.BUF has no word 32: its words are 0 to 31"),
        ("X.BUF[-1]", "X.BUF has no word -1: its words are 0 to 31"),
        ("X.BUF[0..32]", "X.BUF has no word 32: its words are 0 to 31"),
        ("X.BUF[5..4]", "X.BUF[5..4] ends before it begins"),
        ("X.BUF[010]", "X.BUF[010]: "),
        ("X.BUF[first]", "X.BUF[first]: "),
    ],
)
def test_what_is_no_word_is_refused(path: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        name_words(MAP, [path])
    assert str(caught.value).startswith(why)


def test_no_more_words_at_once_than_a_person_reads() -> None:
    block = Block("b", 1 << 20, (Memory("RAM", 0, 1 << 20, 8, TOKENS["rw"]),))
    register_map = RegisterMap("m", (Region("r", 0, 1 << 20, (Instance("M", block),)),), (block,))
    with pytest.raises(UsageError, match="fewer at a time"):
        name_words(register_map, [f"M.RAM[0..{MOST_WORDS}]"])


def test_one_word_is_not_a_range() -> None:
    assert name_word(MAP, "X.BUF[4..4]")[1] == "X.BUF[4]"
    with pytest.raises(UsageError, match=r"name one, as X.BUF\[4\]"):
        name_word(MAP, "X.BUF[4..5]")


@pytest.mark.parametrize("path", ["X.BUF", "X.BUF[3]", "X.BUF[3].FIELD", "two/Y.CH[0].RAM"])
def test_who_takes_no_words_says_who_does(path: str) -> None:
    with pytest.raises(UsageError, match=r"is a window of memory, .* as .*\[0\]$"):
        find(MAP, path)


def test_an_instance_of_memory_alone_has_no_registers() -> None:
    block = Block("b", 64, (window(offset=0),))
    register_map = RegisterMap("m", (Region("r", 0, 64, (Instance("M", block),)),), (block,))
    assert not register_map.nodes
    with pytest.raises(UsageError, match=r"did you mean M\.BUF"):
        find(register_map, "M.BUFF")
