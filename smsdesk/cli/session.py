"""What the network verbs share: the workspace, the account of the command line, output."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from smsdesk.core.account import Account, checked_url
from smsdesk.core.errors import UsageError
from smsdesk.core.problem import Problem
from smsdesk.words import problem_words, say

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk

Verbs = argparse._SubParsersAction  # noqa: SLF001 (argparse names its own type so)


def default_workspace() -> Path:
    """The folder that holds the workspace where none is named."""
    import platformdirs

    return platformdirs.user_data_path("smsdesk", appauthor=False)


def add_account(parser: argparse.ArgumentParser) -> None:
    """The options of every network verb."""
    parser.add_argument("--url", help=say("cli.url"))
    parser.add_argument("--report-url", action="append", default=[], help=say("cli.report_url"))
    parser.add_argument("--user", help=say("cli.user"))
    parser.add_argument("--account", metavar="NAME", help=say("cli.account"))


def in_session(arguments: argparse.Namespace, verb: "Callable[[Desk], Awaitable[int]]") -> int:
    """Opens the workspace, runs ``verb`` on the desk, closes everything."""
    from smsdesk.desk.desk import open_desk

    async def session() -> int:
        async with open_desk(arguments.workspace or default_workspace()) as desk:
            return await verb(desk)

    return asyncio.run(session())


async def account_of(arguments: argparse.Namespace, desk: "Desk") -> str | None:
    """The account the command line names, saved in the workspace; None where it names none."""
    if arguments.account and arguments.url:
        raise UsageError(reason="account_and_url")
    if arguments.account:
        name = (await desk.accounts.named(arguments.account)).name
        desk.passwords.named(name)
        return name
    if not arguments.url:
        return None
    if not arguments.user:
        raise UsageError(reason="no_user")
    url = checked_url(arguments.url)
    account = Account(
        f"{arguments.user}@{urlsplit(url).netloc}", url, tuple(arguments.report_url) or (url,), arguments.user
    )
    if account not in await desk.accounts.every():
        await desk.accounts.save(account, None)
    desk.passwords.named(account.name)
    return account.name


async def needed_account(arguments: argparse.Namespace, desk: "Desk") -> str:
    """As :func:`account_of`; without options the workspace's only account. Raises UsageError."""
    name = await account_of(arguments, desk)
    if name is None:
        accounts = [account for account in await desk.accounts.every() if not account.sandbox]
        if len(accounts) != 1:
            raise UsageError(reason="no_account")
        name = accounts[0].name
    await desk.accounts.password(name)
    return name


def show(result: Any) -> None:
    """The result of a verb: JSON on standard output."""
    print(json.dumps(result, ensure_ascii=False, indent=2, default=str))


def tell(sentence: str) -> None:
    """Words and progress: on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem of a table, as the contract names its fields."""
    sentence, hint = problem_words(problem)
    where = problem.where
    return {
        "row": where.row,
        "line": where.line,
        "sheet": where.sheet,
        "column": where.column,
        "value": where.value,
        "level": problem.level.value,
        "problem": sentence,
        "hint": hint,
    }


def check_json(problem: Problem) -> dict[str, Any]:
    """A problem of a campaign."""
    sentence, hint = problem_words(problem)
    field, message = problem.where.field, problem.where.message
    return {
        "level": problem.level.value,
        "field": field,
        "message": message,
        "row": problem.where.row,
        "problem": sentence,
        "hint": hint,
    }
