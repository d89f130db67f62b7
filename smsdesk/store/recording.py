"""What the service says of a job is stored: each report finds its SMS, and only what changed is written.

A status never goes back: a report that says what was so before, or contradicts what is final, is kept among
the states of its SMS, flagged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, select, update

from smsdesk.core.polling import GRACE
from smsdesk.core.request import JobReport, RecipientReport
from smsdesk.core.status import LEFT_OUT, Outcome, goes_back, meaning
from smsdesk.store import bulk, grams
from smsdesk.store.bulk import as_stored, stored
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
    back, moved = cache(goes_back), _moved(connection, known)
    for row, found in _matched(known, _once(reports)):
        said = _said(found)
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
        if unsent or is_open or back((before[0], before[1]), said[:2]):
            against.append((one, said))
        else:
            changed.append((*said, at, one))
    new = _add(connection, key, report, added)
    first = [(one, row[5:10]) for one, row in zip(new, added, strict=True)]
    _remember(connection, at, first, against=False)
    grams.mark(connection, new, people=True)
    grams.mark(connection, [one for _, one in named], people=False)
    bulk.change(connection, sms.c.id, ("sms_id",), named)
    bulk.change(connection, sms.c.id, (*_SAID, "seen_at"), changed)
    _remember(connection, at, [(row[-1], row[:-2]) for row in changed], against=False)
    flagged = _flag(connection, at, against)
    written: tuple[int, ...] = (*(row[-1] for row in changed), *flagged, *new)
    says = {row[-1]: row[:2] for row in changed}
    states = Counter(says.get(row[0]) or row[4:6] for row in known) + Counter(row[5:7] for row in added)
    _tally(connection, key, url, report, states, now, next_ask_at, touched=bool(written))
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
    return connection.execute(query).all()


def _moved(connection: Connection, known: Sequence[_Row]) -> frozenset[int]:
    """Of the SMS in a state that nobody knows those that were further than open before."""
    means = cache(meaning)
    odd = [row[0] for row in known if row[4] is not None and means(row[4], row[5]).code == "unknown"]
    c, found = history.c, set[int]()
    for at in range(0, len(odd), _AT_ONCE):
        these = c.sms.in_(odd[at : at + _AT_ONCE]) & c.contradiction.is_(False)
        rows = connection.execute(select(c.sms, c.process_status, c.status).where(these).distinct())
        found |= {one for one, *said in rows if goes_back((said[0], said[1]), ("OPEN", None))}
    return frozenset(found)


def _said(report: RecipientReport) -> _Said:
    times = stored(report.sent_at), stored(report.finished_at)
    return report.process_status, report.status, report.reason, *times


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
        _, dst, reference, sms_id, *state = row
        if not sms_id and (*state[:2],) != LEFT_OUT:
            free[_number(dst), reference or dst].append(row)
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


def _remember(
    connection: Connection, at: int | None, rows: Sequence[tuple[int, _Said]], *, against: bool
) -> None:
    names = ("sms", "at", *_SAID, "contradiction")
    bulk.insert(connection, history, names, [(one, at, *said, against) for one, said in rows])


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
    _remember(connection, at, new, against=True)
    bulk.change(connection, sms.c.id, ("flagged",), [(True, one) for one, _ in new])
    return [one for one, _ in new]


def _tally(
    connection: Connection,
    key: int,
    url: str,
    report: JobReport | None,
    states: Counter[Any],
    now: datetime,
    next_ask_at: datetime,
    *,
    touched: bool,
) -> None:
    figures: Counter[Outcome] = Counter()
    unfinished = 0
    for (process_status, status), n in states.items():
        means = meaning(process_status, status)
        figures[means.outcome] += n
        unfinished += 0 if means.final else n
    values: dict[str, Any] = {outcome.value: figures[outcome] for outcome in Outcome}
    values |= {"url": url, "asked_at": now, "next_ask_at": next_ask_at, "sms_count": sum(figures.values())}
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
