"""Starting an agent: which Python, with which rights, and what it is sent."""

from __future__ import annotations

import json
import marshal
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from types import CodeType

import inspector.agent
from inspector.errors import NotPermitted

_BOOT = """\
import sys
from importlib.machinery import ModuleSpec
i=sys.stdin.buffer
k,n=i.readline().split()
d=i.read(int(n))
if k==b"code":
 import marshal;S=marshal.loads(d)
else:
 import json;S=json.loads(d)
class F:
 def find_spec(f,n,p=None,t=None):
  if n=="agent" or n[:6]=="agent." and n[6:] in S:return ModuleSpec(n,f,is_package=n=="agent")
 def create_module(f,s):return None
 def exec_module(f,m):
  n=m.__name__[6:]
  if n:exec(compile(S[n],"agent/"+n+".py","exec") if k!=b"code" else S[n],m.__dict__)
sys.meta_path.insert(0,F())
from agent import supervisor
supervisor.main()
"""
"""Takes the sources from standard input, and imports them from there: nothing lies on a disk meanwhile."""

_FOLDER = Path(inspector.agent.__path__[0])
_LEAST = (3, 9)


@cache
def program(*, own: bool) -> bytes:
    """What an agent is sent first: what follows, its length, and the agent's modules.

    Args:
        own: The agent runs this very Python, and takes what is compiled for it.
    """
    names = [path.stem for path in _FOLDER.glob("*.py") if path.stem != "__init__"]
    data = marshal.dumps(_compiled(names)) if own else json.dumps(_sources(names)).encode("ascii")
    return b"%s %d\n%s" % (b"code" if own else b"text", len(data), data)


def _compiled(names: Sequence[str]) -> dict[str, CodeType]:
    found = {}
    for name in names:
        spec = find_spec(f"inspector.agent.{name}")
        code = spec.loader.get_code(spec.name) if spec and isinstance(spec.loader, SourceFileLoader) else None
        assert code is not None, "the agent is part of the package"
        found[name] = code
    return found


def _sources(names: Sequence[str]) -> dict[str, str]:
    return {name: (_FOLDER / f"{name}.py").read_text("utf-8") for name in names}


def start(prefix: Sequence[str], python: str = "") -> subprocess.Popen[bytes]:
    """Start an agent; it has not said anything yet.

    Args:
        prefix: The command that gives it more rights, such as ``sudo``; empty for none.
        python: Which Python; empty for this one, or with more rights for one that this user cannot change.

    Raises:
        NotPermitted: There is no Python for it, or the command cannot be run.
    """
    python = python or (trusted_python() if prefix else sys.executable)
    # Isolated, and without site: nothing is imported that a user could have written.
    command = [*prefix, python, "-I", "-S", "-c", _BOOT, *(["--elevated"] if prefix else [])]
    if "/" in command[0]:
        command[0] = str(Path(command[0]).absolute())  # it is not started from here
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd="/",
            # Whoever asks for a password asks on this terminal; otherwise its keys are none of the agent's.
            start_new_session=not prefix,
        )
    except OSError as error:
        raise NotPermitted(
            f"cannot start {command[0]}: {error.strerror}",
            errno_name="ENOENT" if isinstance(error, FileNotFoundError) else "EACCES",
            advice="it is needed to touch hardware in a process of its own; --in-process goes without it",
        ) from error


def trusted_python() -> str:
    """A Python that this user cannot change, for an agent with more rights.

    Raises:
        NotPermitted: There is none that is new enough.
    """
    seen = []
    for path in dict.fromkeys(("/usr/bin/python3", "/usr/local/bin/python3", sys.executable)):
        if not Path(path).exists():
            continue
        version, library = _ask(path)
        if version < _LEAST:
            seen.append(f"{path} is older than {_LEAST[0]}.{_LEAST[1]}")
        elif _changeable(Path(path)) or _changeable(library):
            seen.append(f"{path} can be changed by somebody but root")
        else:
            return path
    raise NotPermitted(
        f"no Python may be run with more rights: {'; '.join(seen) or 'there is none'}",
        errno_name="EPERM",
        advice="install the system's python3, or run inspector itself as root",
    )


def _changeable(path: Path) -> bool:
    """Whether somebody but root could put something else in the place of ``path``."""
    if os.geteuid() == 0:
        return False  # whoever runs this can do everything already
    real = path.resolve()
    return any(
        each.stat().st_uid != 0 or each.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH) & ~_sticky(each)
        for each in {real, *real.parents, *path.parents}
    )


def _sticky(path: Path) -> int:
    return stat.S_IWGRP | stat.S_IWOTH if path.stat().st_mode & stat.S_ISVTX else 0


def _ask(path: str) -> tuple[tuple[int, int], Path]:
    """A Python's version, and where its standard library is; version 0.0 where it does not run."""
    program = "import os, sys; print(*sys.version_info[:2], os.__file__)"
    try:
        out = subprocess.run(
            [path, "-I", "-S", "-c", program], capture_output=True, timeout=10, check=True, text=True
        ).stdout
        major, minor, library = out.split(maxsplit=2)
        return (int(major), int(minor)), Path(library.strip())
    except (OSError, ValueError, subprocess.SubprocessError):
        return (0, 0), Path("/")
