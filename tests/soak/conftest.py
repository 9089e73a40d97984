from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.soak.image import MAP, Image


@pytest.fixture(autouse=True)
def _locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims of the test's own, which no other inspector on this machine sees."""
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "locks"))


@pytest.fixture
def chance() -> random.Random:
    """Decides; INSPECTOR_SOAK_SEED has it decide as in the run that printed that seed."""
    seed = int(os.environ.get("INSPECTOR_SOAK_SEED", "0")) or secrets.randbelow(1 << 32)
    print(f"INSPECTOR_SOAK_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    path = tmp_path / "soaked.yaml"
    path.write_text(MAP)
    return path


@pytest.fixture
def image(tmp_path: Path) -> Iterator[Image]:
    opened = Image(tmp_path)
    yield opened
    opened.close()
