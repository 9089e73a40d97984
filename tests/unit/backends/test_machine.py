from __future__ import annotations

from dataclasses import replace

import pytest

from inspector.backends import Backend
from inspector.backends.devmem import FileMemory, PhysicalMemory
from inspector.backends.machine import Machine
from inspector.errors import NotPermitted
from inspector.model.registermap import Region

PC = Machine("cpython", (3, 11), "x86_64", "linux", True)


@pytest.mark.parametrize("architecture", ["riscv64", "mips", "mips64", "sparc64", "armv5tejl", "armel"])
def test_machines_that_split_an_access_are_refused(architecture: str) -> None:
    with pytest.raises(NotPermitted, match=f"on {architecture} Python splits") as caught:
        replace(PC, architecture=architecture).require_single_access()
    assert caught.value.errno_name == "EOPNOTSUPP"


def test_another_python_is_refused() -> None:
    with pytest.raises(NotPermitted, match="use CPython"):
        replace(PC, implementation="pypy").require_single_access()


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64", "armv7l", "i686", "ppc64le"])
def test_others_are_allowed(architecture: str) -> None:
    replace(PC, architecture=architecture).require_single_access()


@pytest.mark.parametrize(
    ("machine", "promise"),
    [
        (PC, "yes"),
        (replace(PC, architecture="aarch64", version=(3, 13)), "yes"),
        (replace(PC, version=(3, 14)), "unverified"),
        (replace(PC, architecture="ppc64le"), "unverified"),
        (replace(PC, architecture="armv7l", wide=False), "unverified"),
        (replace(PC, system="darwin"), "unverified"),
    ],
)
def test_only_measured_pairs_are_promised(machine: Machine, promise: str) -> None:
    assert machine.single_access == promise


def test_a_process_of_32_bits_has_no_64_bit_access() -> None:
    assert PC.widths == {8, 16, 32, 64}
    assert replace(PC, wide=False).widths == {8, 16, 32}


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (PhysicalMemory(machine=replace(PC, architecture="riscv64")), "on riscv64 Python splits"),
        (
            FileMemory("devmem:x", "x", machine=replace(PC, architecture="riscv64")),
            "on riscv64 Python splits",
        ),
        (PhysicalMemory(machine=replace(PC, system="darwin")), "needs Linux"),
        (FileMemory("devmem:x", "x", machine=replace(PC, system="win32")), "needs Linux or another Unix"),
    ],
)
def test_the_backends_ask_for_each_device(backend: Backend, reason: str) -> None:
    with pytest.raises(NotPermitted, match=reason):
        backend.device(Region("uart", 0x1000, 0x100, ()))
    with pytest.raises(NotPermitted, match=reason):
        backend.device_at(0x1000, 4)


def test_what_physical_memory_promises() -> None:
    assert PhysicalMemory(machine=PC).guarantees.posted == "unknown"
    arm = PhysicalMemory(machine=replace(PC, architecture="aarch64"))
    assert arm.guarantees.posted == "no"
    assert PhysicalMemory(machine=replace(PC, wide=False)).guarantees.widths == {8, 16, 32}
