"""The verb ``restore``: lists the backups of a workspace, or puts one in its place."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsdesk.cli.session import Verbs, default_workspace, show, tell
from smsdesk.core.errors import UsageError
from smsdesk.words import ago, number, say

if TYPE_CHECKING:
    from smsdesk.desk.backups import Backup

_NEWEST = "newest"


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser("restore", help=say("cli.restore"), description=say("cli.restore.about"))
    parser.add_argument("--from", dest="backup", metavar="BACKUP", help=say("cli.restore.from"))
    parser.set_defaults(run=run_restore)


def run_restore(arguments: argparse.Namespace) -> int:
    """``smsdesk restore``: without a backup's name it lists them and changes nothing."""
    from smsdesk.desk.backups import backups, put_back

    folder, now = arguments.workspace or default_workspace(), datetime.now(UTC)
    found = backups(folder)
    if arguments.backup is None:
        _list(folder, found, now)
        return 0
    chosen = _chosen(arguments.backup, found)
    aside = put_back(folder, chosen.path, now)
    show({"backup": str(chosen.path), "made_at": chosen.made_at.isoformat(), "aside": str(aside)})
    tell(say("cli.restore.done", name=chosen.path.name, ago=ago(now - chosen.made_at), aside=str(aside)))
    tell(f"{say('restored')} {say('restored.hint')} {say('cli.restore.next')}")
    return 0


def _chosen(name: str, found: "tuple[Backup, ...]") -> "Backup":
    """The backup of that name, or the newest sound one. Raises UsageError."""
    for backup in found:
        if backup.sound and name in (_NEWEST, backup.path.name, str(backup.path)):
            return backup
    raise UsageError(reason="no_backup", value=name)


def _list(folder: Path, found: "tuple[Backup, ...]", now: datetime) -> None:
    show({"backups": [_json(backup) for backup in found]})
    for backup in found:
        told: dict[str, Any] = {"name": backup.path.name, "ago": ago(now - backup.made_at)}
        if not backup.sound:
            tell(say("cli.restore.damaged", **told))
            continue
        counts = {"jobs": number(backup.jobs), "sms": number(backup.sms)}
        tell(say("cli.restore.line", campaigns=number(backup.campaigns), **told, **counts))
    tell(say("cli.restore.how") if found else say("cli.restore.none", folder=str(folder)))


def _json(backup: "Backup") -> dict[str, Any]:
    return {
        "name": backup.path.name,
        "made_at": backup.made_at.isoformat(),
        "sound": backup.sound,
        "campaigns": backup.campaigns,
        "jobs": backup.jobs,
        "sms": backup.sms,
    }
