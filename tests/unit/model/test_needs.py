from __future__ import annotations

import pytest

from inspector.errors import RefusedError
from inspector.model.compose import compose
from inspector.model.edit import Edit, Operator
from inspector.model.guard import Guard
from inspector.model.register import Block, Group, Register
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.model.transaction import Read, Write
from tests.unit.model.build import array, field, one_block, register

GATES = Block("gates", 0x10, (register("EN", field("UART", "3"), field("HIDDEN", "4", "wo")),))


def board(path: str = "GATES.EN.UART", far: bool = False, value: int = 1) -> RegisterMap:
    uart = Block(
        "uart", 0x10, (register("CR", field("A", "0")), register("LOCK", offset=4)), needs=Guard(path, value)
    )
    gates, serial = Instance("GATES", GATES, 0x40), Instance("U", uart)
    if far:
        return RegisterMap("m", (Region("a", 0, 0x100, (serial,)), Region("b", 0x1000, 0x100, (gates,))))
    return RegisterMap("m", (Region("a", 0, 0x100, (serial, gates)),))


def write(register_map: RegisterMap, path: str = "U.CR") -> tuple[object, ...]:
    return compose(register_map, register_map.by_path[path], [Edit(None, Operator.ASSIGN, 1)]).transaction


def test_a_need_in_the_same_region_is_looked_at_first() -> None:
    assert write(board()) == (
        Read(0x40, 32, mask=8, expected=8, why="U.CR needs GATES.EN.UART to be 0x1"),
        Write(0, 32, value=1),
        Read(0, 32),
    )
    whole = write(board("GATES.EN", value=5))[0]
    assert isinstance(whole, Read)
    assert (whole.mask, whole.expected, whole.differs) == (0xFFFF_FFFF, 5, False)
    assert whole.why == "U.CR needs GATES.EN to be 0x5"


def test_a_need_in_another_region_is_whoever_opens_boths_to_look_at() -> None:
    far = board(far=True)
    assert write(far) == (Write(0, 32, value=1), Read(0, 32))
    needed = far.needed_by(far.by_path["U.CR"])
    assert needed is not None
    node, one, value = needed
    assert (node.path, one and one.name, value) == ("GATES.EN", "UART", 1)
    assert far.needed_by(node) is None


def test_a_need_within_the_block_does_not_need_itself() -> None:
    own = board("LOCK", value=0)
    assert own.needed_by(own.by_path["U.LOCK"]) is None
    assert write(own, "U.LOCK")[0] == Write(4, 32, value=1)
    assert isinstance(write(own)[0], Read)


def test_a_need_that_cannot_be_looked_at_refuses_the_write() -> None:
    with pytest.raises(RefusedError, match=r"needs GATES\.EN\.HIDDEN, which cannot be checked: write-only"):
        write(board("GATES.EN.HIDDEN"))


def test_an_instance_of_the_same_region_is_meant() -> None:
    uart = Block("uart", 0x10, (register("CR"),), needs=Guard("GATES.EN.UART", 1))
    regions = [
        Region(name, base, 0x100, (Instance("U", uart), Instance("GATES", GATES, 0x40)))
        for name, base in (("a", 0), ("b", 0x1000))
    ]
    two = RegisterMap("m", tuple(regions))
    for name in ("a", "b"):
        needed = two.needed_by(two.by_path[f"{name}/U.CR"])
        assert needed is not None
        assert needed[0].region.name == name
    assert two.needed(regions[0], regions[0].instances[0], "b/GATES.EN.UART") is not None
    assert two.needed(regions[0], regions[0].instances[0], "NONE.EN") is None
    assert two.needed(regions[0], regions[0].instances[0], "GATES.EN.NONE") is None


def test_a_path_starts_at_the_registers_own_group() -> None:
    def channel(*inner: Register | Group) -> Group:
        return Group("CH", 0x20, (register("CTRL", field("LOCK", "0")), *inner), array(2, 0x40))

    deep = Group("IN", 0x10, (register("D", offset=0, locked_by=Guard("CTRL.LOCK", 1)),))
    register_map = one_block(
        register("CTRL", field("LOCK", "0"), field("ALL", "1")),
        channel(register("SET", offset=4, locked_by=Guard("CTRL.LOCK", 1)), deep),
        register("R", offset=8, locked_by=Guard("CTRL.LOCK", 1)),
    )

    def owner(path: str, local: str) -> str | None:
        found = register_map.beside(register_map.by_path[path], local)
        return found[0].path if found else None

    assert owner("X.CH[1].SET", "CTRL.LOCK") == "X.CH[1].CTRL"
    assert owner("X.CH[1].IN.D", "CTRL.LOCK") == "X.CH[1].CTRL"
    assert owner("X.CH[1].IN.D", "D") == "X.CH[1].IN.D"
    assert owner("X.R", "CTRL.LOCK") == "X.CTRL"
    # What the group does not have is the block's.
    assert owner("X.CH[1].SET", "CTRL.ALL") == "X.CTRL"
    assert owner("X.CH[1].SET", "CH[0].CTRL") == "X.CH[0].CTRL"
    assert owner("X.CH[1].SET", "NONE") is None
    made = compose(register_map, register_map.by_path["X.CH[1].SET"], [Edit(None, Operator.ASSIGN, 1)])
    assert made.transaction[0].offset == 0x60
