"""``derivedFrom`` at every level."""

from __future__ import annotations

import pytest

from inspector.errors import MapError
from inspector.maps.svd import budget, import_svd
from tests.unit.maps.svd.importing import (
    BASE,
    addresses,
    device,
    dim,
    field,
    fields,
    left_out,
    loaded,
    one,
    peripheral,
    register,
    registers,
    repairs,
    the_field,
    the_register,
    tree,
)


def bits(data: bytes, path: str) -> dict[str, str]:
    return {item.name: str(item.bits) for item in the_register(data, path).fields}


A = register("A", 0, "<size>16</size><resetValue>0x12</resetValue>" + fields(field("F", "7:4")))


@pytest.mark.parametrize("order", ["backward", "forward"])
def test_a_register_takes_what_it_does_not_state(order: str) -> None:
    derived = register("B", 8, "<resetValue>0x34</resetValue>", ' derivedFrom="A"')
    data = one(A + derived if order == "backward" else derived + A)
    found = registers(loaded(data))
    address, b = found["P.B"]
    assert (address, b.width, b.reset) == (BASE + 8, 16, 0x34)
    assert [(item.name, str(item.bits)) for item in b.fields] == [("F", "7:4")]
    assert found["P.A"][1].reset == 0x12
    assert repairs(data) == []


def test_fields_are_kept_by_name() -> None:
    more = fields(field("F", "3:0"), field("G", "15"))
    assert bits(one(A + register("B", 8, more, ' derivedFrom="A"')), "P.B") == {"F": "3:0", "G": "15"}


def test_a_chain_of_forward_references() -> None:
    chain = register("C", 8, "", ' derivedFrom="B"') + register("B", 4, "", ' derivedFrom="A"') + A
    assert bits(one(chain), "P.C") == {"F": "7:4"}


@pytest.mark.parametrize("reference", ["A", "Q.A"])
def test_across_peripherals(reference: str) -> None:
    derived = register("B", 4, "", f' derivedFrom="{reference}"')
    data = device(peripheral(derived) + peripheral(A, "Q", BASE + 0x1000))
    assert bits(data, "P.B") == {"F": "7:4"}


def test_the_nearest_of_that_name_wins() -> None:
    near = register("A", 0, fields(field("NEAR", "0")))
    derived = register("B", 4, "", ' derivedFrom="A"')
    data = device(peripheral(A, "Q", BASE + 0x1000) + peripheral(derived + near))
    assert bits(data, "P.B") == {"NEAR": "0"}
    dotted = register("B", 4, "", ' derivedFrom="Q.A"')
    data = device(peripheral(A, "Q", BASE + 0x1000) + peripheral(dotted + near))
    assert bits(data, "P.B") == {"F": "7:4"}


def test_what_a_peripheral_has_derived_is_nearer_than_a_stranger() -> None:
    inside = register("S", 0x20, "", ' derivedFrom="C.R"')
    derived = f"<registers>{inside}</registers>"
    data = device(
        peripheral(register("R", 0, fields(field("STRANGER", "0"))), "C", BASE)
        + peripheral(
            "<cluster><name>C</name><addressOffset>0</addressOffset>"
            + register("R", 0, fields(field("OWN", "1")))
            + "</cluster>",
            "P",
            BASE + 0x1000,
        )
        + f'<peripheral derivedFrom="P"><name>Q</name><baseAddress>{BASE + 0x2000}</baseAddress>{derived}'
        + "</peripheral>"
    )
    assert bits(data, "Q.S") == {"OWN": "1"}


def test_what_is_there_only_by_derivation_is_found() -> None:
    data = device(
        f'<peripheral derivedFrom="P"><name>Q</name><baseAddress>{BASE + 0x1000}</baseAddress></peripheral>'
        + peripheral(A)
        + peripheral(register("B", 0, "", ' derivedFrom="Q.A"'), "S", BASE + 0x2000)
    )
    assert bits(data, "S.B") == {"F": "7:4"}


@pytest.mark.parametrize("reference", ["CH[1].A", "CH1.A", "CH.A", "CH[%s].A", "P.CH[0].A"])
def test_an_element_of_an_array(reference: str) -> None:
    cluster = f"<cluster><name>CH[%s]</name><addressOffset>0</addressOffset>{dim(2, 16)}{A}</cluster>"
    derived = register("B", 0x40, "", f' derivedFrom="{reference}"')
    assert bits(one(cluster + derived), "P.B") == {"F": "7:4"}


def test_an_array_is_inherited_only_under_a_name_that_can_name_its_elements() -> None:
    data = one(
        register("A%s", 0, dim(3, 4))
        + register("B", 0x10, "", ' derivedFrom="A%s"')
        + register("C%s", 0x20, "", ' derivedFrom="A%s"')
        + register("D%s", 0x40, dim(2, 8), ' derivedFrom="A%s"')
    )
    found = {path: address - BASE for path, address in addresses(data).items()}
    assert found == {
        "P.A0": 0,
        "P.A1": 4,
        "P.A2": 8,
        "P.B": 0x10,
        "P.C0": 0x20,
        "P.C1": 0x24,
        "P.C2": 0x28,
        "P.D0": 0x40,
        "P.D1": 0x48,
    }


def test_clusters_keep_registers_by_name() -> None:
    base = f"<cluster><name>C</name><addressOffset>0</addressOffset>{A}{register('B', 4)}</cluster>"
    derived = (
        '<cluster derivedFrom="C"><name>D</name><addressOffset>0x20</addressOffset>'
        f"{register('B', 8)}{register('E', 12)}</cluster>"
    )
    found = {path: address - BASE for path, address in addresses(one(base + derived)).items()}
    assert found == {"P.C.A": 0, "P.C.B": 4, "P.D.A": 0x20, "P.D.B": 0x28, "P.D.E": 0x2C}


@pytest.mark.parametrize(
    ("place", "bits_of_it"),
    [
        ("<bitOffset>8</bitOffset>", "11:8"),
        ("<bitOffset>8</bitOffset><bitWidth>2</bitWidth>", "9:8"),
        ("<lsb>1</lsb><msb>2</msb>", "2:1"),
        ("", "7:4"),
    ],
)
def test_fields(place: str, bits_of_it: str) -> None:
    base = register("A", 0, fields(field("F", "7:4", "<access>read-only</access>")))
    derived = register("R", 4, f'<fields><field derivedFrom="A.F"><name>G</name>{place}</field></fields>')
    item = the_field(one(base + derived), "G")
    assert str(item.bits) == bits_of_it
    assert not item.access.writable


def test_peripherals_alike_share_a_block_and_others_have_their_own() -> None:
    def derived(name: str, base: int, inside: str = "") -> str:
        return (
            f'<peripheral derivedFrom="UART0"><name>{name}</name><baseAddress>{base:#x}</baseAddress>{inside}'
            "</peripheral>"
        )

    data = device(
        peripheral(A, "UART0")
        + derived("UART1", BASE + 0x1000)
        + derived("UART2", BASE + 0x2000, f"<registers>{register('X', 0x20)}</registers>")
        + derived("UART3", BASE + 0x3000, "<size>8</size>")
    )
    register_map = loaded(data)
    blocks = {
        instance.name: instance.block.name for region in register_map.regions for instance in region.instances
    }
    assert blocks == {"UART0": "uart", "UART1": "uart", "UART2": "uart2", "UART3": "uart3"}
    found = registers(register_map)
    assert found["UART2.A"][0] == BASE + 0x2000
    assert found["UART2.X"][0] == BASE + 0x2020
    assert str(found["UART2.A"][1].fields[0].bits) == "7:4"


def test_peripherals_with_the_same_content_share_a_block_too() -> None:
    data = device(peripheral(A, "TIM0") + peripheral(A, "TIM1", BASE + 0x1000))
    assert tree(data)["blocks"] == {
        "tim": {
            "registers": {
                "A": {"offset": "0x0", "width": "16", "reset": "0x12", "fields": {"F": "7:4"}},
            }
        }
    }


def test_a_cycle_is_told_and_what_is_stated_is_kept() -> None:
    data = one(
        register("A", 0, fields(field("F", "0")), ' derivedFrom="B"')
        + register("B", 4, fields(field("G", "1")), ' derivedFrom="A"')
    )
    assert bits(data, "P.A")["F"] == "0"
    (told,) = repairs(data)
    assert "derives from itself" in told


def test_what_derives_from_itself_is_told() -> None:
    data = one(register("A", 0, fields(field("F", "0")), ' derivedFrom="A"'))
    assert bits(data, "P.A") == {"F": "0"}
    (told,) = repairs(data)
    assert "'A' derives from itself" in told


def test_a_reference_to_nothing_is_told() -> None:
    data = one(register("A", 0, "", ' derivedFrom="Q.LOST"'))
    assert addresses(data) == {"P.A": BASE}
    (told,) = repairs(data)
    assert "'A' derives from 'Q.LOST', which is not there" in told


def test_a_cluster_inside_what_it_derives_from_ends() -> None:
    inner = '<cluster derivedFrom="A"><name>B</name><addressOffset>0x10</addressOffset></cluster>'
    data = one(f"<cluster><name>A</name><addressOffset>0</addressOffset>{register('R', 0)}{inner}</cluster>")
    assert addresses(data) == {"P.A.R": BASE, "P.A.B.R": BASE + 0x10}
    assert any("derives from what it stands in" in told for told in repairs(data))
    assert len(left_out(data)) == 1


def refusal(data: bytes) -> str:
    with pytest.raises(MapError) as caught:
        import_svd(data, "d.svd")
    assert caught.value.findings[0].rule == "refused"
    return caught.value.findings[0].message


def test_a_chain_too_long_to_follow_is_refused() -> None:
    chain = "".join(
        register(f"R{i}", 4 * i, "", f' derivedFrom="R{i + 1}"') for i in range(budget.MOST_DERIVED + 50)
    )
    assert "derive from each other" in refusal(one(chain + register("R150", 0)))


def test_what_doubles_at_every_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def level(i: int) -> str:
        inner = "".join(
            f'<cluster derivedFrom="C{i + 1}"><name>{name}</name>'
            f"<addressOffset>{offset:#x}</addressOffset></cluster>"
            for name, offset in (("X", 0), ("Y", 8 << (16 - i)))
        )
        return f"<cluster><name>C{i}</name><addressOffset>0</addressOffset>{inner}</cluster>"

    levels = "".join(level(i) for i in range(16))
    last = f"<cluster><name>C16</name><addressOffset>0</addressOffset>{register('R', 0)}</cluster>"
    monkeypatch.setattr(budget, "MOST_STEPS", 400_000)
    assert "more than anybody could use" in refusal(one(levels + last))


def test_clusters_too_deep_are_refused() -> None:
    levels = "".join(
        f'<cluster><name>C{i}</name><addressOffset>0</addressOffset><cluster derivedFrom="C{i + 1}">'
        "<name>X</name><addressOffset>0</addressOffset></cluster></cluster>"
        for i in range(40)
    )
    last = f"<cluster><name>C40</name><addressOffset>0</addressOffset>{register('R', 0)}</cluster>"
    assert "clusters in each other" in refusal(one(levels + last))
