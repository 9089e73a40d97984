"""Boot a board, run commands in it, and bring back what they said and what they did to the bus."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import image, trace
from .console import Console
from .trace import Access, Operation

BOOT_TIMEOUT = 120.0  # a boot takes seconds; this is for a machine under load

# The commands' output goes to files, and the files leave over a second serial port: the console is a device
# under test. A read of the marker register goes before and after each command; where the kernel refuses it
# (no /dev/mem), the command simply has no accesses.
_INIT = """\
#!/bin/busybox sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root LANG=C.UTF-8 TERM=xterm-256color
/bin/busybox mkdir -p /bin /sbin /out
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm /run/lock
mount -t devpts devpts /dev/pts
cd /root
for step in /steps/*; do
    out=/out/${step##*/}
    devmem @MARKER@ 32 >/dev/null 2>&1; before=$?
    case $step in
    *.console)
        stty -F /dev/@CONSOLE@ rows @ROWS@ cols @COLUMNS@
        setsid -c sh $step </dev/@CONSOLE@ >/dev/@CONSOLE@ 2>&1; echo $? >$out.status ;;
    *)
        sh $step </dev/null >$out.stdout 2>$out.stderr; echo $? >$out.status ;;
    esac
    devmem @MARKER@ 32 >/dev/null 2>&1; echo $before $? >$out.markers
done
stty -F /dev/@RESULTS@ raw
tar -C /out -cf /dev/@RESULTS@ .
poweroff -f
"""


@dataclass(frozen=True)
class Machine:
    """An emulated board: how QEMU makes it, and where things are on it."""

    architecture: str
    qemu: tuple[str, ...]
    console: str
    results: str
    results_port: tuple[str, ...]
    marker: int  # a register of a device that nothing else reads 32 bits of
    background: frozenset[tuple[str, int]]  # name and width of what the kernel accesses all the time


X86 = Machine(
    architecture="amd64",
    # With RDRAND the kernel has entropy at once; gathering it takes an emulated processor over a second.
    qemu=("qemu-system-x86_64", "-M", "q35", "-cpu", "qemu64,+rdrand", "-m", "512", "-device", "edu"),
    console="ttyS0",
    results="ttyS1",
    results_port=("-serial", "chardev:results"),
    marker=0xFED00130,  # the HPET's interrupt route of timer 1: the kernel has no use for it
    background=frozenset({("apic-msi", 4), ("hpet", 4), ("serial", 1)}),
)
ARM64 = Machine(
    architecture="arm64",
    qemu=("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-m", "512"),
    console="ttyAMA0",
    results="ttyS0",
    results_port=("-device", "pci-serial,chardev=results"),
    marker=0x0A003E00,  # the magic number of an empty virtio slot, whose driver is a module we do not load
    background=frozenset({("gic_cpu", 4), ("gic_dist", 4), ("pl011", 2), ("serial", 1)}),
)


@dataclass(frozen=True)
class Outcome:
    """What one command came to."""

    command: str
    status: int
    stdout: str
    stderr: str
    traced: list[Access] | None
    background: frozenset[tuple[str, int]]

    @property
    def accesses(self) -> list[Access]:
        """The accesses between the marker reads before and after the command, without the kernel's own."""
        assert self.traced is not None, f"no marker reads stand around {self.command!r}"
        return [access for access in self.traced if (access.name, access.size) not in self.background]

    @property
    def operations(self) -> list[Operation]:
        """Their kinds, addresses and sizes, to compare with what was asked for."""
        return [access.operation for access in self.accesses]

    def ok(self) -> Outcome:
        """This one, having succeeded."""
        assert self.status == 0, f"a command failed:\n{self}"
        return self

    def json(self) -> list[dict[str, Any]]:
        """The objects of a command that succeeded, a line each."""
        return [json.loads(line) for line in self.ok().stdout.splitlines()]

    def __str__(self) -> str:
        return f"$ {self.command}\n{self.stdout}{self.stderr}[exit status {self.status}]"


@dataclass(frozen=True)
class Run:
    """A boot that is over."""

    outcomes: Mapping[str, Outcome]
    accesses: list[Access]  # all of them, boot included

    def __getitem__(self, name: str) -> Outcome:
        return self.outcomes[name]


def reads(objects: Iterable[Mapping[str, Any]]) -> list[Operation]:
    """The bus reads that `--json` reports: one of its own width for each register that has a value."""
    return [("read", entry["address"], entry["width"] // 8) for entry in objects if "value" in entry]


class Board:
    """A machine to boot, as often as needed, each time from the same state."""

    def __init__(self, machine: Machine, *, project: bool = True) -> None:
        self.machine = machine
        arch = machine.architecture
        self._kernel = image.kernel(arch)
        self._layers = [image.system(arch)]
        if project:
            self._layers += [image.dependencies(arch), image.project()]

    def run(
        self,
        commands: Mapping[str, str],
        *,
        append: str = "",
        files: Mapping[str, str | Path] | None = None,
    ) -> Run:
        """Boot, run shell commands as root one after the other, power off.

        Args:
            commands: name → shell command; the outcomes have these names.
            append: more for the kernel's command line.
            files: guest path → text, or a file or folder of this machine to copy there.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            steps = [(name, command, False) for name, command in commands.items()]
            qemu = [
                *self._qemu(folder, steps, append, files or {}),
                "-serial",
                "file:console",
                *self._results_port,
            ]
            try:
                done = subprocess.run(
                    qemu,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=BOOT_TIMEOUT,
                )
            except subprocess.TimeoutExpired:
                raise RuntimeError(f"the guest hangs; its console:\n{_tail(folder / 'console')}") from None
            if done.returncode:
                raise RuntimeError(f"{qemu[0]} failed: {done.stderr}")
            return self._collect(folder, steps, _tail(folder / "console"))

    @contextmanager
    def console(
        self,
        command: str,
        *,
        append: str = "",
        files: Mapping[str, str | Path] | None = None,
    ) -> Iterator[Console]:
        """Boot, and run one command on the guest's own console, with a person (the test) at it.

        When the block ends, the command must have too; `Console.run` then holds the boot's results,
        under the name `console`.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            steps = [("console", command, True)]
            qemu = self._qemu(folder, steps, append, files or {})
            qemu += [
                "-chardev",
                "stdio,id=console,signal=off",
                "-serial",
                "chardev:console",
                *self._results_port,
            ]
            with Console(qemu, folder) as console:
                yield console
                console.wait_for_end(BOOT_TIMEOUT)
                console.run = self._collect(folder, steps, "\n".join(console.screen()))

    @property
    def _results_port(self) -> tuple[str, ...]:
        return ("-chardev", "file,id=results,path=results", *self.machine.results_port)

    def _qemu(
        self, folder: Path, steps: list[tuple[str, str, bool]], append: str, files: Mapping[str, str | Path]
    ) -> list[str]:
        variables = {
            "MARKER": f"{self.machine.marker:#x}",
            "CONSOLE": self.machine.console,
            "RESULTS": self.machine.results,
            "ROWS": str(Console.ROWS),
            "COLUMNS": str(Console.COLUMNS),
        }
        init = _INIT
        for name, value in variables.items():
            init = init.replace(f"@{name}@", value)
        scripts: dict[str, str | Path] = {
            f"steps/{index:03}{'.console' if console else ''}": command + "\n"
            for index, (_, command, console) in enumerate(steps)
        }
        image.overlay({"init": init, **scripts, **files}, folder / "overlay.cpio")
        with (folder / "initrd").open("wb") as initrd:
            for layer in (*self._layers, folder / "overlay.cpio"):
                with layer.open("rb") as part:
                    shutil.copyfileobj(part, initrd)
        return [
            *self.machine.qemu,
            *("-accel", "tcg", "-display", "none", "-monitor", "none", "-no-reboot", "-net", "none"),
            *("-kernel", str(self._kernel), "-initrd", "initrd"),
            *("-append", f"console={self.machine.console} quiet loglevel=1 panic=-1 {append}".strip()),
            *("-trace", f"{trace.EVENTS},file=trace"),
        ]

    def _collect(self, folder: Path, steps: list[tuple[str, str, bool]], console: str) -> Run:
        results = folder / "results"
        try:
            with tarfile.open(fileobj=io.BytesIO(results.read_bytes())) as archive:
                files = {
                    Path(member.name).name: content.read().decode(errors="replace")
                    for member in archive
                    if (content := archive.extractfile(member))
                }
        except (OSError, tarfile.TarError) as error:
            raise RuntimeError(f"the guest brought no results ({error}); its console:\n{console}") from error
        with (folder / "trace").open(errors="replace") as lines:
            accesses = list(trace.parse(lines))
        stretches = trace.split(accesses, ("read", self.machine.marker, 4))
        outcomes = {}
        markers = 0
        for index, (name, command, on_console) in enumerate(steps):
            stem = f"{index:03}{'.console' if on_console else ''}"
            before, after = (status == "0" for status in files[f"{stem}.markers"].split())
            markers += before
            outcomes[name] = Outcome(
                command=command,
                status=int(files[f"{stem}.status"]),
                stdout=files.get(f"{stem}.stdout", ""),
                stderr=files.get(f"{stem}.stderr", ""),
                traced=stretches[markers] if before and after else None,
                background=self.machine.background,
            )
            markers += after
        assert markers == len(stretches) - 1, "something else reads the marker's register"
        return Run(outcomes, accesses)


def _tail(console: Path) -> str:
    return console.read_text(errors="replace")[-4000:] if console.exists() else "(nothing)"
