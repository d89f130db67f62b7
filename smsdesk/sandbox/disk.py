"""Accepted jobs on disk: a job is answered only after it is there."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


class JobFile:
    """A SQLite file of accepted jobs; ``save`` returns when the disk has it."""

    def __init__(self, file: Path) -> None:
        self._base = sqlite3.connect(file, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.execute(
            "CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, at TEXT, seed INTEGER, body BLOB)"
        )

    def save(self, job_id: str, at: datetime, seed: int, body: bytes) -> None:
        """Writes one job."""
        self._base.execute("INSERT INTO jobs VALUES (?, ?, ?, ?)", (job_id, at.isoformat(), seed, body))

    def jobs(self) -> Iterator[tuple[str, datetime, int, bytes]]:
        """Every job, in the order of its receipt."""
        for job_id, at, seed, body in self._base.execute(
            "SELECT id, at, seed, body FROM jobs ORDER BY rowid"
        ):
            yield job_id, datetime.fromisoformat(at), seed, body

    def close(self) -> None:
        """Closes the file."""
        self._base.close()
