"""Where SystemRDL's registers and fields come to stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.model.register import Group
from tests.unit.maps.imported import addresses, loaded, messages
from tests.unit.maps.systemrdl.describing import described, fields_of, registers_of


def test_offsets_follow_and_are_stated(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        """
        reg word { field { sw=rw; hw=r; } value[31:0]; };
        regfile bank { word lo; word hi @ 0x8; };
        addrmap m {
            word first; word second;
            bank banks[3] @ 0x100 += 0x20;
            word last @ 0x400;
        };
        """,
    )
    assert {path.partition(".")[2]: address for path, address in addresses(loaded(imported)).items()} == {
        "first": 0x0,
        "second": 0x4,
        "banks[0].lo": 0x100,
        "banks[0].hi": 0x108,
        "banks[1].lo": 0x120,
        "banks[1].hi": 0x128,
        "banks[2].lo": 0x140,
        "banks[2].hi": 0x148,
        "last": 0x400,
    }


def test_an_array_of_two_dimensions_is_named_by_both(tmp_path: Path) -> None:
    found = registers_of(tmp_path, "reg { field { sw=rw; hw=r; } f[8]; } t[2][3] @ 0x10 += 0x10;")
    assert list(found) == ["t[0_0]", "t[0_1]", "t[0_2]", "t[1_0]", "t[1_1]", "t[1_2]"]


def test_an_array_of_a_million_is_one(tmp_path: Path) -> None:
    imported = described(tmp_path, "addrmap m { reg { field { sw=r; hw=w; } f; } big[1000][1000]; };")
    (block,) = loaded(imported).blocks
    (register,) = block.children
    assert not isinstance(register, Group)
    assert register.name == "big"
    (told,) = messages(imported)
    assert told.startswith("1 not-carried: the dimensions of a large array are not carried over")


@pytest.mark.parametrize(
    ("widths", "width", "access_width"),
    [
        ("regwidth=8;", 8, 8),
        ("regwidth=64;", 64, 64),
        ("regwidth=64; accesswidth=32;", 64, 32),
        ("regwidth=128; accesswidth=128;", 128, 64),
        ("regwidth=16; accesswidth=8;", 16, 8),
    ],
)
def test_widths(tmp_path: Path, widths: str, width: int, access_width: int) -> None:
    register = registers_of(tmp_path, f"reg {{ {widths} field {{ sw=rw; hw=r; }} f[2]; }} one;")["one"]
    assert register.width == width
    assert register.access_width == access_width


def test_a_register_too_wide_for_a_map_becomes_words(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        "addrmap m { reg { regwidth=256; accesswidth=32; field { sw=r; hw=w; } f[256]; } wide @ 0x40; };",
    )
    found = addresses(loaded(imported))
    assert list(found.values()) == [0x40 + 4 * number for number in range(8)]
    assert "words, without their fields" in messages(imported)[0]


def test_a_register_off_its_alignment_is_accessed_in_smaller_units(tmp_path: Path) -> None:
    imported = described(tmp_path, "addrmap m { reg { field { sw=rw; hw=r; } f[32]; } odd @ 0x6; };")
    (found,) = loaded(imported).blocks[0].children
    assert not isinstance(found, Group)
    (told,) = messages(imported)
    assert told == "1 repaired: it is not aligned for its access width: 16 bits are accessed at once"
    assert addresses(loaded(imported)) == {"m:m.odd": 6}


def test_bits_packed_and_stated(tmp_path: Path) -> None:
    found = fields_of(tmp_path, "field {} a[3]; field {} b; field {} c[15:8];")
    assert {name: str(field.bits) for name, field in found.items()} == {"a": "2:0", "b": "3", "c": "15:8"}


def test_bits_numbered_from_the_most_significant_one(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        "addrmap m { msb0; reg { field { hw=r; } top[0:3]; field { hw=r; } low[31:31]; } one; };",
    )
    (register,) = loaded(imported).blocks[0].children
    assert not isinstance(register, Group)
    found = {field.name: str(field.bits) for field in getattr(register, "fields", ())}
    # In msb0 the bit 0 is the most significant one, which is bit 31 of a map.
    assert found == {"top": "31:28", "low": "0"}
    assert "renumbered" in messages(imported)[0]


def test_resets(tmp_path: Path) -> None:
    found = registers_of(
        tmp_path,
        """
        reg { field { sw=rw; hw=r; } a[4] = 0xa; field { sw=rw; hw=r; } b[4] = 0x5; } whole;
        reg { field { sw=rw; hw=r; } a[4] = 0xa; field { sw=rw; hw=r; } b[4]; } partly;
        reg { field { sw=rw; hw=r; } a[4]; } never;
        """,
    )
    assert (found["whole"].reset, found["whole"].reset_mask) == (0x5A, 0xFFFF_FFFF)
    assert (found["partly"].reset, found["partly"].reset_mask) == (0x0A, 0xFFFF_FF0F)
    assert found["never"].reset is None


def test_fields_that_share_bits_keep_their_own_resets(tmp_path: Path) -> None:
    found = fields_of(tmp_path, "field { sw=r; hw=w; } in[3:0] = 1; field { sw=w; hw=r; } out[3:0] = 2;")
    assert {name: (str(field.bits), field.access.token) for name, field in found.items()} == {
        "in": ("3:0", "ro"),
        "out": ("3:0", "wo"),
    }


def test_byte_order(tmp_path: Path) -> None:
    text = "addrmap m {{ {order} reg {{ regwidth=64; accesswidth=32; field {{ hw=r; }} f[8]; }} one; }};"
    for order, wanted in (("bigendian;", "big"), ("littleendian;", "little"), ("", "little")):
        (register,) = loaded(described(tmp_path, text.format(order=order))).blocks[0].children
        assert getattr(register, "byte_order", None) == wanted
        assert getattr(register, "word_order", None) == wanted


def test_memories(tmp_path: Path) -> None:
    imported = described(
        tmp_path,
        """
        addrmap m {
            external mem { mementries=16; memwidth=32; sw=rw; } ram @ 0x100;
            external mem { mementries=4; memwidth=36; sw=r; } odd @ 0x200;
            external mem { mementries=8; memwidth=8; } bytes[2] @ 0x300 += 0x10;
            external mem { mementries=4; memwidth=32;
                reg { field { sw=rw; } head[16]; } entry[2];
            } queue @ 0x400;
        };
        """,
    )
    (block,) = loaded(imported).blocks
    found = {name: (offset, memory.size, memory.width) for name, offset, memory in block.memories()}
    assert found == {
        "ram": (0x100, 64, 32),
        "odd": (0x200, 32, 64),  # 36 bits take 8 bytes each (clause 11.2)
        "bytes[0].MEMORY": (0x300, 8, 8),
        "bytes[1].MEMORY": (0x310, 8, 8),
    }
    assert {name: memory.access.token for name, _, memory in block.memories()}["odd"] == "ro"
    assert [(name, offset) for name, offset, _ in block.walk()] == [
        ("queue.entry[0]", 0x400),
        ("queue.entry[1]", 0x404),
    ]
    assert any("what lies in a memory beside its registers" in told for told in messages(imported))
