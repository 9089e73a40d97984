from __future__ import annotations

import contextlib
import io
import re

import pytest

from inspector.cli.table import Row, print_rows


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def shown(rows: list[Row]) -> str:
    """What a terminal is sent."""
    with contextlib.redirect_stdout(Terminal()) as stream:
        print_rows(rows)
    return stream.getvalue()


def test_columns_are_aligned_and_plain(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([Row(("a", "bb", "c")), Row(("aaa", "b", "")), Row(("", "", "last"))])
    assert capsys.readouterr().out == "a    bb  c\naaa  b\n         last\n"


def test_a_terminal_gets_colour_in_80_columns() -> None:
    path = "DMA.CHANNEL[0].DESTINATION"
    meaning = "PRIORITY low · BURST 8 words · DIRECTION memory to memory · ENABLE"
    text = shown([Row((path, "0x40000208", "0x0000000190000000", meaning), "value")])
    assert "\x1b[" in text
    lines = re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()
    assert len(lines) > 1
    assert all(len(line.rstrip()) <= 80 for line in lines)
    words = " ".join(lines).split()
    assert words == f"{path} 0x40000208 0x0000000190000000 {meaning}".split()
    # The meaning goes on below itself.
    assert lines[1].startswith(" " * lines[0].index("PRIORITY"))


def test_markup_and_escapes_are_text() -> None:
    text = shown([Row(("[red]X[/red]", "\x1b]0;title\x07", ":smile:"))])
    text = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert "[red]X[/red]" in text
    assert ":smile:" in text
    assert "\\x1b]0;title\\x07" in text
    assert "\x07" not in text


def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row(("x", "y", "red"), "error")
    assert "\x1b[31m" in shown([row])
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in shown([row])
