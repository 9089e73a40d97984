"""Whether a mapping still is of the device that it was made of: its epoch.

Only the kernel's own descriptions are looked at (/sys, /proc); the device is not touched.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TEXT_LIMIT = 1 << 16
_LINES_LIMIT = 1 << 22


class Lines:
    """The text of /proc/iomem, read through one open file."""

    def __init__(self, path: str = "/proc/iomem") -> None:
        self._path = path
        self._descriptor: int | None = None
        self._raw = b""
        self._parsed: tuple[tuple[int, int, bytes], ...] = ()

    @property
    def descriptor(self) -> int | None:
        """The open file; None while there is none."""
        return self._descriptor

    def text(self) -> bytes:
        """All of it as it is now; empty where it cannot be read."""
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            parts = []
            left = _LINES_LIMIT
            while left > 0:
                part = os.read(self._descriptor, 1 << 16)
                if not part:
                    break
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        except OSError:
            return b""

    def refresh(self) -> None:
        """Look again; what overlaps is worked out only where something changed."""
        raw = self.text()
        if raw != self._raw:
            self._raw = raw
            self._parsed = _parse(raw)

    def over(self, start: int, end: int) -> tuple[bytes, ...]:
        """The lines that overlap a range, without indentation, as they were at the last refresh."""
        return tuple(line for first, last, line in self._parsed if first <= end and start <= last)


def _parse(raw: bytes) -> tuple[tuple[int, int, bytes], ...]:
    parsed = []
    for line in raw.split(b"\n"):
        line = line.strip()
        first, _, rest = line.partition(b"-")
        last = rest.partition(b" ")[0]
        try:
            parsed.append((int(first, 16), int(last, 16), line))
        except ValueError:
            continue
    # Without the right to see addresses, every one of them is 0: nothing is known.
    return tuple(parsed) if any(last for _, last, _ in parsed) else ()


class Epoch:
    """What was seen of a device when its mapping was made, to be compared with what is seen later."""

    def __init__(
        self,
        inodes: Sequence[str],
        links: Sequence[str],
        texts: Sequence[str],
        iomem: tuple[int, int] | None,
        asleep: Sequence[tuple[str, Sequence[str]]],
        lines: Lines,
    ) -> None:
        """Look at everything for the first time.

        Args:
            inodes: Paths that must stay the same file or directory.
            links: Symbolic links that must keep their target, or stay away.
            texts: Small files that must keep their content.
            iomem: The first and the last address whose lines of /proc/iomem must stay, or None.
            asleep: Files, each with the words that say that the device sleeps.
            lines: /proc/iomem.
        """
        self._looks: list[tuple[Callable[[str], object], str]] = [
            *((_inode, path) for path in inodes),
            *((_target, path) for path in links),
            *((_content, path) for path in texts),
        ]
        self._iomem = iomem
        self._lines = lines
        self._asleep = [(path, frozenset(word.encode() for word in words)) for path, words in asleep]
        self._seen = [look(path) for look, path in self._looks]
        if iomem is not None:
            lines.refresh()
        self._listed = () if iomem is None else lines.over(*iomem)

    @property
    def wants_lines(self) -> bool:
        """Whether ``changed`` compares lines of /proc/iomem, which are to be refreshed before."""
        return self._iomem is not None

    def changed(self) -> str:
        """What is not as it was, in words; empty where everything is."""
        for (look, path), before in zip(self._looks, self._seen):  # noqa: B905 (Python 3.9)
            now = look(path)
            if now != before:
                return _difference(path, look is _target, before, now)
        if self._iomem is not None:
            listed = self._lines.over(*self._iomem)
            if listed != self._listed:
                before, now = (
                    ", ".join(_shown(line) for line in lines) or "nothing" for lines in (self._listed, listed)
                )
                return f"the kernel lists {now} there now, and listed {before} before"
        return ""

    def sleeping(self) -> str:
        """Why the device does not answer now, in the kernel's words; empty where it is awake."""
        for path, words in self._asleep:
            content = _content(path)
            if content is not None and content.strip() in words:
                return f"{path} is {_shown(content.strip())}"
        return ""


def _inode(path: str) -> object:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _target(path: str) -> object:
    try:
        return os.readlink(path)
    except OSError:
        return None


def _content(path: str) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return os.read(descriptor, _TEXT_LIMIT)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _difference(path: str, link: bool, before: object, now: object) -> str:
    if link:
        name = path.rpartition("/")[2]
        return f"its {name} is {_named(now)} now, and was {_named(before)}"
    if now is None:
        return f"{path} is gone"
    if before is None:
        return f"{path} is there now"
    return f"{path} is another one now" if isinstance(now, tuple) else f"{path} has changed"


def _named(target: object) -> str:
    return "none" if target is None else _shown(str(target).rpartition("/")[2])


def _shown(value: object) -> str:
    """Text of the kernel's, of which nothing reaches a terminal that one obeys."""
    shown = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    cleaned = " ".join("".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in shown).split())
    return f"'{cleaned if len(cleaned) <= 200 else cleaned[:200] + '…'}'"
