"""The price list of the workspace: one setting, in JSON, with prices as text so that no digit is lost."""

import json
from decimal import Decimal, InvalidOperation

from sqlalchemy import Connection

from smsdesk.core.prices import Prices
from smsdesk.store import settings

_KEY = "prices"


def load(connection: Connection) -> Prices | None:
    """The list, None where there is none or where it cannot be read."""
    content = settings.get(connection).get(_KEY)
    return _read(content) if content else None


def _read(content: str) -> Prices | None:
    try:
        plain = json.loads(content)
        other = plain["other"]
        by_region = {str(region): Decimal(price) for region, price in plain["by_region"].items()}
        return Prices(str(plain["currency"]), by_region, None if other is None else Decimal(other))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        return None


def save(connection: Connection, prices: Prices | None) -> None:
    """Keeps the list in place of the one before; None: there is none from then on."""
    settings.put(connection, _KEY, "" if prices is None else json.dumps(_plain(prices)))


def _plain(prices: Prices) -> dict[str, object]:
    return {
        "currency": prices.currency,
        "other": None if prices.other is None else str(prices.other),
        "by_region": {region: str(price) for region, price in prices.by_region.items()},
    }
