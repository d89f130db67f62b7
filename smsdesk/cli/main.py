"""The command line: one parser for all verbs, exit codes, and errors in plain words.

Exit codes: 0 all well, 1 something failed, 2 bad input or usage, 3 the outcome of a send is unknown.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

from smsdesk import __version__
from smsdesk.cli import (
    acts,
    campaign,
    counting,
    exporting,
    outbox,
    reports,
    restoring,
    retention,
    sandbox,
    sending,
    tables,
)
from smsdesk.core.errors import AccountError, InputError, SmsDeskError
from smsdesk.desk.files import NO_ROOM
from smsdesk.words import error_words, say, use_language

FAILED, BAD_INPUT, UNKNOWN = 1, 2, 3


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs; without one the program opens its window."""
    root = argparse.ArgumentParser(prog="smsdesk", description=say("cli.about"), epilog=say("cli.exit_codes"))
    root.add_argument("--version", action="version", version=f"smsdesk {__version__}")
    root.add_argument("--workspace", metavar="DIR", type=Path, help=say("cli.workspace"))
    root.add_argument("--language", metavar="TAG", help=say("cli.language"))
    verbs = root.add_subparsers(dest="verb", metavar="VERB", title=say("cli.verbs"))
    demo = verbs.add_parser("demo", help=say("cli.demo"), description=say("cli.demo"))
    demo.add_argument("--headless", action="store_true", help=say("cli.demo.headless"))
    demo.add_argument("--shots", metavar="DIR", type=Path, help=say("cli.demo.shots"))
    for room in (
        tables,
        counting,
        sending,
        outbox,
        campaign,
        reports,
        exporting,
        retention,
        acts,
        restoring,
        sandbox,
    ):
        room.add(verbs)
    return root


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The parsed command line, its language already in use. Exits with 2 on bad usage, 0 on help."""
    use_language(_language_of(arguments))
    return parser().parse_args(arguments)


def _language_of(arguments: Sequence[str]) -> str | None:
    """``--language`` is needed before the parser, whose help is in that language."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--language")
    return str(early.parse_known_args(arguments)[0].language or "") or None


def guarded(verb: Callable[[], int], stopped: str = "cli.stopped.reading") -> int:
    """Runs a verb; an expected error becomes two plain sentences on standard error, so does Ctrl+C."""
    try:
        return verb()
    except SmsDeskError as error:
        sentence, hint = error_words(error)
        print(f"{sentence} {hint}".strip(), file=sys.stderr)
        return BAD_INPUT if isinstance(error, InputError | AccountError) else FAILED
    except KeyboardInterrupt:
        print(say(stopped), file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output has closed it; there is nobody left to tell.
        sys.stderr.close()
        return FAILED
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        # What we print goes to a file, and Python would say so once more when it ends.
        print(say("cli.output_full"), file=sys.stderr)
        sys.stderr.close()
        return FAILED


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb that was parsed; what it prints is UTF-8, whatever the terminal speaks."""
    if isinstance(sys.stdout, TextIOWrapper):
        # Half of a pair is no text: in JSON it stands as it was escaped.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sends = arguments.verb in ("send", "resume")
    return guarded(lambda: int(arguments.run(arguments)), "cli.stopped" if sends else "cli.stopped.reading")
