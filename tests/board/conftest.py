"""The boards, and what becomes of their tests where there are none."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from . import downloads
from .guest import ARM64, X86, Board


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fold the skips into one line of the summary; where boards are required, make them failures."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2]
        if os.environ.get("INSPECTOR_REQUIRE_BOARDS") == "1":
            report.outcome = "failed"
            report.longrepr = f"INSPECTOR_REQUIRE_BOARDS=1, yet: {reason}"
        else:
            report.longrepr = (__file__, 1, reason)  # one line of the summary for all, not one for each
    return report


@pytest.fixture(scope="session")
def emulators() -> None:
    """QEMU, the kernels and the guests' packages, else the test is skipped."""
    if reason := downloads.reason_to_skip():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def x86_board(emulators: None) -> Board:
    """A q35 with QEMU's `edu` device, and the project installed."""
    return Board(X86)


@pytest.fixture(scope="session")
def arm64_board(emulators: None) -> Board:
    """A `virt` with PL011, PL031 and PL061, and the project installed."""
    return Board(ARM64)
