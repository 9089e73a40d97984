"""The app in a real pseudo-terminal, ended from outside: the terminal is as it was before."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pytest

from inspector.errors import UsageError

TIMEOUT = 30

APP = "from inspector.cli.main import main; main()"

BREAKING = """
import threading
from inspector.ui import screen
begin = screen.MainScreen._begin
def broken(self):
    begin(self)
    {0}
screen.MainScreen._begin = broken
from inspector.cli.main import main
main()
"""

THREAD_BREAKS = BREAKING.format("threading.Thread(target=lambda: 1 / 0, name='helper').start()")
SCREEN_BREAKS = BREAKING.format("1 / 0")

HANGING = """
import threading
from inspector.session import Session
Session.read = lambda self, nodes: threading.Event().wait()
from inspector.cli.main import main
main()
"""


class Terminal:
    """A program in a terminal, and all that it wrote."""

    def __init__(self, code: str, *arguments: str) -> None:
        environment = {**os.environ, "TERM": "xterm-256color"}
        self.child: Any = pexpect.spawn(
            sys.executable,
            ["-c", code, *arguments],
            dimensions=(24, 80),
            timeout=TIMEOUT,
            env=environment,
        )
        self.before = termios.tcgetattr(self.child.child_fd)
        self.written = b""

    def wait_for(self, text: str) -> None:
        self.child.expect_exact(text.encode())
        self.written += self.child.before + self.child.after

    def end(self) -> None:
        self.child.expect(pexpect.EOF)
        self.written += self.child.before
        self.child.wait()

    @property
    def status(self) -> int:
        return int(self.child.exitstatus)

    @property
    def usable(self) -> bool:
        """Whether the terminal is on its first screen, with a cursor, its own mouse and plain pasting."""
        last = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", self.written))
        off = all(
            last.get(mode, b"l") == b"l" for mode in (b"1049", b"1000", b"1002", b"1003", b"1006", b"2004")
        )
        assert b"1049" in last
        return off and last[b"25"] == b"h"


@contextmanager
def terminal(code: str = APP, *arguments: str) -> Iterator[Terminal]:
    opened = Terminal(code, *arguments)
    try:
        yield opened
    finally:
        opened.child.close(force=True)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"])
def test_a_signal_leaves_the_terminal_as_it_was(name: str) -> None:
    number = signal.Signals[name]
    with terminal() as opened:
        opened.wait_for("FIELDS")
        opened.child.kill(number)
        opened.end()
        assert opened.usable
        assert opened.status == 128 + number


def test_the_terminal_echoes_again_after_a_signal() -> None:
    with terminal() as opened:
        opened.wait_for("FIELDS")
        assert not termios.tcgetattr(opened.child.child_fd)[3] & termios.ECHO
        held = os.open(os.ttyname(opened.child.child_fd), os.O_RDWR | os.O_NOCTTY)
        try:
            opened.child.kill(signal.SIGTERM)
            opened.child.wait()
            assert termios.tcgetattr(held) == opened.before
        finally:
            os.close(held)


def test_q_and_signals_end_it_at_once_while_the_bus_hangs() -> None:
    for leave in ("q", "SIGTERM"):
        with terminal(HANGING) as opened:
            opened.wait_for("no answer for 1 s")
            if leave == "q":
                opened.child.send("q")
            else:
                opened.child.kill(signal.SIGTERM)
            opened.end()
            assert opened.usable
            assert opened.status == (0 if leave == "q" else 143)


def test_a_thread_that_breaks_is_a_message_and_the_app_goes_on() -> None:
    with terminal(THREAD_BREAKS) as opened:
        opened.wait_for("helper has ended: ZeroDivisionError")
        opened.child.send("q")
        opened.end()
        assert opened.usable
        assert opened.status == 0


def test_a_screen_that_breaks_ends_with_its_reason_on_a_usable_terminal() -> None:
    with terminal(SCREEN_BREAKS) as opened:
        opened.end()
        assert opened.usable
        assert b"ZeroDivisionError" in opened.written.rpartition(b"?1049l")[2]
        assert opened.status == 1


def test_an_agent_that_is_killed_is_replaced_and_the_terminal_stays(tmp_path: Path) -> None:
    image = tmp_path / "uart.bin"
    image.write_bytes(bytes(0x1000))
    with terminal(APP, "pl011", "-b", f"devmem:{image}@0x09000000") as opened:
        opened.wait_for("read-only")
        pid = opened.child.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = Path(f"/proc/{pid}/task").iterdir()
        children += [word for task in threads for word in (task / "children").read_text().split()]
        assert children
        for child in set(children):
            os.kill(int(child), signal.SIGKILL)
        opened.wait_for("is back: read-only")
        opened.child.send("q")
        opened.end()
        assert opened.usable
        assert opened.status == 0


IGNORING = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{APP}"


@pytest.mark.parametrize(("code", "status"), [(APP, 129), (IGNORING, 143)], ids=["hangup", "ignored"])
def test_a_terminal_that_goes_away_ends_it(code: str, status: int) -> None:
    with terminal(code) as opened:
        opened.wait_for("FIELDS")
        opened.child.ptyproc.fileobj.close()
        opened.child.closed = opened.child.ptyproc.closed = True
        wait_until(lambda: not opened.child.isalive())
        assert opened.child.exitstatus == status


def test_a_signal_that_was_ignored_from_the_start_stays_so() -> None:
    code = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from inspector.ui.ending import orderly\n"
        "with orderly(print, print):\n"
        "    signal.raise_signal(signal.SIGHUP)\n"
        "    signal.raise_signal(signal.SIGTERM)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(int(signal.SIGTERM))]


def test_an_app_that_does_not_end_is_ended() -> None:
    code = (
        "import signal, threading\n"
        "from inspector.ui import ending\n"
        "ending.PATIENCE = 0.1\n"
        "print('\\x1b[?1049h', flush=True)\n"
        "with ending.orderly(print, print):\n"
        "    signal.raise_signal(signal.SIGTERM)\n"
        "    threading.Event().wait()\n"
    )
    with terminal(code) as opened:
        opened.end()
        assert opened.usable
        assert opened.status == 143


def test_without_a_terminal_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    from inspector.cli.screen import show_demonstration

    with pytest.raises(UsageError, match="needs a terminal"):
        show_demonstration()


def test_a_killed_app_leaves_the_terminal_as_it_was() -> None:
    with terminal() as opened:
        opened.wait_for("FIELDS")
        held = os.open(os.ttyname(opened.child.child_fd), os.O_RDWR | os.O_NOCTTY)
        try:
            # The guard stands once the first paint is out and the map is open.
            opened.wait_for("10 Hz")
            wait_until(lambda: bool(guards(opened.child.pid)))
            opened.child.kill(signal.SIGKILL)
            read_until(opened.child.child_fd, b"\x1b[?1049l")
            wait_until(lambda: termios.tcgetattr(held) == opened.before)
            wait_until(lambda: not guards(opened.child.pid))
        finally:
            os.close(held)


def test_an_orderly_end_leaves_no_guard() -> None:
    with terminal() as opened:
        opened.wait_for("10 Hz")
        wait_until(lambda: bool(guards(opened.child.pid)))
        (guard,) = guards(opened.child.pid)
        opened.child.send("q")
        opened.end()
        assert opened.usable
        assert not Path(f"/proc/{guard}").exists()


def guards(parent: int) -> list[int]:
    """The shells that the app has started."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [int(pid) for pid in children if b"/bin/sh" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def read_until(descriptor: int, wanted: bytes) -> None:
    """Read what still comes from a terminal whose program is dead, which pexpect takes for its end."""
    found = b""
    deadline = time.monotonic() + TIMEOUT
    while wanted not in found:
        assert time.monotonic() < deadline
        if select.select([descriptor], [], [], 0.1)[0]:
            found += os.read(descriptor, 4096)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
