"""What every backend must do, as plain functions over a case.

Runs under pytest (test_backends.py), and as a program where there is no pytest, on a machine whose
QEMU `edu` device stands at the given address::

    python3 suite.py devmem 0xfea00000
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

from inspector.backends import Backend, open_backend
from inspector.errors import (
    Busy,
    InvalidArgument,
    KernelError,
    NoMemory,
    NoSuchDevice,
    NotPermitted,
    Revoked,
    Stopped,
    ValueOverflow,
)
from inspector.io import Claim, Devres, IoMem
from inspector.model.access import TOKENS
from inspector.model.register import Block, ByteOrder, Register
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.model.transaction import Read, ReadRun, Write


@dataclass(frozen=True)
class Case:
    """A backend, and two 32-bit registers of it.

    Attributes:
        name: For the report.
        open: Opens the backend afresh.
        region: Where the registers are; at least 16 bytes.
        identity: What the register at ``identity_offset`` reads.
        scratch_offset: A register that can be written freely.
        reads_back: What it reads after a value was written.
    """

    name: str
    open: Callable[[], Backend]
    region: Region
    identity: int
    scratch_offset: int = 4
    identity_offset: int = 0
    reads_back: Callable[[int], int] = lambda value: value

    def map_shared(self, backend: Backend) -> Devres[IoMem]:
        """Map the region with its size known ahead."""
        return backend.device(self.region).io_request_by_index(0).iomap_sized(self.region.size)


PATTERNS = (0x0000_0000, 0xFFFF_FFFF, 0x1234_5678, 0x8000_0001)


def raises(kind: type[KernelError], action: Callable[..., object], *arguments: object) -> KernelError:
    """Return the error of ``kind`` that ``action`` raises."""
    try:
        action(*arguments)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def identify(claim: Claim) -> tuple[str, int, int, str, int | None]:
    """What a claim is by: whoever tells of it, in this process or another, tells these alike."""
    return claim.space, claim.start, claim.end, claim.name, claim.pid


def contract_identity(case: Case) -> None:
    """Every way to read gives the same value."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        offset = case.identity_offset
        values = [
            io.read32(offset),
            io.read32_relaxed(offset),
            io.try_read32(offset),
            io.try_read32_relaxed(offset),
            io.register(offset, 32).read(),
            *io.execute((Read(offset, 32), ReadRun(offset, 32, 1))),
        ]
        assert values == [case.identity] * 6 + [(case.identity,)], values


def contract_byte_order(case: Case) -> None:
    """A big-endian register is the same bytes the other way round."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        (value,) = io.execute((Read(case.identity_offset, 32, "big"),))
        assert value == int.from_bytes(case.identity.to_bytes(4, "little"), "big")
        assert io.register(case.identity_offset, 32, "big").read() == value


def contract_read_only_until_armed(case: Case) -> None:
    """Real hardware refuses writes until armed, and again once disarmed."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        assert io.writable is not backend.real
        if backend.real:
            before = io.read32(case.scratch_offset)
            for write in (
                lambda: io.write32(1, case.scratch_offset),
                lambda: io.try_write32(1, case.scratch_offset),
                lambda: io.execute((Write(case.scratch_offset, 32, 1),)),
            ):
                error = raises(NotPermitted, write)
                assert error.errno_name == "EACCES", error
            assert io.read32(case.scratch_offset) == before
        io.arm()
        io.arm()
        assert io.writable
        io.write32(0x55, case.scratch_offset)
        io.disarm()
        assert not io.writable
        raises(NotPermitted, lambda: io.write32(0x66, case.scratch_offset))
        assert io.read32(case.scratch_offset) == case.reads_back(0x55)


def contract_write(case: Case) -> None:
    """Every way to write puts the value there."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        io.arm()
        offset = case.scratch_offset
        register = io.register(offset, 32)
        writes: tuple[Callable[[int], object], ...] = (
            lambda value: io.write32(value, offset),
            lambda value: io.write32_relaxed(value, offset),
            lambda value: io.try_write32(value, offset),
            lambda value: io.try_write32_relaxed(value, offset),
            register.write,
            lambda value: io.execute((Write(offset, 32, value),)),
        )
        for write in writes:
            for value in PATTERNS:
                write(value)
                assert io.read32(offset) == case.reads_back(value), hex(value)
        raises(ValueOverflow, lambda: io.write32(1 << 32, offset))
        raises(ValueOverflow, lambda: io.write32(-1, offset))
        assert io.read32(offset) == case.reads_back(PATTERNS[-1])


def contract_transaction(case: Case) -> None:
    """A write takes bits from a read, and the results tell what went over the bus."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        io.arm()
        offset = case.scratch_offset
        io.write32(0x1234_5678, offset)
        read = case.reads_back(0x1234_5678)
        word = (read & 0xFFFF_0000 ^ 0x0010_0000) | 0x42
        results = io.execute(
            (
                Read(offset, 32, mask=0xFF, expected=read & 0xFF),
                Write(offset, 32, 0x42, keep=0xFFFF_0000, flip=0x0010_0000, source=0),
                Read(offset, 32),
            )
        )
        assert results == (read, word, case.reads_back(word)), results


def contract_stopped(case: Case) -> None:
    """A guard that does not hold stops before the write, and gives what came before."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        io.arm()
        offset = case.scratch_offset
        io.write32(0x77, offset)
        found = case.reads_back(0x77)
        error = raises(
            Stopped,
            lambda: io.execute(
                (
                    Read(case.identity_offset, 32),
                    Read(offset, 32, mask=0xFF, expected=~found & 0xFF),
                    Write(offset, 32, 0x99),
                )
            ),
        )
        assert isinstance(error, Stopped)
        assert (error.found, error.completed) == (found, (case.identity,)), error
        assert io.read32(offset) == found


def contract_checked_before_the_first_access(case: Case) -> None:
    """An invalid operation anywhere means that nothing is done."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        io.arm()
        offset = case.scratch_offset
        io.write32(0x11, offset)
        for invalid in (
            Read(io.size, 32),
            ReadRun(io.size - 4, 32, 2),
            Write(offset, 32, 1 << 32),
            Write(offset, 32, 0, keep=1, source=1),
        ):
            error = raises(KernelError, io.execute, (Write(offset, 32, 0x22), invalid))
            assert error.completed == ()
            assert io.read32(offset) == case.reads_back(0x11)


def contract_run(case: Case) -> None:
    """A run reads consecutive registers in order."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        io.arm()
        io.write32(0xABCD, case.scratch_offset)
        first = min(case.identity_offset, case.scratch_offset)
        count = abs(case.identity_offset - case.scratch_offset) // 4 + 1
        ((values),) = io.execute((ReadRun(first, 32, count),))
        assert isinstance(values, tuple)
        assert len(values) == count
        assert values[(case.identity_offset - first) // 4] == case.identity
        assert values[(case.scratch_offset - first) // 4] == case.reads_back(0xABCD)


def contract_split(case: Case) -> None:
    """A register that is wider than its accesses is whole for whoever asks, and several words on the bus."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        io.arm()
        first = min(case.identity_offset, case.scratch_offset)
        assert abs(case.identity_offset - case.scratch_offset) == 4

        def wide(scratch: int, word_order: ByteOrder) -> int:
            """The 64 bits of which the lowest address holds the first 32."""
            words = [case.identity, scratch] if first == case.identity_offset else [scratch, case.identity]
            low, high = words if word_order == "little" else reversed(words)
            return high << 32 | low

        orders: tuple[ByteOrder, ...] = ("little", "big")
        for order in orders:
            for value in PATTERNS:
                found = case.reads_back(value)
                read = Read(first, 64, access_width=32, word_order=order)
                write = Write(first, 64, wide(value, order), access_width=32, word_order=order)
                results = io.execute(
                    (write, read, Read(case.scratch_offset, 32), replace(read, counter=True))
                )
                assert results == (write.value, wide(found, order), found, wide(found, order)), results
                register = io.register(first, 64, access_width=32, word_order=order)
                assert register.read() == wide(found, order)
                register.write(wide(value, order))
                error = raises(Stopped, io.execute, (replace(read, mask=wide(1, order)), write))
                assert isinstance(error, Stopped)
                assert error.found & error.mask, error
                raises(ValueOverflow, io.execute, (replace(write, value=1 << 64),))
                raises(InvalidArgument, io.execute, (replace(read, offset=io.size - 4),))
        # A width that the bus takes in one access is never split unasked.
        raises(InvalidArgument, io.execute, (Read(first, 128),))


def contract_invalid_offsets(case: Case) -> None:
    """Past the end, misaligned and overflowing are EINVAL, each with its reason."""
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        for offset, reason in (
            (io.size, "out of range"),
            (io.size - 2, "out of range"),
            (-4, "out of range"),
            (2, "misaligned"),
            ((1 << 64) - 4, "overflow"),
        ):
            for access in (io.try_read32, io.read32):
                error = raises(InvalidArgument, access, offset)
                assert reason in error.message, error
            raises(InvalidArgument, io.register, offset, 32)
        io.check(io.size - 4, 32)


def contract_sizes(case: Case) -> None:
    """A size known ahead may be smaller than the resource and never greater."""
    with case.open() as backend:
        device = backend.device(case.region)
        error = raises(
            InvalidArgument, lambda: device.io_request_by_index(0).iomap_sized(case.region.size + 1)
        )
        assert hex(case.region.size) in error.message, error
        with device.io_request_by_index(0).iomap_sized(4) as memory, memory.access(device) as io:
            assert io.read32(0) == io.try_read32(0)
            raises(InvalidArgument, lambda: io.read32(4))
            io.try_read32(4)
        with device.io_request_by_index(0).iomap() as memory, memory.access(device) as io:
            raises(InvalidArgument, lambda: io.read32(0))
            io.try_read32(0)


def contract_zero_size(case: Case) -> None:
    """No bytes: EINVAL for a shared mapping, EBUSY for an exclusive one."""
    with case.open() as backend:
        device = backend.device(replace(case.region, size=0, name="empty", instances=()))
        raises(InvalidArgument, lambda: device.io_request_by_index(0).iomap())
        raises(Busy, lambda: device.io_request_by_index(0).iomap_exclusive())


def contract_widths(case: Case) -> None:
    """A register of a width that the region lacks is refused when the map is bound."""
    region = replace(case.region, access_widths=frozenset({32}))
    block = Block("block", 16, (Register("GOOD", 0, 32, TOKENS["rw"]), Register("BAD", 8, 8, TOKENS["rw"])))
    bound = replace(region, instances=(Instance("DEVICE", block),))
    nodes = RegisterMap("contract", (bound,), (block,)).nodes
    with case.open() as backend, case.map_shared(backend) as memory, memory.try_access() as io:
        assert io.widths <= backend.guarantees.widths
    with (
        case.open() as backend,
        backend.device(region).io_request_by_index(0).iomap_sized(16) as memory,
        memory.try_access() as io,
    ):
        assert io.widths == {32}
        assert [register.offset for register in io.bind(nodes[:1])] == [0]
        error = raises(InvalidArgument, lambda: io.bind(nodes))
        assert "DEVICE.BAD" in str(error), error
        assert error.place.register == "DEVICE.BAD"
        raises(InvalidArgument, lambda: io.try_read8(0))


def contract_read_only_region(case: Case) -> None:
    """A region that its map marks read-only cannot be armed."""
    region = replace(case.region, flags=frozenset({"readonly"}))
    with case.open() as backend, backend.device(region).io_request_by_index(0).iomap() as memory:
        io = memory.try_access_with(lambda io: io)
        assert not io.writable
        assert raises(NotPermitted, io.arm).errno_name == "EPERM"
        raises(NotPermitted, lambda: io.try_write32(0, case.scratch_offset))


def contract_nonposted(case: Case) -> None:
    """A non-posted resource is mapped so, or not at all."""
    region = replace(case.region, flags=frozenset({"nonposted"}))
    with case.open() as backend:
        request = backend.device(region).io_request_by_index(0)
        if backend.guarantees.posted == "no":
            with request.iomap() as memory, memory.try_access() as io:
                assert io.try_read32(case.identity_offset) == case.identity
        else:
            raises(NoMemory, request.iomap)


def contract_exclusive(case: Case) -> None:
    """Exclusive keeps exclusive out, and only that; the claim goes with the mapping."""
    with case.open() as backend:
        device = backend.device(case.region)
        resource = device.resources[0]
        with device.io_request_by_index(0).iomap_exclusive_sized(case.region.size) as first:
            claim = first.try_access_with(lambda io: io.claim)
            assert claim is not None
            assert [identify(holder) for holder in device.holders(resource)] == [identify(claim)]
            error = raises(Busy, lambda: device.io_request_by_index(0).iomap_exclusive())
            assert isinstance(error, Busy)
            assert error.holder is claim
            assert str(claim) in str(error)
            with case.map_shared(backend) as shared, shared.try_access() as io:
                assert io.claim is None
                assert io.read32(case.identity_offset) == case.identity
        assert device.holders(resource) == ()
        error = raises(
            InvalidArgument,
            lambda: device.io_request_by_index(0).iomap_exclusive_sized(case.region.size + 1),
        )
        assert device.holders(resource) == (), "the claim of a failed mapping stayed"
        device.io_request_by_index(0).iomap_exclusive().close()


def contract_request(case: Case) -> None:
    """A request is of a known resource, and good for one mapping."""
    with case.open() as backend:
        device = backend.device(case.region)
        request = device.io_request_by_name(case.region.name)
        request.iomap().close()
        raises(InvalidArgument, request.iomap)
        for ask in (lambda: device.io_request_by_index(1), lambda: device.io_request_by_name("other")):
            error = raises(NoSuchDevice, ask)
            assert isinstance(error, NoSuchDevice)
            assert error.known == (case.region.name,)


def contract_unbind(case: Case) -> None:
    """Unbinding revokes: it waits for the access in flight, unmaps and releases."""
    with case.open() as backend:
        device = backend.device(case.region)
        memory = device.io_request_by_index(0).iomap_exclusive_sized(case.region.size)
        unbinding = threading.Thread(target=device.unbind)
        with memory.access(device) as io:
            register = io.register(case.identity_offset, 32)
            unbinding.start()
            while device.bound or not memory.revoked:
                pass
            assert register.read() == case.identity
            raises(Revoked, memory.try_access)
            assert device.holders(device.resources[0]) != ()
        unbinding.join()
        assert io.closed
        assert device.holders(device.resources[0]) == ()
        raises(Revoked, register.read)
        raises(Revoked, lambda: io.try_read32(0))
        raises(Revoked, io.arm)
        raises(Revoked, lambda: memory.access(device))
        raises(NoSuchDevice, lambda: device.io_request_by_index(0))
        device.unbind()
        memory.close()
        assert backend.device(case.region) is not device


def contract_wrong_device(case: Case) -> None:
    """A mapping is accessed through its own device."""
    with case.open() as backend, case.open() as other, case.map_shared(backend) as memory:
        raises(InvalidArgument, lambda: memory.access(other.device(case.region)))


def contract_close(case: Case) -> None:
    """Closing a backend takes its mappings with it; twice is harmless."""
    backend = case.open()
    memory = case.map_shared(backend)
    io = memory.try_access_with(lambda io: io)
    backend.close()
    backend.close()
    assert io.closed
    raises(Revoked, memory.try_access)


CONTRACTS: tuple[Callable[[Case], None], ...] = tuple(
    function for name, function in sorted(globals().items()) if name.startswith("contract_")
)


def edu(word: str, base: int) -> Case:
    """QEMU's ``edu`` device: its liveness register answers the complement of what was written."""
    return Case(
        name=f"{word} edu",
        open=lambda: open_backend(word),
        region=Region("edu", base, 0x1000, ()),
        identity=0x0100_00ED,
        reads_back=lambda value: ~value & 0xFFFF_FFFF,
    )


def main(arguments: list[str]) -> int:
    """Run all contracts, and report."""
    case = edu(arguments[0], int(arguments[1], 0) if len(arguments) > 1 else 0xFEA0_0000)
    failed = 0
    for contract in CONTRACTS:
        try:
            contract(case)
        except Exception as error:
            failed += 1
            line = traceback.extract_tb(error.__traceback__)[1].lineno
            print(f"FAILED {contract.__name__} line {line}: {type(error).__name__}: {error}")
    print(f"{len(CONTRACTS) - failed} passed" + (f", {failed} failed" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
