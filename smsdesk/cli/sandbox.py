"""The verb ``sandbox``: the service alone, on loopback."""

import argparse
import sys
from pathlib import Path

from smsdesk.cli.session import Verbs
from smsdesk.words import say


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser("sandbox", help=say("cli.sandbox"), description=say("cli.sandbox"))
    parser.add_argument("--port", type=int, default=0, help=say("cli.sandbox.port"))
    parser.add_argument("--user", default="sandbox", help=say("cli.sandbox.user"))
    parser.add_argument("--password", help=say("cli.sandbox.password"))
    parser.add_argument("--db", type=Path, metavar="FILE", help=say("cli.sandbox.db"))
    parser.add_argument("--speed", type=_positive, default=1.0, metavar="X", help=say("cli.sandbox.speed"))
    parser.add_argument("--rate", type=int, default=20, metavar="N", help=say("cli.sandbox.rate"))
    parser.add_argument("--until-eof", action="store_true", help=say("cli.sandbox.until_eof"))
    parser.set_defaults(run=run)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1_000_000:
        raise ValueError(text)
    return value


def run(arguments: argparse.Namespace) -> int:
    """Serves until it is told to end."""
    from smsdesk.sandbox import server

    try:
        return server.run(
            arguments.port,
            arguments.user,
            arguments.password,
            arguments.db,
            arguments.speed,
            arguments.rate,
            until_eof=arguments.until_eof,
        )
    except OSError as error:
        print(say("cli.sandbox.failed", reason=error.strerror or ""), file=sys.stderr)
        return 1
