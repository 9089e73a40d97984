"""Lets ``python -m inspector`` be the ``inspector`` command."""

from __future__ import annotations

from inspector.cli.main import main

if __name__ == "__main__":
    main()
