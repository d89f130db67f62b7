"""Views of the jobs that a person has saved: which jobs, with which words, in which order, under a name."""

import json
from collections.abc import Callable
from dataclasses import asdict

from smsdesk.core.job_looks import JobLook
from smsdesk.desk.desk import Desk
from smsdesk.ui.inputs import Choice
from smsdesk.ui.templates_name import NameDialog
from smsdesk.words import say

SETTING = "jobs.views"
_NONE, _SAVE, _FORGET = "", "+", "-"
_NAMED = "view:"


class SavedViews(Choice):
    """The choice beside the search. ``look`` says what is looked at now, ``take`` shows another look."""

    def __init__(self, desk: Desk, look: Callable[[], JobLook], take: Callable[[JobLook], object]) -> None:
        super().__init__(say("jobs.views"), on_change=self._chosen)
        self._desk, self._look, self._take = desk, look, take
        self._views: dict[str, JobLook] = {}
        self._current = ""
        self._offer()

    async def load(self) -> None:
        """Reads what was saved."""
        self._views = read_views((await self._desk.settings()).get(SETTING, ""))
        self._offer()

    def _offer(self) -> None:
        options = [(_NONE, say("jobs.views")), *((f"{_NAMED}{name}", name) for name in sorted(self._views))]
        options.append((_SAVE, say("jobs.views.save")))
        if self._current:
            options.append((_FORGET, say("jobs.views.forget", name=self._current)))
        self.offer(options, f"{_NAMED}{self._current}" if self._current else _NONE)

    def _chosen(self, key: str) -> None:
        if key == _SAVE:
            self._ask_name()
        elif key == _FORGET:
            self._views.pop(self._current, None)
            self._become("")
        elif key.startswith(_NAMED):
            self._current = key.removeprefix(_NAMED)
            self._take(self._views[self._current])
        else:
            self._current = ""
            self._take(JobLook())
        self._offer()

    def _ask_name(self) -> None:
        title = say("jobs.views.save")
        dialog = NameDialog(self, title, say("jobs.views.yes"), self._current, self._views, replaces=True)
        dialog.named.connect(lambda name, _: self.save(name))
        dialog.open()

    def save(self, name: str) -> None:
        """Saves what is looked at now."""
        self._views[name] = self._look()
        self._become(name)

    def _become(self, name: str) -> None:
        self._current = name
        self._offer()
        self._desk.tasks.start("job views", self._desk.put_setting(SETTING, written_views(self._views)))


def written_views(views: "dict[str, JobLook]") -> str:
    """The views as a setting."""
    return json.dumps({name: asdict(look) for name, look in views.items()})


def read_views(text: str) -> dict[str, JobLook]:
    """The inverse; what cannot be read is no view."""
    try:
        return {str(name): JobLook(**of) for name, of in json.loads(text or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}
