"""Garbage on both sides of the agent's protocol: nothing is touched that was not asked for, nothing hangs."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.agent import operations, protocol
from inspector.backends.agency import Agent, launch
from inspector.backends.agency.connection import Connection
from inspector.backends.mapping import Identity, Mappable
from inspector.errors import InspectorError, KernelError, NotPermitted
from inspector.model.transaction import Read, ReadRun, Write

linux = pytest.mark.skipif(sys.platform != "linux", reason="the agent needs Linux")

SIZE = 8192
WORDS = st.one_of(
    st.integers(-2, 5),
    st.sampled_from([4096, 8191, 8192, 1 << 31, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]),
)
UNSIGNED = WORDS.map(lambda word: word & (1 << 64) - 1)


# --- frames ------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.dictionaries(st.text(), st.integers()), st.binary())), st.data())
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    sent: list[tuple[dict[str, int], bytes]], data: st.DataObject
) -> None:
    stream = b"".join(protocol.pack(*frame) for frame in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    frames = protocol.Frames()
    came = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        frames.feed(stream[start:end])
        while (frame := frames.next()) is not None:
            came.append(frame)
    assert came == sent


@given(st.binary(max_size=64))
def test_what_is_no_frame_is_refused_or_waited_for(stream: bytes) -> None:
    frames = protocol.Frames()
    frames.feed(stream)
    try:
        frame = frames.next()
    except protocol.ProtocolError:
        return
    assert frame is None or isinstance(frame[0], dict)


@pytest.mark.parametrize("lengths", [(1 << 30, 0), (0, 1 << 30), (0xFFFF_FFFF, 0xFFFF_FFFF), (16 << 20, 1)])
def test_what_is_too_long_is_refused_before_it_comes(lengths: tuple[int, int]) -> None:
    frames = protocol.Frames()
    frames.feed(struct.pack("<II", *lengths))
    with pytest.raises(protocol.ProtocolError, match="too long"):
        frames.next()


# --- operations --------------------------------------------------------------------------------------

OPERATIONS = st.tuples(
    st.integers(0, 4),
    st.sampled_from([0, 1, 8, 16, 24, 32, 64, 128]),
    st.integers(0, 3),
    st.one_of(st.integers(0, 70), st.sampled_from([operations.NO_SOURCE, 1 << 31])),
    st.one_of(st.integers(0, 70), UNSIGNED),
    UNSIGNED,
    UNSIGNED,
    UNSIGNED,
)


@given(
    st.lists(OPERATIONS, max_size=6), st.integers(1, 64), st.sampled_from([0, 2, 4, 8]), st.binary(max_size=3)
)
def test_what_is_decoded_stays_inside_the_window(
    sent: list[tuple[int, ...]], size: int, position: int, rest: bytes
) -> None:
    packed = b"".join(operations.OPERATION.pack(*fields) for fields in sent) + rest
    views = {width: width for width in (8, 16, 32)}
    try:
        decoded = operations.decode(packed, size, position, views)
    except operations.Malformed:
        return
    total = 0
    for kind, width, at, base, _, *more in decoded:
        step = width // 8
        count = more[0] if kind == operations.RUN else 1
        assert 0 <= at * step < (at + count) * step <= size
        assert (position + at * step) % step == 0
        assert base == total
        total += count
        if kind == operations.WRITE:
            value, keep, flip, source = more
            assert max(value, keep, flip) < 1 << width
            assert source >= 0 or not keep
            assert source < base


# --- the agent, told garbage -------------------------------------------------------------------------

ASKED = ["run", "arm", "close", "release", "holders", "iomem", "map", "claim", "", "x"]
ITEMS = st.one_of(
    st.lists(WORDS, max_size=5), st.tuples(WORDS, WORDS, st.integers(-1, 48), st.integers(0, 50))
)
TARGETS = st.fixed_dictionaries(
    {},
    optional={
        "do": st.sampled_from(
            ["run", "arm", "close", "release", "holders", "iomem", "map", "claim", "", "x"]
        ),
        "window": WORDS,
        "write": st.sampled_from([False, None, 0]),
        "claim": st.one_of(WORDS, st.none()),
        "timeout": st.one_of(st.integers(0, 50), st.text(max_size=2)),
        "space": st.sampled_from(["file:x", "", "../..", 7]),
        "start": WORDS,
        "end": WORDS,
        "size": WORDS,
        "name": st.text(max_size=3),
        "owner": st.one_of(st.just([1, "p", "u"]), st.lists(WORDS, max_size=3)),
        "path": st.sampled_from(["/dev/null", "/nothing", "", "relative", "/proc/self/mem", 3]),
        "position": WORDS,
        "widths": st.lists(st.sampled_from([8, 32, 33, "x"]), max_size=5),
        "identity": st.one_of(
            st.none(),
            st.just({"inodes": [], "links": [], "texts": [], "iomem": None, "asleep": []}),
            st.just({"inodes": ["/"], "links": [1], "texts": [], "iomem": [0], "asleep": [[]]}),
        ),
        "work": st.one_of(WORDS, st.lists(ITEMS, max_size=3)),
        "ordered": st.booleans(),
        "id": WORDS,
    },
)


class Victim:
    """An agent with a window on the middle of a file, which it must never write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content = os.urandom(3 * SIZE)
        path.write_bytes(self.content)
        self.agent: Agent | None = None

    def connection(self) -> Connection:
        if self.agent is None or not self.agent.alive:
            if self.agent is not None:
                self.agent.close()
            self.agent = Agent.start(timeout=0.5)
            self.agent.map(
                Mappable(
                    path=str(self.path),
                    position=SIZE,
                    size=SIZE,
                    name="r",
                    address=None,
                    widths=frozenset({8, 16, 32, 64}),
                    explain=lambda error, step: NotPermitted(step, errno_name="EPERM"),
                    identity=Identity(),
                    space="file:fuzz",
                    start=0,
                )
            )
        return self.agent._connection


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    folder = tmp_path_factory.mktemp("victim")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSPECTOR_LOCK_DIRECTORY", str(folder / "locks"))
        found = Victim(folder / "image")
        yield found
        if found.agent is not None:
            found.agent.close()


@linux
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(message=TARGETS, work=st.lists(OPERATIONS, max_size=4), rest=st.binary(max_size=2))
def test_a_message_that_means_nothing_is_answered_and_touches_nothing(
    victim: Victim, message: dict[str, Any], work: list[tuple[int, ...]], rest: bytes
) -> None:
    connection = victim.connection()
    body = b"".join(operations.OPERATION.pack(*fields) for fields in work) + rest
    connection._send(protocol.pack(message, body), None)
    # It is still in step: the next question has an answer of its own.
    connection._count += 1 << 32
    assert "holders" in connection.ask({"do": "holders", "space": "file:fuzz", "start": 0, "end": 1}, 5.0)[0]
    assert victim.path.read_bytes() == victim.content


@linux
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200), st.booleans())
def test_garbage_ends_it_with_a_reason_or_is_waited_for(victim: Victim, garbage: bytes, mutate: bool) -> None:
    connection = victim.connection()
    if mutate:
        frame = bytearray(protocol.pack({"do": "holders", "space": "mem", "start": 0, "end": 1}))
        for place, byte in enumerate(garbage[:4]):
            frame[(byte * 7 + place) % len(frame)] ^= byte
        garbage = bytes(frame)
    connection._send(garbage, None)
    connection._input.close()  # whatever it waits for does not come
    try:
        process = connection.process
        assert process.wait(5) in (0, 1)
        assert process.returncode == 0 or "does not understand" in connection._last_words()
    finally:
        assert victim.agent is not None
        victim.agent.close()
    assert victim.path.read_bytes() == victim.content


# --- the client, told garbage ------------------------------------------------------------------------

HELLO = protocol.MAGIC + protocol.pack({"agent": protocol.VERSION, "pid": 1, "elevated": False})


class Impostor(subprocess.Popen[bytes]):
    """An agent that says what it likes, and is no process."""

    def __init__(self, said: bytes) -> None:
        taken, stdin = os.pipe()
        stdout, said_to = os.pipe()
        stderr, errors = os.pipe()
        os.write(said_to, said)
        os.write(errors, b"last words\n")
        for descriptor in (said_to, errors):
            os.close(descriptor)
        self.stdin, self.stdout, self.stderr = (
            os.fdopen(stdin, "wb", 0),
            os.fdopen(stdout, "rb", 0),
            os.fdopen(stderr, "rb", 0),
        )
        self._taken = taken
        self.returncode = 0

    def poll(self) -> int:
        return 0

    def wait(self, timeout: float | None = None) -> int:
        return 0

    def kill(self) -> None:
        if self._taken >= 0:
            os.close(self._taken)
            self._taken = -1

    def __del__(self, _maxsize: int = 0, _warn: object = None) -> None:
        self.kill()


FAILURES = st.one_of(
    st.none(),
    WORDS,
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["fault", "stopped", "timeout", "lost", "killed", "x"])},
        optional={"element": WORDS, "errno": WORDS, "signal": WORDS, "found": WORDS},
    ),
)
ANSWERS = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda header, body, end: protocol.pack(header, body)[:end],
        st.fixed_dictionaries(
            {"id": st.sampled_from([1, 2, 3, 4])},
            optional={
                "window": st.one_of(WORDS, st.none()),
                "errno": st.one_of(WORDS, st.none(), st.text(max_size=2)),
                "why": st.one_of(st.text(max_size=5), WORDS),
                "step": st.sampled_from(["open", "mmap", "fork", "x", 1]),
                "claim": WORDS,
                "conflict": st.one_of(WORDS, st.lists(WORDS, max_size=12)),
                "holders": st.one_of(WORDS, st.lists(st.lists(WORDS, max_size=12), max_size=2)),
                "text": WORDS,
                "error": st.one_of(WORDS, st.just({"kind": "revoked"}), st.just({})),
                "outcomes": st.one_of(WORDS, st.lists(st.tuples(WORDS, WORDS, FAILURES), max_size=2)),
            },
        ),
        st.binary(max_size=50),
        st.sampled_from([None, None, None, -1, 5]),
    ),
)


@linux
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([HELLO, HELLO, HELLO, b"", b"noise" + HELLO, HELLO[:-3]]), st.lists(ANSWERS, max_size=5)
)
def test_a_client_that_is_told_garbage_raises_what_a_person_can_read(
    hello: bytes, answers: list[bytes]
) -> None:
    what = Mappable(
        path="/nothing",
        position=0,
        size=SIZE,
        name="r",
        address=None,
        widths=frozenset({8, 32}),
        explain=lambda error, step: NotPermitted(step, errno_name="EPERM"),
        identity=Identity(),
        space="file:impostor",
        start=0,
    )
    good = protocol.pack({"id": 1, "window": 7})
    said = hello + (good if answers and len(answers) % 2 else b"") + b"".join(answers)
    try:
        agent = Agent(Connection(Impostor(said), b"", 1.0), 0.05)
    except NotPermitted:
        return
    try:
        window = agent.map(what)
        for outcome in agent.run([(window, (Read(0, 32, mask=1), ReadRun(0, 8, 3), Write(0, 8, 1)))]):
            assert outcome.error is None or isinstance(outcome.error, KernelError)
        window.arm()
        window.close()
    except InspectorError as error:
        assert str(error)
    try:
        agent.keeper.release(agent.keeper.request_region("file:impostor", 0, 16, "r"))
    except InspectorError as error:
        assert str(error)
    try:
        agent.keeper.holders("file:impostor", 0, 16)
    except InspectorError as error:
        assert str(error)
    assert isinstance(agent.iomem(), str)
    agent.close()


def test_the_program_of_an_agent_is_what_its_modules_say() -> None:
    kind, _, rest = launch.program(own=False).partition(b" ")
    length, _, data = rest.partition(b"\n")
    assert kind == b"text"
    assert int(length) == len(data)
    assert {"supervisor", "worker", "locks"} <= set(json.loads(data))
