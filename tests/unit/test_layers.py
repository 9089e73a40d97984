"""The arrows of the architecture, held by the import graph and by what a fresh process loads."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LINUX_ONLY = {"fcntl", "grp", "pwd", "resource", "termios", "tty"}


def loaded(program: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after ``program``."""
    program += "\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "module", ["errors", "model.compose", "maps", "io", "backends", "session", "cli.main"]
)
def test_nothing_below_the_screen_loads_textual(module: str) -> None:
    modules = loaded(f"import inspector.{module}")
    assert "textual" not in modules
    if module != "cli.main":
        assert "rich" not in modules
        assert "click" not in modules


def test_what_runs_in_the_agent_is_not_loaded_here() -> None:
    modules = loaded("import inspector.backends.agency, inspector.backends.in_process, inspector.cli.main")
    assert not {f"inspector.agent.{Path(name).stem}" for name in IN_THE_AGENT} & modules


def test_a_command_for_scripts_starts_without_textual_or_rich() -> None:
    modules = loaded(
        "import sys\n"
        "from inspector.cli.main import main\n"
        "sys.argv = ['inspector', 'read', 'demo', '--json']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    assert not {"textual", "rich"} & modules


IN_THE_AGENT = {"supervisor.py", "windows.py", "worker.py"}
"""What runs in the agent's own process alone, which is Linux."""


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for path in (ROOT / "inspector").rglob("*.py")
        if not (path.parent.name == "agent" and path.name in IN_THE_AGENT)
    ),
    ids=lambda path: path.name,
)
def test_no_linux_only_module_is_imported_at_a_modules_top(path: Path) -> None:
    top = ast.parse(path.read_text()).body
    names = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in top if isinstance(node, ast.ImportFrom)}
    assert not names & LINUX_ONLY
