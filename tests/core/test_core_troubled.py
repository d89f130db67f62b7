"""Recipients at whom somebody should look, different texts, and what a job costs."""

from decimal import Decimal

import pytest

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.columns import numbers
from smsdesk.core.options import Options
from smsdesk.core.prices import Prices
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobRequest, RequestMessage, RequestRecipient
from smsdesk.core.spent import cost_of_request
from smsdesk.core.texts import distinct_texts
from smsdesk.core.troubled import Troubled, troubled

ADA, BOB, EVE, MIA = (f"+491760406901{at}" for at in range(4))
LANDLINE = "+4930123456"
PLAIN = Options()


def campaign(text: str, dst: list[str], names: list[str], options: Options = PLAIN) -> Campaign:
    message = Message(text, Recipients(dst, [""] * len(dst), {"Name": names}))
    return Campaign(CampaignId("c"), "C", messages=(Message(), message), options=options)


@pytest.mark.parametrize(
    ("text", "options", "rows"),
    [
        ("Hello {Name}", Options(), [1, 2, 4]),
        ("{Name|friend}", Options(), [1, 2]),
        ("{Name| }", Options(), [1, 2, 4]),
        ("Hello", Options(), [1, 2]),
        (" ", Options(), [0, 1, 2, 3, 4]),
        ("Hello {Name}", Options(invalid_characters="REFUSE"), [1, 2, 3, 4]),
        ("Hello {Name}", Options(invalid_characters="REFUSE", encoding="UTF-16"), [1, 2, 4]),
        ("Hello {Name}", Options(invalid_characters="REPLACE"), [1, 2, 4]),
    ],
)
def test_who_is_not_simply_ready(text: str, options: Options, rows: list[int]) -> None:
    one = campaign(text, [ADA, "12", LANDLINE, BOB, EVE], ["Ada", "Bob", "Tel", "Ж", ""], options)
    assert troubled(one, 1).rows.to_list() == rows


@pytest.mark.parametrize(
    ("rows", "row", "after"), [([], 0, None), ([2, 5], 0, 2), ([2, 5], 2, 5), ([2, 5], 5, 2), ([2], 2, 2)]
)
def test_the_next_one_is_from_the_beginning_again(rows: list[int], row: int, after: int | None) -> None:
    assert Troubled(numbers(rows)).after(row) == after


def test_different_texts_are_counted_over_all_messages_without_those_nobody_gets() -> None:
    rows = Recipients([ADA, BOB, EVE], [""] * 3, {"Name": ["Ada", "Bob", "Ada"]})
    one = Campaign(CampaignId("c"), "C", messages=(Message("Hi {Name}", rows), Message("Hi Bob", rows)))
    assert distinct_texts(one) == 2
    assert distinct_texts(one, [[0], []]) == 2
    assert distinct_texts(one, [[0, 2]]) == 1
    assert distinct_texts(one, [[1], [0, 1, 2]]) == 1
    assert distinct_texts(Campaign(CampaignId("c"), "C", messages=(Message("Hi", Recipients()),))) == 0


def test_a_job_costs_its_parts_by_country() -> None:
    people = [RequestRecipient(dst, None) for dst in (ADA, "+436641234567", "004917604069012")]
    request = JobRequest(
        (RequestMessage("Hello {no field}", tuple(people[:2])), RequestMessage("x" * 161, tuple(people[2:])))
    )
    priced = cost_of_request(request, Prices("EUR", {"DE": Decimal("0.10")}, Decimal("0.50")))
    assert (priced.currency, priced.amount, priced.unpriced) == ("EUR", Decimal("0.80"), 0)
    assert {region: one.parts for region, one in priced.by_region.items()} == {"DE": 3, "AT": 1}
    bare = cost_of_request(request, None)
    assert (bare.amount, bare.unpriced) == (0, 4)
