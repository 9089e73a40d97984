from __future__ import annotations

from inspector.session.budget import Budget
from tests.unit.model.build import one_block, register

MAP = one_block(*(register(f"R{i}", offset=4 * i) for i in range(6)))
COSTS = {0: 1e-6, 1: 1e-6, 2: 1e-6, 3: 1e-3, 4: 4e-3, 5: 1e-6}
TICK = 0.1


def test_everything_is_read_while_it_fits() -> None:
    budget = Budget(share=0.1)
    assert budget.choose(MAP.nodes, COSTS, TICK) == list(MAP.nodes)
    assert budget.slowed == 0


def test_what_was_never_timed_is_read() -> None:
    assert Budget(share=0.0).choose(MAP.nodes, {}, TICK) == list(MAP.nodes)


def test_the_expensive_take_turns_and_the_cheap_are_read_every_time() -> None:
    budget = Budget(share=0.01)
    reads = dict.fromkeys(COSTS, 0)
    ticks = 1000
    for _ in range(ticks):
        for node in budget.choose(MAP.nodes, COSTS, TICK):
            reads[node.index] += 1
    assert budget.slowed == 2
    assert [reads[i] for i in (0, 1, 2, 5)] == [ticks] * 4
    # Both have their turns, none is starved, and together they stay within the share.
    assert reads[3] > ticks / 20
    assert reads[4] > ticks / 20
    assert sum(reads[i] * COSTS[i] for i in COSTS) <= 0.01 * TICK * ticks


def test_a_pause_earns_no_burst() -> None:
    budget = Budget(share=0.01)
    budget.choose(MAP.nodes, COSTS, 3600.0)
    spent = sum(COSTS[node.index] for _ in range(10) for node in budget.choose(MAP.nodes, COSTS, TICK))
    assert spent <= 0.01 * 1.0 + 10 * 0.01 * TICK
