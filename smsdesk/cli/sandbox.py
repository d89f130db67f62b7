"""The verb ``sandbox``: the service alone, on loopback."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from smsdesk.cli.session import Verbs
from smsdesk.words import say

MAX_SPEED = 1_000_000.0
_PORTS = range(65536)


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser("sandbox", help=say("cli.sandbox"), description=say("cli.sandbox"))
    parser.add_argument("--port", type=_port, default=0, help=say("cli.sandbox.port"))
    parser.add_argument("--user", type=_user, default="sandbox", help=say("cli.sandbox.user"))
    parser.add_argument("--password", help=say("cli.sandbox.password"))
    parser.add_argument("--db", type=Path, metavar="FILE", help=say("cli.sandbox.db"))
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help=say("cli.sandbox.speed"))
    parser.add_argument("--rate", type=_rate, default=20, metavar="N", help=say("cli.sandbox.rate"))
    parser.add_argument(
        "--data-centres", type=int, choices=(1, 2), default=1, help=say("cli.sandbox.data_centres")
    )
    parser.add_argument("--fates", action="store_true", help=say("cli.sandbox.fates"))
    parser.add_argument("--until-eof", action="store_true", help=say("cli.sandbox.until_eof"))
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    if int(text) not in _PORTS:
        raise ValueError(text)
    return int(text)


def _user(text: str) -> str:
    # Basic authentication ends the user's name at the first colon.
    if not text or ":" in text:
        raise ValueError(text)
    return text


def _speed(text: str) -> float:
    if not 0 < float(text) <= MAX_SPEED:
        raise ValueError(text)
    return float(text)


def _rate(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Serves until it is told to end, or tells the numbers with a known fate."""
    if arguments.fates:
        print("\n".join(_fates()))
        return 0
    from smsdesk.sandbox import server
    from smsdesk.sandbox.ledger import BadFileError

    names = ("port", "user", "password", "db", "speed", "rate", "data_centres")
    try:
        with server.opened_service(**{name: getattr(arguments, name) for name in names}) as service:
            server.run(service, until_eof=arguments.until_eof)
        return 0
    except OSError as error:
        print(say("cli.sandbox.failed", reason=error.strerror or ""), file=sys.stderr)
    except BadFileError:
        print(say("cli.sandbox.bad_file", file=str(arguments.db)), file=sys.stderr)
    return 1


def _fates() -> Iterator[str]:
    """The numbers with a known fate, as lines of a table."""
    from smsdesk.sandbox.fates import ranges

    rows = [
        (f"{first:02}-{last:02}", say(f"fate.{fate.name}"), _end(fate.asked), _end(fate.unasked))
        for first, last, fate in ranges()
    ]
    head = tuple(say(f"cli.fates.{column}") for column in ("digits", "fate", "asked", "unasked"))
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    yield say("cli.fates.numbers", german="+49 176 040690xx", american="+1 212 555 01xx")
    yield ""
    for row in [head, *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""
    yield say("cli.fates.others")


def _end(end: tuple[str, str | None]) -> str:
    return " ".join(part for part in end if part)
