"""Finding: any part of a number, name, reference, id or text leads to SMS."""

import re

from sqlalchemy import ColumnElement, Connection, or_

from smsdesk.core.numbers import tidied
from smsdesk.store.jobs import SmsLine, sms_lines
from smsdesk.store.schema import jobs, sms, texts

FEWEST = 3
"""Characters below which nothing is searched."""
_NUMBER = re.compile(r"[+0-9 ()/.\-]+")


def search(connection: Connection, text: str, limit: int = 200) -> tuple[SmsLine, ...]:
    """SMS that ``text`` leads to, newest first.

    Digits match part of a number in any spelling: signs and the leading ``0``, ``00`` or ``+`` don't count.
    """
    text = " ".join(text.split())
    if len(text) < FEWEST:
        return ()
    return sms_lines(connection, or_(*_ways(text)), limit)


def _ways(text: str) -> list[ColumnElement[bool]]:
    parts = (sms.c.reference, sms.c.sms_id, jobs.c.job_id, sms.c.name, texts.c.text)
    ways: list[ColumnElement[bool]] = [column.icontains(text, autoescape=True) for column in parts]
    number = tidied(text)
    digits = re.sub(r"[^0-9]", "", number.replace("(0)", "")).lstrip("0")
    if _NUMBER.fullmatch(number) and len(digits) >= FEWEST:
        ways.append(sms.c.dst.contains(digits, autoescape=True))
    return ways
