"""Mutation testing of the outbox rules: each small change of a rule must fail a test of that rule.

``python tests/mutants.py [MODULE ...]`` changes modules of ``smsdesk.core`` one place at a time, in memory
and never on disk, runs ``tests/core/test_core_MODULE.py`` on each mutant and prints those that survive.
Tables are changed too (an entry left out, a member of an enum taken for the next), which tools that change
functions only leave alone. ``mutants.txt`` names the mutants that no test can tell from the rule, with the
reason. The exit code is 1 where less than 95 % of the others are killed, or where a name in it is of none.
"""

import ast
import contextlib
import copy
import importlib
import importlib.machinery
import importlib.util
import os
import re
import resource
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from enum import EnumType
from itertools import product
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CORE = ROOT / "smsdesk" / "core"
EQUAL = Path(__file__).with_suffix(".txt")
MODULES = ("outbox", "handing", "pace", "adopting", "pilot", "repeated", "rehearsal")
ENOUGH = 95
AT_ONCE = 2
LONGEST_RUN = 30
"""Seconds of computing: a mutant that goes on for ever is killed."""
SKIPPED = {"annotation", "returns", "decorator_list", "bases", "ctx"}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
Enums = dict[str, list[str]]


class Place(NamedTuple):
    """Where a node stands: the field of its parent, and its place there if that is a list."""

    parent: ast.AST
    field: str
    at: int | None
    node: ast.AST
    scope: str

    @contextlib.contextmanager
    def holding(self, other: ast.AST | None) -> Iterator[None]:
        """Another node (None: no node) stands there for a while."""
        before = getattr(self.parent, self.field)
        after: Any = other
        if self.at is not None:
            after = [*before[: self.at], *([] if other is None else [other]), *before[self.at + 1 :]]
        setattr(self.parent, self.field, after)
        yield
        setattr(self.parent, self.field, before)


class Mutant(NamedTuple):
    """A changed module. ``name`` says where and what, without the number of the line."""

    module: str
    name: str
    line: int
    code: CodeType


def mutants(module: str) -> Iterator[Mutant]:
    """All mutants of a module of core that compile."""
    path = CORE / f"{module}.py"
    tree, known = ast.parse(path.read_text("utf-8")), vars(importlib.import_module(f"smsdesk.core.{module}"))
    enums = {name: [one.name for one in kind] for name, kind in known.items() if isinstance(kind, EnumType)}
    for place in [*places(tree, module)]:
        before = " ".join(ast.unparse(place.node).split())
        for other in [*others(place, enums)]:
            after = "nothing" if other is None else " ".join(ast.unparse(other).split())
            with place.holding(other), contextlib.suppress(SyntaxError, ValueError):
                code = compile(ast.fix_missing_locations(tree), str(path), "exec")
                line = getattr(place.node, "lineno", 0)
                yield Mutant(module, f"{place.scope}: {before} -> {after}", line, code)


def places(tree: ast.AST, scope: str) -> Iterator[Place]:
    """The nodes that may be changed: no annotations, decorators, imports or docstrings."""
    for field, value in ast.iter_fields(tree):
        for at, node in enumerate(value if isinstance(value, list) else [value]):
            if field in SKIPPED or not isinstance(
                node, ast.expr | ast.stmt | ast.keyword | ast.comprehension
            ):
                continue
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_import = isinstance(node, ast.Import | ast.ImportFrom)
            if (
                is_text
                or is_import
                or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
            ):
                continue
            inside = f"{scope}.{node.name}" if isinstance(node, ast.FunctionDef | ast.ClassDef) else scope
            yield Place(tree, field, at if isinstance(value, list) else None, node, inside)
            yield from places(node, inside)


def others(place: Place, enums: Enums) -> Iterator[ast.AST | None]:
    """What is put in the place of a node, one after the other; None: nothing."""
    node = place.node
    match node:
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.If():
            yield from (_with(node, test=ast.Constant(value=answer)) for answer in (True, False))
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield _with(node, value=ast.Constant(value=None))
        case ast.keyword():
            yield None
        case ast.comprehension(ifs=ifs):
            yield from (_with(node, ifs=left) for left in _less(ifs))
        case ast.expr():
            yield from _expressions(node, enums, compared=place.field == "comparators")
    if isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield _with(node, op=OPERATORS[type(node.op)]())


def _expressions(node: ast.expr, enums: Enums, *, compared: bool) -> Iterator[ast.AST]:  # noqa: C901
    match node:
        case ast.Compare(ops=ops):
            for at, op in enumerate(ops):
                yield from (
                    _with(node, ops=[*ops[:at], other(), *ops[at + 1 :]]) for other in COMPARISONS[type(op)]
                )
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            yield from (_with(node, values=left) if len(left) > 1 else left[0] for left in _less(values))
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            yield from (_with(node, op=OPERATORS[type(op)]()), left, right)
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Constant(value=value) if not (compared and value is None):
            yield from map(ast.Constant, _constants(value))
        case ast.Attribute(value=ast.Name(id=name), attr=member) if member in enums.get(name, ()):
            members = enums[name]
            yield _with(node, attr=members[(members.index(member) + 1) % len(members)])
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield _with(node, func=ast.Name(id=NAMES[name], ctx=ast.Load()))
        case ast.Call(func=ast.Attribute(value=value), args=[], keywords=[]):
            yield value
        case ast.Call(func=func, args=[ast.expr() as one], keywords=[]) if ast.unparse(func) != "frozenset":
            yield one
        case ast.Dict(keys=keys, values=values):
            yield from (
                _with(node, keys=a, values=b) for a, b in zip(_less(keys), _less(values), strict=True)
            )
        case ast.Tuple(elts=elts, ctx=ast.Load()) | ast.List(elts=elts, ctx=ast.Load()) | ast.Set(elts=elts):
            yield from (_with(node, elts=left) for left in _less(elts) if left)
        case ast.Slice(lower=lower, upper=upper):
            yield from (_with(node, lower=None) for _ in filter(None, [lower]))
            yield from (_with(node, upper=None) for _ in filter(None, [upper]))


def _less(nodes: list[Any]) -> Iterator[list[Any]]:
    """The list without one of them, for each."""
    return (nodes[:at] + nodes[at + 1 :] for at in range(len(nodes)))


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _constants(value: object) -> list[object]:
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, value - 1]
        case float():
            return [value * 2, value / 2]
        case str():
            return [f"{value}~"]
        case bytes():
            return [value + b"~"]
        case None:
            return [0]
    return []


def start(module: str, mutant: Mutant | None = None) -> int:
    """Runs the tests of a module in a child, on a mutant or as it is; the child's process id."""
    child = os.fork()
    if child:
        return child
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_RUN, LONGEST_RUN))
    warnings.simplefilter("error")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    # The parent has looked at the module for its enums: here it is read anew.
    for name in [name for name in sys.modules if name.partition(".")[0] == "smsdesk"]:
        del sys.modules[name]
    if mutant is not None:
        loader, changed = importlib.machinery.SourceFileLoader, mutant
        whole = loader.get_code

        def get_code(self: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
            return changed.code if name == f"smsdesk.core.{module}" else whole(self, name)

        loader.get_code = get_code  # type: ignore[method-assign]
    try:
        run_tests(TESTS / "core" / f"test_core_{module}.py")
    except BaseException:  # noqa: BLE001 (whatever it is, the mutant is seen)
        os._exit(1)
    os._exit(0)


def run_tests(path: Path) -> None:
    """Runs tests without fixtures up to the first that fails: pytest itself takes ten times as long."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    tests = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tests)
    for name, test in vars(tests).items():
        if name.startswith("test_"):
            for given in cases(getattr(test, "pytestmark", [])):
                test(**given)


def cases(marks: list[Any]) -> Iterator[dict[str, Any]]:
    """The arguments of a parametrized test, call by call."""
    tables = []
    for names, rows in (mark.args for mark in marks if mark.name == "parametrize"):
        keys = re.split(r",\s*", names) if isinstance(names, str) else names
        cells = rows if len(keys) > 1 else [(row,) for row in rows]
        tables.append([dict(zip(keys, row, strict=True)) for row in cells])
    for rows in product(*tables):
        yield {key: value for row in rows for key, value in row.items()}


def survivors(todo: list[Mutant]) -> Iterator[Mutant]:
    """Those on which all tests pass; some run at a time."""
    under_way: dict[int, Mutant] = {}
    for mutant in [*todo, None]:
        while under_way and (mutant is None or len(under_way) >= AT_ONCE):
            child, status = os.wait()
            done = under_way.pop(child)
            if status == 0:
                yield done
        if mutant is not None:
            under_way[start(mutant.module, mutant)] = mutant


def prepare() -> None:
    """Imports what all runs need, once; no run leaves anything to chance or on disk."""
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(TESTS)]
    os.environ["POLARS_MAX_THREADS"] = "1"
    for name in ("hypothesis", "phonenumbers", "polars", "pytest"):
        importlib.import_module(name)
    from hypothesis import Phase, settings

    phases = [Phase.explicit, Phase.generate]
    plain = settings(database=None, derandomize=True, deadline=None, max_examples=100, phases=phases)
    settings.register_profile("mutants", plain)
    settings.load_profile("mutants")


def main(modules: list[str]) -> int:
    """Tells what survives and how many are killed."""
    prepare()
    for module in modules:
        if os.waitpid(start(module), 0)[1]:
            sys.exit(f"{module}: its tests fail as it is")
    found = [mutant for module in modules for mutant in mutants(module)]
    named = {line for line in EQUAL.read_text("utf-8").splitlines() if line and line[0] != "#"}
    equal = {name for name in named if re.split(r"[.:]", name)[0] in modules}
    todo = [mutant for mutant in found if mutant.name not in equal]
    tried, left = Counter(mutant.module for mutant in todo), Counter[str]()
    for mutant in survivors(todo):
        left[mutant.module] += 1
        print(f"{mutant.module}.py:{mutant.line} survives: {mutant.name}", flush=True)
    for module in modules:
        print(f"{module}: {tried[module] - left[module]} of {tried[module]} killed")
    share = 100 * (1 - left.total() / len(todo))
    print(f"{share:.1f} % of {len(todo)}; {len(found) - len(todo)} are equal by {EQUAL.name}")
    gone = equal - {mutant.name for mutant in found}
    print("".join(f"no mutant any more: {name}\n" for name in sorted(gone)), end="")
    return int(bool(gone) or share < ENOUGH)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [*MODULES]))
