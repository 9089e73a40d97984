"""Runs every benchmark."""

from __future__ import annotations

from tests.bench import access, agent, commands, first_paint, quiet, screen


def main() -> None:
    """Run all benchmarks, one after the other."""
    for benchmark in (access, agent, commands, first_paint, quiet, screen):
        print(f"\n{(benchmark.__doc__ or '').splitlines()[0]}")
        benchmark.main()


if __name__ == "__main__":
    main()
