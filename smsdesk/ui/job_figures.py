"""How the delivery of a job went: its course, how fast, why some failed, by country, and what it cost.

From a figure one click leads to its recipients: ``narrowed`` tells which.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame

from smsdesk.core.country_names import country_name
from smsdesk.core.delivery import Delivery, Point
from smsdesk.core.explaining import Forecast
from smsdesk.core.status import Outcome
from smsdesk.ui.charts import CourseChart
from smsdesk.ui.delivery import code_words, cost_facts, outcome_words, percent
from smsdesk.ui.fact_links import FactLinks, Figure
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.job_seen import SeenStates
from smsdesk.ui.layout import hbox, holding, label, scrolling, vbox
from smsdesk.words import clock, language, lasting, number, say

if TYPE_CHECKING:
    from smsdesk.core.prices import Cost

_COUNTRIES = 8
_TWO_COLUMNS = 560


class Figures(QFrame):
    """The card beside the recipients. ``narrowed``: "outcome:failed", "code:timeout", "region:AT", "late"."""

    narrowed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.seen = SeenStates()
        self.chart = CourseChart()
        self.nothing = flowing()
        self.nothing.setText(say("job.chart.none"))
        self.legend = flowing("second")
        self.speed = Facts(say("job.chart"), strong=True, aside=True)
        self.outcomes = FactLinks(say("job.outcomes"))
        self.forecast = FactLinks(say("job.forecast"))
        self.failed = label("", "caption-head")
        self.reasons = FactLinks(say("jobs.column.failed"))
        self.where = label(say("job.regions"), "caption-head")
        self.regions = FactLinks(say("job.regions"))
        self.cost = Facts(say("job.cost"), strong=True, aside=True)
        for links in (self.outcomes, self.forecast, self.reasons, self.regions):
            links.chosen.connect(self.narrowed)
        heading = label(say("job.chart"), "caption-head")
        course = (heading, self.chart, self.nothing, self.legend, self.speed)
        stand = (self.outcomes, self.forecast)
        why = (4, self.failed, self.reasons, 4, self.where, self.regions)
        self._columns = hbox(
            holding(vbox(self.seen, *course, None), ""),
            holding(vbox(*stand, *why, 4, self.cost, None), ""),
            gap=8,
            margins=(16, 16, 22, 16),
        )
        made = QFrame()
        made.setProperty("kind", "card")
        made.setLayout(vbox(scrolling(holding(self._columns)), gap=0, margins=1))
        self.setLayout(vbox(made, gap=0))
        self.setMinimumWidth(250)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stands in two columns where there is room for them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= _TWO_COLUMNS
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._columns.setSpacing(32 if wide else 8)
        for at in range(2):
            self._columns.setStretch(at, 1 if wide or at else 0)

    def show_delivery(self, found: Delivery, forecast: Forecast) -> None:
        """Shows the figures, and how the forecast held."""
        self._show_course(found)
        self.speed.show_facts(speed_facts(found))
        self.outcomes.show_figures(outcome_figures(found))
        self.forecast.show_figures(forecast_figures(forecast))
        reasons = [
            Figure(f"code:{code}", code_words(code), number(count)) for code, count in found.failures.items()
        ]
        failed = found.outcomes.get(Outcome.FAILED, 0)
        self.failed.setVisible(bool(reasons))
        self.failed.setText(say("job.failed", failed) if failed else "")
        self.reasons.show_figures(reasons)
        several = len(found.regions) > 1
        self.where.setVisible(several)
        self.regions.show_figures(region_figures(found.regions) if several else ())

    def _show_course(self, found: Delivery) -> None:
        some = any(point.sent or point.delivered for point in found.course)
        for part in (self.chart, self.legend):
            part.setVisible(some)
        self.nothing.setVisible(not some)
        if some:
            self.chart.show_course(found.course, found.count, course_words(found), ends(found.course))
            held = any(point.held for point in found.course)
            self.legend.setText(say("job.chart.legend.held" if held else "job.chart.legend"))

    def show_cost(self, cost: "Cost | None") -> None:
        """Shows what a job cost; of one that was made elsewhere that is not known."""
        self.cost.show_facts(cost_facts(cost))


def course_words(found: Delivery) -> str:
    """The course in a sentence."""
    last = found.course[-1]
    span = took(last.at - found.course[0].at)
    return say("job.chart.words", last.delivered, span=span)


def ends(course: tuple[Point, ...]) -> tuple[str, str]:
    """What stands below the ends of the chart."""
    first, last = course[0].at, course[-1].at
    return say("job.chart.begun", time=clock(first)), took(last - first)


def speed_facts(found: Delivery) -> list[tuple[str, str]]:
    """How fast the delivered ones were there."""
    spans = (("job.median", found.median), ("job.most", found.most))
    return [(say(code), took(span)) for code, span in spans if span is not None]


def took(span: timedelta) -> str:
    """How long it took; nothing takes no time."""
    return say("job.at_once") if span < timedelta(seconds=1) else lasting(span)


def outcome_figures(found: Delivery) -> list[Figure]:
    """How the SMS stand: the share of those that are there, the number of all others."""
    if not found.count:
        return []
    share = percent(found.outcomes.get(Outcome.DELIVERED, 0), found.count)
    there = Figure(f"outcome:{Outcome.DELIVERED.value}", say("job.delivered_share"), share)
    others = [one for one in Outcome if one is not Outcome.DELIVERED and found.outcomes.get(one)]
    return [
        there,
        *(
            Figure(f"outcome:{one.value}", outcome_words(one.value), number(found.outcomes[one]))
            for one in others
        ),
    ]


def forecast_figures(forecast: Forecast) -> list[Figure]:
    """For how many the forecast held, and how many were late or early."""
    if not forecast.known:
        return []
    off = forecast.known - forecast.held
    held = Figure("held", say("job.forecast"), percent(forecast.held, forecast.known))
    return [held, Figure("late", say("job.late"), number(off))] if off else [held]


def region_figures(regions: Mapping[str, Mapping[Outcome, int]]) -> list[Figure]:
    """Each country with how many of its SMS were delivered; the smallest together at the end stay out."""
    return [
        Figure(
            f"region:{region}",
            country_name(region, language()) or region or say("job.region.unknown"),
            percent(of.get(Outcome.DELIVERED, 0), sum(of.values())),
        )
        for region, of in [*regions.items()][:_COUNTRIES]
    ]
