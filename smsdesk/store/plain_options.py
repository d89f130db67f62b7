"""A job's options in values of JSON: one form for drafts, templates and sets of options."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from smsdesk.core.blackouts import Period, parse_period
from smsdesk.core.options import Options


def plain_periods(periods: Iterable[Period]) -> list[str]:
    """Periods as ISO 8601 intervals with offsets."""
    return [f"{period.start.isoformat()}/{period.end.isoformat()}" for period in periods]


def read_periods(texts: Iterable[str]) -> tuple[Period, ...]:
    """The inverse of :func:`plain_periods`."""
    return tuple(parse_period(text) for text in texts)


def plain_options(options: Options) -> dict[str, Any]:
    """Options in values of JSON."""
    plain = asdict(options)
    plain["start_at"] = options.start_at.isoformat() if options.start_at else None
    plain["blackouts"] = plain_periods(options.blackouts)
    return plain


def read_options(plain: Mapping[str, Any]) -> Options:
    """The inverse of :func:`plain_options`. Raises ValueError, KeyError, TypeError for what is none."""
    options = dict(plain)
    options["start_at"] = datetime.fromisoformat(options["start_at"]) if options["start_at"] else None
    options["blackouts"] = read_periods(options["blackouts"])
    return Options(**options)
