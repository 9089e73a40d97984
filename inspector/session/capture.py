"""Taking snapshots of an open session piece by piece, and finding a snapshot's registers in a map again."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from inspector.errors import UsageError
from inspector.maps.saving import save
from inspector.model.registermap import RegisterMap
from inspector.session.jsonlines import unreadable
from inspector.session.record import read_record
from inspector.session.sample import Sample
from inspector.session.session import Session
from inspector.session.snapshot import SavedSnapshot, header, line_text, load_snapshot

_STEP = 500
"""How many registers are read in one go; live values wait that long."""


class Capture:
    """Reads once all that is safe to read, and saves it as ``inspector dump -o`` does.

    Attributes:
        started: When it began, in seconds since the epoch.
        left_out: The names of the regions of which nothing is read.
        samples: What was read, by register index.
    """

    def __init__(self, register_map: RegisterMap, left_out: Collection[str] = ()) -> None:
        self.started = time.time()
        self.left_out = tuple(left_out)
        self.samples: dict[int, Sample] = {}
        self._nodes = register_map.nodes
        self._lines: list[str] = []
        self._at = 0

    @property
    def part(self) -> int:
        """How much of the map is done, in percent."""
        return 100 * self._at // max(len(self._nodes), 1)

    def read_on(self, session: Session) -> bool:
        """Read the next registers; whether there were any left."""
        numbers = range(self._at, min(self._at + _STEP, len(self._nodes)))
        if not numbers:
            return False
        self._at = numbers.stop
        nodes = [node for node in map(self._nodes.__getitem__, numbers) if self._is_wanted(node.region.name)]
        for node, sample in zip(nodes, session.read_safe(nodes), strict=True):
            self.samples[node.index] = sample
            self._lines.append(line_text(read_record(node, sample, known=session.known(node))))
        return True

    def _is_wanted(self, region: str) -> bool:
        return region not in self.left_out

    def save(self, session: Session, path: Path) -> None:
        """Write what was read.

        Raises:
            UsageError: The file cannot be written.
        """
        words = {name: opened.backend.word for name, opened in session.regions.items()}
        first = line_text(header(session.map.name, words, self.started))
        try:
            save(str(path), "".join((first, *self._lines)))
        except OSError as error:
            raise unreadable(path, error) from error


@dataclass(frozen=True, slots=True)
class Recalled:
    """A snapshot as far as it is of a map's registers.

    Attributes:
        snapshot: As it stands in its file.
        samples: What it says of registers of the map, by index.
        strange: How many of its registers the map does not have, or has of another width.
    """

    snapshot: SavedSnapshot
    samples: Mapping[int, Sample]
    strange: int


def recall(path: Path, register_map: RegisterMap) -> Recalled:
    """Read a snapshot and find its registers in a map.

    Raises:
        UsageError: It cannot be read, is no snapshot, or has no register of the map.
    """
    saved = load_snapshot(path)
    samples: dict[int, Sample] = {}
    strange = 0
    for register in saved.registers.values():
        node = register_map.by_path.get(register.path)
        if node is None or node.width != register.width:
            strange += 1
        elif register.value is not None:
            samples[node.index] = Sample(value=register.value, time=saved.time)
    if not samples:
        raise UsageError(
            f"{path}: it is a snapshot of {saved.map}, and has no value of a register of {register_map.name}"
        )
    return Recalled(saved, samples, strange)
