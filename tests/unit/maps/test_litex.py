from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.errors import MapError
from inspector.maps.litex import import_litex
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.maps.tree import Imported
from inspector.model.access import OnRead, OnWrite, Writable
from inspector.model.register import Memory, Poll

from .imported import addresses, loaded, messages, plain, registers

SOC = """{
    "csr_bases": {
        "ctrl": 4026531840,
        "identifier_mem": 4026533888,
        "timer0": 4026535936,
        "timer1": 4026537984,
        "uart": 4026540032,
        "uart_phy": "0xf0002800"
    },
    "csr_registers": {
        "ctrl_reset": {"addr": 4026531840, "size": 1, "type": "rw"},
        "ctrl_scratch": {"addr": 4026531844, "size": 1, "type": "rw"},
        "ctrl_bus_errors": {"addr": 4026531848, "size": 1, "type": "ro"},
        "timer0_load": {"addr": 4026535936, "size": 1, "type": "rw"},
        "timer0_uptime_cycles": {"addr": 4026535940, "size": 2, "type": "ro"},
        "timer1_load": {"addr": 4026537984, "size": 1, "type": "rw"},
        "timer1_uptime_cycles": {"addr": 4026537988, "size": 2, "type": "ro"},
        "uart_rxtx": {"addr": 4026540032, "size": 1, "type": "rw"},
        "uart_txfull": {"addr": 4026540036, "size": 1, "type": "ro"},
        "uart_rxempty": {"addr": 4026540040, "size": 1, "type": "ro"},
        "uart_ev_status": {"addr": 4026540044, "size": 1, "type": "ro"},
        "uart_ev_pending": {"addr": 4026540048, "size": 1, "type": "rw"},
        "uart_ev_enable": {"addr": 4026540052, "size": 1, "type": "rw"},
        "uart_phy_tuning_word": {"addr": 4026542080, "size": 1, "type": "rw"}
    },
    "constants": {
        "config_csr_data_width": 32,
        "config_csr_ordering_big": null,
        "config_identifier": "A SoC of ours",
        "uart_interrupt": 0
    },
    "memories": {
        "rom": {"base": 0, "size": 131072, "type": "cached"},
        "plic": {"base": 4030726144, "size": 4194304, "type": "io"},
        "opensbi": {"base": 1089470464, "size": 524288, "type": "cached+linker"},
        "csr": {"base": 4026531840, "size": 65536, "type": "io"}
    },
    "cores": {"timer0": "Timer", "timer1": "Timer"}
}
"""


def soc(**changed: object) -> bytes:
    """The file with some of its objects in place of its own."""
    return json.dumps(json.loads(SOC) | changed).encode()


def imported(data: str | bytes = SOC) -> Imported:
    return import_litex(data if isinstance(data, bytes) else data.encode(), "csr.json")


def one(words: int, **constants: int | None) -> Imported:
    """A file with one register of so many words."""
    csrs = {"core_big": {"addr": 0x1000, "size": words, "type": "rw"}}
    return imported(soc(csr_bases={"core": 0x1000}, csr_registers=csrs, constants=constants, memories={}))


def refusals(data: str | bytes) -> list[str]:
    with pytest.raises(MapError) as caught:
        imported(data)
    return [f"{found.position.line} {found.message}" for found in caught.value.findings]


def test_every_register_is_where_the_file_says() -> None:
    found = addresses(loaded(imported()))
    stated = json.loads(SOC)["csr_registers"].values()
    assert sorted(found.values()) == sorted(csr["addr"] for csr in stated)
    assert found["csr:uart.rxtx"] == 0xF000_2000
    # By its prefix alone it would be the UART's register 'phy_tuning_word'.
    assert found["csr:uart_phy.tuning_word"] == 0xF000_2800


def test_the_csr_bus_is_one_region_of_its_own_size() -> None:
    region = next(region for region in loaded(imported()).regions if region.name == "csr")
    assert (region.base, region.size) == (0xF000_0000, 0x1_0000)
    assert [instance.name for instance in region.instances] == [
        "ctrl",
        "timer0",
        "timer1",
        "uart",
        "uart_phy",
    ]


def test_cores_with_the_same_registers_share_a_block() -> None:
    register_map = loaded(imported())
    (region,) = (region for region in register_map.regions if region.name == "csr")
    timers = [instance.block for instance in region.instances if instance.name.startswith("timer")]
    assert [block.name for block in timers] == ["timer0", "timer0"]
    assert timers[0].title == "Timer"


def test_the_type_says_whether_a_register_is_written() -> None:
    found = registers(loaded(imported()))
    assert found["ctrl.scratch"].access.writable is Writable.YES
    assert found["ctrl.bus_errors"].access.writable is Writable.NO


def test_what_reads_do_is_not_known() -> None:
    found = registers(loaded(imported()))
    assert found["timer0.load"].access.on_read is OnRead.UNKNOWN
    assert found["timer0.uptime_cycles"].access.on_read is OnRead.UNKNOWN


def test_an_event_manager_clears_what_is_written_as_1() -> None:
    found = registers(loaded(imported()))
    assert found["uart.ev_pending"].access.on_write is OnWrite.W1C
    assert found["uart.ev_enable"].access.on_write is OnWrite.STORE
    assert {found[f"uart.ev_{name}"].access.on_read for name in ("status", "pending", "enable")} == {
        OnRead.NONE
    }


def test_pending_events_are_known_by_their_companions_only() -> None:
    csrs = {"core_ev_pending": {"addr": 0x1000, "size": 1, "type": "rw"}}
    register_map = loaded(imported(soc(csr_bases={"core": 0x1000}, csr_registers=csrs, memories={})))
    assert registers(register_map)["core.ev_pending"].access.on_write is OnWrite.STORE


def test_a_uart_is_not_polled_for_characters() -> None:
    rxtx = registers(loaded(imported()))["uart.rxtx"]
    assert (rxtx.access.on_read, rxtx.access.on_write) == (OnRead.UNKNOWN, OnWrite.PUSH)
    assert rxtx.poll is Poll.MANUAL
    assert "rx_fifo_rx_we" in rxtx.desc


def test_a_reset_of_the_soc_is_dangerous() -> None:
    found = registers(loaded(imported()))
    assert "resets the SoC" in found["ctrl.reset"].danger
    assert found["ctrl.scratch"].danger == ""


@pytest.mark.parametrize(("constant", "order"), [("big", "big"), ("little", "little"), ("none", "big")])
def test_words_come_in_the_order_of_the_constant_and_big_is_the_default(constant: str, order: str) -> None:
    found = registers(loaded(one(2, **{f"config_csr_ordering_{constant}": None})))["core.big"]
    assert (found.width, found.access_width, found.word_order) == (64, 32, order)


def test_three_words_are_one_register_too() -> None:
    assert registers(loaded(one(3)))["core.big"].width == 96


def test_more_than_128_bits_are_an_array_of_words_and_that_is_told() -> None:
    result = one(8)
    found = registers(loaded(result))
    assert list(found) == [f"core.big[{i}]" for i in range(8)]
    assert any(
        "'core_big' has 256 bits" in line and "most significant first" in line for line in messages(result)
    )


def test_a_narrow_bus_spreads_a_register_over_words() -> None:
    result = one(4, config_csr_data_width=8, config_csr_alignment=32)
    assert list(addresses(loaded(result)).values()) == [0x1000, 0x1004, 0x1008, 0x100C]
    assert any("the CSR bus carries 8 bits every 4 bytes" in line for line in messages(result))


def test_words_may_be_64_bits_apart() -> None:
    result = one(2, config_csr_alignment=64)
    assert list(addresses(loaded(result)).values()) == [0x1000, 0x1008]


def test_memories_are_windows() -> None:
    register_map = loaded(imported())
    windows = {
        (region.name, region.base): window
        for region in register_map.regions
        for instance in region.instances
        for window in instance.block.children
        if isinstance(window, Memory)
    }
    assert {place: window.size for place, window in windows.items()} == {
        ("rom", 0): 0x2_0000,
        ("plic", 0xF040_0000): 0x40_0000,
    }
    rom, plic = windows.values()
    assert rom.access.writable is Writable.NO
    assert plic.access.on_read is OnRead.UNKNOWN


def test_what_has_no_place_here_is_told_with_its_line() -> None:
    assert messages(imported()) == [
        "1 not-stated: csr.json names no fields, no resets, and not what reads do",
        "4 not-carried: 'identifier_mem' has no registers: it is a memory of the CSR bus, "
        "and its size is not stated",
        "35 not-carried: the memory 'opensbi' is a part that the linker uses of a memory",
    ]


def test_constants_are_kept() -> None:
    root = plain(imported().root)
    assert isinstance(root, dict)
    assert root["title"] == "A SoC of ours"
    assert root["x-litex"]["constants"]["uart_interrupt"] == "0"


def lines_of(node: Node, wanted: str) -> list[int]:
    """The lines, from 1, at which something of that name stands in the tree."""
    if not isinstance(node, MappingNode):
        return []
    found = []
    for key, value in node.pairs:
        if isinstance(key, ScalarNode) and key.text == wanted:
            found.append(value.start.line + 1)
        found += lines_of(value, wanted)
    return found


def test_what_is_made_stands_where_the_file_says_it() -> None:
    root = imported().root
    assert lines_of(root, "scratch") == [12]
    assert lines_of(root, "tuning_word") == [24]
    assert lines_of(root, "config_identifier") == [29]


def test_a_core_outside_of_the_bus_has_a_region_of_its_own() -> None:
    memories = {"csr": {"base": 0xF000_0000, "size": 0x800, "type": "io"}}
    found = addresses(loaded(imported(soc(memories=memories))))
    assert found["csr:ctrl.reset"] == 0xF000_0000
    assert found["uart:uart.rxtx"] == 0xF000_2000


def test_a_core_and_a_memory_may_be_called_alike() -> None:
    memories = {"uart": {"base": 0x100, "size": 16, "type": "io"}}
    names = [region.name for region in loaded(imported(soc(memories=memories))).regions]
    assert names.count("uart") == 1
    assert "uart_2" in names


def test_registers_that_overlap_are_views_and_told() -> None:
    csrs = {
        "core_a": {"addr": 0x1000, "size": 2, "type": "rw"},
        "core_b": {"addr": 0x1004, "size": 1, "type": "rw"},
    }
    result = imported(soc(csr_bases={"core": 0x1000}, csr_registers=csrs, memories={}))
    assert registers(loaded(result))["core.b"].alt == "b"
    assert any("'core_b' overlaps" in line for line in messages(result))


@pytest.mark.parametrize(
    ("name", "address", "reason"),
    [
        ("stray_reg", 0x1000, "belongs to no core"),
        ("core_odd", 0x1002, "no multiple of 4"),
        ("core_far", (1 << 64) - 4, "beyond 64 bits"),
    ],
)
def test_a_register_without_a_place_is_left_out_and_told(name: str, address: int, reason: str) -> None:
    csrs = {
        "core_a": {"addr": 0x1000, "size": 1, "type": "rw"},
        name: {"addr": address, "size": 2, "type": "rw"},
    }
    result = imported(soc(csr_bases={"core": 0x1000}, csr_registers=csrs, memories={}))
    assert list(registers(loaded(result))) == ["core.a"]
    assert any(reason in line for line in messages(result))


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("", "1 not JSON: Expecting value"),
        (
            '{"csr_bases": {},\n "csr_registers": {]}',
            "2 not JSON: Expecting property name enclosed in double quotes",
        ),
        ("[1]", "1 the file's top is no object"),
        (b'{"csr_bases":\n"\xff"}', "2 the byte 0xff is not UTF-8"),
        ("[" * 100_000, "1 the file nests deeper than can be read"),
        ('{"csr_bases": {"a": ' + "9" * 5000 + "}}", "1 the file holds a number of thousands of digits"),
        ('{"csr_bases": 1}', "1 'csr_bases' is no object"),
        ('{"csr_bases": {}}', "1 the file has neither registers nor memories"),
        (
            '{"csr_bases": {"a": 0},\n"csr_registers": {\n"a_b": {"addr": "x", "size": 1}}}',
            "3 'addr' is a number of at most 64 bits: 'x' is none",
        ),
        (
            '{"csr_bases": {"a": 0},\n"csr_registers": {\n"a_b": {"addr": 0}}}',
            "3 'size' is a number of at most 64 bits: it is missing",
        ),
        ('{"csr_bases": {"a": true}}', "1 'a' is a number of at most 64 bits: 'True' is none"),
        (
            '{"csr_bases": {"a": 0}, "csr_registers": {"a_b": {"addr": 0, "size": 1, "type": "x"}}}',
            "1 'a_b' is neither ro nor rw: 'x'",
        ),
        (
            '{"csr_bases": {"a": 0}, "csr_registers": {"a_b": {"addr": 0, "size": 65537}}}',
            "1 'a_b' has 65,537 words",
        ),
        (
            '{"csr_bases": {}, "constants":\n{"config_csr_data_width": 64}}',
            "2 a CSR bus of 64 bits is not known",
        ),
        (
            '{"csr_bases": {}, "constants": {"config_csr_alignment": 16}}',
            "1 words every 16 bits are not known",
        ),
        (
            '{"csr_bases": {}, "constants": {"config_csr_ordering_little": null,\n'
            '"config_csr_ordering_big": null}}',
            "2 the words are in two orders at once",
        ),
    ],
)
def test_a_wrong_file_is_refused_at_its_line(data: str | bytes, line: str) -> None:
    assert line in refusals(data)


def test_a_file_with_thousands_of_mistakes_is_refused_once() -> None:
    csrs = {f"a_{i}": {"addr": "x", "size": 0} for i in range(3000)}
    data = json.dumps({"csr_bases": {"a": 0}, "csr_registers": csrs}, indent=1)
    assert len(refusals(data)) <= 501


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NUMBERS = st.integers(0, 1 << 65) | st.integers(0, 64) | JSON


@settings(deadline=None)
@given(
    bases=st.dictionaries(st.sampled_from(["a", "a_b", "c"]), NUMBERS, max_size=3) | JSON,
    csrs=st.dictionaries(
        st.sampled_from(["a_x", "a_b_x", "a_b_y", "c_x", "d"]),
        st.fixed_dictionaries({"addr": NUMBERS, "size": NUMBERS}, optional={"type": JSON}) | JSON,
        max_size=4,
    ),
    memories=st.dictionaries(
        st.sampled_from(["csr", "a", "rom"]),
        st.fixed_dictionaries({"base": NUMBERS, "size": NUMBERS}) | JSON,
        max_size=3,
    ),
    constants=st.dictionaries(st.sampled_from(["config_csr_data_width", "config_csr_ordering_big"]), NUMBERS),
)
def test_any_file_is_a_sound_map_or_refused(
    bases: object, csrs: object, memories: object, constants: object
) -> None:
    data = json.dumps(
        {"csr_bases": bases, "csr_registers": csrs, "memories": memories, "constants": constants}
    ).encode()
    try:
        result = import_litex(data, "csr.json")
    except MapError:
        return
    loaded(result)
