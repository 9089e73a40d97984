"""Holds folders and archives of descriptions against another reading: `python -m tests.corpus WHERE`."""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tests.corpus.files import descriptions
from tests.corpus.trial import Trial, attempt


def _tried(names: Sequence[Path], jobs: int, step: int) -> Iterator[Trial]:
    files = (item for where in names for item in descriptions(where))
    chosen = islice(files, 0, None, step)
    if jobs == 1:
        yield from (attempt(name, data) for name, data in chosen)
        return
    with multiprocessing.Pool(jobs) as pool:
        yield from pool.imap(_attempt, chosen)


def _attempt(item: tuple[str, bytes]) -> Trial:
    return attempt(*item)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 where a file is neither right nor refused."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("where", type=Path, nargs="+", help="a folder, a .zip, a .tar.xz or a file")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    parser.add_argument("--step", type=int, default=1, help="take every Nth file (default: every one)")
    parser.add_argument("--verbose", action="store_true", help="also what was left out of each file")
    options = parser.parse_args(arguments)
    trials = []
    for trial in _tried(options.where, options.jobs, options.step):
        trials.append(trial)
        if trial.wrong:
            print(f"WRONG    {trial.name}: {len(trial.wrong)}: {trial.wrong[0]}", flush=True)
        elif trial.refused:
            print(f"refused  {trial.name}: {trial.refused}", flush=True)
        if options.verbose:
            for text in trial.left_out:
                print(f"left out {trial.name}: {text}", flush=True)
    _print_totals(trials)
    return 1 if any(trial.wrong for trial in trials) else 0


def _print_totals(trials: list[Trial]) -> None:
    right = [trial for trial in trials if not trial.wrong and not trial.refused]
    refused = Counter(_reason(trial.refused) for trial in trials if trial.refused)
    unreachable = [trial for trial in right if any("which a bus refuses" in text for text in trial.left_out)]
    print()
    print("| | files |")
    print("|---|---|")
    print(f"| all | {len(trials):,} |")
    print(f"| right | {len(right):,} |")
    print(f"| … with something put right | {sum(trial.repaired > 0 for trial in right):,} |")
    print(f"| … with registers left out that no bus reaches | {len(unreachable):,} |")
    for reason, count in refused.most_common():
        print(f"| refused: {reason} | {count:,} |")
    print(f"| wrong | {sum(bool(trial.wrong) for trial in trials):,} |")
    print()
    print(f"{sum(trial.registers for trial in right):,} registers, ", end="")
    print(f"{sum(trial.renamed for trial in right):,} of them under another name, ", end="")
    print(f"and {sum(trial.fields for trial in right):,} fields")


def _reason(refused: str) -> str:
    """Why, without where and without names, for counting."""
    return re.sub(r"'[^']*'|0x[0-9a-f]+|\d[\d,]*", "…", refused.partition(": ")[2])


if __name__ == "__main__":
    sys.exit(main())
