"""How many different texts a campaign comes to: each is a message of its own in the requests."""

from collections.abc import Collection, Sequence

from smsdesk.core.campaign import Campaign
from smsdesk.core.templates import merged_column


def distinct_texts(campaign: Campaign, left_out: Sequence[Collection[int]] = ()) -> int:
    """Different texts over all messages, without those that nobody gets; ``left_out`` as in the review."""
    import polars as pl

    columns = []
    for index, message in enumerate(campaign.messages):
        out = left_out[index] if index < len(left_out) else ()
        column = merged_column(message)
        if out:
            gone = pl.Series([*out], dtype=pl.UInt32).implode()
            column = column.filter(~pl.int_range(len(column), dtype=pl.UInt32, eager=True).is_in(gone))
        columns.append(column)
    return pl.concat(columns).n_unique()
