"""The agent runs where only Python 3.9 is: its syntax, what it imports, and a real run."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import inspector.agent
from inspector.agent import protocol
from inspector.backends.agency import Agent, launch
from inspector.backends.agency.connection import Connection
from inspector.backends.mapping import Identity, Mappable
from inspector.errors import BusFault, NotPermitted
from inspector.model.transaction import Read, ReadRun, Write

SOURCES = sorted(Path(inspector.agent.__path__[0]).glob("*.py"))
OLDEST = (3, 9)


def old_pythons() -> Iterator[str]:
    """Interpreters of the oldest version that the agent runs with."""
    name = ".".join(map(str, OLDEST))
    found = [shutil.which(f"python{name}"), *Path.home().glob(f".pyenv/versions/{name}.*/bin/python3")]
    for path in filter(None, map(str, filter(None, found))):
        command = [path, "-I", "-S", "-c", "import sys; print(*sys.version_info[:2])"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.stdout.split() == list(map(str, OLDEST)):
            yield path


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_its_syntax_is_that_of_the_oldest_python(path: Path) -> None:
    ast.parse(path.read_text("utf-8"), feature_version=OLDEST)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_it_imports_the_standard_library_and_itself_alone(path: Path) -> None:
    siblings = {source.stem for source in SOURCES}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = {alias.name.partition(".")[0] for alias in node.names}
            assert names <= sys.stdlib_module_names
        elif isinstance(node, ast.ImportFrom) and node.level:
            assert node.level == 1
            assert {node.module} <= siblings or {alias.name for alias in node.names} <= siblings
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            assert node.module.partition(".")[0] in sys.stdlib_module_names


@pytest.mark.skipif(sys.platform != "linux", reason="the agent needs Linux")
def test_it_runs_with_the_oldest_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = next(old_pythons(), "")
    if not python:
        pytest.skip("there is no Python 3.9 here")
    monkeypatch.setenv("INSPECTOR_LOCK_DIRECTORY", str(tmp_path / "locks"))
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(range(256)) * 32)
    what = Mappable(
        path=str(image),
        position=0,
        size=8192,
        name="r",
        address=0,
        widths=frozenset({8, 16, 32, 64}),
        explain=lambda error, step: NotPermitted(f"{step}: {error}", errno_name="EPERM"),
        identity=Identity(inodes=(str(image),), iomem=(0, 8191), asleep=((str(image), ("x",)),)),
        space="file:old",
        start=0,
    )
    process = launch.start((), python)
    with Agent(Connection(process, launch.program(own=False), 10.0), 2.0) as agent:
        claim = agent.keeper.request_region("file:old", 0, 8192, "r")
        window = agent.map(what, claimed=True)
        window.arm()
        assert agent.keeper.holders("file:old", 0, 0)
        work = (Read(4, 32), ReadRun(0, 16, 2, "big"), Write(8, 64, 1, keep=0xFF, source=0))
        (outcome,) = agent.run([(window, work)])
        assert outcome.results == (0x07060504, (1, 0x203), 5)
        with image.open("r+b") as file:
            file.truncate(4096)
        (outcome,) = agent.run([(window, (ReadRun(0, 32, 2048),))])
        assert isinstance(outcome.error, BusFault)
        assert outcome.error.place.address == 4096
        assert isinstance(agent.iomem(), str)
        window.disarm()
        window.close()
        agent.keeper.release(claim)


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "VERSION", protocol.VERSION + 1)
    with pytest.raises(NotPermitted, match="speaks version"):
        Agent.start()


def test_nothing_that_a_user_can_change_is_run_with_more_rights(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert not launch._changeable(Path("/"))
    tmp_path.chmod(0o777)
    python = tmp_path / "python3"
    python.touch(mode=0o755)
    assert launch._changeable(python)
