from __future__ import annotations

import itertools

from inspector.model.guard import Guard, exclusive

GUARDS = [Guard(path, value, differs) for path in "AB" for value in range(3) for differs in (False, True)]


def possible(*guards: Guard) -> bool:
    """Whether some values of A and B, of two bits each, satisfy all of them."""
    return any(
        all(guard.holds({"A": a, "B": b}[guard.path]) for guard in guards)
        for a, b in itertools.product(range(4), repeat=2)
    )


def test_guards_exclude_each_other_where_no_value_satisfies_both() -> None:
    for one, other in itertools.product(GUARDS, repeat=2):
        assert one.excludes(other) is not possible(one, other)


def test_conditions_are_exclusive_where_any_two_of_them_are() -> None:
    one = (Guard("A", 1), Guard("B", 0, differs=True))
    assert exclusive(one, (Guard("A", 1), Guard("B", 0)))
    assert not exclusive(one, (Guard("A", 1), Guard("B", 1)))
    assert not exclusive(one, ())


def test_a_guard_reads_as_a_map_writes_it() -> None:
    assert str(Guard("LCR.DLAB", 1)) == "LCR.DLAB == 1"
    assert str(Guard("LCR.DLAB", 1, differs=True)) == "LCR.DLAB != 1"
