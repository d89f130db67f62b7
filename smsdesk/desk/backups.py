"""Backups of a workspace that nobody has open: which there are, and one of them in its place."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from smsdesk.desk.acts import who

if TYPE_CHECKING:
    from smsdesk.store.backup import Backup as Backup  # noqa: PLC0414 (the terminal takes it from here)


def backups(folder: Path) -> "tuple[Backup, ...]":
    """The backups of a workspace, the newest first. Raises WorkspaceError."""
    from smsdesk.store import workspace

    return workspace.backups(folder)


def put_back(folder: Path, backup: Path, now: datetime) -> Path:
    """Puts a backup in place of the workspace's file; answers where that one is kept.

    Nothing of it goes out by itself: what had not left is uncertain, and everything is paused. Raises
    WorkspaceBusy while a program has the workspace open, else WorkspaceError; then all is as it was.
    """
    from smsdesk.store import workspace

    return workspace.put_back(folder, backup, now, who())
