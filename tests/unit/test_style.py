"""The tools that read the code find nothing: types, rules, and one format."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "command",
    [("mypy",), ("ruff", "check"), ("ruff", "format", "--check")],
    ids=lambda command: " ".join(command),
)
def test_nothing_is_found(command: tuple[str, ...]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
