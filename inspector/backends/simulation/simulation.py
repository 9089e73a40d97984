"""The simulation: a backend whose registers behave as the map says."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable

from inspector.backends.backend import Backend, Guarantees, region_resource, region_widths
from inspector.backends.simulation.log import LoggedAccess
from inspector.backends.simulation.region import ReadHook, SimulatedRegion, WriteHook
from inspector.backends.simulation.script import attach_script
from inspector.errors import UsageError
from inspector.io import Device, Resource, Window
from inspector.io.bounds import WIDTHS
from inspector.model.registermap import Region, RegisterMap, RegisterNode

_NUMBERS = itertools.count()

LOG_LENGTH = 4096


class Simulation(Backend):
    """Simulated registers: ``-b sim``, ``-b sim:FILE.py``.

    Time is looked at when something is accessed, and no thread runs. Two simulations of one map see
    the same pseudo-random values at the same time since their start.

    Attributes:
        log: The last accesses of the bus, oldest first.
        register_map: What is simulated.
    """

    def __init__(
        self,
        register_map: RegisterMap,
        *,
        script: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Put every register at its reset value, and attach the behaviour file.

        Args:
            register_map: What to simulate.
            script: A Python file with ``attach(simulation)``, or None.
            clock: Gives the time in seconds.

        Raises:
            UsageError: The script cannot be run, or a behaviour names a register that is not there.
        """
        super().__init__()
        self.register_map = register_map
        self.log: deque[LoggedAccess] = deque(maxlen=LOG_LENGTH)
        self._clock = clock
        self._lock = threading.RLock()
        self._space = f"sim:{next(_NUMBERS)}"
        start = clock()
        self._regions = {
            region.name: SimulatedRegion(register_map, region, start) for region in register_map.regions
        }
        self.word = f"sim:{script}" if script else "sim"
        self.title = f"simulation, {script}" if script else "simulation"
        self.real = False
        self.guarantees = Guarantees(widths=WIDTHS, single_access="yes", posted="no", faults_seen=True)
        if script:
            attach_script(script, self)

    # --- the hardware's side, for behaviour files and tests -----------------------------------

    def peek(self, path: str) -> int:
        """A register's value, looked at from inside: no bus access, no side effect.

        Raises:
            UsageError: The map has no such register.
        """
        with self._lock:
            region, node = self._find(path)
            region.advance(self._clock())
            register = region.register(node)
            return register.value() if node.register.readable else register.stored

    def poke(self, path: str, value: int) -> None:
        """Set what a register holds, as its hardware would: access rules do not apply.

        Raises:
            UsageError: The map has no such register.
        """
        with self._lock:
            region, node = self._find(path)
            region.advance(self._clock())
            region.register(node).stored = value & node.register.mask

    def receive(self, path: str, entry: int) -> None:
        """Let an entry arrive in the FIFO of the register at ``path``.

        Raises:
            UsageError: The map has no such register, or it has no FIFO.
        """
        with self._lock:
            region, node = self._find(path)
            region.advance(self._clock())
            fifo = region.register(node).fifo
            if fifo is None:
                raise UsageError(f"{path} has no FIFO in simulation; give it 'sim: {{fifo: DEPTH}}'")
            fifo.push(entry)

    def on_read(self, path: str, hook: ReadHook) -> None:
        """Call ``hook`` before each bus read of a register, with what the read would return.

        What it returns is read instead, unless that is None. It may raise a KernelError.

        Raises:
            UsageError: The map has no such register.
        """
        region, node = self._find(path)
        region.read_hooks[node.index] = hook

    def on_write(self, path: str, hook: WriteHook) -> None:
        """Call ``hook`` before each bus write of a register, with the word written.

        What it returns is written instead, unless that is None. It may raise a KernelError.

        Raises:
            UsageError: The map has no such register.
        """
        region, node = self._find(path)
        region.write_hooks[node.index] = hook

    def _find(self, path: str) -> tuple[SimulatedRegion, RegisterNode]:
        node = self.register_map.by_path.get(path)
        if node is None:
            raise UsageError(f"the simulated map has no register '{path}'")
        return self._regions[node.region.name], node

    # --- the bus's side -----------------------------------------------------------------------

    def bus_read(self, region: str, offset: int, width: int, count: int) -> tuple[int, ...]:
        """Make ``count`` bus reads at consecutive addresses."""
        with self._lock:
            simulated = self._regions[region]
            simulated.advance(self._clock())
            values = []
            for place in range(offset, offset + count * (width // 8), width // 8):
                value = simulated.read(place, width)
                self.log.append(LoggedAccess("read", region, place, width, value))
                values.append(value)
            return tuple(values)

    def bus_write(self, region: str, value: int, offset: int, width: int) -> None:
        """Make one bus write."""
        with self._lock:
            simulated = self._regions[region]
            simulated.advance(self._clock())
            self.log.append(LoggedAccess("write", region, offset, width, value))
            simulated.write(value, offset, width)

    def _open_region(self, region: Region) -> Device:
        if region.name not in self._regions:
            raise UsageError(f"the simulated map has no region '{region.name}'")
        # Regions without an address all start at 0, and do not overlap for that.
        space = self._space if region.base is not None else f"{self._space}:{region.name}"
        resource = region_resource(region, region.base or 0)
        return _SimulatedDevice(self, region, resource, region_widths(region, WIDTHS), space)

    def _open_address(self, address: int, size: int) -> Device:
        raise UsageError("the simulation has no addresses but those of its map; name a register instead")


class _SimulatedDevice(Device):
    def __init__(
        self, simulation: Simulation, region: Region, resource: Resource, widths: frozenset[int], space: str
    ) -> None:
        super().__init__(region.name, (resource,), space=space)
        self._simulation = simulation
        self._region = region
        self._widths = widths

    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
        return SimulatedWindow(self._simulation, self._region, self._widths)

    def ioremap_np(self, resource: Resource, *, claimed: bool = False) -> Window:
        return self.ioremap(resource)


class SimulatedWindow:
    """A window on a simulated region; armed from the start, since nothing real can be disturbed."""

    def __init__(self, simulation: Simulation, region: Region, widths: frozenset[int]) -> None:
        self._simulation = simulation
        self._region = region
        self._widths = widths
        self._writable = True

    @property
    def size(self) -> int:
        """Bytes from offset 0."""
        return self._region.size

    @property
    def address(self) -> int | None:
        """The region's address in the map, if it has one."""
        return self._region.base

    @property
    def widths(self) -> frozenset[int]:
        """The access widths in bits."""
        return self._widths

    @property
    def writable(self) -> bool:
        """Whether it is armed."""
        return self._writable

    def read(self, offset: int, width: int) -> int:
        """Make one bus read."""
        return self._simulation.bus_read(self._region.name, offset, width, 1)[0]

    def write(self, value: int, offset: int, width: int) -> None:
        """Make one bus write."""
        self._simulation.bus_write(self._region.name, value, offset, width)

    def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
        """Make ``count`` bus reads at consecutive addresses, in order."""
        return self._simulation.bus_read(self._region.name, offset, width, count)

    def arm(self) -> None:
        """Let writes go out."""
        self._writable = True

    def disarm(self) -> None:
        """Have writes refused."""
        self._writable = False

    def close(self) -> None:
        """Unmap: there is nothing to let go of."""
