"""Files of the user: read whole, written whole or not at all, errors in our words."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smsdesk.core.errors import FileError

MAX_BYTES = 512 * 1024 * 1024


def read_bytes(path: Path) -> bytes:
    """A file's content. Raises FileError (reason missing, folder, too_large, unreadable, changing)."""
    with _readable(path):
        before = path.stat()
        content = path.read_bytes()
        after = path.stat()
    # Half of an old table and half of a new one would be a table that never was.
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise FileError(name=path.name, reason="changing")
    return content


def size_of(path: Path) -> int:
    """A file's bytes. Raises FileError as :func:`read_bytes`."""
    with _readable(path):
        return path.stat().st_size


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        if path.is_dir():
            raise FileError(name=path.name, reason="folder")
        if path.stat().st_size > MAX_BYTES:
            raise FileError(name=path.name, reason="too_large")
        yield
    except FileNotFoundError:
        raise FileError(name=path.name, reason="missing") from None
    except OSError:
        raise FileError(name=path.name, reason="unreadable") from None


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file; until it is whole, an older one of that name stays. Raises FileError."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError:
        raise FileError(name=path.name, reason="not_written") from None


async def save(path: Path, content: bytes) -> None:
    """As :func:`write_whole`, off the window's thread."""
    await asyncio.to_thread(write_whole, path, content)
