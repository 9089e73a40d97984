"""A register map opened on its backends: the one place that reads, composes and writes."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

from inspector.backends import open_backend
from inspector.backends.access import Access
from inspector.backends.backend import Backend
from inspector.errors import AccessFailed, InspectorError, KernelError, Stopped
from inspector.model.decode import Known
from inspector.model.register import Poll
from inspector.model.registermap import OpenMode, Region, RegisterMap, RegisterNode
from inspector.model.safety import ReadSafety, Skip
from inspector.session.choosing import choose_backends
from inspector.session.knowledge import Knowledge, Waiting
from inspector.session.needs import guarding_regions, guards_of, require, split
from inspector.session.planner import Planner
from inspector.session.region import OpenRegion, RegionState, execute_together
from inspector.session.sample import Sample

if TYPE_CHECKING:
    # What only reads starts without what composes, writes and tells of it.
    from inspector.model.compose import Composition
    from inspector.model.edit import Edit
    from inspector.session.entries import RegionEventName
    from inspector.session.journal import Journal
    from inspector.session.writing import WriteResult

_PATIENCE = 1.0
"""Seconds between attempts to open a region whose device is lost."""


class Session:
    """A map opened on its backends.

    Not safe for use from several threads: in the app everything goes through the `Poller`'s thread.

    Attributes:
        map: The register map.
        regions: By name, in file order.
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
        access: Access | None = None,
        journal: Journal | None = None,
    ) -> None:
        """Open the regions; one that is refused keeps its error and the others go on.

        Args:
            register_map: The map.
            backends: ``-b`` words.
            mode: Shared or exclusive for all regions; None as the map says.
            write: Arm from the start; simulation always is.
            force: Read blocks whose identity is wrong, too.
            regions: The names of those to open, where only their registers will be touched; None for all.
            access: How hardware is touched, shared with others; None for agents of this session's own.
            journal: Where everything that acts is told before it is done; None for one in memory.

        Raises:
            UsageError: A backend word is not known, or names no region.
        """
        self.map = register_map
        self._given = journal
        self._access = access or Access()
        self._owns_access = access is None
        self._undoing: tuple[Composition, int] | None = None
        self._force = force
        self._knowledge = Knowledge(register_map)
        self._lost: dict[str, int] = {}
        self._has_needs = any(block.needs is not None for block in register_map.blocks)
        self._backends: dict[str, Backend] = {}
        self._words: Mapping[str, str] = {}
        needed = None if regions is None else {*regions, *guarding_regions(register_map, regions)}
        chosen = {
            name: word
            for name, word in choose_backends(register_map, backends).items()
            if needed is None or name in needed
        }
        self.regions: dict[str, OpenRegion] = {}
        self._planner = Planner(register_map, self.regions, self._knowledge)
        try:
            for word in dict.fromkeys(chosen.values()):
                self._backends[word] = open_backend(word, register_map, self._access)
            self._words = chosen
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
            if self._given is not None:
                closing.callback(self._given.close)
            if self._owns_access:
                closing.callback(self._access.close)
            for backend in self._backends.values():
                closing.callback(backend.close)
            for opened in self.regions.values():
                closing.callback(self.release, opened)

    @cached_property
    def journal(self) -> Journal:
        """What was done, each entry there before it was."""
        from inspector.session.journal import Journal

        journal = self._given or Journal(None)
        journal.begin(self.map, self._words)
        if self._given is None:
            # What was opened before anybody asked for a journal.
            for opened in self.regions.values():
                if not opened.backend.real and opened.state is RegionState.OPEN:
                    journal.region("open", opened)
        return journal

    def _tell(self, event: RegionEventName, opened: OpenRegion, reason: str = "") -> None:
        """Tell the journal what becomes of a region; nobody asks that of a simulated one."""
        if opened.backend.real or self._given is not None:
            self.journal.region(event, opened, reason)

    # --- regions -----------------------------------------------------------------------------

    def open(self, opened: OpenRegion, *, write: bool = False) -> None:
        """Open a region, again where it was refused or closed.

        What was known of its blocks' identity and of what we wrote does not hold any more, and what
        failed before is tried again.
        """
        self._knowledge.forget(opened.region)
        arm = (write or not opened.backend.real) and "readonly" not in opened.region.flags
        try:
            self._tell("open", opened)
            opened.open(self.map.nodes)
            if arm and opened.state is RegionState.OPEN:
                self.arm(opened)
        except KernelError as error:
            opened.refuse(error)

    def release(self, opened: OpenRegion) -> None:
        """Unmap a region and give up its claim, until it is opened again."""
        if opened.state is RegionState.OPEN:
            self._tell("close", opened)
        opened.close()

    def arm(self, opened: OpenRegion) -> None:
        """Allow writes to a region, which until now the kernel refused.

        Raises:
            KernelError: The system refuses, the map says that it is read-only, or the journal cannot be
                written.
        """
        self._tell("arm", opened)
        opened.arm()

    def disarm(self, opened: OpenRegion) -> None:
        """Let the kernel refuse writes to a region again.

        Raises:
            KernelError: The system refuses; writes are refused here all the same.
        """
        opened.disarm()
        self._tell("disarm", opened)

    def switch(self, opened: OpenRegion, mode: OpenMode) -> None:
        """Map a region anew, claimed as ``mode`` says, and read-only where it is real.

        Where that is refused it is mapped again as it was.

        Raises:
            InspectorError: Why it was refused.
        """
        before, opened.mode = opened.mode, mode
        self.open(opened)
        if opened.error is not None:
            refusal, opened.mode = opened.error, before
            self.open(opened)
            raise refusal

    def look_around(self) -> None:
        """See whether each device still is where it was, and whether a lost one is back; no register is read.

        A device that comes back opens read-only, and its blocks are asked for their identity again.
        """
        is_open = [opened for opened in self.regions.values() if opened.state is RegionState.OPEN]
        execute_together([(opened, ()) for opened in is_open if opened.backend.real])
        for opened in is_open:
            opened.look_around()
        self._note_losses()
        self._revive()

    def _note_losses(self) -> None:
        for name, opened in self.regions.items():
            if opened.state is RegionState.REVOKED and self._lost.get(name) != opened.epoch:
                self._lost[name] = opened.epoch
                self._tell("revoked", opened, str(opened.error))

    def _revive(self) -> None:
        now = time.monotonic()
        for opened in self.regions.values():
            if opened.state is RegionState.REVOKED and now >= opened.since + _PATIENCE:
                self.open(opened)

    def region_of(self, node: RegisterNode) -> OpenRegion:
        """The opened region that ``node`` is in."""
        return self.regions[node.region.name]

    # --- reading -----------------------------------------------------------------------------

    def safety(self, node: RegisterNode) -> ReadSafety:
        """Whether ``node`` may be read unasked: by its semantics, and by its block's identity."""
        if not node.safety.safe:
            return node.safety
        return self._knowledge.identity.verdict(node) if not self._force else node.safety

    def read_safe(self, nodes: Iterable[RegisterNode], *, destructive: bool = False) -> list[Sample]:
        """Read what is safe of ``nodes`` and skip the rest, each with its reason.

        A block that states its identity is asked for it first, once; where it is wrong nothing more
        of the block is read.

        Args:
            nodes: The registers.
            destructive: Also read what acts on reading.
        """
        wanted = list(nodes)
        self._revive()
        now_read: dict[int, Sample] = {}
        if not self._force:
            asked = self._knowledge.identity.pending(wanted, self._is_open)
            if asked:
                now_read.update(zip((node.index for node in asked), self.read(asked), strict=True))
        consented = {Skip.READ_SIDE_EFFECT, Skip.UNKNOWN_SIDE_EFFECT} if destructive else set()
        readable = []
        for node in wanted:
            if node.index in now_read:
                continue
            fault = self._knowledge.fault(node)
            if fault is not None:
                now_read[node.index] = self._keep(node, self.sample(node).not_read(fault))
                continue
            safety = self.safety(node)
            forced = self._force and safety.skip is Skip.WRITE_ONLY and (destructive or not safety.acts)
            if safety.safe or safety.skip in consented or forced:
                readable.append(node)
            else:
                now_read[node.index] = self._keep(node, self.sample(node).not_read(safety))
        for node, sample in zip(readable, self.read(readable), strict=True):
            now_read[node.index] = sample
        return [now_read[node.index] for node in wanted]

    def read(self, nodes: Sequence[RegisterNode]) -> list[Sample]:
        """Read exactly ``nodes``, one bus access each, whatever reading does; errors are in the samples.

        A block that needs something else to hold, such as its clock, is touched only after a look at that.
        """
        if self._force or not self._has_needs:
            self._read(nodes)
            return [self.sample(node) for node in nodes]
        guards = [guard for guard in guards_of(self.map, nodes) if guard.region.name in self.regions]
        # Few, and safe to read; the plan that is kept is that of the many.
        self._planner.read(guards, keep=False)
        free, barred = split(self.map, nodes, self.sample)
        for node, reason in barred:
            self._keep(node, self.sample(node).not_read(reason))
        self._read([node for node in free if node not in guards])
        return [self.sample(node) for node in nodes]

    def _read(self, nodes: Sequence[RegisterNode]) -> None:
        """Read ``nodes``, once it is in the journal what that does."""
        acting = [
            node
            for node in nodes
            if (node.safety.acts or not node.safety.safe) and self._is_open(node.region)
        ]
        numbers: Sequence[int] = ()
        try:
            numbers = self.journal.intend_reads(acting) if acting else ()
        except KernelError as error:
            for node in acting:
                self._keep(node, self.sample(node).failed(error))
            nodes = [node for node in nodes if node not in acting]
        self._planner.read(nodes)
        if numbers:
            self._answer(acting, numbers)
        self._note_losses()

    def _answer(self, nodes: Sequence[RegisterNode], numbers: Sequence[int]) -> None:
        """Tell the journal what came of reads that act."""
        from inspector.session.journal import Answer

        for node, number in zip(nodes, numbers, strict=True):
            sample = self.sample(node)
            error = sample.error
            if sample.skipped is not None:
                error = Stopped(f"{node.path}: {sample.skipped.reason}; nothing was done")
            value = None if error is not None else sample.value
            self.journal.outcome(number, Answer(value=value, error=error))

    def sample(self, node: RegisterNode) -> Sample:
        """What is known of ``node``."""
        return self._knowledge.sample(node)

    def known(self, node: RegisterNode) -> Known:
        """Which conditions of the fields of ``node`` hold, by what is known of other registers."""
        return self.map.known_of(node, lambda other: self.sample(other).value)

    @property
    def samples(self) -> dict[int, Sample]:
        """What is known of each register, by its index in the map."""
        return self._knowledge.samples

    @property
    def news(self) -> int:
        """Counts what changed of what is known of the registers, but for the time of reading."""
        return self._knowledge.news

    @property
    def costs(self) -> Mapping[int, float]:
        """How long the last read of each register kept a real bus busy, in seconds, by index."""
        return self._knowledge.costs

    def polled(self, node: RegisterNode) -> bool:
        """Whether the live refresh reads ``node`` at all, and has not read it enough."""
        register = node.register
        # First what never changes: this is asked of all that is in sight, in each tick.
        if not node.safety.safe or register.poll in (Poll.NEVER, Poll.MANUAL):
            return False
        if "no_poll" in node.region.flags:
            return False
        if not self._is_open(node.region) or not self.safety(node).safe:
            return False
        sample = self.sample(node)
        if sample.error is not None and not self._passes(node, sample.error):
            return False
        known = sample.clock is not None and sample.clock >= self.region_of(node).since
        return not ((register.const or register.poll is Poll.ONCE) and known)

    def _passes(self, node: RegisterNode, error: InspectorError) -> bool:
        """Whether a failed read may be tried again unasked: it was not the register's fault."""
        killed = isinstance(error, AccessFailed) and self.region_of(node).backend.real
        return killed or isinstance(error, Waiting)

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
        from inspector.model.compose import compose

        composition = compose(
            self.map,
            node,
            edits,
            shown=shown,
            last_written=self._last_written(node),
            assume_store=assume_store,
            word_of=lambda other: self.sample(other).value,
        )
        block = self._knowledge.identity.verdict(node)
        if not block.safe:
            # A write is a person's own wish, who may know better than the map: but never unawares.
            composition = replace(composition, notes=(*composition.notes, block.reason))
        return composition

    def write(self, composition: Composition) -> WriteResult:
        """Run a composed edit in one go; what fails is in the result."""
        from inspector.session.writing import write_result

        node = composition.node
        before = self.sample(node)
        error: KernelError | None = None
        results: tuple[object, ...]
        number: int | None = None
        try:
            self._check_need(node)
            self.region_of(node).check_open()
            number = self.journal.intend_write(composition, before.value)
            results = self.region_of(node).execute(composition.transaction)
        except KernelError as failure:
            error, results = failure, failure.completed
        result = write_result(composition, results, error, before.value)
        if number is not None:
            self.journal.outcome(number, result, results)
            self._mark_undone(composition, number, result)
        self._note_losses()
        self._knowledge.wrote(result)
        return result

    def undo(self) -> Composition:
        """Compose what undoes the last write of this session that has not been undone; nothing is touched.

        Once what it returns has been written with `write`, the one before is next.

        Raises:
            RefusedError: There is none, or it cannot be undone; says why.
        """
        from inspector.session.undoing import compose_undo

        composition, number = compose_undo(self)
        self._undoing = (composition, number)
        return composition

    def _mark_undone(self, composition: Composition, number: int, result: WriteResult) -> None:
        undoing, self._undoing = self._undoing, None
        if undoing is not None and undoing[0] is composition and result.complete and result.error is None:
            # The undo is no write to be undone in its turn: the one before it is.
            self.journal.mark_undone(undoing[1], by=number)

    def _check_need(self, node: RegisterNode) -> None:
        """Look at what the block of ``node`` needs in another region; a transaction sees to its own.

        Raises:
            Stopped: It does not hold.
        """
        need = self.map.needed_by(node)
        if need is None or need[0].region is node.region or self._force:
            return
        if need[0].safety.safe and need[0].region.name in self.regions:
            self.read([need[0]])
        require(self.map, node, self.sample)

    # --- inside ------------------------------------------------------------------------------

    def _is_open(self, region: Region) -> bool:
        return self.regions[region.name].state is RegionState.OPEN

    def _keep(self, node: RegisterNode, sample: Sample) -> Sample:
        return self._knowledge.keep(node, sample)

    def _last_written(self, node: RegisterNode) -> int | None:
        """What we wrote last, where nobody else can have written since."""
        opened = self.region_of(node)
        if opened.mode is not OpenMode.EXCLUSIVE:
            return None
        if opened.surroundings is None:
            opened.look_around()
        return None if opened.driven else self._knowledge.last_written(node)
