"""The log of acts: what persons did with this workspace, and who they were to the system."""

import getpass
import socket
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Concatenate, ParamSpec, TypeVar

from smsdesk.core.acts import VALUES, Act, Deed, What, as_json
from smsdesk.core.exporting import write_table
from smsdesk.desk.context import Context
from smsdesk.desk.exports import delimiter, instant
from smsdesk.desk.files import writing
from smsdesk.words import full_time, language, number, say, use_language

if TYPE_CHECKING:
    from smsdesk.store.workspace import Connection

P = ParamSpec("P")
T = TypeVar("T")

COLUMNS = ("at", "who", "what")


@cache
def who() -> str:
    """The user and the machine, by the names that the system has for them."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        # A user without a name, as in a container.
        user = "?"
    return f"{user}@{socket.gethostname()}"


async def record(
    context: Context,
    told: "Callable[[Connection, T], Iterable[Deed]]",
    verb: "Callable[Concatenate[Connection, P], T]",
    *args: P.args,
    **named: P.kwargs,
) -> T:
    """Runs a verb of the store and writes down what it did, both in one transaction.

    ``told`` says of the verb's answer what is written; nothing where nothing was done.
    """
    from smsdesk.store import acts

    return await context.write(
        acts.acted, who(), context.now(), told, lambda connection: verb(connection, *args, **named)
    )


def counted(what: What) -> "Callable[[Connection, Collection[object]], Iterable[Deed]]":
    """Tells how many an answer holds; an empty one is no act."""
    return lambda _, answer: [Deed(what, {"n": len(answer)})] if answer else []


def plainly(what: What, **values: str) -> "Callable[[Connection, object], Iterable[Deed]]":
    """Tells the same of any answer."""
    return lambda _, __: [Deed(what, values)]


def act_words(act: Act) -> str:
    """What was done, in a sentence; of an act that this program does not know its bare name."""
    values, code = dict(act.values), f"act.{act.code}"
    if act.what is What.MOVED and "at" not in values:
        # Older programs did not write the new time down.
        values["at"], code = "", f"{code}.some_time"
    if not isinstance(act.what, What) or set(values) != set(VALUES[act.what]):
        return act.code
    for name in {"at", "made"} & set(values):
        values[name] = full_time(datetime.fromisoformat(str(values[name]))) if values[name] else ""
    if values.get("campaign") == "":
        values["campaign"] = say("outbox.unnamed")
    count = values.pop("n", None)
    if "sms" in values:
        values["sms"] = number(int(values["sms"]))
    every = ".every" if values.get("account") == "" else ""
    return say(f"{code}{every}", count if isinstance(count, int) else None, **values)


class Acts:
    """The log of the workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def every(self) -> tuple[Act, ...]:
        """All acts, the oldest first."""
        from smsdesk.store import acts

        return await self._context.read(acts.every)

    async def add(self, deed: Deed) -> None:
        """Writes down what was done to nothing that is kept."""
        from smsdesk.store import acts

        await self._context.write(acts.add, who(), self._context.now(), [deed])

    async def export(self, path: Path) -> int:
        """Writes the log to a file: .json, .xlsx, else CSV; the answer is how many acts. Raises FileError."""
        found = await self.every()
        await self._context.compute(len(found), _write, path, found, language())
        return len(found)


def _write(path: Path, found: tuple[Act, ...], tag: str) -> None:
    # A worker process knows no language of its own.
    use_language(tag)
    with writing(path) as file:
        write_acts(file, path.name, found)


def write_acts(file: BinaryIO, name: str, found: tuple[Act, ...]) -> None:
    """The log in the form that the name of a file asks for."""
    if name.casefold().endswith(".json"):
        file.write(as_json(found, act_words))
        return
    head = tuple(say(f"act.column.{name}") for name in COLUMNS)
    rows = ((instant(act.at), act.who, act_words(act)) for act in found)
    write_table([head, *rows], file, name, delimiter())
