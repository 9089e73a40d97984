"""The second serial port of a guest whose console is in use: commands go in, answers and results come out."""

from __future__ import annotations

import base64
import socket
import threading
import time
from pathlib import Path


class Link:
    """A connection to QEMU's socket, read by a thread of its own: a full pipe must not stop the guest."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + timeout
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
        self._received = b""
        self._receiver = threading.Thread(target=self._receive, daemon=True)
        self._receiver.start()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def send(self, step: str, command: str = "") -> None:
        """Have a command run, under a name without blanks; or `off`."""
        self._socket.sendall(f"{step} {base64.b64encode(command.encode()).decode()}\n".encode())

    def answer(self, step: str) -> tuple[int, str, str] | None:
        """The status, output and error output of a command that is over."""
        for line in self._received.split(b"\n")[:-1]:
            name, *rest = line.split(b" ")
            if name == step.encode() and len(rest) == 3:
                stdout, stderr = (base64.b64decode(text).decode(errors="replace") for text in rest[1:])
                return int(rest[0]), stdout, stderr
        return None

    def results(self) -> bytes:
        """The archive that comes last, once QEMU has ended."""
        self._receiver.join()
        return (b"\n" + self._received).partition(b"\nresults\n")[2]

    def _receive(self) -> None:
        while True:
            try:
                part = self._socket.recv(65536)
            except OSError:
                return
            if not part:
                return
            self._received += part
