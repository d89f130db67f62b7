"""What a person looks at of a list: only some of its rows, in an order of their choice."""

from dataclasses import dataclass

from smsdesk.core.audit import audit
from smsdesk.core.campaign import Campaign
from smsdesk.core.checks import counted_options
from smsdesk.core.columns import numbers
from smsdesk.core.finding import Places
from smsdesk.core.standing import State, States


@dataclass(frozen=True, slots=True)
class Look:
    """Only rows with ``words``, only those in ``state``, in the order of a column (empty: as in the list)."""

    words: str = ""
    state: State | None = None
    sort: str = ""
    descending: bool = False

    @property
    def narrow(self) -> bool:
        """Whether rows are left out."""
        return bool(self.words.strip()) or self.state is not None

    @property
    def whole(self) -> bool:
        """Whether it is the whole list as it is."""
        return not (self.narrow or self.sort)


def look_at(look: Look, states: States, found: Places | None, order: Places | None) -> Places:
    """The rows that a person asks for.

    ``found`` are those with the words (None: all), ``order`` is that of a column (None: as in the list,
    or by state, which only ``states`` know).
    """
    import polars as pl

    height = len(states.series)
    if order is not None:
        places = order.series
    elif look.sort == "state":
        frame = states.series.alias("key").to_frame().with_row_index("at")
        places = frame.sort("key", descending=look.descending, maintain_order=True)["at"]
    else:
        places = numbers(range(height))
    kept = pl.repeat(value=found is None, n=height, dtype=pl.Boolean, eager=True)
    if found is not None:
        kept = kept.scatter(found.series, True)
    if look.state is not None:
        kept = kept & states.is_in(look.state)
    return Places(places.filter(kept.gather(places)) if look.narrow else places)


def order_by_parts(campaign: Campaign, index: int, descending: bool) -> Places:  # noqa: FBT001 (a column's head)
    """The rows of a message (from 0) by the parts of their texts."""
    import polars as pl

    key = audit(campaign.messages[index], counted_options(campaign.options)).parts
    order = pl.arg_sort_by("key", descending=descending, maintain_order=True)
    return Places(pl.DataFrame({"key": key}).select(order).to_series().cast(pl.UInt32))
