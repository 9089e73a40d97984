from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from inspector.agent import locks
from inspector.backends.claims import LockedClaims, claim_of, claims_scope, this_owner
from inspector.errors import Busy, InvalidArgument
from inspector.io import CLAIMS, Claims, request_region
from inspector.io.claims import user_name

OTHER = locks.Owner(os.getppid(), "inspector", "root")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="open-file-description locks are Linux's")


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "locks"))


def test_a_claim_is_seen_by_others_until_it_is_released() -> None:
    tree = Claims()
    keeper = LockedClaims(tree)
    claim = keeper.request_region("mem", 0x1000, 0x1000, "uart")
    (seen,) = locks.holders("mem", 0, 0xFFFF)
    assert (seen.start, seen.end, seen.name, seen.pid) == (0x1000, 0x1FFF, "uart", os.getpid())
    assert seen.user == user_name()
    assert tree.all() == keeper.holders("mem", 0, 0xFFFF) == (claim,)
    keeper.release(claim)
    keeper.release(claim)
    assert locks.everyone() == []
    assert tree.all() == ()


def test_anothers_claim_is_busy_and_named() -> None:
    theirs = locks.claim("mem", 0x1000, 0x1000, name="uart", owner=OTHER)
    tree = Claims()
    keeper = LockedClaims(tree)
    with pytest.raises(
        Busy, match=r"cannot claim mine \(0x1800-0x2fff\): held by inspector \d+ \(\S+\) since"
    ) as caught:
        keeper.request_region("mem", 0x1800, 0x1800, "mine")
    assert str(caught.value).endswith("0x1000-0x1fff: uart (EBUSY)")
    assert caught.value.holder is not None
    assert tree.all() == ()
    assert [claim.pid for claim in keeper.holders("mem", 0, 0xFFFF)] == [OTHER.pid]
    theirs.release()
    keeper.release(keeper.request_region("mem", 0x1800, 0x1800, "mine"))


def test_ones_own_claim_is_busy_in_the_tree_already() -> None:
    keeper = LockedClaims(Claims())
    claim = keeper.request_region("mem", 0x1000, 0x1000, "first")
    with pytest.raises(Busy) as caught:
        keeper.request_region("mem", 0x1FFF, 2, "second")
    assert caught.value.holder is claim
    keeper.release(claim)


def test_no_bytes_are_busy_and_too_far_is_invalid() -> None:
    tree = Claims()
    keeper = LockedClaims(tree)
    with pytest.raises(Busy, match="it has no bytes"):
        keeper.request_region("mem", 0x1000, 0, "empty")
    with pytest.raises(InvalidArgument, match="are not a range of mem"):
        keeper.request_region("mem", 1 << 52, 4, "far")
    with pytest.raises(InvalidArgument, match="are not a range of mem"):
        keeper.share("mem", 0x1000, 0, "empty")
    assert tree.all() == ()
    assert locks.everyone() == []


def test_a_failing_lock_leaves_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> locks.Held:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(locks, "claim", full)
    tree = Claims()
    with pytest.raises(OSError, match="Too many open files"):
        LockedClaims(tree).request_region("mem", 0, 4, "x")
    assert tree.all() == ()


def test_a_region_is_claimed_through_the_keeper_and_shared_beside_it() -> None:
    keeper = LockedClaims()
    with request_region(0x1000, 4, "x", keeper=keeper):
        shared = keeper.share("mem", 0x1000, 4, "y")
        assert [holder.shared for holder in locks.holders("mem", 0x1000, 0x1000)] == [False, True]
        assert [claim.name for claim in keeper.holders("mem", 0x1000, 0x1000)] == ["x"]
        shared.release()
    assert locks.everyone() == []
    assert CLAIMS.holders("mem", 0, 0xFFFF) == ()


def test_a_simulations_claims_stay_in_this_process(tmp_path: Path) -> None:
    keeper = LockedClaims(Claims())
    claim = keeper.request_region("sim:9", (1 << 64) - 4, 4, "last")
    assert not (tmp_path / "locks").exists()
    keeper.release(claim)


def test_among_whom_a_claim_holds_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert claims_scope("mem") == "exclusive (among inspectors)"
    assert claims_scope("sim:1") == "claim not visible to other processes"
    monkeypatch.setattr(locks, "scope", lambda space: "user")
    assert claims_scope("mem") == "claim not visible to other users"


def test_a_lock_whose_process_is_gone_says_so() -> None:
    holder = locks.Holder(0, 3, "uart", 4242, "inspector", "root", gone=True, worker=4243)
    assert str(claim_of("mem", holder)) == (
        "held by inspector 4242 (root), 0x0-0x3: uart; "
        "its process 4242 is gone, its worker 4243 still holds the range"
    )
    assert this_owner().pid == os.getpid()
