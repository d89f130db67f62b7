"""What a person looks at of a list: which rows, in which order."""

import pytest

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.columns import numbers
from smsdesk.core.finding import Places
from smsdesk.core.looking import Look, look_at, order_by_parts
from smsdesk.core.recipients import Recipients
from smsdesk.core.standing import State, States, states

NUMBERS = ["+4917604069010", "12", "+4917604069011", "13", "+4917604069012"]
LIST = Recipients(NUMBERS, [""] * 5, {"Name": ["Ada", "Bob", "", "Eve", "Mia"]})
JUDGED: States = states(LIST, ["Name"], "DE")
"""Rows 0 and 4 are ready, 2 lacks its name, 1 and 3 are invalid."""


def places(*rows: int) -> Places:
    return Places(numbers(rows))


@pytest.mark.parametrize(
    ("look", "narrow", "whole"),
    [
        (Look(), False, True),
        (Look("  "), False, True),
        (Look("a"), True, False),
        (Look(state=State.READY), True, False),
        (Look(sort="dst"), False, False),
        (Look(descending=True), False, True),
    ],
)
def test_whether_rows_are_left_out(look: Look, narrow: bool, whole: bool) -> None:
    assert (look.narrow, look.whole) == (narrow, whole)


@pytest.mark.parametrize(
    ("look", "found", "order", "rows"),
    [
        (Look(), None, None, [0, 1, 2, 3, 4]),
        (Look("x"), places(3, 0), None, [0, 3]),
        (Look("x"), places(), None, []),
        (Look(sort="Name"), None, places(2, 0, 1, 3, 4), [2, 0, 1, 3, 4]),
        (Look("x", sort="Name"), places(0, 2), places(2, 0, 1, 3, 4), [2, 0]),
        (Look(sort="state"), None, None, [0, 4, 2, 1, 3]),
        (Look(sort="state", descending=True), None, None, [1, 3, 2, 0, 4]),
        (Look(state=State.INVALID), None, None, [1, 3]),
        (Look(state=State.READY, sort="Name"), None, places(4, 3, 2, 1, 0), [4, 0]),
        (Look("x", State.INVALID), places(0, 3), None, [3]),
    ],
)
def test_the_rows_that_are_asked_for(
    look: Look, found: Places | None, order: Places | None, rows: list[int]
) -> None:
    assert [*look_at(look, JUDGED, found, order)] == rows


def test_rows_by_the_parts_of_their_texts() -> None:
    names = ["x" * 161, "x", "x" * 400, "y"]
    message = Message("{Name}", Recipients(NUMBERS[:4], [""] * 4, {"Name": names}))
    campaign = Campaign(CampaignId("c"), "C", messages=(Message(), message))
    assert [*order_by_parts(campaign, 1, descending=False)] == [1, 3, 0, 2]
    assert [*order_by_parts(campaign, 1, descending=True)] == [2, 0, 1, 3]
