"""Files of the user: read whole, written whole or not at all, errors in our words."""

import asyncio
import os
import tempfile
from pathlib import Path

from smsdesk.core.errors import FileError

MAX_BYTES = 512 * 1024 * 1024


def read_bytes(path: Path) -> bytes:
    """A file's content. Raises FileError (reason missing, folder, too_large, unreadable)."""
    try:
        if path.is_dir():
            raise FileError(name=path.name, reason="folder")
        if path.stat().st_size > MAX_BYTES:
            raise FileError(name=path.name, reason="too_large")
        return path.read_bytes()
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
