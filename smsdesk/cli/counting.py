"""The verb ``count``: the parts of a text, without network and workspace."""

import argparse
import sys
from typing import Any

from smsdesk.cli.session import Verbs, show
from smsdesk.core.characters import becomes
from smsdesk.core.errors import UsageError
from smsdesk.core.options import ENCODINGS, INVALID_CHARACTERS, MAX_PARTS
from smsdesk.core.parts import Encoding, Parts, counted, outside
from smsdesk.words import say

BAD_INPUT = 2


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verb to the command line."""
    count = verbs.add_parser("count", help=say("cli.count"), description=say("cli.count.about"))
    count.add_argument(
        "--encoding", type=str.upper, default="STANDARD", choices=ENCODINGS, help=say("cli.count.encoding")
    )
    count.add_argument(
        "--invalid",
        type=str.upper,
        default="REFUSE",
        choices=INVALID_CHARACTERS,
        help=say("cli.count.invalid"),
    )
    count.add_argument("--max-parts", type=int, metavar="N", help=say("cli.count.max_parts"))
    count.add_argument("--details", action="store_true", help=say("cli.count.details"))
    count.set_defaults(run=run_count)


def run_count(arguments: argparse.Namespace) -> int:
    """``smsdesk count``: the parts of a text read from standard input. Raises UsageError."""
    low, high = MAX_PARTS
    if arguments.max_parts is not None and not low <= arguments.max_parts <= high:
        raise UsageError(reason="max_parts", value=arguments.max_parts)
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    encoding = Encoding(arguments.encoding)
    wrong = outside(text) if encoding is Encoding.STANDARD else ()
    details = {"outside": [_outside(*one) for one in wrong]} if arguments.details else {}
    if wrong and arguments.invalid == "REFUSE":
        refused = [{"char": character, "index": index} for index, character in wrong]
        show({"encoding": encoding.value, "refused": refused, **details})
        return BAD_INPUT
    parts = counted(text, encoding, arguments.invalid, arguments.max_parts)
    texts = {"texts": list(parts.texts)} if arguments.details else {}
    show({**_parts(parts), **texts, **details})
    return 0


def _parts(parts: Parts) -> dict[str, Any]:
    return {
        "encoding": parts.encoding.value,
        "units": parts.units,
        "parts": parts.parts,
        "part_lengths": list(parts.part_lengths),
        "characters_left": parts.characters_left,
        "replaced": parts.replaced,
        "text": parts.text,
        "truncated": parts.truncated,
    }


def _outside(index: int, character: str) -> dict[str, Any]:
    """A character outside GSM 03.38 and what each rule makes of it; null where it is refused."""
    code = f"U+{ord(character):04X}"
    rules = {rule: becomes(character, rule) for rule in INVALID_CHARACTERS}
    return {"char": character, "index": index, "code": code, "becomes": rules}
