"""The claims against a plain model of ``__request_region``, written from its truth table.

The model knows no tree. A flat list of ranges suffices: a claim is granted exactly when everything
that it overlaps is not busy and contains it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from inspector.errors import Busy
from inspector.io import Claim, Claims

TOP = (1 << 64) - 1


@dataclass(frozen=True, eq=False)
class Range:
    start: int
    end: int
    claim: Claim | None = None

    def overlaps(self, other: Range) -> bool:
        return self.start <= other.end and other.start <= self.end

    def contains(self, other: Range) -> bool:
        return self.start <= other.start and other.end <= self.end

    def stands_above(self, other: Range) -> bool:
        same = (self.start, self.end) == (other.start, other.end)
        if same:
            return self.claim is None and other.claim is not None
        return self.contains(other)


class Model:
    def __init__(self) -> None:
        self.ranges: list[Range] = []

    def conflict(self, new: Range) -> Range | None:
        """What refuses a claim: of the outermost refusing ranges, the lowest."""
        refusing = [
            range_
            for range_ in self.ranges
            if range_.overlaps(new) and (range_.claim is not None or not range_.contains(new))
        ]
        outermost = [
            range_ for range_ in refusing if not any(other.stands_above(range_) for other in refusing)
        ]
        return min(outermost, key=lambda range_: range_.start, default=None)

    def fits(self, new: Range) -> bool:
        """Whether hardware can be described there: nothing overlaps it in part."""
        return all(
            range_.contains(new) or new.contains(range_) for range_ in self.ranges if range_.overlaps(new)
        )


# Few addresses, so that ranges meet in every way.
ADDRESSES = st.integers(0, 9) | st.just(TOP - 1)
SIZES = st.integers(0, 6)
SPACES = st.sampled_from(["mem", "mem", "mem", "sim:0"])


class ClaimsAgainstTheModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.claims = Claims()
        self.models = {"mem": Model(), "sim:0": Model()}
        self.made: list[Claim] = []

    @rule(space=SPACES, start=ADDRESSES, size=SIZES)
    def request(self, space: str, start: int, size: int) -> None:
        model, new = self.models[space], Range(start, start + size - 1)
        conflict = model.conflict(new)
        if size == 0 or new.end > TOP:
            with pytest.raises(Busy) as caught:
                self.claims.request_region(space, start, size, "x")
            assert caught.value.holder is None
        elif conflict is not None:
            with pytest.raises(Busy) as caught:
                self.claims.request_region(space, start, size, "x")
            assert caught.value.holder is conflict.claim
        else:
            claim = self.claims.request_region(space, start, size, "x")
            assert (claim.start, claim.end) == (start, new.end)
            model.ranges.append(Range(start, new.end, claim))
            self.made.append(claim)

    @rule(space=SPACES, start=ADDRESSES, size=SIZES)
    def describe(self, space: str, start: int, size: int) -> None:
        model, new = self.models[space], Range(start, start + size - 1)
        if size and new.end <= TOP and model.fits(new):
            self.claims.insert_resource(space, start, size, "bus")
            model.ranges.append(new)
        else:
            with pytest.raises(Busy):
                self.claims.insert_resource(space, start, size, "bus")

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """Of any claim ever made: one released before changes nothing."""
        if self.made:
            claim = data.draw(st.sampled_from(self.made))
            self.claims.release(claim)
            model = self.models[claim.space]
            model.ranges = [range_ for range_ in model.ranges if range_.claim is not claim]

    @rule(space=SPACES, start=ADDRESSES, size=st.integers(1, 6))
    def ask(self, space: str, start: int, size: int) -> None:
        asked = Range(start, min(start + size - 1, TOP))
        expected = [
            range_.claim
            for range_ in sorted(self.models[space].ranges, key=lambda range_: range_.start)
            if range_.claim and range_.overlaps(asked)
        ]
        assert list(self.claims.holders(space, asked.start, asked.end)) == expected

    @invariant()
    def exactly_the_claims_of_the_model_are_held(self) -> None:
        held = {range_.claim for model in self.models.values() for range_ in model.ranges if range_.claim}
        assert set(self.claims.all()) == held

    @invariant()
    def no_two_claims_overlap(self) -> None:
        for space in self.models:
            claims = self.claims.holders(space, 0, TOP)
            assert all(low.end < high.start for low, high in itertools.pairwise(claims)), claims


TestClaims = ClaimsAgainstTheModel.TestCase
TestClaims.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
