"""Texts of maps as lines."""

from __future__ import annotations

import subprocess
import sys

import pytest

from inspector.ui.lines import length, plain
from inspector.ui.markdown import beginning, flowed, has_markup, in_one_line, rendered

TEXT = """The **main** control register, see `STATUS`.

- first, set EN
- then wait
  1. a while
  2. longer

## Rates

> quoted

| value | meaning |
|---|---|
| 0 | off |
| 1 | on, after a while that takes long |

```
code   here
```

More in [the manual](https://example.com/a_b) and at <https://x.org>.
"""


def text(source: str, width: int = 40) -> list[str]:
    return [plain(line) for line in rendered(source, width)]


def test_draws_every_kind_of_block() -> None:
    assert text(TEXT) == [
        "The main control register, see STATUS.",
        "",
        "• first, set EN",
        "• then wait",
        "  1. a while",
        "  2. longer",
        "",
        "Rates",
        "",
        "│ quoted",
        "",
        "value  meaning",
        "─────  ─────────────────────────────────",
        "0      off",
        "1      on, after a while that takes long",
        "",
        "code   here",
        "",
        "More in the manual",
        "(https://example.com/a_b) and at",
        "https://x.org.",
    ]


def test_what_stands_out_looks_so() -> None:
    (line,) = rendered("a **b** and *c*, then `d`", 40)
    assert line == (
        ("a ", "text"),
        ("b", "strong"),
        (" and ", "text"),
        ("c", "strong"),
        (", then ", "text"),
        ("d", "even"),
    )


@pytest.mark.parametrize("width", [1, 2, 8, 13, 30, 79])
def test_never_wider_than_its_room(width: int) -> None:
    assert all(length(line) <= width for line in rendered(TEXT, width))


def test_loses_no_word() -> None:
    words = [
        "main",
        "STATUS",
        "first",
        "longer",
        "Rates",
        "quoted",
        "takes",
        "here",
        "https://example.com/a_b",
    ]
    for width in (20, 40, 90):
        joined = "".join(text(TEXT, width)).replace(" ", "")
        assert all(word in joined for word in words)


@pytest.mark.parametrize(
    "plain_text",
    [
        "Bits [31:0] of FOO_BAR.",
        "f = a/b, x<y & z",
        "10:1 ratio - or less",
        "See RM0008 (chapter 3).",
        "A #1 chip",
    ],
)
def test_plain_text_stays_as_it_is(plain_text: str) -> None:
    assert not has_markup(plain_text)
    assert text(plain_text) == [plain_text]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("f = N*M*2 and 2 * 3 * 4", "f = N*M*2 and 2 * 3 * 4"),
        ("`a` <b>not HTML</b> &lt;", "a <b>not HTML</b> <"),
        ("`a` [link=evil]x[/link]", "a [link=evil]x[/link]"),
        ("`a` A_B and __init__", "a A_B and init"),
        ("`\x1b[31m` \u202e", "\\x1b[31m \\u202e"),
        ("![a picture](x.png)", "a picture (x.png)"),
    ],
)
def test_signs_that_are_no_markup_stay(source: str, shown: str) -> None:
    assert text(source) == [shown]
    assert plain(in_one_line(source)) == shown


def test_one_line_says_everything_without_its_shape() -> None:
    assert plain(in_one_line("The **main**\nregister.\n\n- a\n- b")) == "The main register. a b"
    assert plain(beginning("The **main**\nregister.\n\n- a\n- b")) == "The main register. …"
    assert plain(beginning("The **main**\nregister.")) == "The main register."
    assert plain(beginning("[a]: b")) == ""


def test_a_huge_text_is_only_wrapped() -> None:
    assert not has_markup("**a** " * 20_000)


def test_breaks_at_spaces_and_within_what_has_none() -> None:
    spans = [("one two", "text"), ("three", "strong"), (" ", "text"), ("x" * 12, "text")]
    assert [plain(line) for line in flowed(spans, 8)] == ["one", "twothree", "xxxxxxxx", "xxxx"]


def test_plain_text_imports_no_parser() -> None:
    program = (
        "import sys; from inspector.ui.markdown import rendered, in_one_line;"
        "rendered('Turns it on.', 40); in_one_line('Turns it on.');"
        "assert 'markdown_it' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
