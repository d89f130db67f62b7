"""Values of the core as bytes in a column: compressed JSON."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from smsdesk.core.blackouts import Period, parse_period
from smsdesk.core.campaign import Campaign, CampaignId, LeftOut, Message
from smsdesk.core.options import Options
from smsdesk.core.recipients import Added, Edited, Patch, Recipients, Removed


def packed(value: Any) -> bytes:
    """JSON, compressed; lone surrogates survive."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 1)


def unpacked(content: bytes) -> Any:
    """The inverse of :func:`packed`."""
    return json.loads(zlib.decompress(content))


def _periods(periods: tuple[Period, ...]) -> list[str]:
    return [f"{period.start.isoformat()}/{period.end.isoformat()}" for period in periods]


def _read_periods(texts: list[str]) -> tuple[Period, ...]:
    return tuple(parse_period(text) for text in texts)


def pack_recipients(rows: Recipients) -> bytes:
    """A list in its columns."""
    return packed(_plain(rows))


def unpack_recipients(content: bytes) -> Recipients:
    """The inverse of :func:`pack_recipients`."""
    return _rows(unpacked(content))


def _plain(rows: Recipients) -> dict[str, Any]:
    return {
        "dst": list(rows.dst),
        "reference": list(rows.reference),
        "fields": {name: list(column) for name, column in rows.fields.items()},
        "blackouts": {str(i): _periods(periods) for i, periods in rows.blackouts.items()},
    }


def _rows(plain: Mapping[str, Any]) -> Recipients:
    blackouts = {int(i): _read_periods(texts) for i, texts in plain["blackouts"].items()}
    return Recipients(plain["dst"], plain["reference"], plain["fields"], blackouts)


def pack_patch(patch: Patch) -> bytes:
    """One edit of a list."""
    match patch:
        case Added(rows):
            return packed({"added": _plain(rows)})
        case Removed(indices):
            return packed({"removed": indices})
        case Edited(index, column, value):
            return packed({"edited": [index, column, value]})


def unpack_patch(content: bytes) -> Patch:
    """The inverse of :func:`pack_patch`."""
    plain = unpacked(content)
    if "added" in plain:
        return Added(_rows(plain["added"]))
    if "removed" in plain:
        return Removed(tuple(plain["removed"]))
    return Edited(*plain["edited"])


def pack_head(campaign: Campaign) -> bytes:
    """All of a campaign but its recipients."""
    options = asdict(campaign.options)
    options["start_at"] = campaign.options.start_at.isoformat() if campaign.options.start_at else None
    options["blackouts"] = _periods(campaign.options.blackouts)
    return packed(
        {
            "name": campaign.name,
            "account": campaign.account,
            "region": campaign.region,
            "left_out": asdict(campaign.left_out),
            "options": options,
            "messages": [{"text": m.text, "name": m.name, "literal": m.literal} for m in campaign.messages],
        }
    )


def unpack_head(campaign_id: CampaignId, content: bytes) -> Campaign:
    """The campaign with empty lists."""
    plain = unpacked(content)
    options = dict(plain["options"])
    options["start_at"] = datetime.fromisoformat(options["start_at"]) if options["start_at"] else None
    options["blackouts"] = _read_periods(options["blackouts"])
    return Campaign(
        campaign_id,
        plain["name"],
        plain["account"],
        tuple(Message(m["text"], Recipients(), m["name"], m["literal"]) for m in plain["messages"]),
        Options(**options),
        plain["region"],
        LeftOut(**plain["left_out"]),
    )
