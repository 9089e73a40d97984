"""Descriptions that are refused: Perl above all, and what a bad file could do to the program."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from inspector.errors import Finding, MapError, UsageError
from inspector.maps.systemrdl import import_systemrdl
from inspector.maps.systemrdl.texts import read_texts
from tests.unit.maps.systemrdl.describing import NAME, described

SOUND = "addrmap m { reg { field { hw=r; } f; } one; };"


def refused(folder: Path, text: str) -> list[Finding]:
    with pytest.raises(MapError) as caught:
        described(folder, text)
    return list(caught.value.findings)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("<% system('true'); %>\n" + SOUND, 1, 1),
        (SOUND + "\n  <%= 1 %>", 2, 3),
        ("// <% a comment %>\n" + SOUND, 1, 4),
        ("/* \n <% */" + SOUND, 2, 2),
        ('addrmap m { desc = "<%"; reg { field {} f; } one; };', 1, 21),
    ],
)
def test_perl_is_refused_wherever_it_stands(tmp_path: Path, text: str, line: int, column: int) -> None:
    (finding,) = refused(tmp_path, text)
    assert (finding.position.file, finding.position.line, finding.position.column) == (NAME, line, column)
    assert finding.rule == "refused"
    assert "Perl" in finding.message
    assert "<%" in finding.excerpt


def test_perl_in_what_is_included_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "inner.rdl").write_text("\n  <% print 1 %>\n")
    (tmp_path / "sub" / "outer.rdl").write_text("`include <inner.rdl>\n")
    (finding,) = refused(tmp_path, '`include "sub/outer.rdl"\n' + SOUND)
    assert (finding.position.file, finding.position.line) == ("sub/inner.rdl", 2)
    assert finding.rule == "refused"


def test_perl_does_not_run_even_if_a_file_changes_after_it_was_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiler would run Perl that this program never saw; it starts nothing."""
    path, trace = tmp_path / NAME, tmp_path / "ran"
    program = tmp_path / "perl"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    path.write_text(SOUND)
    texts = read_texts(path, NAME)
    path.write_text("<% print 1 %>\n" + SOUND)
    monkeypatch.setattr("inspector.maps.systemrdl.read_texts", lambda *_: texts)
    with pytest.raises(MapError, match="embedded Perl is refused"):
        import_systemrdl(path, NAME)
    assert not trace.exists()


def test_includes_that_come_back(tmp_path: Path) -> None:
    (tmp_path / "a.rdl").write_text('`include "b.rdl"\n')
    (tmp_path / "b.rdl").write_text('\n`include "a.rdl"\n')
    (finding,) = refused(tmp_path, '`include "a.rdl"\n' + SOUND)
    assert (finding.position.file, finding.position.line, finding.rule) == ("b.rdl", 2, "include")
    (finding,) = refused(tmp_path, f'`include "{NAME}"\n' + SOUND)
    assert (finding.position.file, finding.position.line) == (NAME, 1)


def test_an_include_in_a_comment_is_none(tmp_path: Path) -> None:
    described(tmp_path, f'// `include "{NAME}"\n/* `include "{NAME}" */\n' + SOUND)


def test_an_include_that_is_not_there(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, '`include "missing.rdl"\n' + SOUND)
    assert (finding.position.line, finding.rule) == (1, "syntax")
    assert "missing.rdl" in finding.message


def test_includes_that_double_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "f0.rdl").write_text("// nothing but this\n" * 10)
    for number in range(1, 25):
        (tmp_path / f"f{number}.rdl").write_text(f'`include "f{number - 1}.rdl"\n' * 2)
    (finding,) = refused(tmp_path, '`include "f24.rdl"\n' + SOUND)
    assert finding.rule == "too-large"


def test_macros_that_double_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.maps.systemrdl.compiling.LARGEST", 100_000)
    lines = ["`define X0 /**/0+0"]
    lines += [f"`define X{number} `X{number - 1} + `X{number - 1}" for number in range(1, 40)]
    text = "\n".join(lines) + "\naddrmap m { reg { field { hw=r; } f[`X39 + 1]; } one; };"
    (finding,) = refused(tmp_path, text)
    assert finding.rule == "too-large"


@pytest.mark.parametrize(
    "body",
    [
        "reg { field { hw=r; } f[" + "(" * 50_000 + "1" + ")" * 50_000 + "]; } one;",
        "regfile { " * 50_000 + "reg { field { hw=r; } f; } one;" + " } x;" * 50_000,
        "reg { field { hw=r; } f[" + "1 + " * 50_000 + "1]; } one;",
        "reg { field { hw=r; } f[" + "true ? " * 50_000 + "1" + " : 1" * 50_000 + "]; } one;",
    ],
    ids=["parentheses", "definitions", "sum", "choices"],
)
def test_what_would_overflow_the_compiler_s_stack_is_refused(tmp_path: Path, body: str) -> None:
    (finding,) = refused(tmp_path, f"addrmap m {{ {body} }};")
    assert finding.rule == "too-deep"


def test_errors_of_the_compiler_are_told_with_their_places(tmp_path: Path) -> None:
    findings = refused(
        tmp_path,
        """\
        addrmap m {
            reg { field { sw = sideways; } f; } one;
        };
        """,
    )
    position = findings[0].position
    assert (position.file, position.line, findings[0].rule) == (NAME, 2, "syntax")
    assert findings[0].excerpt.strip() == "reg { field { sw = sideways; } f; } one;"
    assert findings[0].excerpt[position.column - 1 :].startswith("sideways")


def test_all_errors_come_at_once(tmp_path: Path) -> None:
    findings = refused(
        tmp_path,
        "addrmap m {\n reg { field { singlepulse; } f[2]; } a;\n reg { field { singlepulse; } f[3]; } b;\n};",
    )
    assert {finding.position.line for finding in findings} == {2, 3}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Could not find any 'addrmap' components to elaborate"),
        ("reg word { field {} f; };", "Could not find any 'addrmap' components to elaborate"),
        ("addrmap m { word one; };", "Type 'word' is not defined"),
    ],
)
def test_a_part_of_a_description_is_told_as_such(tmp_path: Path, text: str, message: str) -> None:
    (finding,) = refused(tmp_path, text)
    assert finding.message == message
    assert "includes them" in finding.hint


def test_a_map_whose_registers_are_all_absent(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, "addrmap m { reg { ispresent = false; field { hw=r; } f; } one; };")
    assert "must contain at least one reg" in finding.message


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"addrmap m {\n// gr\xfc\xdfe\n};")
    with pytest.raises(MapError) as caught:
        import_systemrdl(path, NAME)
    assert (caught.value.findings[0].position.line, caught.value.findings[0].rule) == (2, "encoding")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        import_systemrdl(tmp_path / "none.rdl", "none.rdl")


def test_without_the_compiler_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "systemrdl.compiler", None)
    with pytest.raises(UsageError, match=r"pip install 'register-inspector\[rdl\]'"):
        described(tmp_path, SOUND)


def test_the_compiler_does_not_take_the_place_of_standard_output(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(SOUND)
    program = f"""
        import sys
        from pathlib import Path
        from inspector.maps.systemrdl import import_systemrdl
        before = sys.stdout
        import_systemrdl(Path({str(path)!r}), "x")
        assert sys.stdout is before
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True, timeout=60)
