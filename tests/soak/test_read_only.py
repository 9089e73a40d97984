"""Until it is armed nothing of the agent can write, whatever keys are pressed: the kernel says so."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.soak.app import ESCAPE, App
from tests.soak.image import PAGE, SIZE, Image
from tests.soak.processes import mappings, writable_descriptors

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform != "linux", reason="needs /proc"),
]

BURSTS = 60
KEYS = (
    *"erfnNxcizZuJpy?jkgGhl[]+-= 0123456789bdmt|&~^*.",
    *("\r", "\t", "\x1b[Z", "\x7f", "\x01", "\x05", "\x15", "\x17", "\x0b", ESCAPE),
    *("\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1b[3~", "\x1bOP"),
    *("/W", "/3\r", "e0x55\r", "e|1\r", "r\r", "\x1b[200~0x77\x1b[201~", "\x1b[<0;40;8M\x1b[<0;40;8m"),
)
"""All that it obeys but what quits it, stops its process or opens an editor; ``a`` is pressed apart."""


@pytest.fixture
def app(image: Image, map_file: Path) -> Iterator[App]:
    opened = App([str(map_file), "-b", image.word, "--journal", str(image.journal)], image.watch)
    yield opened
    opened.close()


def permissions(app: App, image: Image) -> dict[int, set[str]]:
    """How the file is mapped in any process, by position."""
    inode = image.inodes[0][1]
    found: dict[int, set[str]] = {}
    for mapped in mappings(app.processes, inode):
        found.setdefault(mapped.position, set()).add(mapped.permissions)
    return found


def check(app: App, image: Image) -> int:
    """See that nothing can write; how many mappings there are."""
    found = permissions(app, image)
    assert all(each == {"r--s"} for each in found.values()), found
    assert not writable_descriptors(app.processes, image.inodes[0][1])
    return len(found)


def test_no_keys_but_those_that_arm_make_anything_writable(
    app: App, image: Image, chance: random.Random
) -> None:
    mapped = 0
    for _ in range(BURSTS):
        keys = chance.choices(KEYS, k=chance.randrange(1, 30))
        print(repr("".join(keys)))
        for key in keys:
            app.press(key)
            if chance.random() < 0.1:
                app.turn()
        mapped += check(app, image)
        app.settle()
        if chance.random() < 0.3:
            # Asked, and answered with no.
            app.press("a")
            app.until(lambda: "stay read-only" in app.screen, 0.2)
            mapped += check(app, image)
            app.settle()
        mapped += check(app, image)
    assert mapped > BURSTS
    assert image.path.read_bytes() == bytes(SIZE)
    assert not image.arrived
    assert app.end("q") == 0


def test_only_the_armed_region_can_be_written_and_only_until_it_is_disarmed(app: App, image: Image) -> None:
    own, common = 0, 2 * PAGE
    app.wait_for(lambda: len(permissions(app, image)) == 2, "both mappings")
    check(app, image)
    for select, armed, other in (("g", own, common), ("G", common, own)):
        app.press(select)
        app.settle()
        app.press("a")
        app.wait_for(lambda: "stay read-only" in app.screen, "the question")
        check(app, image)
        app.press("\r")
        app.wait_for(lambda: "ARMED" in app.top, "that it is armed")
        assert permissions(app, image) == {armed: {"rw-s"}, other: {"r--s"}}
        app.settle()
        app.press("a")
        app.wait_for(lambda: "READ-ONLY" in app.top, "that it is disarmed")
        assert check(app, image) == 2
    assert app.end("q") == 0
