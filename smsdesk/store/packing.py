"""Values of the core as bytes in a cell of a table: small ones as compressed JSON, columns as Arrow.

A bundle is our sign, a checksum of the rest, the length of its JSON, the JSON (all but the columns), then the
columns. A flipped bit in a column would make another number of one, and a reader of columns need not survive
it. What is older is read too: bundles without a checksum, and JSON alone, recipients included (version 1).
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, time
from typing import Any

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, LeftOut, Message
from smsdesk.core.columns import Column, Series, column_of, from_bytes, numbers, numbers_at, to_bytes
from smsdesk.core.errors import WorkspaceBroken
from smsdesk.core.recipients import Added, Blackened, Edited, Patch, Recipients, Removed, Written, in_columns
from smsdesk.core.rules import Answer, Rule, RuleKind, plain_rule
from smsdesk.store.plain_options import plain_options, plain_periods, read_options, read_periods

_SIGN = b"SMSD\x03"
_SIGN_UNCHECKED = b"SMSD\x02"
_LENGTH = 4


def packed(value: Any) -> bytes:
    """JSON, compressed; lone surrogates survive."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 1)


def unpacked(content: bytes) -> Any:
    """The inverse of :func:`packed`. Raises WorkspaceBroken."""
    try:
        return json.loads(zlib.decompress(content))
    except (zlib.error, ValueError):
        raise WorkspaceBroken(folder="", reason="draft") from None


def _bundle(plain: Mapping[str, Any], columns: Sequence[Series]) -> bytes:
    head, rest = packed(plain), to_bytes(columns)
    begun = len(head).to_bytes(_LENGTH, "big") + head
    return b"".join([_SIGN, zlib.crc32(rest, zlib.crc32(begun)).to_bytes(_LENGTH, "big"), begun, rest])


def _unbundled(content: bytes) -> tuple[Any, list[Series]]:
    """The inverse of :func:`_bundle`; of JSON alone there are no columns. Raises WorkspaceBroken."""
    start = len(_SIGN)
    if content.startswith(_SIGN):
        start += _LENGTH
        if zlib.crc32(memoryview(content)[start:]) != int.from_bytes(content[start - _LENGTH : start], "big"):
            raise WorkspaceBroken(folder="", reason="draft")
    elif not content.startswith(_SIGN_UNCHECKED):
        return unpacked(content), []
    start, stop = start + _LENGTH, int.from_bytes(content[start : start + _LENGTH], "big")
    stop += start
    try:
        return unpacked(content[start:stop]), from_bytes(memoryview(content)[stop:])
    except ValueError:
        raise WorkspaceBroken(folder="", reason="draft") from None


def _distinct(blackouts: Mapping[int, tuple[Period, ...]]) -> tuple[list[list[str]], list[int]]:
    """Each value once, as texts, and which of them (from 0) each row has."""
    places: dict[int, int] = {}
    which = [places.setdefault(id(periods), len(places)) for periods in blackouts.values()]
    once = {id(periods): periods for periods in blackouts.values()}
    return [plain_periods(periods) for periods in once.values()], which


def _own(texts: list[list[str]], rows: Iterable[int], which: Iterable[int]) -> dict[int, tuple[Period, ...]]:
    """The inverse of :func:`_distinct`."""
    values = [read_periods(each) for each in texts]
    return {row: values[at] for row, at in zip(rows, which, strict=True)}


def pack_recipients(rows: Recipients, kind: str = "rows") -> bytes:
    """A list in its columns."""
    rows = in_columns(rows)
    texts, which = _distinct(rows.blackouts)
    columns = [column_of(column).series for column in (rows.dst, rows.reference, *rows.fields.values())]
    plain = {"kind": kind, "fields": list(rows.fields), "periods": texts}
    # In a column as high as the others: which of the texts, from 1, and 0 for none.
    own = numbers_at(len(rows), list(rows.blackouts), [at + 1 for at in which])
    return _bundle(plain, [*columns, own] if which else columns)


def unpack_recipients(content: bytes) -> Recipients:
    """The inverse of :func:`pack_recipients`."""
    return _rows(*_unbundled(content))


def _rows(plain: Mapping[str, Any], columns: list[Series]) -> Recipients:
    if not columns:
        return _rows_of_version_1(plain)
    dst, reference, *fields = columns
    blackouts: dict[int, tuple[Period, ...]] = {}
    if plain["periods"]:
        own = fields.pop()
        rows = (own > 0).arg_true()
        blackouts = _own(plain["periods"], rows.to_list(), (own.gather(rows) - 1).to_list())
    named = zip(plain["fields"], map(Column, fields), strict=True)
    return Recipients(Column(dst), Column(reference), dict(named), blackouts)


def _rows_of_version_1(plain: Mapping[str, Any]) -> Recipients:
    blackouts = {int(row): read_periods(texts) for row, texts in plain["blackouts"].items()}
    return in_columns(Recipients(plain["dst"], plain["reference"], plain["fields"], blackouts))


def pack_patch(patch: Patch) -> bytes:
    """One edit of a list."""
    match patch:
        case Added(rows):
            return pack_recipients(rows, "added")
        case Removed(indices):
            return _bundle({"kind": "removed"}, [numbers(indices)])
        case Edited(index, column, value):
            return packed({"edited": [index, column, value]})
        case Written(column, values):
            cells = column_of(list(values.values())).series
            return _bundle({"kind": "written", "column": column}, [numbers(list(values)), cells])
        case Blackened(periods):
            texts, which = _distinct(periods)
            return _bundle({"kind": "blackened", "periods": texts}, [numbers(list(periods)), numbers(which)])


def unpack_patch(content: bytes) -> Patch:
    """The inverse of :func:`pack_patch`."""
    plain, columns = _unbundled(content)
    if not columns:
        return _patch_in_json(plain)
    match plain["kind"]:
        case "added":
            return Added(_rows(plain, columns))
        case "removed":
            return Removed(tuple(columns[0].to_list()))
        case "written":
            rows, cells = (column.to_list() for column in columns)
            return Written(plain["column"], dict(zip(rows, cells, strict=True)))
        case _:
            rows, which = (column.to_list() for column in columns)
            return Blackened(_own(plain["periods"], rows, which))


def _patch_in_json(plain: Mapping[str, Any]) -> Patch:
    """An edit of one cell, or any patch of version 1."""
    if "added" in plain:
        return Added(_rows_of_version_1(plain["added"]))
    if "removed" in plain:
        return Removed(tuple(plain["removed"]))
    return Edited(*plain["edited"])


def pack_head(campaign: Campaign) -> bytes:
    """All of a campaign but its recipients."""
    return packed(
        {
            "name": campaign.name,
            "account": campaign.account,
            "region": campaign.region,
            "left_out": asdict(campaign.left_out),
            "options": plain_options(campaign.options),
            "messages": [{"text": m.text, "name": m.name, "literal": m.literal} for m in campaign.messages],
            "rules": [plain_rule(rule) for rule in campaign.rules],
            "period_names": [[*plain_periods((one,)), name] for one, name in campaign.period_names.items()],
            "follows": campaign.follows,
        }
    )


def read_rule(plain: Mapping[str, Any]) -> Rule:
    """The inverse of ``plain_rule``. Raises ValueError, KeyError, TypeError for what is no rule."""
    return Rule(
        RuleKind(plain["kind"]),
        tuple(plain["weekdays"]),
        time.fromisoformat(plain["start"]),
        time.fromisoformat(plain["end"]),
        plain["country"],
        plain["subdivision"],
        plain["zone"],
        date.fromisoformat(plain["first"]) if plain["first"] else None,
        date.fromisoformat(plain["last"]) if plain["last"] else None,
        Answer(plain["answer"]) if plain["answer"] else None,
    )


def unpack_head(campaign_id: CampaignId, content: bytes) -> Campaign:
    """The campaign with empty lists."""
    plain = unpacked(content)
    return Campaign(
        campaign_id,
        plain["name"],
        plain["account"],
        tuple(Message(m["text"], Recipients(), m["name"], m["literal"]) for m in plain["messages"]),
        read_options(plain["options"]),
        plain["region"],
        LeftOut(**plain["left_out"]),
        tuple(map(read_rule, plain.get("rules", ()))),
        {read_periods([period])[0]: name for period, name in plain.get("period_names", ())},
        plain.get("follows"),
    )
