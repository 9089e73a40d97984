"""``inspector restore``: a snapshot written back, as far as that is safe."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from inspector.cli.opening import Opening, opening_options
from inspector.cli.options import json_option, map_argument, paths_argument
from inspector.cli.output import print_error, print_json
from inspector.cli.preview import preview_record, print_preview
from inspector.cli.record import hexadecimal, write_record
from inspector.cli.table import Row, print_rows
from inspector.cli.wrapped import print_wrapped
from inspector.io.interrupt import uninterrupted
from inspector.model.restore import RestoreStep
from inspector.session import Session
from inspector.session.restore import Restoration, Restored, Untouched, choose, plan_for, run
from inspector.session.snapshot import load_snapshot


@click.command()
@map_argument
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@paths_argument()
@click.option(
    "--dry-run", is_flag=True, help="Read what is safe to compare, print the bus operations, write nothing."
)
@click.option("--force", is_flag=True, help="Also restore what was saved from another device.")
@opening_options()
@json_option
def restore(
    map_word: str,
    file: Path,
    paths: tuple[str, ...],
    dry_run: bool,
    force: bool,
    opening: Opening,
    as_json: bool,
) -> int:
    """Write a snapshot back: what can be written, differs, and is safe.

    FILE is what dump -o made of the same map. What the registers hold now is read first, as far as that
    changes nothing, with --dry-run as well. The first failure stops the rest. Everything that is left
    alone is told with the reason.
    """
    register_map = opening.load(map_word)
    saved = load_snapshot(file)
    chosen, unsaved = choose(register_map, saved, paths)
    regions = {item.node.region.name for item in chosen}
    with opening.session(register_map, force=force, regions=regions) as session:
        planned = plan_for(session, saved, chosen, force=force)
        restoration = Restoration(planned.steps, (*unsaved, *planned.untouched))
        if dry_run:
            for step in restoration.steps:
                _preview(step, as_json=as_json)
            _tell_untouched(restoration, as_json=as_json)
            if not as_json:
                _tell_counts(restoration, f"{_registers(len(restoration.steps))} would be written")
            return int(_missed(restoration))
        done = _run(session, restoration, as_json=as_json)
    _tell_untouched(restoration, as_json=as_json)
    if not as_json:
        _tell_counts(restoration, *_written_words(restoration, done))
    return int(_missed(restoration) or any(restored.failed for restored in done))


def _missed(restoration: Restoration) -> bool:
    """Whether something that was named in full is left out though it differs."""
    return any(untouched.named and untouched.differs for untouched in restoration.untouched)


def _run(session: Session, restoration: Restoration, *, as_json: bool) -> list[Restored]:
    for name in dict.fromkeys(step.node.region.name for step in restoration.steps):
        if not session.regions[name].armed:
            session.arm(session.regions[name])
    done: list[Restored] = []
    with closing(run(session, restoration)) as steps:
        while True:
            # An interrupt comes between two writes: what went out is told, and the next is not begun.
            with uninterrupted():
                restored = next(steps, None)
                if restored is None:
                    return done
                _tell(session, restored, as_json=as_json)
                done.append(restored)


# --- what is printed -------------------------------------------------------------------------


def _tell(session: Session, restored: Restored, *, as_json: bool) -> None:
    step, result = restored.step, restored.result
    node = step.node
    if as_json:
        record = write_record(result, session.sample(node).time, step.fields)
        print_json(record | {"verified": restored.verified} | _latches(step))
    elif result.written is not None:
        words = [] if restored.again else [":=", hexadecimal(result.written, node.width)]
        if result.old is not None and not restored.again:
            words.insert(0, hexadecimal(result.old, node.width))
        if restored.verified is not None and result.value is not None:
            words += ["→", hexadecimal(result.value, node.width)]
            words.append(" verified" if restored.verified else " MISMATCH")
        print_rows([Row((node.path, " ".join(words)), "value")])
        if step.latches:
            print_wrapped(f"latches {', '.join(latched.path for latched in step.latches)}", "  ")
    if result.error is not None:
        print_error(f"{node.path}: {result.error}")
    elif restored.verified is False:
        names = [field.name for field in node.register.fields if field.bits.mask & result.mismatch]
        where = ", ".join(names) or f"bits {result.mismatch:#x}"
        print_error(
            f"{node.path}: {where} did not take what was written: "
            f"wrote {hexadecimal(result.written or 0, node.width)}, "
            f"reads back {hexadecimal(result.value or 0, node.width)}"
        )


def _preview(step: RestoreStep, *, as_json: bool) -> None:
    if as_json:
        print_json(preview_record(step.composition) | _latches(step))
        return
    print_preview(step.composition)
    if step.latches:
        print_wrapped(f"latches {', '.join(latched.path for latched in step.latches)}", "  ")


def _latches(step: RestoreStep) -> dict[str, object]:
    return {"latches": [latched.path for latched in step.latches]} if step.latches else {}


def _tell_untouched(restoration: Restoration, *, as_json: bool) -> None:
    """Tell what is left out: every one in JSON, what differs for people, by its reason."""
    if as_json:
        for untouched in restoration.untouched:
            field = {"field": untouched.field.name} if untouched.field else {}
            said = {"left_out": untouched.why, "differs": untouched.differs}
            print_json({"path": untouched.path} | field | said)
        return
    by_reason: dict[str, list[str]] = {}
    for untouched in restoration.untouched:
        if untouched.differs:
            by_reason.setdefault(untouched.why, []).append(_name(untouched))
    if by_reason:
        print("left out:")
    for why, names in by_reason.items():
        print_wrapped(f"{', '.join(names)}: {why}", "  ")


def _name(untouched: Untouched) -> str:
    return f"{untouched.path}.{untouched.field.name}" if untouched.field else untouched.path


def _written_words(restoration: Restoration, done: Sequence[Restored]) -> list[str]:
    steps = {id(restored.step) for restored in done if restored.result.written is not None}
    failed = {id(restored.step) for restored in done if restored.failed}
    verified = {id(restored.step) for restored in done if restored.verified} - failed
    words = [f"{_registers(len(steps))} written", f"{len(verified)} verified"]
    if failed:
        words.append(f"{len(failed)} failed")
    begun = {id(restored.step) for restored in done}
    if len(begun) < len(restoration.steps):
        words.append(f"{len(restoration.steps) - len(begun)} not begun")
    return words


def _tell_counts(restoration: Restoration, *words: str) -> None:
    differing = sum(untouched.differs for untouched in restoration.untouched)
    equal = len(restoration.untouched) - differing
    print(", ".join([*words, f"{equal} equal", f"{differing} left out"]))


def _registers(count: int) -> str:
    return "1 register" if count == 1 else f"{count} registers"
