"""Accepted jobs in a SQLite file: a job is answered only after it is there."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

WAIT_SECONDS = 5.0
"""How long to wait for a sandbox that is just ending on the same file."""
_OURS = 0x736D7362
"""Marks a file as a sandbox's own; nothing is ever written into another program's."""


class BadFileError(Exception):
    """The file is none of ours, is damaged, held by another sandbox, or cannot be written."""


class JobFile:
    """A file of accepted jobs and of the service's time, held by one process. Raises BadFileError."""

    def __init__(self, file: Path) -> None:
        # Texts and numbers of people: for nobody else on this machine to read.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._base = sqlite3.connect(file, isolation_level=None, timeout=WAIT_SECONDS)
        try:
            self._prepare()
        except sqlite3.Error:
            self._base.close()
            raise BadFileError from None

    def _prepare(self) -> None:
        self._base.execute("PRAGMA locking_mode=EXCLUSIVE")
        (mark,) = self._base.execute("PRAGMA application_id").fetchone()
        (tables,) = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if mark != _OURS and tables:
            raise sqlite3.DatabaseError("a file of another program")
        self._base.execute(f"PRAGMA application_id={_OURS}")
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute(
            "CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, at TEXT, seed INTEGER, body BLOB)"
        )
        self._base.execute("CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY, now TEXT)")

    def save(self, job_id: str, at: datetime, seed: int, body: bytes) -> None:
        """Writes one job; the disk has it when this returns."""
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.execute("INSERT INTO jobs VALUES (?, ?, ?, ?)", (job_id, at.isoformat(), seed, body))

    def save_clock(self, now: datetime) -> None:
        """Notes the service's time; it outlives the process, though perhaps not a power cut."""
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (now.isoformat(),))

    def clock(self) -> datetime | None:
        """The latest service time that anybody may have seen."""
        query = "SELECT now FROM clock UNION ALL SELECT at FROM jobs"
        return max((datetime.fromisoformat(row[0]) for row in self._base.execute(query)), default=None)

    def jobs(self) -> Iterator[tuple[str, datetime, int, bytes]]:
        """Every job, in the order of its receipt."""
        for job_id, at, seed, body in self._base.execute(
            "SELECT id, at, seed, body FROM jobs ORDER BY rowid"
        ):
            yield job_id, datetime.fromisoformat(at), seed, body

    def clear(self) -> None:
        """Forgets every job."""
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.execute("DELETE FROM jobs")

    def close(self) -> None:
        """Closes the file."""
        self._base.close()
