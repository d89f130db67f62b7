"""What a job costs, from its exact request: the same parts and prices as in the review of its campaign."""

from smsdesk.core.audit import audit
from smsdesk.core.campaign import Message
from smsdesk.core.columns import column_of
from smsdesk.core.prices import Cost, Prices, cost, regions_column
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobRequest

_NO_PRICES = Prices("")
_NOWHERE = "ZZ"
"""The country of numbers that have to bring their own code: the service knows no other."""


def cost_of_request(request: JobRequest, prices: Prices | None) -> Cost:
    """What the SMS of a job cost; without prices its parts are there, unpriced."""
    people = [(person.dst, message.text) for message in request.messages for person in message.recipients]
    numbers, texts = [dst for dst, _ in people], [text for _, text in people]
    # One list with texts of people's own: as many messages as texts would take as many rounds.
    one = Message("{text}", Recipients(numbers, [""] * len(people), {"text": texts}))
    regions = regions_column(column_of(numbers).series, _NOWHERE)
    return cost(prices or _NO_PRICES, regions, audit(one, request.options).parts)
