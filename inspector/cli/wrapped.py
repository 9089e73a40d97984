"""Sentences for people, in lines of 80 columns."""

from __future__ import annotations

import textwrap

from inspector.cli.output import escape

COLUMNS = 80


def print_wrapped(text: str, indent: str = "") -> None:
    """Print a sentence, its further lines indented by four more than the first.

    Args:
        text: What to say.
        indent: Before the first line.
    """
    lines = textwrap.wrap(
        escape(text),
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    print("\n".join(lines))
