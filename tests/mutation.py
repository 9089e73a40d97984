"""Mutation testing of what decides which word goes on the bus: `python -m tests.mutation [MODULE…] [--list]`.

Each mutant is one small slip in one of the modules below: an operator exchanged, a condition turned round, a
number off by one, a statement left out. It is put into a fork of this process, in which the tests of the
model run until one fails. One that no test notices is printed with its place: a test is missing, or it is
equal to the original, as `EQUIVALENT` says with the reason.
"""

from __future__ import annotations

import ast
import copy
import importlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest
from hypothesis import Phase, settings

from inspector.model import neutral

MODULES = (
    "atomic",
    "checks",
    "compose",
    "danger",
    "latch",
    "neighbours",
    "neutral",
    "restore",
    "undo",
    "word",
)

TESTS = [
    *(f"tests/unit/model/test_{name}.py" for name in ("compose", "atomic", "latch", "danger", "needs")),
    *(f"tests/unit/model/test_{name}.py" for name in ("restore", "undo", "edit", "access")),
    "tests/property/test_compose.py",
]

OPTIONS = ["-q", "-p", "no:cacheprovider", "--assert=plain"]

_CONSTANT = "the constant counts only beside Neutral.VALUE"
_PASSED = "every caller states it"

EQUIVALENT: dict[tuple[str, str], str] = {
    ("compose.Composition", "0 → 1"): _PASSED,
    ("compose.word", "0 → 1"): "where nothing is kept the word does not depend on what was read",
    ("compose.changes", "0 → 1"): "what is not shown is not stated either",
    ("compose._check_constraints", "0 → 1"): "what is not shown does not count",
    ("compose._assemble", "0 → 1"): "without what was shown nothing is guarded",
    ("neutral.Part", "0 → 1"): _PASSED,
    ("neutral.Part", "False → True"): _PASSED,
    ("neutral._field_part", "0 → 1"): _CONSTANT,
    ("neutral._unnamed_part", "0 → 1"): _CONSTANT,
    ("neutral._reserved", "0 → 1"): _CONSTANT,
    ("word.apply", "edit.field is None and len(targets) > 1 → len(targets) > 1"): (
        "a field that can be written is one part"
    ),
    (
        "word.apply",
        "part.mask & mask and (part.field is not None or edit.field is None) → part.mask & mask",
    ): "the bits of a field have a name",
    ("danger.dangers", "meant &= enabled → meant = enabled"): "only what is meant is enabled",
    (
        "danger.dangers",
        "register.width - 1 → register.width + 1",
    ): "no value has bits that the register lacks",
    ("undo.undo", "reached &= written >> register.width // 2 → reached = written >> register.width // 2"): (
        "only what is meant is enabled"
    ),
    ("restore._step", "reason or present is None → reason"): "what is not known has a reason by then",
    ("restore._place", "order or 0 → order"): "no number is compared with none",
    ("restore._place", "0 → 1"): "no number is compared with none",
    (
        "restore._step",
        "edits += [Edit(None, operator, bits) for operator, bits in operations if bits] → "
        "edits = [Edit(None, operator, bits) for operator, bits in operations if bits]",
    ): "a register without fields is one part",
}
"""The mutants that are equal to the original, by their place and what was changed, with the reason."""

SLOW = 120
"""Seconds of processor time after which a mutant counts as noticed: it does not end."""


@dataclass(frozen=True)
class Mutant:
    """One slip.

    Attributes:
        module: In which module.
        place: In which of its classes or functions.
        line: In which line.
        said: What was changed, in words.
        tree: The whole module with it.
    """

    module: str
    place: str
    line: int
    said: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.said}"

    @property
    def equal(self) -> str:
        """Why it is equal to the original; empty where it is not."""
        return EQUIVALENT.get((f"{self.module}.{self.place}", self.said), "")


_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mult: ast.FloorDiv,
}


def _slips(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """What may go wrong in one node: in words, and the node in its place (None: left out)."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _COMPARISONS:
            other = copy.deepcopy(node)
            other.ops = [_COMPARISONS[type(operator)]()]
            yield f"{ast.unparse(node)} → {ast.unparse(other)}", other
        case ast.BoolOp():
            swapped = copy.deepcopy(node)
            swapped.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
            yield f"{ast.unparse(node)} → {ast.unparse(swapped)}", swapped
            for value in node.values:
                yield f"{ast.unparse(node)} → {ast.unparse(value)}", value
        case ast.BinOp() if type(node.op) in _OPERATORS:
            changed = copy.deepcopy(node)
            changed.op = _OPERATORS[type(node.op)]()
            yield f"{ast.unparse(node)} → {ast.unparse(changed)}", changed
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield f"{ast.unparse(node)} → {ast.unparse(node.operand)}", node.operand
        case ast.AugAssign() if type(node.op) in _OPERATORS:
            plain = ast.copy_location(ast.Assign([copy.deepcopy(node.target)], node.value), node)
            yield f"{ast.unparse(node)} left out", ast.Pass()
            yield f"{ast.unparse(node)} → {ast.unparse(plain)}", plain
        case ast.Expr(value=ast.Call()):
            yield f"{ast.unparse(node)} left out", ast.Pass()
        case ast.Constant(value=bool() as truth):
            yield f"{truth} → {not truth}", ast.Constant(not truth)
        case ast.Constant(value=int() as number):
            yield f"{number} → {number + 1}", ast.Constant(number + 1)
        case ast.IfExp():
            yield f"{ast.unparse(node)} → {ast.unparse(node.body)}", node.body
            yield f"{ast.unparse(node)} → {ast.unparse(node.orelse)}", node.orelse
        case ast.If() if not isinstance(node.test, (ast.Compare, ast.BoolOp)):
            turned = copy.deepcopy(node)
            turned.test = ast.UnaryOp(ast.Not(), node.test)
            yield f"if {ast.unparse(node.test)} → if not", turned
        case ast.Continue():
            yield "continue → pass", ast.Pass()


class _Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST | None) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST | None:
        if node is self.old:
            return None if self.new is None else ast.copy_location(self.new, node)
        visited: ast.AST = super().generic_visit(node)
        return visited


def _places(tree: ast.Module) -> list[ast.AST]:
    """What can be changed: everything but types and decorators, which have done their work on loading."""
    inert: set[int] = set()
    for node in ast.walk(tree):
        parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        parts += getattr(node, "decorator_list", [])
        inert |= {id(below) for part in parts if isinstance(part, ast.AST) for below in ast.walk(part)}
    return [node for node in ast.walk(tree) if hasattr(node, "lineno") and id(node) not in inert]


def _owner(tree: ast.Module, line: int) -> str:
    """The innermost class or function around a line."""
    inner = ""
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.lineno <= line <= (
            node.end_lineno or 0
        ):
            inner = node.name
    return inner


def mutants(name: str) -> Iterator[Mutant]:
    """Every mutant of one module of the model."""
    module = importlib.import_module(f"inspector.model.{name}")
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    places = _places(ast.parse(source))
    for index in range(len(places)):
        for number in range(len(list(_slips(places[index])))):
            tree = ast.parse(source)
            node = _places(tree)[index]
            said, new = list(_slips(node))[number]
            owner = _owner(tree, getattr(node, "lineno", 0))
            changed = _Replace(node, new).visit(tree)
            assert isinstance(changed, ast.Module)
            yield Mutant(name, owner, getattr(node, "lineno", 0), said, ast.fix_missing_locations(changed))


def apply(mutant: Mutant) -> None:
    """Put a mutant into the modules that everybody has imported already."""
    module = importlib.import_module(f"inspector.model.{mutant.module}")
    fresh = ModuleType(module.__name__)
    fresh.__file__ = module.__file__
    sys.modules["mutant"] = fresh
    fresh.__name__ = "mutant"
    exec(compile(mutant.tree, str(module.__file__), "exec"), fresh.__dict__)
    for name, old in vars(module).items():
        if not name.startswith("__"):
            _take_over(old, vars(fresh).get(name))


def _take_over(old: object, new: object) -> None:
    """Make an object do what its mutant does; what was only imported is no mutant."""
    if old is new:
        return
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        if isinstance(new.__code__, CodeType) and new.__module__ == "mutant":
            old.__code__ = new.__code__
            old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
    elif isinstance(old, property) and isinstance(new, property):
        _take_over(old.fget, new.fget)
    elif isinstance(old, (dict, set)) and isinstance(new, type(old)):
        pairs = new.items() if isinstance(new, dict) else dict.fromkeys(new).items()
        known = {_original(key): _original(value) for key, value in pairs}
        old.clear()
        old.update(known)
    elif isinstance(old, type) and isinstance(new, type) and new.__module__ == "mutant":
        for name, part in vars(old).items():
            if not name.startswith("__") or name == "__init__":
                _take_over(part, vars(new).get(name))


def _original(value: object) -> object:
    """The enumeration's member that everybody knows, in place of the mutant module's own."""
    if isinstance(value, Enum) and type(value).__module__ == "mutant":
        return getattr(neutral, type(value).__name__)[value.name]
    return value


def noticed(mutant: Mutant) -> bool:
    """Whether a test fails with the mutant in place; it is tried in a fork."""
    child = os.fork()
    if child == 0:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SLOW, SLOW))
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            try:
                apply(mutant)
                status = pytest.main(["-x", *OPTIONS, *TESTS])
            except BaseException:
                status = 1
        os._exit(int(status))
    return os.waitpid(child, 0)[1] != 0


def main(arguments: list[str]) -> int:
    """Try every mutant, and tell which nobody notices."""
    names = [name for name in arguments if not name.startswith("-")] or list(MODULES)
    found = [mutant for name in names for mutant in mutants(name)]
    if "--list" in arguments:
        print(*found, sep="\n")
        return 0
    os.environ.setdefault("INSPECTOR_EXAMPLES", "150")
    # Nobody reads the failing example, so none is made small.
    settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutation")
    with redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", *OPTIONS, *TESTS])
    for name in names:
        module = importlib.import_module(f"inspector.model.{name}")
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        if noticed(Mutant(name, "", 0, "as it is", ast.parse(source))):
            raise SystemExit(f"the tests fail with {name} as it is")
    missed = 0
    for name in names:
        own = [mutant for mutant in found if mutant.module == name]
        unnoticed = [mutant for mutant in own if not noticed(mutant)]
        equal = [mutant for mutant in unnoticed if mutant.equal]
        for mutant in unnoticed:
            print(f"{mutant}    {mutant.equal or 'NO TEST NOTICES'}")
        print(
            f"{name}: {len(own)} mutants, {len(own) - len(unnoticed)} noticed, {len(equal)} equal", flush=True
        )
        missed += len(unnoticed) - len(equal)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
