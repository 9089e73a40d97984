from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.backends.devicetree import compatible_nodes, node_at, nodes
from inspector.model.devicetree import NodeRange

from .fakes import add_node, cells, machine

ROOT = {"n_address_cells": cells(2), "n_size_cells": cells(2)}
NARROW = {"n_address_cells": cells(1), "n_size_cells": cells(1)}


def tree(root: Path) -> Path:
    return machine(root).device_tree


def test_a_node_on_the_root_is_where_its_reg_says(tmp_path: Path) -> None:
    add_node(tmp_path, "/", **ROOT)
    add_node(
        tmp_path,
        "/pl011@9000000",
        compatible=b"arm,pl011\0arm,primecell\0",
        reg=cells(0, 0x900_0000, 0, 0x1000, 1, 0, 0, 0x20),
        reg_names=b"regs\0more\0",
    )
    (node,) = nodes(tree(tmp_path))
    assert (node.name, node.path) == ("pl011@9000000", "/pl011@9000000")
    assert node.compatible == ("arm,pl011", "arm,primecell")
    assert node.ranges == (NodeRange(0x900_0000, 0x1000, "regs"), NodeRange(1 << 32, 0x20, "more"))
    assert node.enabled
    assert node_at(tree(tmp_path), "/pl011@9000000") == node


def test_what_a_bus_states_holds_for_its_children_and_the_default_is_two_and_one(tmp_path: Path) -> None:
    add_node(tmp_path, "/a@1", reg=cells(0, 0x1000, 0x10))
    add_node(tmp_path, "/soc", ranges=b"", **NARROW)
    add_node(tmp_path, "/soc/b@2", reg=cells(0x2000, 0x20))
    assert [node.ranges for node in nodes(tree(tmp_path))] == [
        (NodeRange(0x1000, 0x10),),
        (NodeRange(0x2000, 0x20),),
    ]


def test_a_raspberry_pi(tmp_path: Path) -> None:
    add_node(tmp_path, "/", n_address_cells=cells(2), n_size_cells=cells(1))
    windows = cells(0x7E00_0000, 0, 0xFE00_0000, 0x180_0000, 0x4000_0000, 0, 0xFF80_0000, 0x80_0000)
    add_node(tmp_path, "/soc", ranges=windows, **NARROW)
    for unit in ("7e201000", "7e201400"):
        node = f"/soc/serial@{unit}"
        add_node(tmp_path, node, compatible="arm,pl011", reg=cells(int(unit, 16), 0x200))
    found = compatible_nodes(tree(tmp_path), "arm,pl011")
    assert [node.ranges[0].start for node in found] == [0xFE20_1000, 0xFE20_1400]


@dataclass
class Level:
    """One bus: how it shifts addresses, and what its properties hold."""

    address_cells: int
    size_cells: int
    shift: int | None
    decoys: int


LEVELS = st.builds(
    Level,
    st.sampled_from([1, 2]),
    st.sampled_from([1, 2]),
    st.none() | st.integers(-0x1000_0000, 0x1000_0000),
    st.integers(0, 2),
)


def number(value: int, count: int) -> bytes:
    return value.to_bytes(4 * count, "big")


@settings(max_examples=60, deadline=None)
@given(
    levels=st.lists(LEVELS, max_size=5),
    root_cells=st.tuples(st.sampled_from([1, 2]), st.sampled_from([1, 2])),
    address=st.integers(0x6000_0000, 0x8FFF_FFFF),
    size=st.integers(1, 0x1_0000),
)
def test_an_address_is_translated_through_every_bus(
    levels: list[Level], root_cells: tuple[int, int], address: int, size: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        above, above_sizes = root_cells
        add_node(root, "/", n_address_cells=cells(above), n_size_cells=cells(above_sizes))
        path, here = "", address
        for level in levels:
            path += "/bus"
            windows = b""
            if level.shift is not None:
                # The bus sees `here` of its parent at `here + shift`; the others hold nothing of it.
                inside = here + level.shift
                for decoy in range(level.decoys):
                    windows += number(0xF000_0000 + decoy * 0x100_0000, level.address_cells)
                    windows += number(0x1000 * decoy, above) + number(0x1000, level.size_cells)
                windows += number(inside - 0x100, level.address_cells) + number(here - 0x100, above)
                windows += number(size + 0x100, level.size_cells)
                here = inside
            add_node(
                root,
                path,
                ranges=windows,
                n_address_cells=cells(level.address_cells),
                n_size_cells=cells(level.size_cells),
            )
            above, above_sizes = level.address_cells, level.size_cells
        add_node(root, f"{path}/leaf@1", reg=number(here, above) + number(size, above_sizes))
        (node,) = nodes(tree(root))
        assert (node.ranges, node.problem) == ((NodeRange(address, size),), "")
        assert node_at(tree(root), node.path) == node


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["reg", "ranges", "#address-cells", "#size-cells", "compatible"]), st.binary()
    )
)
def test_whatever_a_tree_holds_is_told_and_never_fails(properties: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path in ("/", "/soc", "/soc/leaf@1"):
            node = add_node(root, path)
            for name, value in properties.items():
                (node / name).write_bytes(value)
        for found in nodes(tree(root)):
            assert not (found.ranges and found.problem)
            assert node_at(tree(root), found.path) == found


def problem(root: Path, path: str) -> str:
    node = node_at(tree(root), path)
    assert node is not None
    assert node.ranges == ()
    return node.problem


def test_what_is_not_on_the_cpus_bus_says_why(tmp_path: Path) -> None:
    add_node(tmp_path, "/", **ROOT)
    add_node(tmp_path, "/i2c@1", n_address_cells=cells(1), n_size_cells=cells(0))
    add_node(tmp_path, "/i2c@1/eeprom@50", reg=cells(0x50))
    assert "/i2c@1 numbers its children" in problem(tmp_path, "/i2c@1/eeprom@50")
    add_node(tmp_path, "/ahb", **NARROW)
    add_node(tmp_path, "/ahb/x@1", reg=cells(0x1000, 0x10))
    assert "/ahb has no 'ranges'" in problem(tmp_path, "/ahb/x@1")
    add_node(tmp_path, "/apb", ranges=cells(0x1000, 0, 0x9000, 0x100), **NARROW)
    add_node(tmp_path, "/apb/x@2", reg=cells(0x10F8, 0x10))
    assert "0x10f8 is in none of the 'ranges' of /apb" in problem(tmp_path, "/apb/x@2")
    add_node(tmp_path, "/pcie", ranges=b"", n_address_cells=cells(3), n_size_cells=cells(2))
    add_node(tmp_path, "/pcie/card@0", reg=cells(0, 0, 0, 0, 0))
    assert "/pcie is a PCI bus" in problem(tmp_path, "/pcie/card@0")
    add_node(tmp_path, "/odd@3", reg=cells(1, 2, 3))
    assert "no whole number of entries" in problem(tmp_path, "/odd@3")


def test_what_is_disabled_comes_last(tmp_path: Path) -> None:
    add_node(tmp_path, "/", **ROOT)
    for unit, status in ((0x1000, "disabled"), (0x3000, "okay"), (0x2000, "ok"), (0x4000, "fail")):
        add_node(tmp_path, f"/x@{unit:x}", compatible="acme,x", status=status, reg=cells(0, unit, 0, 16))
    found = compatible_nodes(tree(tmp_path), "acme,x")
    assert [node.name for node in found] == ["x@2000", "x@3000", "x@1000", "x@4000"]
    assert [node.enabled for node in found] == [True, True, False, False]


def test_no_tree_no_nodes(tmp_path: Path) -> None:
    assert list(nodes(tree(tmp_path))) == []
    assert node_at(tree(tmp_path), "/x@1") is None
