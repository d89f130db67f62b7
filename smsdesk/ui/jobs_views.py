"""Views of the jobs that a person has saved: which jobs, with which words, in which order, under a name."""

import json
from collections.abc import Callable
from dataclasses import asdict

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyleOptionComboBox

from smsdesk.core.job_looks import JobLook
from smsdesk.desk.desk import Desk
from smsdesk.ui.inputs import Choice
from smsdesk.ui.labels import plain_tip
from smsdesk.ui.templates_name import NameDialog
from smsdesk.words import say

SETTING, USUAL = "jobs.views", "jobs.views.usual"
"""The views, and the name of the one with which the page begins."""
_NONE, _SAVE, _RENAME, _USUAL, _FORGET = "", "save", "rename", "usual", "forget"
_NAMED = "view:"
_WIDE, _AROUND_WORDS = 7, 44


class SavedViews(Choice):
    """The choice beside the search. ``look`` says what is looked at now, ``take`` shows another look."""

    def __init__(self, desk: Desk, look: Callable[[], JobLook], take: Callable[[JobLook], object]) -> None:
        super().__init__(say("jobs.views"), on_change=self._chosen)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_WIDE)
        self._desk, self._look, self._take = desk, look, take
        self._views: dict[str, JobLook] = {}
        self._current = self._usual = ""
        self._loaded = False
        self._offer()

    async def first(self) -> JobLook | None:
        """Reads what was saved, the first time that this is asked; the view to begin with, if any."""
        if self._loaded:
            return None
        self._loaded = True
        settings = await self._desk.settings()
        self._views = read_views(settings.get(SETTING, ""))
        usual = settings.get(USUAL, "")
        self._usual = self._current = usual if usual in self._views else ""
        self._offer()
        return self._views.get(self._usual)

    def _offer(self) -> None:
        name = self._current
        options = [(_NONE, say("jobs.views")), *((f"{_NAMED}{one}", one) for one in sorted(self._views))]
        acts = [(_SAVE, say("jobs.views.save"))]
        if name:
            usual = "jobs.views.usual.not" if name == self._usual else "jobs.views.usual"
            named = ((_RENAME, "jobs.views.rename"), (_USUAL, usual), (_FORGET, "jobs.views.forget"))
            acts += [(key, say(code, name=name)) for key, code in named]
        self.offer([*options, *acts], f"{_NAMED}{name}" if name else _NONE)
        self.insertSeparator(len(options))
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        self.setToolTip(plain_tip(name))

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """A long name ends in an ellipsis."""
        super().initStyleOption(option)
        room = self.width() - _AROUND_WORDS
        cut = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        option.currentText = cut

    def _chosen(self, key: str) -> None:
        name = self._current
        if key == _SAVE:
            self._ask_name(say("jobs.views.save"), say("jobs.views.yes"), self.save)
        elif key == _RENAME:
            self._ask_name(say("jobs.views.rename", name=name), say("jobs.views.rename.yes"), self.rename)
        elif key == _USUAL:
            self._usual = "" if name == self._usual else name
            self._keep()
        elif key == _FORGET:
            self._views.pop(name, None)
            self._usual = "" if name == self._usual else self._usual
            self._current = ""
            self._keep()
        else:
            self._current = key.removeprefix(_NAMED)
            self._take(self._views.get(self._current, JobLook()))
        self._offer()

    def _ask_name(self, title: str, yes: str, then: Callable[[str], object]) -> None:
        dialog = NameDialog(self, title, yes, self._current, self._views, replaces=True)
        dialog.named.connect(lambda name, _: then(name))
        dialog.open()

    def save(self, name: str) -> None:
        """Saves what is looked at now."""
        self._views[name] = self._look()
        self._current = name
        self._keep()

    def rename(self, name: str) -> None:
        """Gives the current view another name."""
        self._views[name] = self._views.pop(self._current)
        self._usual = name if self._usual == self._current else self._usual
        self._current = name
        self._keep()

    def leave(self) -> None:
        """Something else is looked at that has no name."""
        self._current = ""
        self._offer()

    def _keep(self) -> None:
        self._offer()
        views, usual = written_views(self._views), self._usual

        async def kept() -> None:
            await self._desk.put_setting(SETTING, views)
            await self._desk.put_setting(USUAL, usual)

        self._desk.tasks.start("job views", kept())


def written_views(views: "dict[str, JobLook]") -> str:
    """The views as a setting."""
    return json.dumps({name: asdict(look) for name, look in views.items()})


def read_views(text: str) -> dict[str, JobLook]:
    """The inverse; what cannot be read is no view."""
    try:
        written = {str(name): read_look(of) for name, of in json.loads(text or "{}").items()}
    except (ValueError, AttributeError):
        return {}
    return {name: look for name, look in written.items() if look is not None}


def read_look(of: object) -> JobLook | None:
    """A look as it was written by ``asdict``; None for anything else."""
    try:
        return JobLook(**of)  # type: ignore[arg-type]
    except TypeError:
        return None
