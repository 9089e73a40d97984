"""What this kernel was built and started with, as far as it tells: for explaining its refusals."""

from __future__ import annotations

import gzip
import platform
import re
import zlib
from pathlib import Path

from inspector.backends.sysfs import read_text


class KernelFacts:
    """Lockdown, build options and boot options of the running kernel; each is empty where it is not told."""

    def __init__(self, root: Path = Path("/")) -> None:
        """Look below ``root``; nothing is read until it is asked for."""
        self._root = root

    @property
    def lockdown(self) -> str:
        """The lockdown mode: ``none``, ``integrity`` or ``confidentiality``."""
        _, bracket, rest = read_text(self._root / "sys/kernel/security/lockdown").partition("[")
        return rest.partition("]")[0] if bracket else ""

    @property
    def locked_down(self) -> str:
        """The lockdown mode where it restricts anything, else empty."""
        return "" if self.lockdown == "none" else self.lockdown

    @property
    def release(self) -> str:
        """As ``uname -r`` says."""
        return read_text(self._root / "proc/sys/kernel/osrelease") or platform.release()

    def option(self, name: str) -> str:
        """A build option such as ``STRICT_DEVMEM``: ``y``, ``m``, ``n``, or empty where it is not told."""
        config = self._config()
        if not config:
            return ""
        found = re.search(rf"^CONFIG_{name}=([ym])$", config, re.MULTILINE)
        return found[1] if found else "n"

    def boot_option(self, name: str) -> str:
        """The last value of an option such as ``iomem`` on the kernel's command line."""
        words = read_text(self._root / "proc/cmdline").split()
        values = [word.partition("=")[2] for word in words if word.startswith(f"{name}=")]
        return values[-1] if values else ""

    def _config(self) -> str:
        text = read_text(self._root / "boot" / f"config-{self.release}")
        if text:
            return text
        try:
            with gzip.open(self._root / "proc/config.gz", "rt", encoding="utf-8", errors="replace") as file:
                return file.read()
        except (OSError, EOFError, zlib.error):
            return ""
