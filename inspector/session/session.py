"""A register map opened on its backends: the one place that reads, composes and writes."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType

from inspector.backends import open_backend
from inspector.backends.backend import Backend
from inspector.errors import InspectorError, KernelError, Stopped, UsageError
from inspector.model.compose import Composition, compose
from inspector.model.edit import Edit
from inspector.model.paths import nearest
from inspector.model.register import Poll
from inspector.model.registermap import OpenMode, Region, RegisterMap, RegisterNode
from inspector.model.safety import ReadSafety, Skip
from inspector.model.transaction import Write
from inspector.session.identity import IdentityCheck
from inspector.session.plan import RegionPlan, plan
from inspector.session.region import OpenRegion, RegionState
from inspector.session.sample import UNREAD, Sample


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a write did.

    Attributes:
        composition: What was asked for.
        old: The value that the write's own read gave, else the last sample's, else None.
        old_is_fresh: Whether ``old`` was read by this write.
        written: The word that went out, or None where the write was not made.
        value: The word read back, or None where it was not read.
        mismatch: The bits that should have stored and did not read back so.
        error: What failed, or None. A failed readback leaves ``written`` set.
    """

    composition: Composition
    old: int | None
    old_is_fresh: bool
    written: int | None
    value: int | None
    mismatch: int
    error: InspectorError | None


def choose_backends(register_map: RegisterMap, words: Sequence[str]) -> dict[str, str]:
    """Choose each region's backend word from ``-b`` options, else the map's ``source``, else simulation.

    A bundled map never opens real hardware by itself, and no map ever names code to run.

    Args:
        register_map: The map.
        words: ``BACKEND`` for all regions, or ``REGION=BACKEND`` for one; later ones win.

    Raises:
        UsageError: ``REGION=`` names no region of the map, or the map's own source is a behaviour file.
    """
    names = [region.name for region in register_map.regions]
    chosen = {
        region.name: "sim" if register_map.bundled else region.source or "sim"
        for region in register_map.regions
    }
    for word in sorted(words, key=lambda word: _region_word(word) is not None):
        named = _region_word(word)
        if named is None:
            chosen = dict.fromkeys(chosen, word)
            continue
        name, backend = named
        if name not in chosen:
            best = nearest(name, names)
            did = f"; did you mean {best}?" if best else f"; its regions: {', '.join(names)}"
            raise UsageError(f"map {register_map.name} has no region {name!r}{did}")
        chosen[name] = backend
    given = {_region_word(word) or ("", word) for word in words}
    for name, word in chosen.items():
        if word.startswith("sim:") and not given & {("", word), (name, word)}:
            raise UsageError(
                f"the map's region {name} asks to run {word[4:]!r}, and opening a map never runs code; "
                f"-b {word} runs it, -b sim goes without it"
            )
    return chosen


def _region_word(word: str) -> tuple[str, str] | None:
    name, equals, backend = word.partition("=")
    # A backend's own word may hold '=' after its colon, as in a file's name.
    return (name, backend) if equals and ":" not in name and "/" not in name else None


class Session:
    """A map opened on its backends.

    Not safe for use from several threads: in the app everything goes through the `Poller`'s thread.

    Attributes:
        map: The register map.
        regions: By name, in file order.
        samples: What is known of each register, by its index in the map.
    """

    def __init__(
        self,
        register_map: RegisterMap,
        backends: Sequence[str] = (),
        *,
        mode: OpenMode | None = None,
        write: bool = False,
        force: bool = False,
        regions: Collection[str] | None = None,
    ) -> None:
        """Open the regions; one that is refused keeps its error and the others go on.

        Args:
            register_map: The map.
            backends: ``-b`` words.
            mode: Shared or exclusive for all regions; None as the map says.
            write: Arm from the start; simulation always is.
            force: Read blocks whose identity is wrong, too.
            regions: The names of those to open, where only their registers will be touched; None for all.

        Raises:
            UsageError: A backend word is not known, or names no region.
        """
        self.map = register_map
        self.samples: dict[int, Sample] = {}
        self._force = force
        self._identity = IdentityCheck(register_map)
        self._written: dict[int, int] = {}
        self._backends: dict[str, Backend] = {}
        chosen = {
            name: word
            for name, word in choose_backends(register_map, backends).items()
            if regions is None or name in regions
        }
        self.regions: dict[str, OpenRegion] = {}
        self._nodes: Mapping[str, tuple[RegisterNode, ...]] = {
            region.name: tuple(node for node in register_map.nodes if node.region is region)
            for region in register_map.regions
        }
        try:
            for word in dict.fromkeys(chosen.values()):
                self._backends[word] = open_backend(word, register_map)
            for region in register_map.regions:
                if region.name in chosen:
                    backend = self._backends[chosen[region.name]]
                    self.regions[region.name] = OpenRegion(region, backend, mode or region.open)
            for opened in self.regions.values():
                self.open(opened, write=write)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Unmap and release every region, then close the backends; twice is harmless."""
        # One that cannot be closed keeps none of the others open.
        with ExitStack() as closing:
            for backend in self._backends.values():
                closing.callback(backend.close)
            for opened in self.regions.values():
                closing.callback(opened.close)

    # --- regions -----------------------------------------------------------------------------

    def open(self, opened: OpenRegion, *, write: bool = False) -> None:
        """Open a region, again where it was refused or closed.

        What was known of its blocks' identity and of what we wrote does not hold any more, and what
        failed before is tried again.
        """
        nodes = self._nodes[opened.region.name]
        self._identity.forget(opened.region)
        for node in nodes:
            self._written.pop(node.index, None)
            if self.sample(node).error is not None:
                self._keep(node, replace(self.sample(node), error=None))
        opened.open(nodes, arm=(write or not opened.backend.real) and "readonly" not in opened.region.flags)

    def region_of(self, node: RegisterNode) -> OpenRegion:
        """The opened region that ``node`` is in."""
        return self.regions[node.region.name]

    # --- reading -----------------------------------------------------------------------------

    def safety(self, node: RegisterNode) -> ReadSafety:
        """Whether ``node`` may be read unasked: by its semantics, and by its block's identity."""
        if not node.safety.safe:
            return node.safety
        return self._identity.verdict(node) if not self._force else node.safety

    def read_safe(self, nodes: Iterable[RegisterNode], *, destructive: bool = False) -> list[Sample]:
        """Read what is safe of ``nodes`` and skip the rest, each with its reason.

        A block that states its identity is asked for it first, once; where it is wrong nothing more
        of the block is read.

        Args:
            nodes: The registers.
            destructive: Also read what acts on reading.
        """
        wanted = list(nodes)
        now_read: dict[int, Sample] = {}
        if not self._force:
            asked = self._identity.pending(wanted, self._is_open)
            now_read.update(zip((node.index for node in asked), self.read(asked), strict=True))
        consented = {Skip.READ_SIDE_EFFECT, Skip.UNKNOWN_SIDE_EFFECT} if destructive else set()
        readable = []
        for node in wanted:
            safety = self.safety(node)
            if node.index in now_read:
                continue
            forced = self._force and safety.skip is Skip.WRITE_ONLY and (destructive or not safety.acts)
            if safety.safe or safety.skip in consented or forced:
                readable.append(node)
            else:
                now_read[node.index] = self._keep(node, self.sample(node).not_read(safety))
        for node, sample in zip(readable, self.read(readable), strict=True):
            now_read[node.index] = sample
        return [now_read[node.index] for node in wanted]

    def read(self, nodes: Sequence[RegisterNode]) -> list[Sample]:
        """Read exactly ``nodes``, one bus access each, whatever reading does; errors are in the samples."""
        for part in plan(nodes):
            self._run(part)
        return [self.sample(node) for node in nodes]

    def sample(self, node: RegisterNode) -> Sample:
        """What is known of ``node``."""
        return self.samples.get(node.index, UNREAD)

    def polled(self, node: RegisterNode) -> bool:
        """Whether the live refresh reads ``node`` at all, and has not read it enough."""
        register = node.register
        if not self._is_open(node.region) or "no_poll" in node.region.flags or not self.safety(node).safe:
            return False
        if register.poll in (Poll.NEVER, Poll.MANUAL):
            return False
        sample = self.sample(node)
        if sample.error is not None:
            return False
        known = sample.clock is not None and sample.clock >= self.region_of(node).since
        return not ((register.const or register.poll is Poll.ONCE) and known)

    # --- writing -----------------------------------------------------------------------------

    def compose(
        self,
        node: RegisterNode,
        edits: Sequence[Edit],
        *,
        shown: int | None = None,
        assume_store: bool = False,
    ) -> Composition:
        """Compose ``edits`` into one transaction; nothing is touched.

        Raises:
            RefusedError: See `inspector.model.compose.compose`.
        """
        composition = compose(
            self.map,
            node,
            edits,
            shown=shown,
            last_written=self._last_written(node),
            assume_store=assume_store,
        )
        block = self._identity.verdict(node)
        if not block.safe:
            # A write is a person's own wish, who may know better than the map: but never unawares.
            composition = replace(composition, notes=(*composition.notes, block.reason))
        return composition

    def write(self, composition: Composition) -> WriteResult:
        """Run a composed edit in one go; what fails is in the result."""
        node = composition.node
        before = self.sample(node)
        error: KernelError | None = None
        results: tuple[object, ...]
        try:
            results = self.region_of(node).execute(composition.transaction)
        except KernelError as failure:
            error, results = failure, failure.completed
        done = {i: result for i, result in enumerate(results) if isinstance(result, int)}
        # The last that went out: of two equal ones, the second may have failed.
        writes = [i for i, operation in enumerate(composition.transaction) if isinstance(operation, Write)]
        written = next((done[i] for i in reversed(writes) if i in done), None)
        fresh = done.get(composition.read) if composition.read is not None else None
        if isinstance(error, Stopped) and composition.read == len(results):
            fresh = error.found
        value = done.get(composition.readback) if composition.readback is not None else None
        if fresh is not None:
            self._keep(node, self.sample(node).read(fresh, time.time(), time.monotonic()))
        if composition.write in done:
            self._written[node.index] = done[composition.write]
        elif writes and len(results) >= writes[0]:
            # It failed on its way out, and may have arrived or not.
            self._written.pop(node.index, None)
        if value is not None:
            self._keep(node, self.sample(node).read(value, time.time(), time.monotonic()))
        mismatch = 0
        if value is not None and written is not None:
            mismatch = (value ^ written) & composition.compares
        return WriteResult(
            composition=composition,
            old=fresh if fresh is not None else before.value,
            old_is_fresh=fresh is not None,
            written=written,
            value=value,
            mismatch=mismatch,
            error=error,
        )

    # --- inside ------------------------------------------------------------------------------

    def _run(self, part: RegionPlan) -> None:
        """Run one region's reads; an operation that fails marks its own registers and the rest goes on."""
        opened = self.regions[part.region.name]
        start = 0
        while start < len(part.transaction):
            error: KernelError | None = None
            results: tuple[object, ...]
            try:
                results = opened.execute(part.transaction[start:])
            except KernelError as failure:
                error, results = failure, failure.completed
            now, clock = time.time(), time.monotonic()
            for nodes, result in zip(part.groups[start:], results, strict=False):
                values = (result,) if isinstance(result, int) else result
                assert isinstance(values, tuple)
                for node, value in zip(nodes, values, strict=True):
                    self._learn(node, self.sample(node).read(value, now, clock))
            start += len(results)
            if error is None:
                continue
            if opened.state is not RegionState.OPEN:
                # The region is gone: that is so for every register left.
                self._fail([node for nodes in part.groups[start:] for node in nodes], error)
                return
            failed = part.groups[start]
            start += 1
            if len(failed) == 1:
                self._fail(failed, error)
            else:
                # Which register of a run it was is found by reading them one at a time.
                for node in failed:
                    self._run(plan([node])[0])

    def _fail(self, nodes: Sequence[RegisterNode], error: KernelError) -> None:
        for node in nodes:
            self._learn(node, self.sample(node).failed(error))

    def _is_open(self, region: Region) -> bool:
        return self.regions[region.name].state is RegionState.OPEN

    def _keep(self, node: RegisterNode, sample: Sample) -> Sample:
        self.samples[node.index] = sample
        return sample

    def _learn(self, node: RegisterNode, sample: Sample) -> None:
        self._identity.learn(node, self._keep(node, sample))

    def _last_written(self, node: RegisterNode) -> int | None:
        """What we wrote last, where nobody else can have written since."""
        opened = self.region_of(node)
        alone = opened.mode is OpenMode.EXCLUSIVE and not opened.backend.real
        return self._written.get(node.index) if alone else None
