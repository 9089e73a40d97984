"""The errors of `inspector`, each carrying what it is about.

::

    InspectorError
    ├── UsageError              wrong words: an unknown map, path or name; a value that does not fit
    ├── MapError                findings in a map file, each with file, line and column
    ├── ProgramError            something in the program itself, or in a behaviour file, went wrong
    ├── RefusedError            an edit that would disturb a neighbour, or has no effect
    └── KernelError             an errno, as the kernel would give it
        ├── InvalidArgument     EINVAL   out of range, misaligned, size zero, wrong device
        ├── Busy                EBUSY    the range is claimed; carries the holder
        ├── NoMemory            ENOMEM   the mapping failed
        ├── NoSuchDevice        ENODEV   no such resource; carries the known names
        ├── Revoked             ENXIO    the device is gone, the mapping with it
        ├── NotPermitted        EPERM, EACCES, ENOENT …: the system refuses; says why and what to do
        ├── ValueOverflow       EOVERFLOW  a value too wide for its field
        ├── Stopped             ECANCELED  a guard stopped a transaction before its write
        ├── AccessFailed        EIO      the backend broke down during an access
        ├── TimedOut            ETIMEDOUT  the bus, or whoever touches it, does not answer
        ├── Asleep              EAGAIN   the device sleeps and is not touched
        └── BusFault            SIGBUS   the bus answered with an error

An error's text says what happened, where, why, and what to do next. Its ``errno_name`` stays
visible for those who search for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


class InspectorError(Exception):
    """Anything that `inspector` reports to a person.

    Attributes:
        exit_status: What the command line ends with, 1 (failed or refused) or 2 (wrong usage).
        errno_name: The kernel's name of the error, such as ``EBUSY``; empty where there is none.
    """

    exit_status: int = 1
    errno_name: str = ""

    @property
    def message(self) -> str:
        """The text without the errno's name."""
        return str(self.args[0]) if self.args else ""


class UsageError(InspectorError):
    """Wrong words from a person: an unknown map, path or name, or a value that does not fit."""

    exit_status = 2
    errno_name = "EINVAL"


class ProgramError(InspectorError):
    """Something in the program itself went wrong; whatever it was doing was not finished."""

    @classmethod
    def of(cls, error: BaseException) -> ProgramError:
        """Name what was raised."""
        return cls(f"the program failed: {type(error).__name__}: {error}")


class RefusedError(InspectorError):
    """An edit that cannot be made without disturbing a neighbour, or that would do nothing.

    Attributes:
        path: The register that the edit was for.
        consent: The option that would allow it, such as ``--assume-store``; empty where none does.
        word: The whole-register value that the edit would have composed, where there is one.
    """

    errno_name = "EPERM"

    def __init__(self, message: str, *, path: str = "", consent: str = "", word: int | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.consent = consent
        self.word = word


# --- map files -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """A place in a map file.

    Attributes:
        file: The path as the person named it.
        line: 1-based.
        column: 1-based, counted in characters.
        length: How many characters of the line are meant, at least 1.
    """

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a map file, or suspicious about it.

    Attributes:
        severity: ``error`` refuses the map, ``warning`` does not.
        message: What is wrong, naming the offending text.
        position: Where.
        rule: A short stable name of the rule, such as ``unknown-key``.
        hint: What to write instead, or the nearest valid name; may be empty.
        excerpt: The line of the file, for showing with the place marked; may be empty.
    """

    severity: Literal["error", "warning"]
    message: str
    position: SourcePosition
    rule: str
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        """Render as a compiler does: place, message, the line with the place marked, and the hint."""
        lines = [f"{self.position}: {self.severity}: {self.message}"]
        if self.excerpt:
            # Tabs keep their width, so that the mark stands under the text it marks.
            lead = "".join("\t" if c == "\t" else " " for c in self.excerpt[: self.position.column - 1])
            lines += [f"    {self.excerpt}", f"    {lead}^{'~' * (self.position.length - 1)}"]
        if self.hint:
            lines.append(f"    hint: {self.hint}")
        return "\n".join(lines)


class MapError(InspectorError):
    """A map file that cannot be used, with every finding in it.

    Attributes:
        findings: All errors and warnings, in file order.
    """

    exit_status = 2
    errno_name = "EINVAL"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


# --- the kernel's errors ---------------------------------------------------------------------


class Holder(Protocol):
    """Whoever holds a claim; enough of it to name it in an error."""

    def __str__(self) -> str:
        """Name the claim: its range, its name, its process."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the bus something happened.

    Attributes:
        region: The region's name in the map, or the resource's name.
        register: The register's path, where one is meant.
        address: Absolute address, where known.
        width: Access width in bits, where an access is meant.
    """

    region: str = ""
    register: str = ""
    address: int | None = None
    width: int | None = None

    def __str__(self) -> str:
        words = [self.register or self.region]
        if self.address is not None:
            words.append(f"at {self.address:#x}")
        if self.width is not None:
            words.append(f"({self.width} bit)")
        return " ".join(word for word in words if word)


class KernelError(InspectorError):
    """An error that has an errno, from the kernel or in its manner.

    Attributes:
        place: Where it happened.
        completed: The results of a transaction's operations before the one that failed.
        begun: Some accesses of the one that failed had been made, since its register takes several.
    """

    def __init__(self, message: str, *, place: Place | None = None) -> None:
        super().__init__(message)
        self.place = place or Place()
        self.completed: tuple[object, ...] = ()
        self.begun = False

    def __str__(self) -> str:
        return f"{self.message} ({self.errno_name})" if self.errno_name else self.message


class InvalidArgument(KernelError):
    """EINVAL: out of range, misaligned, overflowing, of size zero, or for another device."""

    errno_name = "EINVAL"


class Busy(KernelError):
    """EBUSY: the range, or a part of it, is claimed.

    Attributes:
        holder: The conflicting claim; None where the kernel does not tell.
    """

    errno_name = "EBUSY"

    def __init__(self, message: str, *, holder: Holder | None = None, place: Place | None = None) -> None:
        super().__init__(message, place=place)
        self.holder = holder


class NoMemory(KernelError):
    """ENOMEM: the mapping failed."""

    errno_name = "ENOMEM"


class NoSuchDevice(KernelError):
    """ENODEV: the device has no such resource, or is not bound.

    Attributes:
        known: The names that do exist.
    """

    errno_name = "ENODEV"

    def __init__(self, message: str, *, known: Sequence[str] = (), place: Place | None = None) -> None:
        super().__init__(message, place=place)
        self.known = tuple(known)


class Revoked(KernelError):
    """ENXIO: the device is gone and its mapping with it; nothing was touched."""

    errno_name = "ENXIO"


class NotPermitted(KernelError):
    """The system refuses: EPERM, EACCES, ENOENT and the like.

    Attributes:
        errno_name: The system's own name of the refusal.
        advice: The way out, and its danger.
    """

    def __init__(
        self, message: str, *, errno_name: str, advice: str = "", place: Place | None = None
    ) -> None:
        super().__init__(message, place=place)
        self.errno_name = errno_name
        self.advice = advice

    def __str__(self) -> str:
        text = f"{self.message} ({self.errno_name})"
        return f"{text}: {self.advice}" if self.advice else text


class ValueOverflow(KernelError, UsageError):
    """EOVERFLOW: a value too wide for its field or register."""

    exit_status = 2
    errno_name = "EOVERFLOW"


class Stopped(KernelError):
    """ECANCELED: what was read is not what the person saw, so the write was not made.

    Attributes:
        expected: The bits that the preview showed, under ``mask``.
        found: The value that was read.
        mask: The bits that had to agree.
        whole: Whether ``found`` is all of the register, of which several accesses may read a part only.
    """

    errno_name = "ECANCELED"

    def __init__(
        self, message: str, *, expected: int = 0, found: int = 0, mask: int = 0, place: Place | None = None
    ) -> None:
        super().__init__(message, place=place)
        self.expected = expected
        self.found = found
        self.mask = mask
        self.whole = True


class AccessFailed(KernelError):
    """EIO: the backend broke down during an access; whether it reached the bus is not known."""

    errno_name = "EIO"


class TimedOut(KernelError):
    """ETIMEDOUT: an access has not come back; whether it reached the bus is not known."""

    errno_name = "ETIMEDOUT"


class Asleep(KernelError):
    """EAGAIN: the device sleeps, so it was not touched; it answers again when something wakes it."""

    errno_name = "EAGAIN"


class BusFault(KernelError):
    """SIGBUS: the bus answered the access with an error."""

    errno_name = "SIGBUS"
