from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from inspector.backends import agency, open_backend
from inspector.backends.access import Access
from inspector.backends.in_process import InProcess

from .fakes import LocalMapper


class Started(LocalMapper):
    """An agent that was started."""

    all: list[Started]

    def __init__(self, prefix: Sequence[str], timeout: float, start_timeout: float | None) -> None:
        super().__init__()
        self.prefix = tuple(prefix)
        self.timeout = timeout
        self.start_timeout = start_timeout
        self.alive = True
        self.closed = 0

    @classmethod
    def start(cls, prefix: Sequence[str] = (), *, timeout: float, start_timeout: float | None) -> Started:
        agent = cls(prefix, timeout, start_timeout)
        cls.all.append(agent)
        return agent

    def close(self) -> None:
        self.closed += 1
        self.alive = False


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[Started]:
    Started.all = []
    monkeypatch.setattr(agency, "Agent", Started)
    return Started.all


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A node that this user may not open."""
    node = tmp_path / "locked"
    node.touch()
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != str(node) and allowed(path, mode))
    return str(node)


def test_files_and_devices_have_an_agent_each_started_when_first_needed(started: list[Started]) -> None:
    with Access(timeout=0.5) as access:
        assert started == []
        file = access.mapper("file")
        assert access.mapper("file") is file
        assert access.mapper("device", "/dev/mem") is not file
        assert [(agent.prefix, agent.timeout) for agent in started] == [((), 0.5), ((), 0.5)]
    assert [agent.closed for agent in started] == [1, 1]
    access.close()
    assert [agent.closed for agent in started] == [1, 1]


def test_only_a_node_that_may_not_be_opened_needs_more_rights(
    started: list[Started], locked: str, tmp_path: Path
) -> None:
    (tmp_path / "open").touch()
    with Access(elevate=("sudo", "-k")) as access:
        access.mapper("device", str(tmp_path / "open"))
        access.mapper("device", str(tmp_path / "absent"))
        access.mapper("file", locked)
        assert [agent.prefix for agent in started] == [(), ()]
        access.mapper("device", locked)
    assert started[-1].prefix == ("sudo", "-k")


def test_a_person_may_take_long_to_type_a_password(started: list[Started], locked: str) -> None:
    with Access(elevate=("sudo",)) as access:
        access.start()
        access.start()
        (agent,) = started
        assert (agent.prefix, agent.start_timeout) == (("sudo",), None)
        assert access.mapper("device", locked) is agent
        assert access.mapper("device", "/dev/absent") is not agent
        assert started[-1].start_timeout is not None


def test_nothing_is_started_early_without_more_rights(started: list[Started]) -> None:
    with Access() as access, Access(in_process=True, elevate=("sudo",)) as local:
        access.start()
        local.start()
    assert started == []


def test_an_agent_that_has_ended_is_replaced(started: list[Started]) -> None:
    with Access() as access:
        first = access.mapper("file")
        started[0].alive = False
        assert access.mapper("file") is not first
        assert [agent.closed for agent in started] == [1, 0]


def test_in_this_process_there_is_one_mapper_for_all(started: list[Started], locked: str) -> None:
    with Access(in_process=True, elevate=("sudo",)) as access:
        assert access.in_process
        assert isinstance(access.mapper("file"), InProcess)
        assert access.mapper("device", locked) is access.mapper("file")
    assert started == []


def test_a_backend_ends_the_agents_that_are_its_own_and_no_others(
    started: list[Started], tmp_path: Path
) -> None:
    path = tmp_path / "image"
    path.write_bytes(bytes(16))
    with Access() as shared:
        with open_backend(f"devmem:{path}", access=shared) as backend:
            backend.device_at(0, 4)
        assert [agent.closed for agent in started] == [0]
    with open_backend(f"devmem:{path}") as backend:
        backend.device_at(0, 4)
        assert started[-1].alive
    assert [agent.closed for agent in started] == [1, 1]


def test_whether_faults_are_survived_is_told(tmp_path: Path) -> None:
    with open_backend("devmem:x") as backend:
        assert backend.guarantees.faults_seen
    with open_backend("devmem:x", access=Access(in_process=True)) as backend:
        assert not backend.guarantees.faults_seen
