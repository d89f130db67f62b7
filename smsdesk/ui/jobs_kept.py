"""How the page Jobs was left: what was looked at, where the borders and the columns stood."""

import json
from typing import Any

from smsdesk.desk.desk import Desk

SETTING = "jobs.left"


class Kept:
    """What is kept over a restart, by name; whatever cannot be read is as if it had never been kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._left: dict[str, Any] | None = None

    async def first(self) -> dict[str, Any] | None:
        """How the page was left, the first time that this is asked; None from then on."""
        if self._left is not None:
            return None
        self._left = _read((await self._desk.settings()).get(SETTING, ""))
        return dict(self._left)

    def keep(self, **left: object) -> None:
        """Keeps some of it, where it is another one now."""
        if self._left is not None and {**self._left, **left} != self._left:
            self._left |= left
            written = json.dumps(self._left, ensure_ascii=False)
            self._desk.tasks.start("jobs left", self._desk.put_setting(SETTING, written))


def _read(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
