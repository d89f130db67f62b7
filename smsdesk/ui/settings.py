"""The settings page: language, colours, region of numbers without a country, dense rows, the log of acts.

Holds no settings itself: each change goes at once through ``save`` (key, value), there is no button for that.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QFileDialog, QLayout, QWidget

from smsdesk.core.noticing import Kind
from smsdesk.desk.noticing import MUTE
from smsdesk.ui import theme
from smsdesk.ui.inputs import Choice, Segments, Tick
from smsdesk.ui.layout import action, action_button, caption, card, hbox, head, holding, scrolling, vbox
from smsdesk.ui.page import Page
from smsdesk.ui.table import set_dense
from smsdesk.words import say

SCHEMES = ("system", "light", "dark")
LANGUAGES = {"en": "English", "de": "Deutsch"}
REGIONS = frozenset(
    {
        "DE",
        "AT",
        "CH",
        "LI",
        "LU",
        "BE",
        "NL",
        "FR",
        "IT",
        "ES",
        "PT",
        "IE",
        "GB",
        "DK",
        "SE",
        "NO",
        "FI",
        "IS",
        "PL",
        "CZ",
        "SK",
        "HU",
        "SI",
        "HR",
        "RO",
        "BG",
        "GR",
        "EE",
        "LV",
        "LT",
        "MT",
        "CY",
        "TR",
        "UA",
        "US",
        "CA",
        "AU",
        "NZ",
    }
)
MASK = "mask"
"""The setting that numbers are masked."""
_WIDTH = 640
_FORMS = ("xlsx", "csv", "json")
"""In which the log of acts can be written, by their suffixes."""


class SettingsPage(Page):
    """``values`` are the settings as stored (keys language, scheme, region, dense); "" is the default.

    ``export_acts`` writes the log of acts to a file; ``mask`` puts the mask on numbers or takes it off;
    ``retention`` removes old personal data.
    """

    def __init__(
        self,
        values: Mapping[str, str],
        save: Callable[[str, str], object],
        export_acts: Callable[[Path], object],
        mask: Callable[[bool], object],
        retention: QWidget | None = None,
    ) -> None:
        super().__init__(say("page.settings"))
        self._save = save
        self._export_acts = export_acts
        self.language = Choice(
            say("settings.language"),
            [("", say("settings.language.system")), *LANGUAGES.items()],
            values.get("language", ""),
            lambda key: save("language", key),
        )
        self.scheme = Segments(
            say("settings.scheme"),
            [(scheme, say(f"settings.scheme.{scheme}")) for scheme in SCHEMES],
            values.get("scheme", "") or "system",
            self._set_scheme,
        )
        self.region = Choice(
            say("settings.region"), regions(), values.get("region", "") or "DE", self._set_region
        )
        self.dense = Tick(say("settings.dense"), ticked=values.get("dense") == "1", on_change=self._set_dense)
        self.masked = Tick(say("settings.mask.tick"), ticked=values.get(MASK) == "1", on_change=mask)
        self.notices = {
            kind: Tick(
                say(f"settings.notices.{kind.value}"),
                ticked=values.get(f"{MUTE}{kind.value}") != "1",
                on_change=partial(self._set_notice, kind),
            )
            for kind in Kind
        }
        self.export = action(say("settings.acts.export"), self._ask_where, "download", parent=self)
        self.offer(self.export)
        column = vbox(
            _group("settings.scheme", self.scheme),
            _group("settings.language", hbox(self.language, None)),
            _group("settings.region", hbox(self.region, None)),
            _group("settings.tables", self.dense),
            _group("settings.mask", self.masked),
            _group("settings.notices", vbox(*self.notices.values(), gap=2)),
            _group("settings.acts", hbox(action_button(self.export), None)),
            *([_group("settings.retention", retention)] if retention is not None else []),
            None,
            gap=12,
        )
        inside = holding(column)
        inside.setMaximumWidth(_WIDTH)
        self.body.addWidget(scrolling(inside), 1)

    def _set_scheme(self, scheme: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, cast("theme.Scheme", scheme))
        self._save("scheme", scheme)

    def _set_region(self, region: str) -> None:
        self._save("region", region)

    def _set_notice(self, kind: Kind, told: bool) -> None:  # noqa: FBT001 (told by a signal)
        self._save(f"{MUTE}{kind.value}", "" if told else "1")

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, say("settings.acts.export"), say("settings.acts.name"))
        dialog.setNameFilters([say(f"settings.acts.{kind}") for kind in _FORMS])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_FORMS[0])
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(next(kind for kind in _FORMS if f".{kind}" in chosen))
        )
        dialog.fileSelected.connect(lambda path: self._export_acts(Path(path)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _set_dense(self, dense: bool) -> None:  # noqa: FBT001 (told by a signal)
        set_dense(self.window(), dense=dense)
        self._save("dense", "1" if dense else "")


def _group(code: str, item: QWidget | QLayout) -> QWidget:
    """A card: what is set, the choice, and what it does."""
    column = vbox(head(say(code)), gap=8)
    if isinstance(item, QWidget):
        column.addWidget(item)
    else:
        column.addLayout(item)
    column.addWidget(caption(say(f"{code}.caption"), wrap=True))
    return card(body=column)


def regions(also: str = "DE") -> list[tuple[str, str]]:
    """(region, its name in its own language), by name; ``also`` is among them."""
    named = [(region, _name(region)) for region in REGIONS | {also}]
    return sorted(named, key=lambda pair: pair[1].casefold())


def _name(region: str) -> str:
    territory = QLocale.codeToTerritory(region)
    name = QLocale(QLocale.Language.AnyLanguage, territory).nativeTerritoryName()
    return f"{name} ({region})" if name else region
