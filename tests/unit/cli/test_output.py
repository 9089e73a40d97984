from __future__ import annotations

import io

import pytest

from inspector.cli.output import escape, explain, on_terminal, print_error, print_findings, print_json
from inspector.errors import Busy, Finding, NotPermitted, RefusedError, SourcePosition


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain · µ", "plain · µ"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x9b1m", "\\x9b1m"),
        ("\u202eabc", "\\u202eabc"),
        ("\udc80", "\\udc80"),
    ],
)
def test_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_an_errors_errno_and_advice_stay_visible() -> None:
    error = NotPermitted("no", errno_name="EACCES", advice="run as root")
    assert explain(error) == "no (EACCES): run as root"
    assert explain(Busy("taken")) == "taken (EBUSY)"
    assert explain(RefusedError("no", path="A.B", word=0x12)) == "no: A.B=0x12"
    assert explain(RefusedError("no", path="A.B", consent="--x", word=1)) == "no: A.B=0x1 or --x"
    assert explain(RefusedError("no")) == "no"


def test_an_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_error("one\ntwo")
    assert capsys.readouterr().err == "inspector: one\\ntwo\n"


def test_json_is_ascii_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": "µ\n\x1b\x7f\u2028"})
    assert capsys.readouterr().out == '{"text": "\\u00b5\\n\\u001b\\u007f\\u2028"}\n'


def test_the_mark_stays_under_its_place() -> None:
    finding = Finding(
        "error", "bad \x1b", SourcePosition("f\x1b", 3, 4, 2), "rule", "hint \x1b", "\x1b\tabcd"
    )
    stream = io.StringIO()
    print_findings([finding], stream)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "f\\x1b:3:4: error: bad \\x1b"
    assert lines[1] == "    \N{REPLACEMENT CHARACTER}\tabcd"
    assert lines[2] == "     \t ^~"
    assert lines[3] == "    hint: hint \\x1b"


def test_a_closed_stream_is_no_terminal() -> None:
    assert not on_terminal(None)
