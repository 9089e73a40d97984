"""Boot a board, run commands in it, and bring back what they said and what they did to the bus."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from . import image, trace
from .answer import Answer
from .console import Console
from .trace import Access, Operation

BOOT_TIMEOUT = 240.0  # a boot takes seconds; this is for a machine under load

# The commands' output goes to files, and the files leave over a second serial port: the console is a device
# under test. A read of the marker register goes before and after each command; where the kernel refuses it
# (no /dev/mem), the command simply has no accesses. /run/lock and what may be created there are as Debian has
# them. While a command has the console, others come and are answered over the second port.
_INIT = """\
#!/bin/busybox sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin:/inside HOME=/root LANG=C.UTF-8 TERM=xterm-256color
/bin/busybox mkdir -p /bin /sbin /out
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm /run/lock
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /run/lock
chmod 1777 /tmp
echo 1 >/proc/sys/fs/protected_regular
stty -F /dev/@RESULTS@ raw -echo
cd /root
mark() {
    devmem @MARKER@ 32 >/dev/null 2>&1; echo $1 $2 $? >>/out/marks
}
perform() {
    mark $1 begin
    sh /steps/$1 </dev/null >/out/$1.stdout 2>/out/$1.stderr; echo $? >/out/$1.status
    mark $1 end
}
answer() {
    echo "$1 $(cat /out/$1.status) $(base64 -w0 </out/$1.stdout) $(base64 -w0 </out/$1.stderr)" >&3
}
if [ -e /console ]; then
    exec 3<>/dev/@RESULTS@
    mark console begin
    stty -F /dev/@CONSOLE@ rows @ROWS@ cols @COLUMNS@
    setsid -c sh /console </dev/@CONSOLE@ >/dev/@CONSOLE@ 2>&1 3>&- & app=$!
    while read -r step command <&3 && [ $step != off ]; do
        echo $command | base64 -d >/steps/$step
        perform $step
        answer $step
    done
    wait $app; echo $? >/out/console.status
    mark console end
    echo results >&3
else
    for step in /steps/*; do
        echo "step ${step##*/}" >/dev/@CONSOLE@  # where it hangs, if it does
        perform ${step##*/}
    done
fi
tar -C /out -cf /dev/@RESULTS@ .
# It waits until all of that is out, as closing does only where nobody else has the port open.
stty -F /dev/@RESULTS@ raw -echo
poweroff -f
"""
# Through these a PCI function's configuration is read: ports on x86, a window of memory on arm64.
_CONFIGURATION = ("pci-conf-idx", "pci-conf-data", "pcie-mmcfg-mmio")
_INSIDE = Path(__file__).with_name("inside")  # programs that the guests have in their PATH


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
X86_PAIR = replace(X86, qemu=(*X86.qemu, "-device", "edu"))
ARM64 = Machine(
    architecture="arm64",
    qemu=(
        *("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-m", "512"),
        *("-device", "edu,addr=2"),  # no firmware here: its decoder is off until a driver turns it on
    ),
    console="ttyAMA0",
    results="ttyS0",
    results_port=("-device", "pci-serial,chardev=results,addr=1"),
    marker=0x0A003E00,  # the magic number of an empty virtio slot, whose driver is a module we do not load
    background=frozenset({("gic_cpu", 4), ("gic_dist", 4), ("pl011", 2), ("serial", 1)}),
)


@dataclass(frozen=True)
class Outcome(Answer):
    """What one command said, and what was done to the bus meanwhile, by it or by others."""

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

    @property
    def touched(self) -> list[Operation]:
        """The operations on registers: without the look at a PCI function's COMMAND that opening it takes."""
        return [access.operation for access in self.accesses if access.name not in _CONFIGURATION]

    @property
    def configuration(self) -> list[Operation]:
        """The accesses to PCI configuration: kind, offset in its double word, size."""
        return [
            (access.kind, access.address & 3, access.size)
            for access in self.on("pci-conf-data", "pcie-mmcfg-mmio")
        ]

    def on(self, *devices: str) -> list[Access]:
        """Those that went to devices of these names, as QEMU has them: `edu-mmio`, `pl061`."""
        return [access for access in self.accesses if access.name in devices]


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
        self._layers = [image.system(arch), image.modules(arch)]
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
            steps = {f"{index:03}": name for index, name in enumerate(commands)}
            scripts = {f"steps/{step}": commands[name] + "\n" for step, name in steps.items()}
            qemu = [
                *self._qemu(folder, {**scripts, **(files or {})}, append),
                *("-serial", "file:console"),
                *("-chardev", "file,id=results,path=results", *self.machine.results_port),
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
            said = {step: commands[name] for step, name in steps.items()}
            run = self._collect(folder, (folder / "results").read_bytes(), said, _tail(folder / "console"))
            return replace(run, outcomes={steps[step]: outcome for step, outcome in run.outcomes.items()})

    @contextmanager
    def console(
        self,
        command: str,
        *,
        append: str = "",
        files: Mapping[str, str | Path] | None = None,
    ) -> Iterator[Console]:
        """Boot, and run one command on the guest's own console, with a person (the test) at it.

        Meanwhile `Console.do` runs other commands beside it. When the block ends, the command must have too;
        `Console.run` then holds the boot's results, that of the command under the name `console`.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            qemu = [
                *self._qemu(folder, {"console": command + "\n", "steps/.keep": "", **(files or {})}, append),
                *("-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"),
                *(
                    "-chardev",
                    "socket,id=results,path=results,server=on,wait=off",
                    *self.machine.results_port,
                ),
            ]
            with Console(qemu, folder) as console:
                yield console
                console.wait_for_end(BOOT_TIMEOUT)
                said = {"console": command, **console.said}
                console.run = self._collect(folder, console.results, said, "\n".join(console.screen()))

    def _qemu(self, folder: Path, files: Mapping[str, str | Path], append: str) -> list[str]:
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
        image.overlay({"init": init, "inside": _INSIDE, **files}, folder / "overlay.cpio")
        with (folder / "initrd").open("wb") as initrd:
            for layer in (*self._layers, folder / "overlay.cpio"):
                with layer.open("rb") as part:
                    shutil.copyfileobj(part, initrd)
        return [
            *self.machine.qemu,
            *("-accel", "tcg", "-display", "none", "-monitor", "none", "-no-reboot", "-net", "none"),
            *("-kernel", str(self._kernel), "-initrd", "initrd"),
            *("-append", f"console={self.machine.console} quiet loglevel=1 panic=-1 {append}".strip()),
            *("-trace", f"{trace.EVENTS},file=trace", "-d", trace.ERRORS),
        ]

    def _collect(self, folder: Path, results: bytes, said: Mapping[str, str], console: str) -> Run:
        """What the guest brought back of the commands, by the names of their steps."""
        try:
            with tarfile.open(fileobj=io.BytesIO(results)) as archive:
                files = {
                    Path(member.name).name: content.read().decode(errors="replace")
                    for member in archive
                    if (content := archive.extractfile(member))
                }
        except tarfile.TarError as error:
            raise RuntimeError(f"the guest brought no results ({error}); its console:\n{console}") from error
        with (folder / "trace").open(errors="replace") as lines:
            accesses = list(trace.parse(lines))
        stretches = trace.split(accesses, ("read", self.machine.marker, 4))
        marks = [mark.split() for mark in files["marks"].splitlines()]
        seen = [(step, edge) for step, edge, status in marks if status == "0"]
        places = {mark: place for place, mark in enumerate(seen, 1)}  # of the stretch that follows the mark
        assert len(places) == len(stretches) - 1, "something else reads the marker's register"

        def traced(step: str) -> list[Access] | None:
            begin, end = places.get((step, "begin")), places.get((step, "end"))
            return None if begin is None or end is None else list(chain(*stretches[begin:end]))

        outcomes = {
            step: Outcome(
                command=command,
                status=int(files[f"{step}.status"]),
                stdout=files.get(f"{step}.stdout", ""),
                stderr=files.get(f"{step}.stderr", ""),
                traced=traced(step),
                background=self.machine.background,
            )
            for step, command in said.items()
        }
        return Run(outcomes, accesses)


def _tail(console: Path) -> str:
    return console.read_text(errors="replace")[-4000:] if console.exists() else "(nothing)"
