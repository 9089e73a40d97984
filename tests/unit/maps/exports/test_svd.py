"""The SVD file: its structure, its words, and that every loss is listed."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from inspector import maps
from inspector.errors import UsageError
from inspector.maps.exports.svd import export_svd
from inspector.maps.exports.svd_enums import write_enumerations
from inspector.maps.exports.xml_text import XmlText
from inspector.model.access import TOKENS
from inspector.model.registermap import RegisterMap
from tests.unit.maps.exports.rich import HOSTILE, rich_map
from tests.unit.maps.loading import field_of, load_registers

ORDER = {
    "device": "vendor name version description licenseText addressUnitBits width peripherals",
    "peripheral": ("dim dimIncrement dimIndex name description groupName baseAddress addressBlock registers"),
    "addressBlock": "offset size usage",
    "cluster": "dim dimIncrement dimIndex name description addressOffset register cluster",
    "register": (
        "dim dimIncrement dimIndex name displayName description alternateGroup alternateRegister "
        "addressOffset size access resetValue resetMask dataType modifiedWriteValues readAction fields"
    ),
    "field": (
        "dim dimIncrement dimIndex name description lsb msb access modifiedWriteValues writeConstraint "
        "readAction enumeratedValues"
    ),
    "enumeratedValues": "usage enumeratedValue",
    "enumeratedValue": "name description value isDefault",
}
"""The order that the schema asks for, of what is written here."""

MIXED = {"registers", "cluster"}
"""What holds registers and clusters in any order."""


def parse(register_map: RegisterMap) -> ElementTree.Element:
    return ElementTree.fromstring(export_svd(register_map).text)


def messages(register_map: RegisterMap) -> dict[str, tuple[str, ...]]:
    return {loss.message: loss.places for loss in export_svd(register_map).losses}


def one(element: ElementTree.Element, path: str) -> str:
    found = element.find(path)
    assert found is not None and found.text is not None, path
    return found.text


def texts(element: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in element.iterfind(path)]


@pytest.mark.parametrize("name", [*maps.names(), "rich"])
def test_elements_stand_in_the_schemas_order(name: str) -> None:
    root = parse(rich_map() if name == "rich" else maps.load(name))
    assert root.tag == "device"
    for element in root.iter():
        if element.tag in ORDER:
            order = ORDER[element.tag].split()
            tags = [child.tag for child in element]
            if element.tag in MIXED:
                tags = [tag for tag in tags if tag not in ("register", "cluster")]
            assert tags == sorted(tags, key=order.index), element.tag
            single = [
                tag for tag in tags if tag not in ("addressBlock", "enumeratedValues", "enumeratedValue")
            ]
            assert len(single) == len(set(single)), element.tag


def test_further_instances_derive_from_the_first() -> None:
    root = parse(
        load_registers(
            "A: 0",
            block="size: 0x100\ndesc: What it does\n",
            regions="""
            regions:
              r:
                base: 0x1000
                size: 64K
                instances:
                  GPIO%s: {block: b, count: 2, stride: 0x400, index: [A, B]}
                  DMA: {block: b, offset: 0x2000, count: 3, stride: 0x100}
                  ODD: {block: b, offset: 0x3000, offsets: [0, 0x100, 0x300]}
            """,
        )
    )
    found = [
        (
            element.get("derivedFrom"),
            one(element, "name"),
            one(element, "baseAddress"),
            element.find("registers") is not None,
        )
        for element in root.iterfind("peripherals/peripheral")
    ]
    assert found == [
        (None, "GPIOA", "0x1000", True),
        ("GPIOA", "GPIOB", "0x1400", False),
        ("GPIOA", "DMA[%s]", "0x3000", False),
        ("GPIOA", "ODD_0", "0x4000", False),
        ("GPIOA", "ODD_1", "0x4100", False),
        ("GPIOA", "ODD_2", "0x4300", False),
    ]
    array = root.findall("peripherals/peripheral")[2]
    assert (one(array, "dim"), one(array, "dimIncrement"), array.find("dimIndex")) == ("3", "0x100", None)


def test_nothing_derives_from_an_array() -> None:
    root = parse(
        load_registers(
            "A: 0",
            regions="regions: {r: {instances: {X: {block: b, count: 2}, Y: {block: b, offset: 64}}}}",
        )
    )
    assert [element.get("derivedFrom") for element in root.iterfind("peripherals/peripheral")] == [None, None]
    assert len(root.findall("peripherals/peripheral/registers/register")) == 2


def test_groups_and_arrays() -> None:
    loaded = load_registers(
        """
        CH:
          offset: 0x100
          count: 3
          stride: 0x40
          index: [A, B, spare]
          desc: A channel
          registers:
            DATA: {offset: 0x4, count: 4, stride: 8}
            BUF%s: {offset: 0x24, offsets: [0, 0x18, 0xc]}
            IN: {offset: 0x2c, registers: {X: {offset: 0, width: 16}}}
        """
    )
    (cluster,) = parse(loaded).iterfind("peripherals/peripheral/registers/cluster")
    assert [one(cluster, tag) for tag in ("dim", "dimIncrement", "dimIndex", "name", "addressOffset")] == [
        "3",
        "0x40",
        "A,B,spare",
        "CH[%s]",
        "0x100",
    ]
    assert texts(cluster, "register/name") == ["DATA[%s]", "BUF0", "BUF1", "BUF2"]
    assert texts(cluster, "register/addressOffset") == ["0x4", "0x24", "0x3c", "0x30"]
    assert texts(cluster, "cluster/register/size") == ["16"]
    assert messages(loaded)["an array of irregular offsets or names is written element by element"] == (
        "b.CH.BUF%s",
    )


WORDS = {
    # token: access, modifiedWriteValues, readAction, as the table of the access model has them
    "rw": ("read-write", None, None),
    "ro": ("read-only", None, None),
    "wo": ("write-only", None, None),
    "rw-once": ("read-writeOnce", None, None),
    "wo-once": ("writeOnce", None, None),
    "w1c": ("read-write", "oneToClear", None),
    "w1s": ("read-write", "oneToSet", None),
    "w1t": ("read-write", "oneToToggle", None),
    "w0c": ("read-write", "zeroToClear", None),
    "w0s": ("read-write", "zeroToSet", None),
    "w0t": ("read-write", "zeroToToggle", None),
    "wo1c": ("write-only", "oneToClear", None),
    "wo1s": ("write-only", "oneToSet", None),
    "rwclr": ("read-write", "clear", None),
    "rwset": ("read-write", "set", None),
    "rc": ("read-only", None, "clear"),
    "rset": ("read-only", None, "set"),
    "wrc": ("read-write", None, "clear"),
    "wrs": ("read-write", None, "set"),
    "w1src": ("read-write", "oneToSet", "clear"),
    "w1crs": ("read-write", "oneToClear", "set"),
    "w0src": ("read-write", "zeroToSet", "clear"),
    "w0crs": ("read-write", "zeroToClear", "set"),
    "wsrc": ("read-write", "set", "clear"),
    "wcrs": ("read-write", "clear", "set"),
    "rw1p": ("read-write", "modify", None),
    "wo1p": ("write-only", "modify", None),
}


def test_every_token_is_in_the_table() -> None:
    assert set(WORDS) | {"none"} == set(TOKENS)


@pytest.mark.parametrize("token", WORDS)
def test_what_reading_and_writing_do(token: str) -> None:
    loaded = load_registers(
        f"A: {{offset: 0, access: {token}}}\nB: {{offset: 4, fields: {{F: {{bits: 0, access: {token}}}}}}}"
    )
    root = parse(loaded)
    for path in ("register[name='A']", "register[name='B']/fields/field"):
        element = root.find(f"peripherals/peripheral/registers/{path}")
        assert element is not None
        assert (
            tuple(element.findtext(tag) for tag in ("access", "modifiedWriteValues", "readAction"))
            == WORDS[token]
        )
    assert ("a pulse is written as 'modify'" in messages(loaded)) == (token in ("rw1p", "wo1p"))


def test_external_and_fifo_effects() -> None:
    loaded = load_registers(
        "A: {offset: 0, access: ro, on_read: external}\nB: {offset: 4, on_read: pop, on_write: push}\n"
        "C: {offset: 8, access: ro, on_read: unknown}"
    )
    root = parse(loaded)
    assert texts(root, ".//register/readAction") == ["modifyExternal", "modify"]
    assert texts(root, ".//register/modifiedWriteValues") == ["modify"]
    found = messages(loaded)
    assert found["a pop of a FIFO is written as 'modify'"] == ("b.B",)
    assert found["a push to a FIFO is written as 'modify'"] == ("b.B",)
    assert not any("reading does nothing" in message for message in found)


def enumerated(enum: str, width: int) -> Iterator[tuple[str, str]]:
    """The enumerated values that are written, by name."""
    xml = XmlText()
    field = field_of(f"R: {{offset: 0, fields: {{F: {{bits: {width - 1}:0, enum: {enum}}}}}}}", "F")
    write_enumerations(field, xml, lambda message: None)
    root = ElementTree.fromstring("\n".join(xml.lines))
    for value in root.iterfind("enumeratedValue"):
        yield one(value, "name"), value.findtext("value") or "default"


def matches(pattern: str, value: int) -> bool:
    if pattern == "default":
        return False
    if not pattern.startswith("#"):
        return int(pattern) == value
    bits = f"{value:0{len(pattern) - 1}b}"
    return all(want in ("x", bit) for want, bit in zip(pattern[1:], bits, strict=True))


@pytest.mark.parametrize("low", range(0, 16, 3))
@pytest.mark.parametrize("high", (3, 6, 7, 11, 14, 15))
def test_a_range_becomes_values_that_are_the_range(low: int, high: int) -> None:
    if low > high:
        low, high = high, low
    patterns = [pattern for _, pattern in enumerated(f"{{{low}..{high}: some}}", 4)]
    assert [v for v in range(16) for pattern in patterns if matches(pattern, v)] == list(range(low, high + 1))


def test_values_that_do_not_matter_and_names() -> None:
    enum = '{0: zero, 0b1x0: a-b, 0b001: "a b", 0b011: "1/8", default: rest}'
    assert list(enumerated(enum, 3)) == [
        ("zero", "0"),
        ("a_b", "#1x0"),
        ("a_b_2", "1"),
        ("1_8", "3"),
        ("rest", "default"),
    ]


def test_reading_and_writing_have_their_own_names() -> None:
    root = parse(
        load_registers("R: {offset: 0, fields: {F: {bits: 1:0, enum: {0: idle}, enum_write: {1: go}}}}")
    )
    assert texts(root, ".//enumeratedValues/usage") == ["read", "write"]


def test_views_resets_sizes_and_constraints() -> None:
    root = parse(
        load_registers(
            """
            A: {offset: 0, width: 16, reset: 0x12, reset_mask: 0xff, format: signed}
            B: {offset: 0, width: 16, alt: other}
            F:
              offset: 4
              fields:
                X: {bits: 3:0, constraint: {min: 1, max: 9}}
                W: {bits: 7:6, constraint: {min: 1}}
                Y: {bits: 5:4, enum: {0: a, 1..3: b}, constraint: {enum_only: true}}
                Z: {bits: 9:8, constraint: {as_read: true}}
                L: {bits: 17:16, count: 4, stride: 4}
            """
        )
    )
    a, b, f = root.iterfind(".//register")
    assert [a.findtext(tag) for tag in ("size", "resetValue", "resetMask", "dataType")] == [
        "16",
        "0x12",
        "0xff",
        "int16_t",
    ]
    assert b.findtext("alternateGroup") == "other"
    assert (f.findtext("resetValue"), f.findtext("resetMask")) == (None, None)
    constraints = [child for element in f.iter("writeConstraint") for child in element]
    assert [child.tag for child in constraints] == ["range", "range", "useEnumeratedValues", "writeAsRead"]
    assert (one(constraints[0], "minimum"), one(constraints[0], "maximum")) == ("1", "9")
    assert (one(constraints[1], "minimum"), one(constraints[1], "maximum")) == ("1", "3")
    array = f.findall("fields/field")[-1]
    assert [array.findtext(tag) for tag in ("dim", "dimIncrement", "name", "lsb", "msb")] == [
        "4",
        "0x4",
        "L[%s]",
        "16",
        "17",
    ]


LOSSES = {
    "A: {offset: 0, access: w1c, fields: {L: 0, M: {bits: 1, access: rw}}}": "beside fields of another kind",
    "A: {offset: 0, access: rc, fields: {L: 0, M: {bits: 1, access: ro}}}": "to a field is not carried",
    "A: {offset: 0, volatile: true}": "volatile is not carried",
    "A: {offset: 0, access: ro, const: true, expect: 5}": "the value that identifies the block (expect)",
    "A: {offset: 0, poll: never}": "how live displays read it (poll)",
    "A: {offset: 0, write_twice: true}": "made twice (write_twice)",
    "A: {offset: 0, width: 32, write_mask: upper}": "upper half of a write",
    "A: {offset: 0, fields: {L: 0}}\nB: {offset: 4, locked_by: A.L}": "a lock (locked_by)",
    "A: {offset: 0}\nB: {offset: 4, latched_by: A}": "latched_by",
    "A: {offset: 0, atomic: {set: B}}\nB: {offset: 4, access: wo1s}": "atomic",
    "A: {offset: 0, restore: never}": "how it is restored",
    "A: {offset: 0, danger: Boom}": "the danger of a write",
    "A: {offset: 0, format: dec}": "the display format",
    "A: {offset: 0, unit: V}": "the unit",
    "A: {offset: 0, enum: {0: a}}": "the names of a register's own values",
    "A: {offset: 0, sim: {counter: 1}}": "simulation",
    "A: {offset: 0, width: 64, access_width: 32, word_order: big}": "words are in big-endian order",
    "A: {offset: 0, byte_order: big}": "bytes are in big-endian order",
    "A: {offset: 0, echo: no}": "(echo)",
    "A: {offset: 0, readback: no}": "(readback)",
    "A: {offset: 0, reserved_write: one}": "(reserved_write)",
    "A: {offset: 0, fields: {L: 0}}\nB: {offset: 4, when: A.L == 1}": "a condition (when)",
    "A: {offset: 0, fields: {L: {bits: 7:0, write_value: 5}}}": "(write_value)",
    "A: {offset: 0, fields: {L: {bits: [7, 1:0]}}}": "bits are apart",
    "A: {offset: 0, fields: {L: {bits: 3:0, enum: {0: {name: a, danger: Boom}}}}}": "of writing a value",
    "A: {offset: 0, fields: {L: {bits: 0, enum: {0..1: a}, constraint: {min: 1, enum_only: true}}}}": (
        "only one of several"
    ),
    "A: {offset: 0, access: none}\nB: 4": "neither read nor written",
    "A: {offset: 0, fields: {L: {bits: 3:0, access: none}, M: 4}}": "neither read nor written",
    "A-B: 0": "a name is made an identifier",
    "M: {offset: 0, kind: memory, size: 64, width: 32}\nA: 64": "a window of memory",
    "A: 0\nG: {offset: 16, registers: {M: {offset: 0, kind: memory, size: 8, width: 32}}}": "a group without",
    "A: {offset: 0, on_write: unknown}": "what writing does is not known",
    "A: {offset: 0}": "that reading does nothing",
}


@pytest.mark.parametrize("registers", LOSSES)
def test_losses_are_listed(registers: str) -> None:
    loaded = load_registers(registers)
    exported = export_svd(loaded)
    found = [loss for loss in exported.losses if LOSSES[registers] in loss.message]
    assert len(found) == 1, [str(loss) for loss in exported.losses]
    assert f"  * {found[0]}\n" in exported.text
    ElementTree.fromstring(exported.text)


def test_a_map_that_svd_can_say_has_few_losses() -> None:
    loaded = load_registers(
        "A: {offset: 0, access: wo, fields: {F: {bits: 3:0, desc: What, enum: {0: off}}}}"
    )
    assert set(messages(loaded)) == {
        "that an address is known at run time is not carried: peripherals count from the region's start",
        "the extent of a region is not carried",
    }


def test_a_finding_names_the_first_places_and_counts_the_rest() -> None:
    loaded = load_registers("\n".join(f"R{i}: {{offset: {4 * i}, volatile: true}}" for i in range(9)))
    (loss,) = (loss for loss in export_svd(loaded).losses if "volatile" in loss.message)
    assert len(loss.places) == 9
    finding = loss.finding("map.yaml")
    assert (finding.severity, finding.rule, finding.position.line) == ("warning", "not-carried", 5)
    assert finding.message.endswith("b.R0, b.R1, b.R2, b.R3, b.R4, b.R5 and 3 more, which the file lists")


def test_hostile_text_is_text() -> None:
    text = export_svd(rich_map()).text
    root = ElementTree.fromstring(text)
    shown = HOSTILE.replace("\u202e", "<U+202E>").replace("\x9b", "<U+009B>")
    assert shown in texts(root, ".//register/description")
    comment = text[text.index("<!--") + 4 : text.index("-->")]
    assert "--" not in comment


def test_a_map_without_a_placed_block_is_refused() -> None:
    with pytest.raises(UsageError, match="places no block"):
        export_svd(RegisterMap("empty", ()))
