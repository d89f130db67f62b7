"""What the service says of a job is stored: each report finds its SMS, and only what changed is written.

A status never goes back: a report that says what was so before, or contradicts what is final, is kept among
the states of its SMS, flagged.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from smsdesk.core.polling import GRACE
from smsdesk.core.request import JobReport, RecipientReport
from smsdesk.core.status import LEFT_OUT, Outcome, goes_back, meaning
from smsdesk.store import bulk, grams
from smsdesk.store.bulk import as_stored, instant, stored
from smsdesk.store.schema import history, jobs, sms
from smsdesk.store.sms_ids import ids_at, own_ids

_SAID = ("process_status", "status", "reason", "sent_at", "finished_at")
"""What a report says of an SMS."""
_Said = tuple[str | None, str | None, str | None, int | None, int | None]
_Row = tuple[Any, ...]
_AT_ONCE = 500


def record(
    connection: Connection,
    key: int,
    url: str,
    report: JobReport | None,
    reports: tuple[RecipientReport, ...],
    now: datetime,
    next_ask_at: datetime,
) -> tuple[int, ...]:
    """Stores what the service said; only rows that changed are written, and answered by their ids.

    ``report`` is None where only the recipients were asked for.
    """
    at, known = stored(now), _known(connection, key)
    changed: list[_Row] = []
    added: list[_Row] = []
    against: list[tuple[int, _Said]] = []
    named: list[tuple[str, int]] = []
    back, at_of, moved = cache(goes_back), cache(stored), _moved(connection, known)
    for row, found in _matched(known, _once(reports)):
        times = at_of(found.sent_at), at_of(found.finished_at)
        said = found.process_status, found.status, found.reason, *times
        if row is None:
            added.append((key, found.dst, found.reference, "", found.sms_id, *said, at))
            continue
        one, before = row[0], row[4:]
        if row[3] != found.sms_id:
            named.append((found.sms_id, one))
        elif said == before:
            continue
        unsent = before[3] is not None and said[3] is None
        is_open = one in moved and meaning(*said[:2]).code == "open"
        if unsent or is_open or back(before[:2], said[:2]):
            against.append((one, said))
        else:
            changed.append((*said, at, one))
    new = _add(connection, key, report, added)
    grams.mark(connection, new, people=True)
    grams.mark(connection, [one for _, one in named], people=False)
    bulk.change(connection, sms.c.id, ("sms_id",), named)
    bulk.change(connection, sms.c.id, (*_SAID, "seen_at"), changed)
    known_anew = [*new, *(row[-1] for row in changed)]
    _remember(connection, at, known_anew)
    flagged = _flag(connection, at, against)
    written = (*known_anew, *flagged)
    _tally(connection, key, url, report, now, next_ask_at, touched=bool(written))
    return written


_COLUMNS = (
    sms.c.id,
    sms.c.dst,
    sms.c.reference,
    sms.c.sms_id,
    sms.c.process_status,
    sms.c.status,
    sms.c.reason,
    as_stored(sms.c.sent_at),
    as_stored(sms.c.finished_at),
)


def _known(connection: Connection, key: int) -> Sequence[_Row]:
    """The SMS of a job: id, number, reference, SMS id, and what was said last."""
    query: Select[Any] = select(*_COLUMNS).where(sms.c.job_key == key).order_by(sms.c.id)
    return bulk.rows(connection, query)


def _moved(connection: Connection, known: Sequence[_Row]) -> frozenset[int]:
    """Of the SMS in a state that nobody knows those that were further than open before."""
    is_odd = cache(lambda process_status, status: meaning(process_status, status).code == "unknown")
    odd = [row[0] for row in known if row[4] is not None and is_odd(row[4], row[5])]
    c, found = history.c, set[int]()
    for at in range(0, len(odd), _AT_ONCE):
        these = c.sms.in_(odd[at : at + _AT_ONCE]) & c.contradiction.is_(False)
        rows = connection.execute(select(c.sms, c.process_status, c.status).where(these).distinct())
        found |= {one for one, *said in rows if goes_back((said[0], said[1]), ("OPEN", None))}
    return frozenset(found)


def _once(reports: Iterable[RecipientReport]) -> Iterable[RecipientReport]:
    """Each SMS once, should an answer tell it twice: as far as it got."""
    found: dict[object, RecipientReport] = {}
    for one in reports:
        which = one.sms_id or (one.dst, one.reference)
        other = found.get(which)
        if other and goes_back((other.process_status, other.status), (one.process_status, one.status)):
            continue
        found[which] = one
    return found.values()


def _matched(
    known: Sequence[_Row], reports: Iterable[RecipientReport]
) -> Iterator[tuple[_Row | None, RecipientReport]]:
    """Each report with its row: by SMS id, else the first free one of its number and reference.

    What was left out never went: no report can be about it.
    """
    by_id = {row[3]: row for row in known if row[3]}
    free: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in reversed(known):
        if not row[3] and row[4:6] != LEFT_OUT:
            free[_number(row[1]), row[2] or row[1]].append(row)
    for report in reports:
        found = by_id.get(report.sms_id)
        if found is None:
            rows = free.get((_number(report.dst), report.reference or report.dst))
            found = rows.pop() if rows else None
        yield found, report


def _number(dst: str) -> str:
    """A number as the service may spell it: ``00`` is a plus."""
    return "+" + dst[2:] if dst.startswith("00") else dst


def _add(connection: Connection, key: int, report: JobReport | None, rows: Sequence[_Row]) -> range:
    """Adds SMS that nobody here knew; answers their ids."""
    if not rows:
        return range(0)
    job = connection.execute(select(jobs.c.entry_id, jobs.c.accepted_at).where(jobs.c.key == key)).one()
    accepted_at = (report.receipt_at if report else None) or job.accepted_at
    other = job.entry_id is None
    ids = ids_at(connection, accepted_at, len(rows)) if other else own_ids(connection, len(rows))
    names = ("id", "job_key", "dst", "reference", "name", "sms_id", *_SAID, "seen_at", "flagged")
    bulk.insert(connection, sms, names, [(one, *row, False) for one, row in zip(ids, rows, strict=True)])
    return ids


_REMEMBER = f"""
INSERT INTO history (sms, at, {", ".join(_SAID)}, contradiction)
SELECT s.id, ?, {", ".join(f"s.{name}" for name in _SAID)}, 0
FROM json_each(?) AS one CROSS JOIN sms AS s ON s.id = one.value
"""  # noqa: S608 (nothing from outside)


def _remember(connection: Connection, at: int | None, ids: Sequence[int]) -> None:
    """Keeps what is said of some SMS now among their states."""
    if ids:
        connection.exec_driver_sql(_REMEMBER, (at, json.dumps(ids)))


def _flag(connection: Connection, at: int | None, against: Sequence[tuple[int, _Said]]) -> list[int]:
    """Keeps what went back, each once as long as it is said; answers where it is new."""
    if not against:
        return []
    ids, c = [one for one, _ in against], history.c
    said = c.process_status, c.status, c.reason, as_stored(c.sent_at), as_stored(c.finished_at)
    last: dict[int, Any] = {}
    for some in range(0, len(ids), _AT_ONCE):
        of_these = c.sms.in_(ids[some : some + _AT_ONCE]) & c.contradiction
        last |= {
            row.sms: row[1:]
            for row in connection.execute(select(c.sms, *said).where(of_these).order_by(c.id))
        }
    new = [(one, told) for one, told in against if last.get(one) != told]
    names = ("sms", "at", *_SAID, "contradiction")
    bulk.insert(connection, history, names, [(one, at, *said, True) for one, said in new])
    bulk.change(connection, sms.c.id, ("flagged",), [(True, one) for one, _ in new])
    return [one for one, _ in new]


def _tally(
    connection: Connection,
    key: int,
    url: str,
    report: JobReport | None,
    now: datetime,
    next_ask_at: datetime,
    *,
    touched: bool,
) -> None:
    """What the SMS of a job come to now, and before when none of them can change (``next_change_at``)."""
    c = sms.c
    told = (c.process_status, c.status, func.count(), func.count(c.due_at), func.min(as_stored(c.due_at)))
    states = bulk.rows(connection, select(*told).where(c.job_key == key).group_by(c.process_status, c.status))
    figures: Counter[Outcome] = Counter()
    unfinished, coming = 0, []
    for process_status, status, count, reckoned, first in states:
        means = meaning(process_status, status)
        figures[means.outcome] += count
        if not means.final:
            unfinished += count
            not_left = process_status in (None, "OPEN") and status is None
            coming.append(instant(first) if not_left and reckoned == count else None)
    values: dict[str, Any] = {outcome.value: figures[outcome] for outcome in Outcome}
    values |= {"url": url, "asked_at": now, "next_ask_at": next_ask_at, "sms_count": sum(figures.values())}
    soon = [at for at in coming if at is None or at <= now]
    values["next_change_at"] = None if soon else min((at for at in coming if at), default=None)
    this = jobs.c.key == key
    finished_at = connection.scalar(select(jobs.c.finished_at).where(this))
    if report is not None:
        finished_at = report.finished_at or finished_at
        values |= {"finished_at": finished_at, "status_requested": report.status_requested}
        if report.receipt_at is not None:
            # By the service's own clock, as are all the other times of its reports.
            values["accepted_at"] = report.receipt_at
    is_over = finished_at is not None and finished_at + GRACE <= now
    values["final"] = bool(states) and (not unfinished or is_over)
    if touched:
        values["changed_at"] = now
    connection.execute(update(jobs).where(this).values(values))
