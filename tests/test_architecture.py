"""The rules of the house: each one sentence and one check, each shown to fail on a planted breach."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import smsdesk

SOURCE = Path(smsdesk.__file__).parent
OURS = {
    "core": {"core"},
    "words": {"core", "words"},
    "api": {"core", "api"},
    "store": {"core", "store"},
    "sandbox": {"sandbox"},
    "desk": {"core", "words", "api", "store", "desk"},
    "ui": {"core", "words", "desk", "ui"},
    "cli": {"core", "words", "desk", "sandbox", "cli"},
}
ALONE = {
    "PySide6": ("ui/", "app.py"),
    "qasync": ("app.py",),
    "sqlalchemy": ("store/",),
    "sqlite3": ("store/sqlite.py", "sandbox/"),
    "httpx": ("api/client.py", "sandbox/remote.py"),
    "msgspec": ("api/",),
    "starlette": ("sandbox/",),
    "uvicorn": ("sandbox/",),
    "asyncio": ("desk/", "cli/", "api/client.py", "sandbox/", "ui/demo.py", "app.py"),
    "argparse": ("cli/", "app.py"),
    "phonenumbers": ("core/", "cli/tables.py"),
}
NOT_IN_CORE = {"asyncio", "logging", "random", "secrets", "time", "socket", "threading", "subprocess", "os"}
BAD_NAMES = {"utils", "helpers", "common", "manager", "handler", "service", "data", "info", "process"}


@dataclass(frozen=True)
class Import:
    """One import: where it stands, what it names, whether it is for the type checker only."""

    file: str
    line: int
    name: str
    typing_only: bool


def trees(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8"))


def _typing_blocks(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def imports(root: Path) -> Iterator[Import]:
    """All imports, late ones too; ``from smsdesk.core import x`` names ``smsdesk.core.x``."""
    for file, tree in trees(root):
        typing = _typing_blocks(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in names:
                yield Import(file, node.lineno, name, node.lineno in typing)


def room_of(name: str) -> str:
    return name.split("/", maxsplit=1)[0].split(".", maxsplit=1)[0]


def rooms(root: Path) -> list[str]:
    """A room imports only the rooms below it; types of the store may be named for the checker."""
    out = []
    for found in imports(root):
        room, parts = room_of(found.file), found.name.split(".")
        if parts[0] != "smsdesk" or room not in OURS or len(parts) < 2 or parts[1] == "__version__":
            continue
        free = found.typing_only and parts[1] in ("store", "api") and room in ("ui", "cli")
        own = room == "sandbox" and parts[1:3] == ["core", "parts"]
        if parts[1] not in OURS[room] and not free and not own:
            out.append(f"{found.file}:{found.line} {found.name}")
    return out


def alone(root: Path) -> list[str]:
    """A library is imported only in the rooms that it belongs to."""
    return [
        f"{found.file}:{found.line} {found.name}"
        for found in imports(root)
        if (places := ALONE.get(found.name.split(".")[0]))
        and not found.file.startswith(places)
        and not found.typing_only
    ]


def pure(root: Path) -> list[str]:
    """The core asks for no clock, chance, log, thread, network or process."""
    out = [
        f"{found.file}:{found.line} {found.name}"
        for found in imports(root)
        if room_of(found.file) == "core" and found.name.split(".")[0] in NOT_IN_CORE
    ]
    for file, tree in trees(root):
        for node in ast.walk(tree):
            clock = isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
            if room_of(file) == "core" and clock:
                out.append(f"{file}:{node.lineno} {ast.unparse(node)}")
    return out


def cycles(root: Path) -> list[str]:
    """No module imports itself by way of others, however late; types apart."""
    modules = {f"smsdesk.{file[:-3].replace('/', '.')}".removesuffix(".__init__") for file, _ in trees(root)}
    edges: dict[str, set[str]] = {module: set() for module in modules}
    for found in imports(root):
        here = f"smsdesk.{found.file[:-3].replace('/', '.')}".removesuffix(".__init__")
        there = found.name if found.name in modules else found.name.rpartition(".")[0]
        if there in modules and there != here and not found.typing_only:
            edges[here].add(there)
    out, done = [], set()

    def walk(module: str, way: tuple[str, ...]) -> None:
        if module in way:
            out.append(" -> ".join((*way[way.index(module) :], module)))
        elif module not in done:
            for further in sorted(edges[module]):
                walk(further, (*way, module))
            done.add(module)

    for module in sorted(edges):
        walk(module, ())
    return out


def catches(root: Path) -> list[str]:
    """Catch-alls stand in the task owner, in main and at the sandbox's edge; others raise again."""
    out = []
    for file, tree in trees(root):
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            kind = ast.unparse(node.type) if node.type else "BaseException"
            again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            allowed = file in ("desk/tasks.py", "app.py") or file.startswith("sandbox/")
            if kind in ("Exception", "BaseException") and not again and not allowed:
                out.append(f"{file}:{node.lineno} except {kind}")
    return out


def calls(root: Path) -> list[str]:
    """No dialog is executed, no slot is a coroutine, the style is set in one place."""
    out = []
    for file, tree in trees(root):
        for node in ast.walk(tree):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            forbidden = name in ("exec", "exec_", "asyncSlot", "asyncClose")
            if forbidden or (name == "setStyleSheet" and file != "ui/theme.py"):
                out.append(f"{file}:{node.lineno} {name}")
    return out


def names(root: Path) -> list[str]:
    """A module's name says what it is about."""
    return [file for file, _ in trees(root) if re.sub(r".*/|\.py$", "", file) in BAD_NAMES]


RULES: dict[Callable[[Path], list[str]], tuple[str, str]] = {
    rooms: ("core/thing.py", "def late():\n    from smsdesk.desk.tasks import Tasks\n    return Tasks\n"),
    alone: ("desk/thing.py", "def late():\n    import httpx\n    return httpx\n"),
    pure: ("core/thing.py", "from datetime import datetime\n\nAT = datetime.now()\n"),
    cycles: ("core/thing.py", "def late():\n    import smsdesk.core.other\n"),
    catches: ("store/thing.py", "try:\n    pass\nexcept Exception:\n    pass\n"),
    calls: ("ui/thing.py", "def show(dialog):\n    dialog.exec()\n"),
    names: ("core/utils.py", ""),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds(rule: Callable[[Path], list[str]]) -> None:
    assert rule(SOURCE) == [], rule.__doc__


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_planted_breach_is_named(rule: Callable[[Path], list[str]], tmp_path: Path) -> None:
    file, text = RULES[rule]
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(text)
    (tmp_path / "core").mkdir(exist_ok=True)
    (tmp_path / "core" / "other.py").write_text("import smsdesk.core.thing\n")
    found = rule(tmp_path)
    assert found
    assert file.rpartition("/")[2][:-3] in found[0]


BELOW = ("core", "words", "api", "store", "sandbox", "desk", "cli")


def test_nothing_below_the_screens_loads_qt() -> None:
    """A terminal, a server and the sandbox run without PySide6."""
    modules = [
        f"smsdesk.{file[:-3].replace('/', '.')}".removesuffix(".__init__")
        for file, _ in trees(SOURCE)
        if room_of(file) in BELOW
    ]
    script = f"import sys\nfor name in {modules!r}:\n    __import__(name)\nprint('PySide6' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
