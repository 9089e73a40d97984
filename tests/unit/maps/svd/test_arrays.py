"""``dim`` at every level."""

from __future__ import annotations

import pytest

from inspector.errors import MapError
from inspector.maps.svd import import_svd
from tests.unit.maps.svd.importing import (
    BASE,
    addresses,
    device,
    dim,
    field,
    fields,
    left_out,
    one,
    peripheral,
    register,
    repairs,
    the_register,
    tree,
)


def offsets(data: bytes) -> dict[str, int]:
    return {path.removeprefix("P."): address - BASE for path, address in addresses(data).items()}


def registers_of(data: bytes) -> dict[str, object]:
    blocks = tree(data)["blocks"]
    assert isinstance(blocks, dict)
    found = blocks["p"]["registers"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("name", "index", "names"),
    [
        ("R%s", "", ["R0", "R1", "R2"]),
        ("R[%s]", "", ["R[0]", "R[1]", "R[2]"]),
        ("R_%s_X", "A,B,C", ["R_A_X", "R_B_X", "R_C_X"]),
        ("R%s", "5-7", ["R5", "R6", "R7"]),
        ("R%s", "B-D", ["RB", "RC", "RD"]),
        ("R%s", " x , y , z ", ["Rx", "Ry", "Rz"]),
        ("R[%s]", "A,B,C", ["R[A]", "R[B]", "R[C]"]),
        ("%sR", "A,B,C", ["AR", "BR", "CR"]),
    ],
)
def test_the_names_of_elements(name: str, index: str, names: list[str]) -> None:
    data = one(register(name, 0x10, dim(3, 8, index)))
    assert offsets(data) == {names[0]: 0x10, names[1]: 0x18, names[2]: 0x20}
    assert repairs(data) == []


def test_arrays_stay_arrays() -> None:
    cluster = (
        f"<cluster><name>CH[%s]</name><addressOffset>0x20</addressOffset>{dim(4, 0x10)}"
        f"{register('D%s', 0, dim(2, 4, 'A,B'))}</cluster>"
    )
    data = one(register("R[%s]", 0, dim(3, 8)) + cluster)
    assert registers_of(data) == {
        "R": {"offset": "0x0", "count": "3", "stride": "0x8"},
        "CH": {
            "offset": "0x20",
            "count": "4",
            "stride": "0x10",
            "registers": {"D%s": {"offset": "0x0", "count": "2", "stride": "0x4", "index": ["A", "B"]}},
        },
    }
    assert offsets(data)["CH[3].DB"] == 0x20 + 3 * 0x10 + 4


def test_nested_clusters_add_up() -> None:
    inner = (
        f"<cluster><name>D[%s]</name><addressOffset>4</addressOffset>{dim(2, 8)}{register('A', 0)}</cluster>"
    )
    data = one(
        f"<cluster><name>C[%s]</name><addressOffset>0x40</addressOffset>{dim(2, 0x20)}{inner}</cluster>"
    )
    assert offsets(data) == {
        "C[0].D[0].A": 0x44,
        "C[0].D[1].A": 0x4C,
        "C[1].D[0].A": 0x64,
        "C[1].D[1].A": 0x6C,
    }


def test_an_array_of_one() -> None:
    assert offsets(one(register("R%s", 4, dim(1, 0)) + register("S[%s]", 8, dim(1, 4)))) == {
        "R0": 4,
        "S[0]": 8,
    }


def test_fields_are_arrays_too() -> None:
    data = one(
        register("R", 0, fields(field("F%s", "1:0", dim(3, 4, "A,B,C")), field("G[%s]", "12", dim(4, 1))))
    )
    assert registers_of(data)["R"] == {
        "offset": "0x0",
        "fields": {
            "F%s": {"bits": "1:0", "count": "3", "stride": "4", "index": ["A", "B", "C"]},
            "G": {"bits": "12", "count": "4"},
        },
    }
    assert {item.name: str(item.bits) for item in the_register(data).fields} == {
        "FA": "1:0",
        "FB": "5:4",
        "FC": "9:8",
        "G[0]": "12",
        "G[1]": "13",
        "G[2]": "14",
        "G[3]": "15",
    }


def test_peripherals_are_arrays_too() -> None:
    data = device(peripheral(register("R", 4), "UART%s", BASE, dim(3, 0x1000, "A,B,C")))
    assert addresses(data) == {"UARTA.R": BASE + 4, "UARTB.R": BASE + 0x1004, "UARTC.R": BASE + 0x2004}
    assert tree(data)["regions"] == {
        "uart": {
            "base": "0x40000000",
            "instances": {
                "UART%s": {"block": "uart", "count": "3", "stride": "0x1000", "index": ["A", "B", "C"]}
            },
        }
    }


def test_peripherals_closer_than_they_are_long_stand_one_by_one() -> None:
    data = device(peripheral(register("R", 0) + register("S", 8), "T[%s]", BASE, dim(2, 4)))
    assert addresses(data) == {"T_0.R": BASE, "T_0.S": BASE + 8, "T_1.R": BASE + 4, "T_1.S": BASE + 12}


def test_names_of_elements_in_their_own_element() -> None:
    names = "".join(
        f"<enumeratedValue><name>{name}</name><value>{value}</value></enumeratedValue>"
        for name, value in (("TX", 1), ("RX", 0))
    )
    index = f"<dimArrayIndex>{names}</dimArrayIndex>"
    assert offsets(one(register("R[%s]", 0, dim(2, 4) + index))) == {"R[RX]": 0, "R[TX]": 4}
    data = one(register("R%s", 0, dim(2, 4) + index))
    assert offsets(data) == {"R0": 0, "R1": 4}
    assert left_out(data) == ["dimArrayIndex: names of an array's elements for a C header"]


@pytest.mark.parametrize(
    ("index", "why"),
    [
        ("A,B", "names 2 elements of 3"),
        ("A,B,A", "two elements alike"),
        ("0-9", "names 10 elements of 3"),
        ("A,B,C D", "has names that are none"),
    ],
)
def test_an_index_that_does_not_fit_is_told(index: str, why: str) -> None:
    data = one(register("R%s", 0, dim(3, 4, index)))
    assert offsets(data) == {"R0": 0, "R1": 4, "R2": 8}
    (told,) = repairs(data)
    assert why in told


def test_an_array_without_a_place_for_the_index_is_told() -> None:
    data = one(register("R", 0, dim(2, 4)))
    assert offsets(data) == {"R[0]": 0, "R[1]": 4}
    assert "no %s in its name" in repairs(data)[0]


def test_a_place_for_an_index_without_an_array_is_told() -> None:
    data = one(register("R[%s]", 0, fields(field("F%s", "0"))) + register("S%s", 4))
    assert offsets(data) == {"R": 0, "S": 4}
    assert [item.name for item in the_register(data).fields] == ["F"]
    assert len(repairs(data)) == 3


def test_an_array_without_increment_is_told() -> None:
    data = one(register("R%s", 0, "<size>16</size><dim>3</dim>"))
    assert offsets(data) == {"R0": 0, "R1": 2, "R2": 4}
    assert "no dimIncrement" in repairs(data)[0]


def test_elements_that_would_begin_with_digits_begin_with_an_underscore() -> None:
    data = one(register("%sR", 0, dim(2, 4)))
    assert offsets(data) == {"_0R": 0, "_1R": 4}
    assert "begin with _" in repairs(data)[0]


def test_two_arrays_of_one_name_with_other_elements_stand_side_by_side() -> None:
    data = one(register("R%s", 0, dim(2, 4)) + register("R%s", 0x20, dim(2, 4, "2-3")))
    assert offsets(data) == {"R0": 0, "R1": 4, "R2": 0x20, "R3": 0x24}
    assert repairs(data) == []


def test_an_element_called_like_something_else_is_told() -> None:
    data = one(register("R%s", 0, dim(2, 4)) + register("R1", 0x20))
    assert offsets(data) == {"R0": 0, "R1": 4, "R1_2": 0x20}
    assert repairs(data) == ["a second register 'R1'; it is called 'R1_2'"]


def test_clusters_with_registers_beyond_the_increment_stand_one_by_one() -> None:
    data = one(
        f"<cluster><name>C%s</name><addressOffset>0</addressOffset>{dim(2, 4)}"
        f"{register('A', 0)}{register('B', 8)}</cluster>"
    )
    assert offsets(data) == {"C0.A": 0, "C0.B": 8, "C1.A": 4, "C1.B": 12}


def test_clusters_that_interleave_are_no_views() -> None:
    data = one(
        f"<cluster><name>C[%s]</name><addressOffset>0</addressOffset>{dim(2, 8)}{register('A', 0)}</cluster>"
        f"<cluster><name>D[%s]</name><addressOffset>4</addressOffset>{dim(2, 8)}{register('A', 0)}</cluster>"
    )
    assert offsets(data) == {"C[0].A": 0, "C[1].A": 8, "D[0].A": 4, "D[1].A": 12}
    assert repairs(data) == []


def test_fields_beyond_the_register_are_left_out_of_an_array() -> None:
    data = one(register("R", 0, fields(field("F%s", "7:0", dim(6, 8)))))
    assert [item.name for item in the_register(data).fields] == ["F0", "F1", "F2", "F3"]
    assert "2 elements of 'F%s' lie outside 'R'" in repairs(data)[0]


@pytest.mark.parametrize("count", ["1000001", "0xFFFFFFFFFFFF"])
def test_more_elements_than_a_map_can_have_are_refused(count: str) -> None:
    with pytest.raises(MapError, match=r"has .* elements, more than 1,000,000"):
        import_svd(one(register("R%s", 0, f"<dim>{count}</dim><dimIncrement>4</dimIncrement>")), "d.svd")


def test_more_registers_than_a_map_can_have_are_refused() -> None:
    data = one(
        f"<cluster><name>C[%s]</name><addressOffset>0</addressOffset>{dim(2000, 0x1000)}"
        f"{register('R[%s]', 0, dim(600, 4))}</cluster>"
    )
    with pytest.raises(MapError, match="more than 1,000,000 registers"):
        import_svd(data, "d.svd")
