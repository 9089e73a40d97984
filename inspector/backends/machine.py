"""Where Python's ``memoryview.cast`` makes exactly one bus access, and where it does not.

CPython copies each element with a ``memcpy`` of constant size (Objects/memoryobject.c), which
compilers turn into one load or store where the machine allows unaligned ones. Elsewhere it becomes
byte accesses, which a register must never see.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from typing import Literal

from inspector.errors import NotPermitted

_SPLITS = ("riscv", "mips", "sparc", "armv4", "armv5", "armel")
_MEASURED_MACHINES = ("x86_64", "aarch64")
_MEASURED_VERSIONS = ((3, 9), (3, 13))


@dataclass(frozen=True, slots=True)
class Machine:
    """The Python and the machine that it runs on.

    Attributes:
        implementation: Such as ``cpython``.
        version: Major and minor.
        architecture: Such as ``x86_64``, as ``uname -m`` says.
        system: Such as ``linux``, as ``sys.platform`` says.
        wide: Whether pointers have 64 bits.
    """

    implementation: str
    version: tuple[int, int]
    architecture: str
    system: str
    wide: bool

    @classmethod
    def here(cls) -> Machine:
        """This one."""
        return cls(
            sys.implementation.name,
            (sys.version_info.major, sys.version_info.minor),
            platform.machine(),
            sys.platform,
            sys.maxsize > 1 << 32,
        )

    @property
    def widths(self) -> frozenset[int]:
        """The widths, in bits, of single accesses: a process of 32 bits would split 64 in two."""
        return frozenset({8, 16, 32, 64} if self.wide else {8, 16, 32})

    @property
    def single_access(self) -> Literal["yes", "unverified"]:
        """Whether single accesses were measured for this pair of Python and machine."""
        low, high = _MEASURED_VERSIONS
        measured = (
            self.system == "linux"
            and self.architecture in _MEASURED_MACHINES
            and self.wide
            and low <= self.version <= high
        )
        return "yes" if measured else "unverified"

    def require_single_access(self) -> None:
        """Refuse where one register access is known not to be one bus access.

        Raises:
            NotPermitted: It is not.
        """
        if self.implementation != "cpython":
            raise NotPermitted(
                f"{self.implementation} does not promise that one register access is one bus access",
                errno_name="EOPNOTSUPP",
                advice="use CPython",
            )
        if self.architecture.startswith(_SPLITS):
            raise NotPermitted(
                f"on {self.architecture} Python splits a register access into byte accesses",
                errno_name="EOPNOTSUPP",
                advice="there is no safe way from pure Python on this machine",
            )

    def require_linux(self) -> None:
        """Refuse on systems that have no ``/dev/mem`` as Linux has.

        Raises:
            NotPermitted: It is another system.
        """
        if self.system != "linux":
            raise NotPermitted(
                "physical memory is reached through /dev/mem, which needs Linux",
                errno_name="EOPNOTSUPP",
                advice="here there are the simulation (-b sim) and images (-b devmem:PATH)",
            )

    def require_unix(self) -> None:
        """Refuse on systems whose file mappings are not POSIX's.

        Raises:
            NotPermitted: It is Windows.
        """
        if self.system == "win32":
            raise NotPermitted(
                "mapping a file as memory needs Linux or another Unix",
                errno_name="EOPNOTSUPP",
                advice="here there is the simulation (-b sim)",
            )
