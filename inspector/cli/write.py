"""``inspector write``: edits, each one transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import click

from inspector.backends.opening import is_simulation
from inspector.cli.opening import Opening, opening_options
from inspector.cli.options import assignments_argument, json_option, map_argument
from inspector.cli.output import print_error, print_json, report
from inspector.cli.preview import preview_record, print_preview
from inspector.cli.record import error_part, head, hexadecimal, write_record
from inspector.cli.rows import NO_VALUE
from inspector.cli.table import Row, print_rows
from inspector.errors import InspectorError, RefusedError, UsageError
from inspector.io.interrupt import uninterrupted
from inspector.model.compose import Composition, compose
from inspector.model.edit import Edit, parse_assignment
from inspector.model.field import Field
from inspector.model.registermap import OpenMode, RegisterMap, RegisterNode
from inspector.model.windows import name_words
from inspector.session import Session, WriteResult
from inspector.session.choosing import choose_backends


@dataclass(frozen=True, slots=True)
class Job:
    """The edits of one write.

    Attributes:
        node: The register.
        edits: One of the whole register, or those of its fields.
    """

    node: RegisterNode
    edits: tuple[Edit, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are meant; none for the whole register."""
        return tuple(edit.field for edit in self.edits if edit.field is not None)


@click.command()
@map_argument
@assignments_argument
@click.option("--dry-run", is_flag=True, help="Print the bus operations and touch nothing.")
@click.option(
    "--assume-store",
    is_flag=True,
    help="Compose over neighbours whose write semantics are unknown as if they stored.",
)
@click.option("--dangerous", is_flag=True, help="Also write what the map calls dangerous.")
@opening_options()
@json_option
def write(
    map_word: str,
    assignments: tuple[str, ...],
    dry_run: bool,
    assume_store: bool,
    dangerous: bool,
    opening: Opening,
    as_json: bool,
) -> int:
    """Write registers and fields, leaving their neighbours alone.

    VALUE is a number (0x1f, 1<<5|1, ~0), an enumeration's name, a verb (clear, set, toggle, pulse), or |N,
    &N, &~N, ^N, ~ on the present value. Where the map states a unit or a fraction, a number with a unit or a
    decimal point (3.3V) means the nearest raw value; a bare whole number always is the raw value.
    Consecutive assignments to one register's fields are one write. Nothing is written unless every
    assignment makes sense; then the first failure stops the rest.
    """
    register_map, texts = _name_words(opening.load(map_word), assignments)
    jobs = group([parse_assignment(register_map, text) for text in texts])
    words = choose_backends(register_map, opening.backends)
    alone = {
        region.name
        for region in register_map.regions
        if (opening.mode or region.open) is OpenMode.EXCLUSIVE and is_simulation(words[region.name])
    }
    try:
        compositions = _compose_all(register_map, jobs, alone, assume_store)
        if not (dangerous or dry_run):
            _check_dangers(jobs, compositions)
    except _Refusal as refusal:
        error = refusal.error
        if not dry_run:
            error = _with_word(register_map, refusal.job, error, opening)
        if as_json:
            print_json(_unwritten(refusal.job.node, error))
        report(error)
        return error.exit_status
    if dry_run:
        for composition in compositions:
            if as_json:
                print_json(preview_record(composition))
            else:
                print_preview(composition)
        return 0
    regions = {job.node.region.name for job in jobs}
    with opening.session(register_map, write=True, regions=regions) as session:
        return _write_all(session, jobs, assume_store, as_json=as_json)


def group(assignments: Sequence[tuple[RegisterNode, Edit]]) -> list[Job]:
    """Make one write of consecutive assignments to fields of the same register."""
    jobs: list[Job] = []
    for node, edit in assignments:
        last = jobs[-1] if jobs else None
        if last is not None and last.node is node and last.fields and edit.field is not None:
            jobs[-1] = Job(node, (*last.edits, edit))
        else:
            jobs.append(Job(node, (edit,)))
    return jobs


def _name_words(register_map: RegisterMap, assignments: Sequence[str]) -> tuple[RegisterMap, list[str]]:
    """Make registers of the words of memory windows that are written, each by itself."""
    pairs = [text.partition("=") for text in assignments]
    found, paths = name_words(register_map, [path.strip() for path, _, _ in pairs])
    if len(paths) != len(pairs):
        raise UsageError("a range of words is read, and not written: name each word with its value")
    return found, [f"{path}{equals}{value}" for path, (_, equals, value) in zip(paths, pairs, strict=True)]


class _Refusal(Exception):
    def __init__(self, job: Job, error: RefusedError) -> None:
        super().__init__(str(error))
        self.job = job
        self.error = error


def _compose_all(
    register_map: RegisterMap, jobs: Sequence[Job], alone: Collection[str], assume_store: bool
) -> list[Composition]:
    """Compose every write before the first goes out, so that a refusal leaves nothing half done.

    Args:
        register_map: The map.
        jobs: The writes, in order.
        alone: The regions in which nobody else can write between two of them.
        assume_store: As the person consented.
    """
    compositions = []
    words: dict[int, int | None] = {}
    for job in jobs:
        before = words.get(job.node.index) if job.node.region.name in alone else None
        try:
            composition = compose(
                register_map, job.node, job.edits, last_written=before, assume_store=assume_store
            )
        except RefusedError as error:
            raise _Refusal(job, error) from error
        words[job.node.index] = composition.word(None)
        compositions.append(composition)
    return compositions


def _check_dangers(jobs: Sequence[Job], compositions: Sequence[Composition]) -> None:
    """Refuse what a person must confirm: commands never ask."""
    for job, composition in zip(jobs, compositions, strict=True):
        if composition.dangers:
            path = job.node.path
            why = f"{path}: danger: {'; '.join(composition.dangers)}"
            raise _Refusal(job, RefusedError(why, path=path, consent="--dangerous"))


def _with_word(register_map: RegisterMap, job: Job, error: RefusedError, opening: Opening) -> RefusedError:
    """The same refusal with the whole word to offer, where a read that changes nothing gives it."""
    if error.consent != "--assume-store" or not job.node.safety.safe:
        return error
    with (
        contextlib.suppress(InspectorError),
        opening.session(register_map, regions={job.node.region.name}) as session,
    ):
        (sample,) = session.read_safe([job.node])
        if sample.value is not None:
            try:
                session.compose(job.node, job.edits, shown=sample.value)
            except RefusedError as informed:
                return informed
    return error


def _write_all(session: Session, jobs: Sequence[Job], assume_store: bool, *, as_json: bool) -> int:
    for job in jobs:
        opened = session.region_of(job.node)
        try:
            if opened.error is not None:
                raise opened.error
            if not opened.armed:
                session.arm(opened)
        except InspectorError as error:
            return _give_up(job, error, as_json=as_json)
    for job in jobs:
        # An interrupt comes between two writes: what went out is told, and the next is not begun.
        with uninterrupted():
            status = _write_one(session, job, assume_store, as_json=as_json)
        if status:
            return status
    return 0


def _write_one(session: Session, job: Job, assume_store: bool, *, as_json: bool) -> int:
    try:
        result = session.write(session.compose(job.node, job.edits, assume_store=assume_store))
    except InspectorError as error:
        return _give_up(job, error, as_json=as_json)
    if as_json:
        time = session.sample(job.node).time
        print_json(write_record(result, time, job.fields, session.known(job.node)))
    else:
        _print_result(result, job.fields)
    if result.error is not None:
        print_error(f"{job.node.path}: {result.error}")
        return result.error.exit_status
    if result.mismatch:
        print_error(_mismatch_words(result))
        return 1
    return 0


def _give_up(job: Job, error: InspectorError, *, as_json: bool) -> int:
    if as_json:
        print_json(_unwritten(job.node, error))
    report(error)
    return error.exit_status


def _unwritten(node: RegisterNode, error: InspectorError) -> dict[str, object]:
    return head(node) | {"old": None, "written": None} | error_part(error)


def _print_result(result: WriteResult, fields: Sequence[Field]) -> None:
    """``old := written → readback``, old and readback only where they were read for a reason."""
    node = result.composition.node
    if result.written is None:
        return
    mark = "  MISMATCH" if result.mismatch else ""

    def line(old: str | None, written: str, value: str | None) -> str:
        words = [*([old] if old is not None else []), ":=", written]
        return " ".join([*words, *(["→", value] if value is not None else [])])

    def word(value: int | None) -> str | None:
        return None if value is None else hexadecimal(value, node.width)

    rows = [
        Row((node.path, line(word(result.old), word(result.written) or NO_VALUE, word(result.value)) + mark))
    ]
    for field in fields:

        def part(value: int | None, field: Field = field) -> str | None:
            return (
                None
                if value is None or not field.access.readable
                else field.render(field.bits.extract(value))
            )

        written = field.bits.extract(result.written)
        name = field.choices.name_of(written) if field.choices else None
        rows.append(
            Row(
                (
                    f"  {field.name}",
                    line(part(result.old), name or field.render(written), part(result.value)),
                ),
                "field",
            )
        )
    print_rows(rows)


def _mismatch_words(result: WriteResult) -> str:
    node = result.composition.node
    names = [field.name for field in result.composition.fields if field.bits.mask & result.mismatch]
    where = ", ".join(names) or f"bits {result.mismatch:#x}"
    return (
        f"{node.path}: {where} did not take what was written: "
        f"wrote {hexadecimal(result.written or 0, node.width)}, "
        f"reads back {hexadecimal(result.value or 0, node.width)}"
    )
