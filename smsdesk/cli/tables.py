"""The verb ``recipients``, which needs no network and no workspace."""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from smsdesk.cli.session import Verbs, tell
from smsdesk.core.errors import FileError, UsageError
from smsdesk.core.exporting import usable_csv
from smsdesk.core.importing import Imported, Known, Setting, import_sheet
from smsdesk.core.mapping import ONCE, guess_mapping
from smsdesk.core.sheet import Reading, Sheet, read_sheet
from smsdesk.desk.files import read_bytes, write_whole
from smsdesk.desk.importing import not_to_contact, own_zone, write_rest
from smsdesk.words import language, open_words, say, visible_words

BAD_INPUT = 2
_DELIMITERS = {"tab": "\t", "\\t": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}
"""Names of signs that are awkward to write in a shell."""


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verbs to the command line."""
    recipients = verbs.add_parser("recipients", help=say("cli.recipients"))
    recipients.add_argument("file", type=Path, metavar="FILE", help=say("cli.file"))
    add_import(recipients)
    recipients.add_argument("--use-doubtful", action="store_true", help=say("cli.use_doubtful"))
    recipients.add_argument("--out", type=Path, metavar="FILE", help=say("cli.out"))
    recipients.add_argument("--rest", type=Path, metavar="FILE", help=say("cli.rest"))
    recipients.set_defaults(run=run_recipients)


def add_import(parser: argparse.ArgumentParser) -> None:
    """The options of every import."""
    parser.add_argument("--region", default="DE", type=str.upper, help=say("cli.region"))
    parser.add_argument("--zone", metavar="NAME", help=say("cli.zone"))
    parser.add_argument("--sheet", metavar="NAME", help=say("cli.sheet"))
    parser.add_argument("--encoding", metavar="NAME", help=say("cli.encoding"))
    parser.add_argument("--delimiter", metavar="SIGN", help=say("cli.delimiter"))
    parser.add_argument("--header-line", type=int, metavar="LINE", help=say("cli.header_line"))
    parser.add_argument("--as-shown", action="store_true", help=say("cli.as_shown"))
    parser.add_argument(
        "--map", action="append", default=[], metavar="DST=COLUMN", help=say("cli.map", roles=", ".join(ONCE))
    )


def imported(arguments: argparse.Namespace, file: Path, do_not_contact: Sequence[str] = ()) -> Imported:
    """The file as the options say, without those who want no message. Raises FileError, UsageError."""
    import phonenumbers

    if arguments.region not in phonenumbers.SUPPORTED_REGIONS:
        raise UsageError(reason="region", value=arguments.region)
    sheet = read_sheet(file.name, read_bytes(file), _reading(arguments))
    mapping = _mapping(sheet, guess_mapping(sheet, arguments.region), arguments.map)
    if "dst" not in mapping:
        raise FileError(name=file.name, reason="no_numbers")
    zone = _zone(arguments.zone, mapping)
    return import_sheet(
        sheet, mapping, Setting(arguments.region, datetime.now(UTC), zone), Known(do_not_contact)
    )


def _zone(name: str | None, mapping: dict[str, str]) -> str:
    """The zone of times without an offset: this machine's is asked for only where there are times."""
    if name is None:
        return own_zone() if any(key.startswith("blackout") for key in mapping) else "UTC"
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise UsageError(reason="zone", value=name) from None


def _reading(arguments: argparse.Namespace) -> Reading:
    """How the file is to be read. Raises UsageError."""
    encoding, delimiter = arguments.encoding, arguments.delimiter
    if encoding is not None:
        try:
            b"".decode(encoding)
        except (LookupError, ValueError):
            raise UsageError(reason="encoding", value=encoding) from None
    delimiter = _DELIMITERS.get(delimiter, delimiter)
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"'):
        raise UsageError(reason="delimiter", value=delimiter)
    line = arguments.header_line
    if line is not None and line < 0:
        raise UsageError(reason="header_line", value=line)
    return Reading(encoding, delimiter, arguments.sheet, line, arguments.as_shown)


def _mapping(sheet: Sheet, guessed: dict[str, str], wanted: list[str]) -> dict[str, str]:
    """The guess, changed as ``--map`` says. Raises UsageError."""
    mapping = guessed
    for pair in wanted:
        destination, sign, column = pair.partition("=")
        if not sign or not destination or (column and column not in sheet.header):
            raise UsageError(reason="map", value=pair)
        key = _destination(destination)
        mapping = {name: taken for name, taken in mapping.items() if taken != column and name != key}
        if column:
            mapping[key] = column
    return mapping


def _destination(name: str) -> str:
    own = {"customerRef": "reference", "blackoutPeriods": "blackouts"}
    name = own.get(name, name)
    return name if name in ONCE or name.startswith("field:") else f"field:{name}"


def run_recipients(arguments: argparse.Namespace) -> int:
    """``smsdesk recipients``: what of a table can be used, and why the rest can't."""
    refused = not_to_contact(arguments.workspace) if arguments.workspace else ()
    result = imported(arguments, arguments.file, refused)
    with ThreadPoolExecutor(1) as beside:
        # Of a long list this takes as long as finding the words for its problems.
        written = beside.submit(_write, arguments, result)
        told = _told(result)
        written.result()
    sheet = result.sheet
    if sheet.shown and not sheet.as_shown:
        columns = ", ".join(f"{column} ({how})" for column, how in sheet.shown.items())
        tell(say("cli.shown", columns=columns))
    sys.stdout.flush()
    # Bytes, for there may be a lot of them.
    sys.stdout.buffer.writelines(told)
    sys.stdout.buffer.flush()
    return 0 if result.counts.valid + result.counts.doubtful else BAD_INPUT


def _write(arguments: argparse.Namespace, result: Imported) -> None:
    """The files that were asked for. Raises FileError."""
    if arguments.out:
        write_whole(arguments.out, usable_csv(result, arguments.use_doubtful))
    if arguments.rest:
        write_rest(arguments.rest, result, arguments.use_doubtful, language())


def _told(result: Imported) -> tuple[bytes, bytes]:
    """An import as JSON, as the contract names its fields; a line for each problem."""
    sheet: Sheet = result.sheet
    head = {
        "rows": result.counts.rows,
        **asdict(result.counts),
        "encoding": sheet.encoding,
        "delimiter": sheet.delimiter,
        "sheet": sheet.sheet,
        "header_line": sheet.header_line,
        "columns": list(sheet.header),
        "mapping": result.mapping,
    }
    whole = json.dumps({**head, "problems": []}, ensure_ascii=False, indent=2).removesuffix("]\n}")
    problems = result.problems.json_lines(open_words, visible_words).rstrip(b"\n").replace(b"\n", b",\n    ")
    end = b"\n    %b\n  ]\n}\n" % problems if problems else b"]\n}\n"
    return whole.encode(), end
