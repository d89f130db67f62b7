"""Jobs by id and time: what the service would say at any instant. The clock is handed in."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from smsdesk.sandbox.ledger import Entry, Ledger, Wanted
from smsdesk.sandbox.lives import (
    Accepted,
    accepted,
    arrivals,
    job_report,
    message,
    messages,
    recipient_reports,
)
from smsdesk.sandbox.reading import Rejected, read_job, shown
from smsdesk.sandbox.spans import LATEST, instant, moment

_DAY = 86_400_000
REMEMBERED = 92 * _DAY
"""Reports can be asked for three months."""
SAME_WITHIN = _DAY
"""The window in which duplicateDetection refuses an identical job."""
PHONE_KEEPS = 100
"""How many of its last messages a phone shows."""
_END = LATEST - 999 * 366 * _DAY
_AT_HAND = 64
"""How many jobs are kept ready to be reported; the others are read again from the ledger."""
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class View:
    """Through which eyes reports are seen; spans are milliseconds.

    ``centre``: only jobs of one data centre. ``lag``: as they were some time ago. ``hidden``: jobs show
    only some time after their receipt. ``people_late``: recipients show only when their job starts.
    """

    centre: int | None = None
    lag: int = 0
    hidden: int = 0
    people_late: bool = False


CLEAR = View()


class Engine:
    """The service without its HTTP: accepts jobs, answers reports.

    ``now`` is the service's clock; ``seed`` makes a run reproducible; jobs are spread over ``centres``.
    """

    def __init__(
        self, now: Callable[[], datetime], seed: int = 1, ledger: Ledger | None = None, centres: int = 1
    ) -> None:
        self._clock, self._ledger, self.centres = now, ledger or Ledger(), centres
        self._ahead = timedelta(0)
        self._luck = Random(seed)  # noqa: S311 (weather, not a secret)
        self._at_hand = lru_cache(maxsize=_AT_HAND)(self._read)

    def now(self) -> datetime:
        """The service's time, to the millisecond, as reports write it."""
        return moment(self._instant())

    def _instant(self) -> int:
        return instant(self._clock() + self._ahead)

    def advance(self, span: timedelta) -> None:
        """Turns the clock forward. Raises ValueError for a step back or beyond all calendars."""
        if span < timedelta(0) or span > moment(_END) - self.now():
            raise ValueError(span)
        self._ahead += span
        self._ledger.save_clock(self._instant())

    def reset(self) -> None:
        """Forgets every job."""
        self._ledger.clear()
        self._at_hand.cache_clear()

    def accept(self, body: bytes) -> str:
        """Takes a job and answers its id. Raises Rejected, and what the disk raises: then nothing is kept."""
        job, now = read_job(body), self._instant()
        if job.options["duplicateDetection"] and self._ledger.is_known(job.identity, now - SAME_WITHIN):
            raise Rejected(409)
        seed = self._luck.getrandbits(62)
        name = "".join(self._luck.choices(_LETTERS, k=18))
        job_id = f"J.{moment(now):%Y%m%d-%H%M%S}.{now % 1000:03d}-{name}"
        second = now - now % 1000
        first = self._ledger.next_number(second, second + 1000)
        one = accepted(job_id, now, seed, job, first)
        centre, size = self._luck.randrange(self.centres) + 1, len(one.fates)
        entry = Entry(0, job_id, centre, now, one.ends_at, seed, first, size, job.identity, body)
        self._ledger.save(entry)
        return job_id

    def _read(self, row: int) -> Accepted:
        entry = self._ledger.entry_at(row)
        if entry is None:
            raise LookupError(row)
        return accepted(entry.job_id, entry.at, entry.seed, read_job(entry.body), entry.first)

    # -- reports ---------------------------------------------------------------------------------

    def job(self, job_id: str, view: View = CLEAR) -> dict[str, Any] | None:
        """A JobReport, or None for an unknown or forgotten job."""
        now = self._told()
        one = self._seen(job_id, now, view)
        if one is None:
            return None
        report = job_report(one, max(now - view.lag, one.at))
        if view.people_late and now < one.starts_at:
            report["recipientIds"] = []
        return report

    def recipients(self, job_id: str, view: View = CLEAR) -> list[dict[str, Any]] | None:
        """Every RecipientReport of a job, or None for an unknown or forgotten one."""
        now = self._told()
        one = self._seen(job_id, now, view)
        if one is None:
            return None
        if view.people_late and now < one.starts_at:
            return []
        return recipient_reports(one, max(now - view.lag, one.at))

    def _told(self) -> int:
        """The time, noted, so that no restart takes back what a report said."""
        now = self._instant()
        self._ledger.save_clock(now)
        return now

    def _seen(self, job_id: str, now: int, view: View) -> Accepted | None:
        entry = self._ledger.entry(job_id)
        if entry is None or view.centre not in (None, entry.centre):
            return None
        if not now - REMEMBERED < entry.at <= now - view.hidden:
            return None
        return self._at_hand(entry.row)

    def ids(
        self,
        since: datetime,
        until: datetime,
        *,
        is_open: bool | None = None,
        limit: int = 1000,
        offset: int = 0,
        view: View = CLEAR,
    ) -> list[str]:
        """Job ids received from ``since`` to ``until``, oldest first.

        ``is_open``: only open ones, only finished ones, or both.
        """
        now = self._told()
        wanted = Wanted(
            max(instant(since), now - REMEMBERED + 1),
            min(instant(until), now - view.hidden),
            None if is_open is None else (not is_open, now - view.lag),
            view.centre,
        )
        return self._ledger.ids(wanted, limit, offset)

    # -- phones and the clock --------------------------------------------------------------------

    def messages(self) -> Iterator[dict[str, Any]]:
        """Every SMS of every accepted job, in the order of receipt; ``at`` is null until it has left."""
        now = self._instant()
        return (sms for row in self._ledger.rows() for sms in messages(self._at_hand(row), now))

    def put_on_phones(self) -> bool:
        """Hands the SMS of one more job to the phones; False where all have theirs."""
        row = self._ledger.unread()
        if row is None:
            return False
        one = self._at_hand(row)
        texts = (shown(text, one.job.options).text for text in one.job.texts)
        self._ledger.put_on_phones(row, texts, arrivals(one))
        return True

    def phones(self, find: str = "", limit: int = PHONE_KEEPS) -> list[dict[str, Any]]:
        """Phones, that of the latest SMS first: how many they have, and how many still may reach them."""
        now, found = self._instant(), []
        for number, fate, text in self._ledger.phones(find, limit):
            has, waiting = self._ledger.counts(number, now)
            found.append({"number": number, "fate": fate, "received": has, "waiting": waiting, "text": text})
        return found

    def phone(self, number: str) -> list[dict[str, Any]]:
        """The last SMS to a phone, the oldest first."""
        now, found = self._instant(), []
        for row, place in self._ledger.arrivals(number, PHONE_KEEPS):
            one = self._at_hand(row)
            text = one.job.texts[bisect_right(one.job.people.ends, place)]
            found.append(message(one, place, shown(text, one.job.options), now))
        return found[::-1]

    def counts(self) -> tuple[int, int]:
        """How many jobs there are, and how many of them are open."""
        return self._ledger.count(), self._ledger.count(self._instant())

    def changes_of(self, row: int) -> datetime | None:
        """When the reports of a job change next, None for never."""
        one, now = self._at_hand(row), self._instant()
        coming = [at for column in (one.tried, one.leaves, one.ends) for at in column if at > now]
        return moment(min(coming)) if coming else None

    def open_rows(self) -> list[int]:
        """The jobs that are still open."""
        return self._ledger.rows(self._instant())
