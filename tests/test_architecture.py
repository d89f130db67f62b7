"""The rules of the house: each one sentence and one check, each shown to fail on planted breaches."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
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
"""Which rooms a room may import; the composition root (``app.py``) may import all."""
SANDBOX_MAY = "smsdesk.core.parts"
OTHERS = {
    "phonenumbers": ("core/", "cli/tables.py"),
    "polars": ("core/",),
    "python_calamine": ("core/workbook.py",),
    "holidays": ("core/holidays.py",),
    "msgspec": ("api/",),
    "httpx": ("api/client.py", "sandbox/remote.py"),
    "truststore": ("api/client.py",),
    "tzlocal": ("desk/importing.py",),
    "sqlalchemy": ("store/",),
    "sqlite3": ("store/sqlite.py", "sandbox/"),
    "starlette": ("sandbox/",),
    "uvicorn": ("sandbox/",),
    "keyring": ("desk/passwords.py",),
    "asyncio": ("desk/", "cli/", "api/client.py", "sandbox/", "ui/demo.py", "app.py"),
    "argparse": ("cli/", "app.py"),
    "gettext": ("words/",),
    "platformdirs": ("cli/", "app.py"),
    "PySide6": ("ui/", "app.py"),
    "shiboken6": ("ui/",),
    "qasync": ("app.py",),
}
"""Where a library is at home: each third-party one, and some of the standard library."""
NOT_IN_CORE = {
    "asyncio", "logging", "random", "secrets", "time", "socket", "ssl", "http", "urllib.request", "threading",
    "concurrent", "multiprocessing", "subprocess", "os", "sys", "locale",
}  # fmt: skip
CATCH_ALLS = ("desk/tasks.py", "app.py", "sandbox/edge.py")
BAD_NAMES = {"utils", "helpers", "common", "manager", "handler", "service", "data", "info", "process"}


@dataclass(frozen=True)
class Import:
    """One import, however late or for the type checker only: where it stands, and what it names."""

    file: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.name}"


@cache
def trees(root: Path) -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted(root.rglob("*.py"))
    )


def module_of(file: str) -> str:
    return f"smsdesk.{file[:-3].replace('/', '.')}".removesuffix(".__init__")


def _from(file: str, node: ast.ImportFrom) -> str:
    """The module that is imported from; a relative one in full."""
    package = f"smsdesk/{file}".split("/")[: -node.level or None]
    return ".".join([*package, *filter(None, [node.module])]) if node.level else str(node.module)


@cache
def imports(root: Path) -> tuple[Import, ...]:
    """All imports; ``from smsdesk.core import x`` names ``smsdesk.core.x``."""
    return tuple(_imports(root))


def _imports(root: Path) -> Iterator[Import]:
    for file, tree in trees(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{_from(file, node)}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in names:
                yield Import(file, node.lineno, name)


def room_of(file: str) -> str:
    return file.split("/", maxsplit=1)[0]


def rooms(root: Path) -> list[str]:
    """A room imports only itself and the rooms below it, and there are no other rooms."""
    out = [f"{file} is in no room" for file, _ in trees(root) if "/" in file and room_of(file) not in OURS]
    for found in imports(root):
        room, parts = room_of(found.file), found.name.split(".")
        if parts[0] != "smsdesk" or room not in OURS or parts[1:] == ["__version__"]:
            continue
        if room == "sandbox" and found.name.startswith(SANDBOX_MAY):
            continue
        if len(parts) < 2 or parts[1] not in OURS[room]:
            out.append(str(found))
    return out


def libraries(root: Path) -> list[str]:
    """A library is imported only where it is at home; a new one needs a home first."""
    out = []
    for found in imports(root):
        library = found.name.split(".")[0]
        ours = library == "smsdesk" or (library in sys.stdlib_module_names and library not in OTHERS)
        if not ours and not found.file.startswith(OTHERS.get(library, ("nowhere",))):
            out.append(str(found))
    return out


def pure(root: Path) -> list[str]:
    """The core asks for no clock, chance, log, thread, network or process."""
    out = [
        str(found)
        for found in imports(root)
        if room_of(found.file) == "core" and any(f"{found.name}.".startswith(f"{n}.") for n in NOT_IN_CORE)
    ]
    for file, tree in trees(root):
        for node in ast.walk(tree):
            clock = isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
            if room_of(file) == "core" and clock:
                out.append(f"{file}:{node.lineno} {ast.unparse(node)}")
    return out


def by_name(root: Path) -> list[str]:
    """Nothing is imported by a name in a string, where no check would see it."""
    out = [str(found) for found in imports(root) if found.name == "importlib.import_module"]
    for file, tree in trees(root):
        for node in ast.walk(tree):
            name = getattr(node, "attr", getattr(node, "id", ""))
            if name in ("import_module", "__import__", "run_module"):
                out.append(f"{file}:{node.lineno} {name}")
    return out


def cycles(root: Path) -> list[str]:
    """No module imports itself by way of others, however late, not even for its types."""
    modules = {module_of(file) for file, _ in trees(root)}
    edges: dict[str, set[str]] = {module: set() for module in modules}
    for found in imports(root):
        here = module_of(found.file)
        there = found.name if found.name in modules else found.name.rpartition(".")[0]
        if there in modules and there != here:
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


def _all_caught(node: ast.AST) -> bool:
    """Whether it catches everything and keeps it: a handler that ends in ``raise`` only tidies up."""
    if isinstance(node, ast.ExceptHandler):
        kinds = ast.unparse(node.type) if node.type else "BaseException"
        again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
        return not again and bool(re.search(r"\b(Base)?Exception\b", kinds))
    suppressed = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress")
    return suppressed and bool(re.search(r"\b(Base)?Exception\b", ast.unparse(node)))


def catches(root: Path) -> list[str]:
    """Catch-alls stand in the task owner, in main and at the sandbox's edge."""
    return [
        f"{file}:{node.lineno} {ast.unparse(node).splitlines()[0]}"
        for file, tree in trees(root)
        for node in ast.walk(tree)
        if _all_caught(node) and file not in CATCH_ALLS
    ]


def calls(root: Path) -> list[str]:
    """No dialog is executed, no slot is a coroutine, the style is set in one place."""
    out = []
    for file, tree in trees(root):
        for node in ast.walk(tree):
            name = getattr(node, "attr", getattr(node, "id", ""))
            forbidden = name in ("exec", "exec_", "asyncSlot", "asyncClose")
            if forbidden or (name == "setStyleSheet" and file != "ui/theme.py"):
                out.append(f"{file}:{node.lineno} {name}")
    return out


def names(root: Path) -> list[str]:
    """A module's name says what it is about."""
    return [file for file, _ in trees(root) if BAD_NAMES & set(file.removesuffix(".py").split("/"))]


def qt_below(root: Path) -> list[str]:
    """A terminal, a server and the sandbox run without PySide6: nothing below the screens loads it."""
    below = [module_of(file) for file, _ in trees(root) if room_of(file) in OURS and room_of(file) != "ui"]
    script = (
        "import sys\n"
        "for name in sys.argv[1:]:\n"
        "    __import__(name)\n"
        "    if 'PySide6' in sys.modules: print(name); break\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, *below],
        env={**os.environ, "PYTHONPATH": str(root.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return done.stdout.split()


RULES: dict[Callable[[Path], list[str]], dict[str, str]] = {
    rooms: {
        "core/late.py": "def late():\n    from smsdesk.desk.tasks import Tasks\n    return Tasks\n",
        "ui/typed.py": "if TYPE_CHECKING:\n    from smsdesk.store.jobs import SmsLine\n",
        "words/relative.py": "from ..store import jobs\n",
        "sandbox/reader.py": "from smsdesk.core.blackouts import union\n",
        "store/whole.py": "import smsdesk\n",
        "export/new.py": "",
    },
    libraries: {
        "desk/late.py": "def late():\n    import httpx\n    return httpx\n",
        "api/client_two.py": "from httpx import Client\n",
        "core/qt.py": "import PySide6.QtCore\n",
        "desk/new.py": "import requests\n",
        "ui/rows.py": "import sqlite3\n",
    },
    pure: {
        "core/clock.py": "from datetime import datetime\n\nAT = datetime.now()\n",
        "core/chance.py": "from random import random\n",
        "core/net.py": "def late():\n    import urllib.request\n",
        "core/log.py": "import logging\n",
    },
    by_name: {
        "core/hidden.py": "import importlib\n\nTASKS = importlib.import_module('smsdesk.desk.tasks')\n",
        "store/hidden_too.py": "__import__('httpx')\n",
    },
    cycles: {
        "core/late.py": "def late():\n    import smsdesk.core.partner\n",
        "core/partner.py": "import smsdesk.core.late\n",
        "ui/typed.py": "if TYPE_CHECKING:\n    from . import other\n",
        "ui/other.py": "from smsdesk.ui.typed import Typed\n",
    },
    catches: {
        "store/plain.py": "try:\n    pass\nexcept Exception:\n    pass\n",
        "desk/bare.py": "try:\n    pass\nexcept:\n    pass\n",
        "ui/among.py": "try:\n    pass\nexcept (OSError, Exception) as error:\n    print(error)\n",
        "sandbox/quiet.py": "with contextlib.suppress(Exception):\n    pass\n",
    },
    calls: {
        "ui/dialog.py": "def show(dialog):\n    dialog.exec()\n",
        "ui/slot.py": "@qasync.asyncSlot()\nasync def pressed():\n    pass\n",
        "ui/inline.py": "label.setStyleSheet('color: red')\n",
    },
    names: {"core/utils.py": "", "desk/helpers/tables.py": ""},
    qt_below: {"core/painted.py": "import PySide6\n"},
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds(rule: Callable[[Path], list[str]]) -> None:
    assert rule(SOURCE) == [], rule.__doc__


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_planted_breaches_are_named(rule: Callable[[Path], list[str]], tmp_path: Path) -> None:
    root = tmp_path / "smsdesk"
    for file, text in {"__init__.py": "", "core/fine.py": "import re\n", **RULES[rule]}.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = " ".join(rule(root))
    unseen = [file for file in RULES[rule] if file not in found and module_of(file) not in found]
    assert unseen == []
    assert "fine" not in found
