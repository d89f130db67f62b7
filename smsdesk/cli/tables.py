"""The verbs that need no network and no workspace: ``recipients`` and ``count``."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from smsdesk.cli.session import Verbs, show
from smsdesk.core.errors import FileError, UsageError
from smsdesk.core.exporting import usable_csv
from smsdesk.core.import_problems import OPEN
from smsdesk.core.importing import Imported, Setting, import_sheet
from smsdesk.core.mapping import guess_mapping
from smsdesk.core.parts import Encoding, counted, refused
from smsdesk.core.problem import Level, Problem
from smsdesk.core.sheet import Reading, Sheet, read_sheet
from smsdesk.desk.files import read_bytes, write_whole
from smsdesk.words import problem_words, say

BAD_INPUT = 2


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verbs to the command line."""
    recipients = verbs.add_parser("recipients", help=say("cli.recipients"))
    recipients.add_argument("file", type=Path, metavar="FILE", help=say("cli.file"))
    add_import(recipients)
    recipients.add_argument("--use-doubtful", action="store_true", help=say("cli.use_doubtful"))
    recipients.add_argument("--out", type=Path, metavar="FILE", help=say("cli.out"))
    recipients.set_defaults(run=run_recipients)
    count = verbs.add_parser("count", help=say("cli.count"))
    count.add_argument("--encoding", type=str.upper, default="STANDARD", choices=["STANDARD", "UTF-16"])
    rules = ["REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"]
    count.add_argument("--invalid", type=str.upper, default="REFUSE", choices=rules)
    count.add_argument("--max-parts", type=int, metavar="N")
    count.set_defaults(run=run_count)


def add_import(parser: argparse.ArgumentParser) -> None:
    """The options of every import."""
    parser.add_argument("--region", default="DE", type=str.upper, help=say("cli.region"))
    parser.add_argument("--sheet", metavar="NAME", help=say("cli.sheet"))
    parser.add_argument("--map", action="append", default=[], metavar="DST=COLUMN", help=say("cli.map"))


def imported(arguments: argparse.Namespace, file: Path) -> Imported:
    """The file as the options say. Raises FileError, UsageError."""
    import phonenumbers

    if arguments.region not in phonenumbers.SUPPORTED_REGIONS:
        raise UsageError(reason="region", value=arguments.region)
    sheet = read_sheet(file.name, read_bytes(file), Reading(sheet=arguments.sheet))
    mapping = guess_mapping(sheet, arguments.region)
    for pair in arguments.map:
        destination, sign, column = pair.partition("=")
        if not sign or column not in sheet.header:
            raise UsageError(reason="map", value=pair)
        mapping = {name: taken for name, taken in mapping.items() if taken != column}
        mapping[_destination(destination)] = column
    if "dst" not in mapping:
        raise FileError(name=file.name, reason="no_numbers")
    return import_sheet(sheet, mapping, Setting(arguments.region, datetime.now(UTC)))


def _destination(name: str) -> str:
    own = {"customerRef": "reference", "blackoutPeriods": "blackouts"}
    name = own.get(name, name)
    plain = {"dst", "reference", "blackouts"}
    return name if name in plain or name.startswith("field:") else f"field:{name}"


def run_recipients(arguments: argparse.Namespace) -> int:
    """``smsdesk recipients``: what of a table can be used, and why the rest can't."""
    result = imported(arguments, arguments.file)
    if arguments.out:
        write_whole(arguments.out, usable_csv(result, arguments.use_doubtful))
    show_import(result)
    return 0 if result.counts.valid + result.counts.doubtful else BAD_INPUT


def show_import(result: Imported) -> None:
    """An import on standard output, as the contract names its fields; a line for each problem."""
    sheet: Sheet = result.sheet
    head = {
        "rows": result.counts.rows,
        **asdict(result.counts),
        "encoding": sheet.encoding,
        "delimiter": sheet.delimiter,
        "sheet": sheet.sheet,
        "columns": list(sheet.header),
        "mapping": result.mapping,
    }
    whole = json.dumps({**head, "problems": []}, ensure_ascii=False, indent=2)
    problems = result.problems.json_lines(_words).decode().rstrip("\n")
    indented = problems.replace("\n", ",\n    ")
    print(whole.removesuffix("]\n}"), end=f"\n    {indented}\n  ]\n}}\n" if problems else "]\n}\n")


def _words(code: str) -> tuple[str, str]:
    """The words for all problems of a code: the row that came first stays open."""
    return problem_words(Problem(Level.NOTE, code, values={name: f"{{{name}}}" for name in OPEN}))


def run_count(arguments: argparse.Namespace) -> int:
    """``smsdesk count``: the parts of a text read from standard input."""
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    encoding = Encoding(arguments.encoding)
    wrong = refused(text) if encoding is Encoding.STANDARD and arguments.invalid == "REFUSE" else ()
    if wrong:
        show({"encoding": encoding.value, "refused": [{"char": c, "index": i} for c, i in wrong]})
        return BAD_INPUT
    parts = counted(text, encoding, arguments.invalid, arguments.max_parts)
    show(
        {
            "encoding": parts.encoding.value,
            "units": parts.units,
            "parts": parts.parts,
            "part_lengths": list(parts.part_lengths),
            "characters_left": parts.characters_left,
            "replaced": parts.replaced,
            "text": parts.text,
            "truncated": parts.truncated,
        }
    )
    return 0
