"""Accepted jobs in SQLite, in a file or in memory: a job is answered only after it is there."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

WAIT_SECONDS = 5.0
"""How long to wait for a sandbox that is just ending on the same file."""
_OURS, _VERSION = 0x736D7362, 2
"""Marks a file as a sandbox's own; nothing is ever written into another program's."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS jobs (
        row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, centre INTEGER NOT NULL, at INTEGER NOT NULL,
        ends INTEGER NOT NULL, seed INTEGER NOT NULL, first INTEGER NOT NULL, size INTEGER NOT NULL,
        identity BLOB NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX IF NOT EXISTS jobs_at ON jobs (at)",
    "CREATE INDEX IF NOT EXISTS jobs_ends ON jobs (ends)",
    "CREATE INDEX IF NOT EXISTS jobs_identity ON jobs (identity)",
    "CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY, now INTEGER NOT NULL) STRICT",
    """CREATE TABLE IF NOT EXISTS arrivals (
        number TEXT NOT NULL, job INTEGER NOT NULL, place INTEGER NOT NULL, received INTEGER,
        ends INTEGER NOT NULL, PRIMARY KEY (number, job, place)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS phones (
        number TEXT PRIMARY KEY, job INTEGER NOT NULL, message INTEGER NOT NULL,
        fate TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS phones_job ON phones (job)",
    """CREATE TABLE IF NOT EXISTS texts (
        job INTEGER NOT NULL, message INTEGER NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (job, message)) STRICT, WITHOUT ROWID""",
)
_ENTRY = "row, id, centre, at, ends, seed, first, size, identity, body"


class BadFileError(Exception):
    """The file is none of ours, is damaged, held by another sandbox, or cannot be written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted job: ``row`` counts in the order of receipt from 1 (0: not written yet).

    ``at`` and ``ends`` are instants, ``first`` and ``size`` number its SMS; ``seed`` draws their lives.
    """

    row: int
    job_id: str
    centre: int
    at: int
    ends: int
    seed: int
    first: int
    size: int
    identity: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs of a list: received from ``since`` to ``until``, both included.

    ``ended_by``: only those that had (True) or had not (False) ended at an instant. ``centre``: only
    those that live there.
    """

    since: int
    until: int
    ended_by: tuple[bool, int] | None = None
    centre: int | None = None

    def condition(self) -> tuple[str, list[int]]:
        """As SQL."""
        terms, values = ["at BETWEEN ? AND ?"], [self.since, self.until]
        if self.ended_by is not None:
            ended, at = self.ended_by
            terms.append("ends <= ?" if ended else "ends > ?")
            values.append(at)
        if self.centre is not None:
            terms.append("centre = ?")
            values.append(self.centre)
        return " AND ".join(terms), values


class Ledger:
    """Accepted jobs and the service's time, held by one process; without a file it lasts as long as that.

    Raises BadFileError.
    """

    def __init__(self, file: Path | None = None) -> None:
        if file is not None:
            # Texts and numbers of people: for nobody else on this machine to read.
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._base = sqlite3.connect(file or ":memory:", isolation_level=None, timeout=WAIT_SECONDS)
        try:
            self._prepare()
        except sqlite3.Error:
            self._base.close()
            raise BadFileError from None

    def _prepare(self) -> None:
        self._base.execute("PRAGMA locking_mode=EXCLUSIVE")
        (mark,) = self._base.execute("PRAGMA application_id").fetchone()
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        (tables,) = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and (mark, version) != (_OURS, _VERSION):
            raise sqlite3.DatabaseError("a file of another program")
        self._base.execute(f"PRAGMA application_id={_OURS}")
        self._base.execute(f"PRAGMA user_version={_VERSION}")
        self._base.execute("PRAGMA journal_mode=WAL")
        for table in _TABLES:
            self._base.execute(table)
        # A file whose tables have other columns is damaged; better said now than at the first question.
        self._base.execute(f"SELECT {_ENTRY} FROM jobs LIMIT 0")  # noqa: S608 (our own names)

    # -- jobs ------------------------------------------------------------------------------------

    def save(self, entry: Entry) -> None:
        """Writes one job; the disk has it when this returns."""
        self._base.execute("PRAGMA synchronous=FULL")
        values = [getattr(entry, name) for name in Entry.__slots__[1:]]
        self._base.execute(
            "INSERT INTO jobs (id, centre, at, ends, seed, first, size, identity, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )

    def entry(self, job_id: str) -> Entry | None:
        """One job by its id."""
        return self._one("id = ?", job_id)

    def entry_at(self, row: int) -> Entry | None:
        """One job by its place in the order of receipt."""
        return self._one("row = ?", row)

    def _one(self, condition: str, value: object) -> Entry | None:
        found = self._base.execute(f"SELECT {_ENTRY} FROM jobs WHERE {condition}", (value,))  # noqa: S608 (our own)
        row = found.fetchone()
        return None if row is None else Entry(*row)

    def ids(self, wanted: Wanted, limit: int, offset: int) -> list[str]:
        """Job ids, oldest first."""
        condition, values = wanted.condition()
        query = f"SELECT id FROM jobs WHERE {condition} ORDER BY at, row LIMIT ? OFFSET ?"  # noqa: S608 (our own)
        return [job_id for (job_id,) in self._base.execute(query, (*values, limit, offset))]

    def rows(self, open_at: int | None = None) -> list[int]:
        """Every job, or those still open at an instant, in the order of receipt."""
        condition, values = ("ends > ?", [open_at]) if open_at is not None else ("1", [])
        query = f"SELECT row FROM jobs WHERE {condition} ORDER BY row"  # noqa: S608 (our own)
        return [row for (row,) in self._base.execute(query, values)]

    def count(self, open_at: int | None = None) -> int:
        """How many jobs there are, or how many of them are open at an instant."""
        if open_at is None:
            return int(self._base.execute("SELECT count(*) FROM jobs").fetchone()[0])
        return int(self._base.execute("SELECT count(*) FROM jobs WHERE ends > ?", (open_at,)).fetchone()[0])

    def next_number(self, since: int, before: int) -> int:
        """The number that follows those of all SMS received from an instant up to before another."""
        query = "SELECT first + size FROM jobs WHERE at >= ? AND at < ? ORDER BY row DESC LIMIT 1"
        row = self._base.execute(query, (since, before)).fetchone()
        return 1 if row is None else int(row[0])

    def is_known(self, identity: bytes, after: int) -> bool:
        """Whether an identical job was received after an instant."""
        query = "SELECT 1 FROM jobs WHERE identity = ? AND at > ? LIMIT 1"
        return self._base.execute(query, (identity, after)).fetchone() is not None

    # -- time ------------------------------------------------------------------------------------

    def save_clock(self, now: int) -> None:
        """Notes the service's time; it outlives the process, though perhaps not a power cut."""
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (now,))

    def clock(self) -> int | None:
        """The latest service time that anybody may have seen."""
        query = "SELECT max(now) FROM (SELECT now FROM clock UNION ALL SELECT max(at) FROM jobs)"
        found: int | None = self._base.execute(query).fetchone()[0]
        return found

    # -- phones ----------------------------------------------------------------------------------

    def unread(self) -> int | None:
        """The first job whose SMS are not on phones yet."""
        query = "SELECT min(row) FROM jobs WHERE row > (SELECT coalesce(max(job), 0) FROM texts)"
        found: int | None = self._base.execute(query).fetchone()[0]
        return found

    def put_on_phones(
        self,
        row: int,
        texts: Iterable[str],
        sms: Iterable[tuple[str, int, str, int | None, int]],
    ) -> None:
        """Hands a job's SMS to the phones: number, message's place, fate, received, ends."""
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.execute("BEGIN")
        try:
            at = list(enumerate(sms))
            self._base.executemany(
                "INSERT INTO arrivals VALUES (?, ?, ?, ?, ?)",
                [(number, row, place, received, ends) for place, (number, _, _, received, ends) in at],
            )
            self._base.executemany(
                "INSERT OR REPLACE INTO phones VALUES (?, ?, ?, ?)",
                [(number, row, message, fate) for _, (number, message, fate, _, _) in at],
            )
            self._base.executemany(
                "INSERT INTO texts VALUES (?, ?, ?)", [(row, place, text) for place, text in enumerate(texts)]
            )
            self._base.execute("COMMIT")
        except BaseException:
            self._base.execute("ROLLBACK")
            raise

    def phones(self, find: str, limit: int) -> list[tuple[str, str, str]]:
        """Number, fate and text of the last SMS of each phone, the latest first.

        ``find``: only where one of the three has these words.
        """
        query = (
            "SELECT number, fate, text FROM phones JOIN texts USING (job, message)"
            " WHERE ?1 = '' OR instr(number, ?1) OR instr(fate, ?2) OR instr(lower(text), ?2)"
            " ORDER BY job DESC, number LIMIT ?3"
        )
        return list(self._base.execute(query, (find, find.lower(), limit)))

    def counts(self, number: str, now: int) -> tuple[int, int]:
        """How many SMS a phone has, and how many still may reach it."""
        query = (
            "SELECT coalesce(sum(received <= ?1), 0), coalesce(sum(ends > ?1), 0)"
            " FROM arrivals WHERE number = ?2"
        )
        has, waiting = self._base.execute(query, (now, number)).fetchone()
        return int(has), int(waiting)

    def arrivals(self, number: str, limit: int) -> Iterator[tuple[int, int]]:
        """The last SMS of a phone, as row of the job and place in it, the latest first."""
        query = "SELECT job, place FROM arrivals WHERE number = ? ORDER BY ends DESC, job DESC LIMIT ?"
        yield from self._base.execute(query, (number, limit))

    # -- the end ---------------------------------------------------------------------------------

    def clear(self) -> None:
        """Forgets every job and every phone."""
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.execute("BEGIN")
        for table in ("jobs", "arrivals", "phones", "texts"):
            self._base.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
        self._base.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._base.close()
