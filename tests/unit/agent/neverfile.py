"""A file some of whose pages never come, or come with an error: a file system of one file, by /dev/fuse.

Touching such a page of a mapping hangs (as an access to a bus that does not answer), or is a bus error. It
needs root and /dev/fuse. ``neverfile.py FOLDER [NEVER] [BROKEN]`` mounts it there, with page numbers joined
by commas, and prints ``ready``; it obeys ``relent`` and ``touched`` on standard input, and ends with it.

It is served by a process of its own: one that touched a page that it has to serve itself would never end.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import select
import stat
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PAGE = 4096
SIZE = 8 * PAGE

_IN = struct.Struct("<IIQQIIII")
_OUT = struct.Struct("<IiQ")
_ATTR = struct.Struct("<QQQQQQIIIIIIIIII")

LOOKUP, FORGET, GETATTR, SETATTR, OPEN, READ, WRITE = 1, 2, 3, 4, 14, 15, 16
RELEASE, FSYNC, FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR = 18, 20, 25, 26, 27, 28, 29
INTERRUPT, BATCH_FORGET = 36, 42
_SILENT = (FORGET, BATCH_FORGET, INTERRUPT)
_KEEP_CACHE = 2

_ROOT, _FILE = 1, 2


def mountable() -> str:
    """Why such a file system cannot be mounted here; empty where it can."""
    if sys.platform != "linux":
        return "FUSE needs Linux"
    if os.geteuid() != 0:
        return "mounting needs root"
    return "" if os.access("/dev/fuse", os.R_OK | os.W_OK) else "there is no /dev/fuse"


class NeverFile:
    """A process that serves one file called ``file``, whose words are their own offsets.

    Attributes:
        path: Of the file.
    """

    def __init__(self, folder: Path, never: Sequence[int] = (), broken: Sequence[int] = ()) -> None:
        self.path = folder / "file"
        self._folder = folder
        pages = [",".join(map(str, numbers)) for numbers in (never, broken)]
        command = [sys.executable, "-I", __file__, str(folder), *pages]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._ask("") == "ready"

    def _ask(self, question: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(question)
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def relent(self) -> None:
        """Answer whoever waits for a page, and let all of them come from now on."""
        assert self._ask("relent\n") == "done"

    def touched(self, page: int) -> int:
        """How many processes have touched a page that was not there; the kernel may ask twice for each."""
        return len(json.loads(self._ask("touched\n")).get(str(page), ()))

    def close(self) -> None:
        """End it: whoever waits for a page has a bus error."""
        self._process.kill()
        self._process.communicate()
        subprocess.run(["umount", "-l", str(self._folder)], check=False)

    def __enter__(self) -> NeverFile:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Server:
    """Serves the file."""

    def __init__(self, folder: str, never: set[int], broken: set[int]) -> None:
        self.never, self.broken = never, broken
        self.touched: dict[int, list[int]] = {}
        self._waiting: list[tuple[int, int, int]] = []
        self._device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        library = ctypes.CDLL(None, use_errno=True)
        options = f"fd={self._device},rootmode=40000,user_id=0,group_id=0,allow_other"
        if library.mount(b"neverfile", folder.encode(), b"fuse", 0, options.encode()):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), folder)

    def serve(self) -> None:
        """Obey the kernel and standard input, until the latter ends."""
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([self._device, 0], [], [])
            if self._device in ready:
                request = os.read(self._device, 1 << 18)
                size, opcode, unique, node, _, _, process, _ = _IN.unpack_from(request)
                if opcode not in _SILENT:
                    self._obey(opcode, unique, node, process, request[_IN.size : size])
            if 0 in ready:
                word = os.read(0, 64)
                if not word:
                    return
                if word == b"relent\n":
                    self._relent()
                    print("done", flush=True)
                else:
                    print(json.dumps(self.touched), flush=True)

    def _relent(self) -> None:
        self.never.clear()
        waiting, self._waiting = self._waiting, []
        for unique, offset, size in waiting:
            self._reply(unique, self._content(offset, size))

    # --- the protocol: include/uapi/linux/fuse.h ----------------------------------------------

    def _obey(self, opcode: int, unique: int, node: int, process: int, body: bytes) -> None:
        if opcode == INIT:
            # No read-ahead: each page is asked for alone, by whoever touches it.
            fields = (7, 31, 0, 0, 16, 12, PAGE, 1, 0, 0, 0)
            self._reply(unique, struct.pack("<IIIIHHIIHHI28x", *fields))
        elif opcode == LOOKUP:
            found = body.rstrip(b"\0") == b"file"
            entry = struct.pack("<QQQQII", _FILE, 0, 3600, 3600, 0, 0) + self._attributes(_FILE)
            self._reply(unique, entry if found else b"", 0 if found else errno.ENOENT)
        elif opcode in (GETATTR, SETATTR):
            self._reply(unique, struct.pack("<QII", 3600, 0, 0) + self._attributes(node))
        elif opcode in (OPEN, OPENDIR):
            self._reply(unique, struct.pack("<QII", 0, _KEEP_CACHE, 0))
        elif opcode == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            self._read(unique, process, offset, size)
        elif opcode == WRITE:
            self._reply(unique, struct.pack("<II", struct.unpack_from("<QQI", body)[2], 0))
        elif opcode in (RELEASE, RELEASEDIR, FLUSH, FSYNC, READDIR):
            self._reply(unique, b"")
        else:
            self._reply(unique, b"", errno.ENOSYS)

    def _read(self, unique: int, process: int, offset: int, size: int) -> None:
        pages = set(range(offset // PAGE, (offset + size + PAGE - 1) // PAGE))
        for page in pages:
            if process not in self.touched.setdefault(page, []):
                self.touched[page].append(process)
        if pages & self.never:
            self._waiting.append((unique, offset, size))
        elif pages & self.broken:
            self._reply(unique, b"", errno.EIO)
        else:
            self._reply(unique, self._content(offset, size))

    def _content(self, offset: int, size: int) -> bytes:
        end = min(offset + size, SIZE)
        return b"".join(struct.pack("<I", word) for word in range(offset, end, 4))

    def _attributes(self, node: int) -> bytes:
        mode, size = (stat.S_IFREG | 0o666, SIZE) if node == _FILE else (stat.S_IFDIR | 0o755, 0)
        return _ATTR.pack(node, size, size // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, PAGE, 0)

    def _reply(self, unique: int, body: bytes, error: int = 0) -> None:
        try:
            os.write(self._device, _OUT.pack(_OUT.size + len(body), -error, unique) + body)
        except OSError:
            return  # whoever asked is gone


if __name__ == "__main__":
    listed = [{int(page) for page in word.split(",") if page} for word in sys.argv[2:4]]
    Server(sys.argv[1], *listed).serve()
