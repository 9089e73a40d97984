"""Searching: what is found, what comes first, and what a search costs; against a search written plainly."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from inspector.maps import load
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.register import Block, Dimension, Group, Memory, Register
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.model.windows import MemoryNode
from inspector.ui.search import MOST, Match, Search
from inspector.ui.typos import corrections
from tests.ui.driving import register, small_map
from tests.unit.model.build import field

KINDS = ["name", "field", "value", "text"]


def found(search: Search, text: str) -> list[str]:
    """The paths that a search finds, the best first."""
    return [match.node.path for match in search.find(text)]


def first(search: Search, text: str) -> Match:
    """The best match."""
    return search.find(text)[0]


# --- against a plain search ------------------------------------------------------------------


def said(node: RegisterNode) -> list[str]:
    """What is said of a register in each of the kinds, in lower case."""
    own, fields = node.register, node.register.fields
    enums = [each for each in (own.enum, *(one.enum for one in fields)) if each]
    texts = [own.title, own.desc, *(text for one in fields for text in (one.title, one.desc))]
    return [
        node.path.lower(),
        "\n".join(one.name for one in fields).lower(),
        "\n".join(entry.name for each in enums for entry in each.entries).lower(),
        "\n".join(texts).lower(),
    ]


def plainly(register_map: RegisterMap, words: list[str]) -> dict[str, str]:
    """By path, in which kind the last of all words is found; registers that lack one are left out."""
    hits = {}
    for node in register_map.nodes:
        places = [
            next((at for at, text in enumerate(said(node)) if word in text), len(KINDS)) for word in words
        ]
        if max(places) < len(KINDS):
            hits[node.path] = KINDS[max(places)]
    return hits


def some_words(register_map: RegisterMap, seed: int) -> Iterator[list[str]]:
    """Searches made of pieces of what a map says."""
    choose = random.Random(seed)
    nodes = register_map.nodes
    for _ in range(150):
        node = nodes[choose.randrange(len(nodes))]
        words = []
        for _ in range(choose.randint(1, 3)):
            texts = [text for text in said(node) if text.split()]
            whole = choose.choice(choose.choice(texts).split())
            start = choose.randrange(len(whole))
            words.append(whole[start : start + choose.randint(1, 8)])
        yield list(dict.fromkeys(words))


@pytest.mark.parametrize("name", ["demo", "pl011", "hpet", "ahci"])
def test_a_search_finds_what_a_plain_one_finds_and_in_the_order_of_kinds(name: str) -> None:
    register_map = load(name)
    search = Search(register_map)
    for words in some_words(register_map, seed=7):
        expected = plainly(register_map, words)
        matches = [
            match
            for match in search.find(" ".join(words))
            if isinstance(match.node, RegisterNode) and match.where != "address"
        ]
        if len(expected) < MOST:
            assert {match.node.path: match.where for match in matches} == expected, words
        order = [KINDS.index(match.where) for match in matches]
        assert order == sorted(order), words


def test_a_search_finds_the_same_whatever_was_searched_before() -> None:
    register_map = load("demo")
    typed, fresh = Search(register_map), "channel stat"
    for end in range(1, len(fresh) + 1):
        typed.find(fresh[:end])
    assert found(typed, fresh) == found(Search(register_map), fresh)


# --- what comes first ------------------------------------------------------------------------


def ranked_map() -> RegisterMap:
    """Names that hold one word in every way, in the wrong order."""
    names = ["XFRX", "A_FRX", "FRX", "FR", "GROUP_FR", "OTHER"]
    registers = [register(name, offset=4 * i) for i, name in enumerate(names)]
    registers[-1] = register("OTHER", field("FR", "0"), offset=20, desc="FR in a text")
    registers.append(register("LAST", offset=24, desc="the fr of the text"))
    registers.append(
        register("MODE", field("KIND", "3:0", enum=Enumeration((EnumEntry(0, 0, "fr"),))), offset=28)
    )
    block = Block("b", 0x100, tuple(registers))
    return RegisterMap("r", (Region("main", 0, 0x100, (Instance("DEV", block),)),), (block,))


def test_names_come_before_fields_before_values_before_texts_and_the_exact_ones_first() -> None:
    matches = Search(ranked_map()).find("fr")
    assert [match.node.local for match in matches] == [
        "FR",
        "FRX",
        "A_FRX",
        "GROUP_FR",
        "XFRX",
        "OTHER",
        "MODE",
        "LAST",
    ]
    assert [match.where for match in matches][-3:] == ["field", "value", "text"]


def test_the_exact_name_comes_first_whatever_the_order_of_the_words() -> None:
    search = Search(ranked_map())
    assert first(search, "dev fr").node.local == "FR"
    assert first(search, "fr dev").node.local == "FR"
    assert first(search, "DEV.FR").node.local == "FR"
    assert first(search, "v.fr").node.local == "FR"


def test_words_may_be_in_the_name_a_field_a_value_and_a_text_each() -> None:
    search = Search(small_map())
    (match,) = search.find("ctrl mode fast runs")
    assert (match.node.path, match.where) == ("DEV.CTRL", "text")
    assert match.field is not None
    assert match.field.name == "MODE"


# --- what was meant --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("uartfr", "UART0.FR"),
        ("u0fr", "UART0.FR"),
        ("baudrt", "UART0.BAUDRATE"),
        ("buadrate", "UART0.BAUDRATE"),
        ("baudrtae", "UART0.BAUDRATE"),
        ("bautrate", "UART0.BAUDRATE"),
        ("baudrrate", "UART0.BAUDRATE"),
        ("bbaudrate", "UART0.BAUDRATE"),
        ("uart0 baudrtae", "UART0.BAUDRATE"),
        ("uart0.buad", "UART0.BAUDRATE"),
        ("enalbe", "UART0.CR"),
    ],
)
def test_what_was_meant_is_found(typed: str, meant: str) -> None:
    block = Block(
        "uart",
        0x100,
        (
            register("DR", offset=0),
            register("FR", offset=4),
            register("BAUDRATE", offset=8),
            register("CR", field("ENABLE", "0"), offset=12),
        ),
    )
    register_map = RegisterMap("u", (Region("main", 0, 0x100, (Instance("UART0", block),)),), (block,))
    match = first(Search(register_map), typed)
    assert (match.node.path, match.nearly) == (meant, True)


def texts_map() -> RegisterMap:
    """Texts that say more than names do."""
    registers = (
        register("FIFO", field("LVL", "3:0", desc="How many characters were received"), offset=0),
        register("CTL", offset=4, desc="Then the transmitter starts"),
        register("TX_EN", offset=8),
    )
    block = Block("b", 0x100, registers)
    return RegisterMap("u", (Region("main", 0, 0x100, (Instance("DEV", block),)),), (block,))


@pytest.mark.parametrize(
    ("typed", "path", "words"),
    [
        ("recieved", "DEV.FIFO", ("received",)),
        ("recie", "DEV.FIFO", ("recei",)),
        ("fifo recieved", "DEV.FIFO", ("fifo", "received")),
        ("tranmsitter starst", "DEV.CTL", ("transmitter", "starts")),
    ],
)
def test_what_was_meant_is_found_in_texts(typed: str, path: str, words: tuple[str, ...]) -> None:
    match = first(Search(texts_map()), typed)
    assert (match.node.path, match.where, match.words, match.nearly) == (path, "text", words, True)
    assert (match.field is not None) == (path == "DEV.FIFO")


def test_an_abbreviation_is_no_slip_of_a_short_word_in_a_text() -> None:
    assert found(Search(texts_map()), "txen") == ["DEV.TX_EN"]


@pytest.mark.parametrize("typed", ["reg8", "zzzz", "baudratexx", "0x7000"])
def test_what_nothing_is_like_is_not_found(typed: str) -> None:
    block = Block("b", 0x100, (register("REG9", offset=0), register("BAUDRATE", offset=4)))
    register_map = RegisterMap("u", (Region("main", 0, 0x100, (Instance("DEV", block),)),), (block,))
    assert Search(register_map).find(typed) == []


def one_slip(word: str, known: str) -> bool:
    """Whether ``known`` begins with something that is one slip away from ``word``, tried out plainly."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    slips = set()
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        slips |= (
            {head + tail[1:]} | {head + c + tail for c in letters} | {head + c + tail[1:] for c in letters}
        )
        if len(tail) > 1:
            slips.add(head + tail[1] + tail[0] + tail[2:])
    return not known.startswith(word) and any(known.startswith(each) for each in slips if each != word)


VOCABULARY = ["baudrate", "status", "control", "enable", "transmit", "clear", "unit"]


def test_a_correction_is_one_slip_away() -> None:
    choose = random.Random(3)
    for _ in range(500):
        letters = list(choose.choice(VOCABULARY)[: choose.randint(4, 9)])
        for _ in range(choose.randint(0, 2)):
            letters[choose.randrange(len(letters))] = choose.choice("abcdefghijklmnopqrstuvwxyz")
        typed = "".join(letters)
        for meant in corrections(typed, VOCABULARY, 4):
            assert any(one_slip(typed, known) and known.startswith(meant) for known in VOCABULARY), typed


def test_each_slip_before_the_last_letter_is_corrected() -> None:
    choose = random.Random(4)
    for _ in range(500):
        known = choose.choice(VOCABULARY)
        begun = known[: choose.randint(4, len(known))]
        at = choose.randrange(len(begun) - 2)
        head, tail = begun[:at], begun[at:]
        other = choose.choice("qxz")
        slips = [head + other + tail, head + other + tail[1:], head + tail[1] + tail[0] + tail[2:]]
        typed = choose.choice([*slips, head + tail[1:]])
        if len(typed) >= 4 and typed != begun:
            # Where two slips explain it, what is meant may be a letter shorter.
            meant = list(corrections(typed, VOCABULARY, 4))
            assert any(begun.startswith(each) and len(each) >= len(begun) - 1 for each in meant), typed


def test_digits_are_meant_as_typed() -> None:
    assert list(corrections("untx7", ["unit"], 4)) == []
    assert list(corrections("uint7", ["unit"], 4)) == ["unit7"]


# --- addresses -------------------------------------------------------------------------------


def array_map(count: int = 1000) -> RegisterMap:
    """An array of groups at 0x4000_0000 with a hole in each element, and a window of memory behind it."""
    shape = Dimension(count, 16, tuple(map(str, range(count))))
    group = Group("CH", 0, (register("SRC", offset=0), register("WIDE", offset=8, width=64)), shape)
    memory = Memory(
        "BUF", count * 16, 64, 32, register("X").access, title="Packet store", desc="Where all is"
    )
    block = Block("dma", count * 32, (group, memory))
    places = (Instance("DMA0", block), Instance("DMA1", block, count * 32))
    return RegisterMap("dma", (Region("bus", 0x4000_0000, count * 64, places),), (block,))


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("0x4000_0000", "DMA0.CH[0].SRC"),
        ("0x40000003", "DMA0.CH[0].SRC"),
        ("0x4000_004f", "DMA0.CH[4].WIDE"),
        ("0X4000004F", "DMA0.CH[4].WIDE"),
        ("0x4000_7d03", "DMA1.CH[0].SRC"),
        ("+0x4f", "DMA0.CH[4].WIDE"),
        ("0x4f", "DMA0.CH[4].WIDE"),
        ("+79", "DMA0.CH[4].WIDE"),
        ("dma1 0x4f", "DMA1.CH[4].WIDE"),
        ("0x4f dma1", "DMA1.CH[4].WIDE"),
        ("0x4000_3e9f", "DMA0.BUF"),
    ],
)
def test_an_address_finds_what_holds_its_byte(typed: str, path: str) -> None:
    match = first(Search(array_map()), typed)
    assert (match.node.path, match.where) == (path, "address")


def test_of_equal_offsets_that_of_the_block_in_hand_comes_first() -> None:
    register_map = array_map()
    here = register_map.by_path["DMA1.CH[7].SRC"].index
    paths = [match.node.path for match in Search(register_map).find("+0x4f", near=here)]
    assert paths == ["DMA1.CH[4].WIDE", "DMA0.CH[4].WIDE"]


def test_an_address_in_a_gap_finds_nothing_and_says_what_is_around() -> None:
    search = Search(array_map())
    assert search.find("0x4000_0044") == []
    assert search.gap("0x4000_0044") == (
        "between DMA0.CH[4].SRC (0x40000040) and DMA0.CH[4].WIDE (0x40000048): no register holds it"
    )
    assert search.gap("0x9000_0000") == ""


def test_memory_windows_are_found_by_name_and_text() -> None:
    search = Search(array_map())
    assert found(search, "buf") == ["DMA0.BUF", "DMA1.BUF"]
    assert found(search, "dma1 packet") == ["DMA1.BUF"]
    assert isinstance(first(search, "where all").node, MemoryNode)
    assert first(search, "buf").title == "Packet store"


# --- arrays and instances --------------------------------------------------------------------


def test_elements_of_arrays_are_found_by_their_number_in_each_instance() -> None:
    search = Search(array_map())
    assert found(search, "ch[977].src") == ["DMA0.CH[977].SRC", "DMA1.CH[977].SRC"]
    assert found(search, "dma1.ch[977]") == ["DMA1.CH[977].SRC", "DMA1.CH[977].WIDE"]
    assert found(search, "977 wide dma0") == ["DMA0.CH[977].WIDE"]


def test_at_most_so_many_are_found_and_they_are_the_best() -> None:
    block = Block(
        "b",
        0x10000,
        (
            *(register(f"LONG_STAT{i}", offset=4 * i) for i in range(3000)),
            register("STAT", offset=4 * 3000),
            register("STATUS", offset=4 * 3001),
        ),
    )
    register_map = RegisterMap("many", (Region("main", 0, 0x10000, (Instance("DEV", block),)),), (block,))
    paths = found(Search(register_map), "stat")
    assert len(paths) == MOST
    assert paths[:3] == ["DEV.STAT", "DEV.STATUS", "DEV.LONG_STAT0"]


# --- what it costs ---------------------------------------------------------------------------


def of_size(shape: str, count: int) -> RegisterMap:
    """So many registers: all different, in one array, or as instances of a block of 100."""

    def a_register(i: int, at: int) -> Register:
        kind = ("CTRL", "STATUS", "MASK")[i % 3]
        text = f"the {kind.lower()} of number {i}, which counts all that is sent and received by the device"
        return register(f"{kind}_{i}", field("EN", "0"), field(f"BITS{i}", "5:4"), offset=4 * at, desc=text)

    if shape == "array":
        one = replace(a_register(0, 0), dimension=Dimension(count, 4, tuple(map(str, range(count)))))
        blocks = [Block("b", 4 * count, (one,))]
        places = [Instance("DEV", blocks[0])]
    elif shape == "instances":
        blocks = [Block("b", 0x400, tuple(a_register(i, i) for i in range(100)))]
        places = [Instance(f"DEV{i}", blocks[0], 0x400 * i) for i in range(count // 100)]
    else:
        blocks = [
            Block(f"b{n}", 0x400, tuple(a_register(100 * n + i, i) for i in range(100)))
            for n in range(count // 100)
        ]
        places = [Instance(f"DEV{n}", block, 0x400 * n) for n, block in enumerate(blocks)]
    region = Region("main", 0, 0x1000 * count, tuple(places))
    return RegisterMap(shape, (region,), tuple(blocks))


@pytest.mark.parametrize("shape", ["array", "instances", "different"])
def test_each_key_of_a_search_of_many_registers_is_answered_at_once(shape: str) -> None:
    """The bound has much room: what it shall notice is a search that goes through all of them one by one."""
    search = Search(of_size(shape, 100_000))
    costs = {}
    # As in the app, where what the map takes is not gone through again for garbage.
    gc.disable()
    try:
        for text in ("the number received 777", "dev77 ctrl en", "sttaus", "mask[99999", "0x1234", "qq ww"):
            for end in range(1, len(text) + 1):
                start = time.process_time()
                search.find(text[:end])
                costs[text[:end]] = time.process_time() - start
    finally:
        gc.enable()
    slowest = max(costs, key=costs.__getitem__)
    assert costs[slowest] < 0.2, slowest
