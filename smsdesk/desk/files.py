"""Files of the user: read whole, written whole or not at all, errors in our words."""

import asyncio
import errno
import io
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from smsdesk.core.errors import FileError
from smsdesk.core.progress import Progress, silent

MAX_BYTES = 512 * 1024 * 1024
_PIECE = 8 * 1024 * 1024
_BESIDE = ".smsdesk-"
_LEFT_SECONDS = 24 * 60 * 60
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def read_bytes(path: Path, progress: Progress = silent) -> bytes:
    """A file's content. Raises FileError (reason missing, folder, too_large, unreadable, changing).

    ``progress`` is asked between pieces whether to go on: a share may be slow.
    """
    with _readable(path), path.open("rb") as file:
        before, content = os.fstat(file.fileno()), io.BytesIO()
        while piece := file.read(_PIECE):
            content.write(piece)
            progress(0, 0)
            if stat.S_ISREG(before.st_mode) and content.tell() > before.st_size:
                raise FileError(name=path.name, reason="changing")
            # What is no file has no size beforehand.
            if content.tell() > MAX_BYTES:
                raise FileError(name=path.name, reason="too_large")
        after = path.stat()
    # Half of an old table and half of a new one would be a table that never was.
    if _state(before) != _state(after):
        raise FileError(name=path.name, reason="changing")
    return content.getvalue()


def _state(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


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
    except (OSError, ValueError):
        # ValueError: a name with a null in it.
        raise FileError(name=path.name, reason="unreadable") from None


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file as :func:`writing` does."""
    with writing(path) as file:
        file.write(content)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to; until it is whole and safe on the disk, an older one of that name stays.

    Raises FileError (reason folder, full, not_written).
    """
    try:
        if path.exists() and not path.is_file():
            # A pipe or a terminal: it is written to, and never replaced.
            with path.open("wb") as file:
                yield file
        else:
            with _replacing(path.resolve()) as file:
                yield file
    except IsADirectoryError:
        raise FileError(name=path.name, reason="folder") from None
    except (OSError, ValueError) as error:
        no_room = isinstance(error, OSError) and error.errno in NO_ROOM
        raise FileError(name=path.name, reason="full" if no_room else "not_written") from None


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of an old one, if there is one; others may read it as any new file."""
    _tidy(path.parent)
    beside = path.with_name(f"{_BESIDE}{secrets.token_hex(8)}")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        # It is there no longer where all went well.
        beside.unlink(missing_ok=True)


def _tidy(folder: Path) -> None:
    """Takes away what a power cut or a kill left behind a day ago or more."""
    for left in folder.glob(f"{_BESIDE}{'[0-9a-f]' * 16}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
                left.unlink()


async def save(path: Path, content: bytes) -> None:
    """As :func:`write_whole`, off the window's thread."""
    await asyncio.to_thread(write_whole, path, content)
