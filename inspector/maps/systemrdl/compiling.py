"""Runs systemrdl-compiler within bounds: it starts no program, and what it finds wrong is told our way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from inspector.errors import MapError, UsageError
from inspector.maps.findings import FloodError, Report, quote
from inspector.maps.nodes import DEEPEST, LARGEST, Place
from inspector.maps.rules import Rule
from inspector.maps.systemrdl.places import pointer
from inspector.maps.systemrdl.texts import Texts
from inspector.maps.systemrdl.udps import register_udps

if TYPE_CHECKING:
    from systemrdl.node import AddrmapNode

MOST_OPERATORS = 500
"""Operators in one statement: the compiler's parser recurses for each in C, and overflows its stack."""

_TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\\\"])*\"|(?P<open>[({\[])|(?P<close>[)}\]])|(?P<end>;)|(?P<sign>[-+*/%&|^~!?<>=])",
    re.DOTALL,
)


_MISSING = re.compile(
    r"Could not find any 'addrmap'|Unrecognized property|Type '.*' is not defined|Reference to '.*' not found"
)


class _OutOfBoundsError(Exception):
    """A description that the compiler would not survive.

    Attributes:
        rule: The rule's name.
    """

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def compile_top(path: Path, texts: Texts, report: Report) -> AddrmapNode:
    """Elaborate the last address map of a file.

    Args:
        path: The file, free of Perl.
        texts: The file and what it includes.
        report: Takes the compiler's warnings.

    Raises:
        UsageError: The compiler is not installed.
        MapError: It found errors; all that it tells.
    """
    printer = _Printer(texts, report)
    compiler = _compiler(printer, texts)
    try:
        _check_depth(compiler.preprocess_file(str(path)).preprocessed_text)
        compiler.compile_file(str(path))
        top: AddrmapNode = compiler.elaborate().top
        _tell_unread(compiler, top, texts, report)
        return top
    except FloodError:
        pass
    except _OutOfBoundsError as error:
        report.error(Place(0, 0), error.rule, str(error))
    except RecursionError:
        report.error(Place(0, 0), "too-deep", "an expression or a definition is nested too deeply")
    except Exception as error:
        # The compiler's own errors were printed; any other is a slip of it that a bad file brought about.
        if not report.errors:
            reason = _printable(str(error)) or type(error).__name__
            report.error(Place(0, 0), "syntax", f"the SystemRDL compiler gave up: {reason}")
    raise MapError(report.findings())


def _tell_unread(compiler: Any, top: AddrmapNode, texts: Texts, report: Report) -> None:
    """Report the file's address maps that the last one does not hold."""
    from systemrdl.component import Addrmap
    from systemrdl.node import AddrmapNode

    used: set[str | None] = set()
    maps: list[Any] = [top]
    while maps:
        part = maps.pop()
        used.add(part.orig_type_name)
        maps += [child for child in part.children() if isinstance(child, AddrmapNode)]
    for name, definition in compiler.root.comp_defs.items():
        if isinstance(definition, Addrmap) and name not in used:
            message = f"the address map {quote(name)} is not part of {quote(top.inst_name)}, the last one"
            report.warning(pointer(definition.def_src_ref, texts), "not-carried", message)


class _Printer:
    """Takes the compiler's messages in place of a terminal.

    Attributes:
        expanded: Characters that macros have brought so far.
    """

    def __init__(self, texts: Texts, report: Report) -> None:
        self.expanded = 0
        self._texts = texts
        self._report = report

    def print_message(self, severity: Any, text: str, reference: Any) -> None:
        """Turn a message into a finding; the last one only says that there were others."""
        message = _printable(text)
        if severity.name in ("ERROR", "FATAL"):
            if reference is not None or not self._report.errors:
                self._report.error(pointer(reference, self._texts), "syntax", message, _hint(message))
        else:
            self._report.warning(pointer(reference, self._texts), "not-carried", message)


def _hint(message: str) -> str:
    if _MISSING.match(message):
        return "a description of several files is opened by one that includes them in their order"
    return ""


def _printable(text: str) -> str:
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _compiler(printer: _Printer, texts: Texts) -> Any:
    """The compiler, kept from running Perl and from macros without end."""
    try:
        import colorama  # type: ignore[import-untyped]
        from systemrdl.compiler import RDLCompiler
        from systemrdl.preprocessor import perl_preprocessor, verilog_preprocessor
    except ImportError as error:
        raise UsageError(
            "SystemRDL is read through systemrdl-compiler, which is not installed; "
            "pip install 'register-inspector[rdl]' brings it"
        ) from error
    # Importing the compiler makes colorama take the place of standard output.
    colorama.deinit()
    # Files are free of Perl when they get here; this holds should one change in between.
    perl: Any = perl_preprocessor.PerlPreprocessor
    perl.run_perl_miniscript = _refuse_perl
    macro: Any = verilog_preprocessor.Macro
    if macro.render_macro is not _render:
        macro.render_unbounded = macro.render_macro
        macro.render_macro = _render
    compiler = RDLCompiler(message_printer=printer)
    register_udps(compiler, texts)
    return compiler


def _refuse_perl(_preprocessor: Any, _segments: Any) -> NoReturn:
    raise _OutOfBoundsError("refused", "embedded Perl is refused")


def _render(macro: Any, preprocessor: Any, arguments: Any, reference: Any) -> str:
    """A macro's text, counted: macros of macros double with each line."""
    text: str = macro.render_unbounded(preprocessor, arguments, reference)
    printer = preprocessor.env.msg.printer
    if isinstance(printer, _Printer):
        printer.expanded += len(text) + 1
        if printer.expanded > LARGEST:
            raise _OutOfBoundsError("too-large", f"macros bring more than {LARGEST:,} characters")
    return text


def _check_depth(text: str) -> None:
    """Refuse what overflows the parser's stack, which ends the process."""
    depth = operators = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            operators = 0 if match["open"] == "{" else operators
        elif kind == "close":
            depth -= 1
        elif kind == "end":
            operators = 0
        elif kind == "sign":
            operators += 1
        if depth > DEEPEST:
            raise _OutOfBoundsError("too-deep", f"more than {DEEPEST} levels of nesting")
        if operators > MOST_OPERATORS:
            raise _OutOfBoundsError("too-deep", f"more than {MOST_OPERATORS} operators in one statement")
