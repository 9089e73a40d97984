from __future__ import annotations

from inspector.model.transaction import Read, ReadRun
from inspector.session.plan import plan
from tests.unit.model.build import array, one_block, register

NODES = one_block(
    register("A"),
    register("B", offset=4, dimension=array(3, 4)),
    register("HALF", offset=0x10, width=16),
    register("BIG", offset=0x14, byte_order="big"),
    register("LAST", offset=0x18),
    register("FAR", offset=0x20),
).nodes


def test_neighbours_of_equal_width_and_order_become_runs_and_gaps_are_never_read() -> None:
    (part,) = plan(NODES)
    assert part.transaction == (
        ReadRun(0, 32, 4),
        Read(0x10, 16),
        Read(0x14, 32, "big"),
        Read(0x18, 32),
        Read(0x20, 32),
    )
    assert [node for step in part.steps for node in step.nodes] == list(NODES)


def test_the_order_asked_for_is_kept() -> None:
    (part,) = plan([NODES[1], NODES[0]])
    assert part.transaction == (Read(4, 32), Read(0, 32))
