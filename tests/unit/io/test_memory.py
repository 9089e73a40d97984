from __future__ import annotations

import threading

import pytest

from inspector.errors import Busy, InvalidArgument, NoMemory, NotPermitted, Revoked, ValueOverflow
from inspector.io import Claim, Claims, Device, ExclusiveIoMem, Flags, IoMem, Resource, Window
from inspector.model.access import TOKENS
from inspector.model.register import Block, Register
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.model.transaction import Read, ReadRun, Write
from tests.unit.io.window import RamDevice, RamWindow

UART = Resource(0x1000, 16, "uart")


def test_the_kernels_documentation_example() -> None:
    io = IoMem(RamDevice(Resource(0, 4)), Resource(0, 4), 4)
    io.try_write32(0x42, 0x0)
    with pytest.raises(InvalidArgument):
        io.try_write32(0x42, 0x4)
    assert io.read32(0) == 0x42


@pytest.mark.parametrize("width", [8, 16, 32, 64])
@pytest.mark.parametrize("relaxed", ["", "_relaxed"])
@pytest.mark.parametrize("prefix", ["", "try_"])
def test_each_accessor_is_one_access_of_its_width(prefix: str, width: int, relaxed: str) -> None:
    device = RamDevice(UART)
    io = IoMem(device, UART, 16)
    value = 0x8899_AABB_CCDD_EEFF & (1 << width) - 1
    getattr(io, f"{prefix}write{width}{relaxed}")(value, 8)
    assert getattr(io, f"{prefix}read{width}{relaxed}")(8) == value
    assert device.windows[0].accesses == [("write", 8, width), ("read", 8, width)]
    assert int.from_bytes(device.windows[0].data[8 : 8 + width // 8], "little") == value


@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_without_a_size_known_ahead_only_the_try_accessors_work(width: int) -> None:
    device = RamDevice(UART)
    io = IoMem(device, UART)
    getattr(io, f"try_write{width}")(1, 0)
    assert getattr(io, f"try_read{width}")(0) == 1
    before = list(device.windows[0].accesses)
    for name, arguments in ((f"read{width}", (0,)), (f"write{width}", (1, 0))):
        with pytest.raises(InvalidArgument, match="size is not known ahead"):
            getattr(io, name)(*arguments)
    with pytest.raises(InvalidArgument, match="size is not known ahead"):
        io.register(0, width)
    assert device.windows[0].accesses == before


def test_the_plain_accessors_end_at_the_size_known_ahead_and_the_try_ones_at_the_real_one() -> None:
    io = IoMem(RamDevice(UART), UART, 8)
    assert (io.known_size, io.size) == (8, 16)
    io.read32(4)
    with pytest.raises(InvalidArgument, match="past the end"):
        io.read32(8)
    assert io.try_read32(8) == 0


def test_a_size_greater_than_the_resource_leaves_no_mapping() -> None:
    device = RamDevice(UART)
    with pytest.raises(
        InvalidArgument, match=r"cannot map 0x11 bytes of uart \(0x1000-0x100f\): it has 0x10"
    ):
        IoMem(device, UART, 17)
    assert [window.closed for window in device.windows] == [1]


def test_no_bytes_are_einval_shared_and_ebusy_exclusive() -> None:
    empty = Resource(0x1000, 0, "empty")
    device = RamDevice(empty)
    with pytest.raises(InvalidArgument):
        IoMem(device, empty)
    with pytest.raises(Busy, match="it has no bytes"):
        ExclusiveIoMem(device, empty)
    assert device.windows == []


def test_a_mapping_that_fails_is_enomem_and_its_claim_is_released() -> None:
    claims = Claims()
    device = Device("plain", [UART], keeper=claims)
    with pytest.raises(NoMemory):
        IoMem(device, UART)
    with pytest.raises(NoMemory):
        ExclusiveIoMem(device, UART)
    assert claims.all() == ()


def test_nonposted_is_mapped_so_or_not_at_all() -> None:
    resource = Resource(0x1000, 16, "uart", Flags.MEM | Flags.MEM_NONPOSTED)
    device = RamDevice(resource)
    with pytest.raises(NoMemory, match="non-posted"):
        IoMem(device, resource)
    assert device.windows == []

    class Ordered(RamDevice):
        def ioremap_np(self, resource: Resource, *, claimed: bool = False) -> Window:
            return RamWindow(resource.size, 0x77)

    assert IoMem(Ordered(resource), resource).address == 0x77


def test_an_exclusive_mapping_names_its_holder_to_the_next() -> None:
    claims = Claims()
    device = RamDevice(UART, claims=claims)
    first = ExclusiveIoMem(device, UART)
    with pytest.raises(Busy) as caught:
        ExclusiveIoMem(RamDevice(Resource(0x100C, 8, "other"), claims=claims), Resource(0x100C, 8, "other"))
    assert caught.value.holder is first.claim
    assert str(first.claim) in str(caught.value)
    shared = IoMem(device, UART)
    assert shared.claim is None
    assert device.holders(UART) == (first.claim,)


def test_closing_unmaps_before_it_releases_and_only_once() -> None:
    order: list[str] = []

    class Recording(Claims):
        def release(self, claim: Claim) -> None:
            order.append("release")
            super().release(claim)

    class Unmapping(RamWindow):
        def close(self) -> None:
            order.append("unmap")

    class Made(RamDevice):
        def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
            return Unmapping(resource.size)

    claims = Recording()
    with ExclusiveIoMem(Made(UART, claims=claims), UART) as io:
        assert claims.all() == (io.claim,)
    assert order == ["unmap", "release"]
    io.close()
    assert order[:2] == ["unmap", "release"]
    assert order.count("unmap") == 1
    assert claims.all() == ()


def test_closing_again_leaves_the_next_holder_alone() -> None:
    claims = Claims()
    device = RamDevice(UART, claims=claims)
    first = ExclusiveIoMem(device, UART)
    first.close()
    second = ExclusiveIoMem(device, UART)
    first.close()
    assert claims.all() == (second.claim,)


def test_a_value_that_does_not_fit_is_refused_before_the_bus() -> None:
    device = RamDevice(UART)
    io = IoMem(device, UART, 16)
    for value in (0x100, -1):
        with pytest.raises(ValueOverflow):
            io.write8(value, 0)
    assert device.windows[0].accesses == []


def test_nothing_is_touched_once_it_is_closed() -> None:
    device = RamDevice(UART)
    io = IoMem(device, UART, 16)
    register = io.register(0, 32)
    io.close()
    for access in (
        lambda: io.read32(0),
        lambda: io.try_write32(1, 0),
        register.read,
        lambda: register.write(1),
        lambda: io.execute((Read(0, 32),)),
        io.arm,
        io.disarm,
    ):
        with pytest.raises(Revoked):
            access()
    assert device.windows[0].accesses == []
    assert not io.writable
    assert io.closed


def test_disarmed_it_reads_and_does_not_write() -> None:
    io = IoMem(RamDevice(UART), UART, 16)
    io.disarm()
    assert io.read32(0) == 0
    with pytest.raises(NotPermitted, match="arm the region"):
        io.write32(1, 0)
    io.arm()
    io.write32(1, 0)
    assert io.read32(0) == 1


def test_a_resource_marked_read_only_cannot_be_armed() -> None:
    resource = Resource(0, 16, "rom", Flags.MEM | Flags.READONLY)
    io = IoMem(RamDevice(resource), resource, 16)
    assert not io.writable
    with pytest.raises(NotPermitted, match=r"marked read-only in its map \(EPERM\)"):
        io.arm()
    with pytest.raises(NotPermitted):
        io.write8(1, 0)


def test_a_big_endian_register() -> None:
    device = RamDevice(UART)
    register = IoMem(device, UART, 16).register(4, 32, "big")
    register.write(0x0102_0304)
    assert device.windows[0].data[4:8] == bytes([1, 2, 3, 4])
    assert register.read() == 0x0102_0304


def bound(size: int, *registers: Register) -> RegisterMap:
    block = Block("block", size, registers)
    region = Region("uart", 0x1000, size, (Instance("UART0", block),))
    return RegisterMap("test", (region,), (block,))


def test_binding_checks_every_register_and_hands_out_its_accessor() -> None:
    register_map = bound(
        16, Register("A", 0, 32, TOKENS["rw"]), Register("B", 8, 64, TOKENS["rw"], byte_order="big")
    )
    device = RamDevice(UART)
    first, second = IoMem(device, UART, 16).bind(register_map.nodes)
    first.write(1)
    second.write(2)
    assert device.windows[0].data == bytes([1, *bytes(14), 2])


def test_binding_names_the_register_that_does_not_fit() -> None:
    register_map = bound(32, Register("A", 0, 32, TOKENS["rw"]), Register("B", 16, 8, TOKENS["rw"]))
    with pytest.raises(InvalidArgument, match=r"^UART0\.B: uart: out of range") as caught:
        IoMem(RamDevice(UART), UART, 16).bind(register_map.nodes)
    assert (caught.value.place.register, caught.value.place.address) == ("UART0.B", 0x1010)


def test_a_transaction_has_no_other_access_in_between() -> None:
    entered = threading.Event()
    let_go = threading.Event()

    class Slow(RamWindow):
        def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
            entered.set()
            let_go.wait()
            return super().read_run(offset, width, count)

    class Made(RamDevice):
        def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
            window = Slow(resource.size)
            self.windows.append(window)
            return window

    device = Made(UART)
    io = IoMem(device, UART, 16)
    transaction = threading.Thread(target=io.execute, args=((ReadRun(0, 32, 2), Write(0, 32, 1)),))
    transaction.start()
    entered.wait()
    other = threading.Thread(target=io.read32, args=(12,))
    other.start()
    let_go.set()
    transaction.join()
    other.join()
    assert device.windows[0].accesses == [
        ("read", 0, 32),
        ("read", 4, 32),
        ("write", 0, 32),
        ("read", 12, 32),
    ]


def test_a_register_too_wide_for_the_bus_is_refused_and_told_how_it_could_be_split() -> None:
    block = Block("b", 16, (Register("WIDE", 0, 64, TOKENS["rw"]),))
    region = Region("uart", 0x1000, 16, (Instance("X", block),))
    nodes = RegisterMap("m", (region,), (block,)).nodes
    io = IoMem(Narrow(UART), UART, 16)
    with pytest.raises(InvalidArgument, match="'access_width: 32' in the map says so"):
        io.bind(nodes)


def test_a_register_that_states_its_accesses_is_checked_and_accessed_by_them() -> None:
    device = Narrow(UART)
    io = IoMem(device, UART, 16)
    register = io.register(4, 64, "big", access_width=32, word_order="big")
    register.write(0x0102_0304_0506_0708)
    assert register.read() == 0x0102_0304_0506_0708
    (window,) = device.windows
    assert window.data[4:12] == bytes(range(1, 9))
    assert window.accesses == [("write", 4, 32), ("write", 8, 32), ("read", 4, 32), ("read", 8, 32)]
    with pytest.raises(ValueOverflow):
        register.write(1 << 64)
    for offset, width, access_width in ((12, 64, 32), (2, 64, 32), (0, 128, 64)):
        with pytest.raises(InvalidArgument):
            io.register(offset, width, access_width=access_width)


class Narrow(RamDevice):
    """Has no access of 64 bits."""

    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
        window = RamWindow(resource.size, resource.start, frozenset({8, 16, 32}))
        self.windows.append(window)
        return window
