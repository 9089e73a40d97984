from __future__ import annotations

import gzip
from pathlib import Path

from inspector.backends.kernelfacts import KernelFacts

from .fakes import write


def test_the_lockdown_mode_is_the_one_in_brackets(tmp_path: Path) -> None:
    path = tmp_path / "sys/kernel/security/lockdown"
    facts = KernelFacts(tmp_path)
    assert (facts.lockdown, facts.locked_down) == ("", "")
    write(path, "none [integrity] confidentiality\n")
    assert (facts.lockdown, facts.locked_down) == ("integrity", "integrity")
    write(path, "[none] integrity confidentiality\n")
    assert (facts.lockdown, facts.locked_down) == ("none", "")
    write(path, "garbage\n")
    assert facts.lockdown == ""


def test_build_options_from_the_boot_folder(tmp_path: Path) -> None:
    write(tmp_path / "proc/sys/kernel/osrelease", "6.1.0-49\n")
    facts = KernelFacts(tmp_path)
    assert facts.option("DEVMEM") == ""
    write(
        tmp_path / "boot/config-6.1.0-49",
        "CONFIG_DEVMEM=y\nCONFIG_UIO=m\n# CONFIG_STRICT_DEVMEM is not set\n",
    )
    assert [facts.option(name) for name in ("DEVMEM", "UIO", "STRICT_DEVMEM", "EVMEM")] == [
        "y",
        "m",
        "n",
        "n",
    ]


def test_build_options_from_the_kernel_itself(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    facts = KernelFacts(tmp_path)
    (tmp_path / "proc/config.gz").write_bytes(b"not gzip")
    assert facts.option("DEVMEM") == ""
    (tmp_path / "proc/config.gz").write_bytes(gzip.compress(b"CONFIG_DEVMEM=y\n"))
    assert facts.option("DEVMEM") == "y"


def test_the_last_boot_option_holds(tmp_path: Path) -> None:
    facts = KernelFacts(tmp_path)
    assert facts.boot_option("iomem") == ""
    write(tmp_path / "proc/cmdline", "quiet iomem=strict noiomem=x iomem=relaxed\n")
    assert facts.boot_option("iomem") == "relaxed"
