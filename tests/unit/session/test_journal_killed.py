"""A program that is killed while it writes: nothing is in the hardware that is not in the journal."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inspector.session.journalfile import intended_writes, load_journal

COUNT = 4096

MAP = f"""\
regmap: 1
name: many
blocks:
  device:
    size: {COUNT * 4}
    registers: {{VALUE: {{offset: 0, count: {COUNT}, stride: 4}}}}
regions:
  only: {{base: 0x1000, size: {COUNT * 4}, instances: {{A: device}}}}
"""

WRITER = """\
import sys
from pathlib import Path
from inspector import maps
from inspector.model.edit import Edit, Operator
from inspector.session import Session
from inspector.session.journal import Journal
map_file, image, journal = sys.argv[1:]
with Session(
    maps.load(map_file), [f"devmem:{image}@0x1000"], write=True, journal=Journal(Path(journal), fsync=False)
) as session:
    for number, node in enumerate(session.map.nodes):
        result = session.write(session.compose(node, [Edit(None, Operator.ASSIGN, number + 1)]))
        assert result.error is None, result.error
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/mem's stand-in and SIGKILL")
def test_every_word_in_the_hardware_has_its_intent(tmp_path: Path) -> None:
    image, journal, map_file = tmp_path / "image", tmp_path / "journal", tmp_path / "many.yaml"
    map_file.write_text(MAP)
    chance = random.Random(1)
    total = 0
    for _ in range(3):
        image.write_bytes(bytes(COUNT * 4))
        journal.write_bytes(b"")
        arguments = [sys.executable, "-c", WRITER, str(map_file), str(image), str(journal)]
        child = subprocess.Popen(arguments, env=os.environ)
        enough = chance.randrange(1000, 200_000)
        while journal.stat().st_size < enough and child.poll() is None:
            pass
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        data = image.read_bytes()
        arrived = {0x1000 + offset for offset in range(0, len(data), 4) if any(data[offset : offset + 4])}
        loaded = load_journal(journal)
        meant = {address for session in loaded.sessions for address, _ in intended_writes(session.intents)}
        assert arrived <= meant
        # At most the one that was under way did not arrive, and what was told of the others is so.
        assert len(meant - arrived) <= 1
        told = {i.address for s in loaded.sessions for i in s.intents if i.outcome is not None}
        assert told <= arrived
        total += len(arrived)
    assert total
