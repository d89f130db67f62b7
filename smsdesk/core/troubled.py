"""The recipients of a text at whom somebody should look before it is sent."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign
from smsdesk.core.characters import OUTSIDE
from smsdesk.core.standing import State, needed_fields, states
from smsdesk.core.templates import merged_column

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, eq=False)
class Troubled:
    """Rows (from 0) in order."""

    rows: "pl.Series"

    def after(self, row: int) -> int | None:
        """The first one behind a row, from the beginning again; None where there is none."""
        if not len(self.rows):
            return None
        at = self.rows.search_sorted(row, side="right")
        return int(self.rows[at if at < len(self.rows) else 0])


def troubled(campaign: Campaign, index: int) -> Troubled:
    """The recipients of a message who are not simply ready.

    Their number is invalid or doubtful, a field that the text needs is empty, the text is empty, or the
    service refuses it.
    """
    import polars as pl

    message, options = campaign.messages[index], campaign.options
    judged = states(message.recipients, needed_fields(message), campaign.region)
    texts = merged_column(message)
    bad = ~judged.is_in(State.READY) | (texts.str.strip_chars() == "")
    if options.invalid_characters == "REFUSE" and options.encoding != "UTF-16":
        bad |= texts.str.contains(OUTSIDE)
    return Troubled(pl.select(pl.lit(bad).arg_true()).to_series())
