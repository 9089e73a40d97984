"""`python3 tests/run.py [pytest args…]`: install what the tests need, where this user may, and run them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # as a script, it sees its own folder only

from tests.board import downloads

ROOT = downloads.ROOT
VENV = ROOT / ".venv"


def python() -> Path:
    """A virtual environment beside the project that holds it, editable, with its test extra."""
    interpreter = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not interpreter.exists():
        print(f"making {VENV}", flush=True)
        venv.create(VENV, with_pip=True)
    # Installed once for each state of pyproject.toml: a second run needs no package index.
    stamp = VENV / "installed-for"
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != state:
        print("installing the project and its test tools", flush=True)
        install: list[str | Path] = [
            interpreter,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "-e",
            f"{ROOT}[test]",
        ]
        subprocess.run(install, check=True)
        stamp.write_text(state)
    return interpreter


def main() -> int:
    """Prepare, run pytest, and answer with its status."""
    try:
        interpreter = python()
    except subprocess.CalledProcessError as error:
        print(f"tests/run.py: pip failed with exit status {error.returncode}", file=sys.stderr)
        return 1
    try:
        if downloads.reason_to_skip():
            print("getting QEMU and the kernels of the board tests", flush=True)
        downloads.install_tools()
        downloads.download_packages()
    except (downloads.Unavailable, OSError) as reason:
        print(f"no board tests: {reason}", flush=True)
    return run(interpreter, sys.argv[1:])


def run(interpreter: Path, arguments: list[str]) -> int:
    """Run pytest; without arguments all tests, those on boards beside the others."""
    pytest: list[str | Path] = [interpreter, "-m", "pytest"]
    if arguments or (os.cpu_count() or 1) < 2:
        return subprocess.run([*pytest, *arguments], cwd=ROOT).returncode
    with tempfile.TemporaryFile("w+") as output:
        # One emulated machine at a time keeps one processor busy, and so do the other tests.
        command = [*pytest, "tests/board", "-p", "no:cacheprovider"]
        with subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT) as boards:
            others = subprocess.run([*pytest, "--ignore=tests/board"], cwd=ROOT).returncode
            print("waiting for the tests on boards", flush=True)
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout)
    return others or boards.returncode


if __name__ == "__main__":
    sys.exit(main())
