"""Where Python's ``memoryview.cast`` makes exactly one bus access, and where it does not.

CPython copies each element with a ``memcpy`` of constant size (Objects/memoryobject.c), which
compilers turn into one load or store where the machine allows unaligned ones. Elsewhere it becomes
byte accesses, which a register must never see.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inspector.backends.kernelfacts import KernelFacts
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
        root: Where its /sys, /proc, /dev and /boot are.
    """

    implementation: str
    version: tuple[int, int]
    architecture: str
    system: str
    wide: bool
    root: Path = Path("/")

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
    def sysfs(self) -> Path:
        """Where the kernel tells of its devices."""
        return self.root / "sys"

    @property
    def device_tree(self) -> Path:
        """The root node of the device tree; absent on machines that have none."""
        mounted = self.sysfs / "firmware" / "devicetree" / "base"
        return mounted if mounted.is_dir() else self.root / "proc" / "device-tree"

    @property
    def facts(self) -> KernelFacts:
        """What its kernel tells of itself."""
        return KernelFacts(self.root)

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

    def require_linux(self, what: str = "physical memory is reached through /dev/mem") -> None:
        """Refuse on systems that do not offer their hardware as Linux does.

        Args:
            what: What is reached through what.

        Raises:
            NotPermitted: It is another system.
        """
        if self.system != "linux":
            raise NotPermitted(
                f"{what}, which needs Linux",
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
