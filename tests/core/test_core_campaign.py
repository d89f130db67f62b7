"""A campaign with another message, other periods, other rules."""

from datetime import UTC, datetime

import pytest

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message, with_periods
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Rule, RuleKind

NIGHT, NOON, FEAST = (
    Period(datetime(2026, 12, day, tzinfo=UTC), datetime(2026, 12, day, 8, tzinfo=UTC)) for day in (1, 2, 24)
)
SUNDAYS = Rule(RuleKind.DAYS, (6,))


def people(n: int) -> Recipients:
    return Recipients([f"+49176040690{at:02}" for at in range(n)], [""] * n)


def test_its_sms_are_those_of_all_messages() -> None:
    one = Campaign(CampaignId("a"), "A", messages=(Message("x", people(2)), Message("y", people(3))))
    assert one.sms_count == 5
    other = one.with_message(0, Message("z", people(4)))
    assert (other.sms_count, [m.text for m in other.messages]) == (7, ["z", "y"])
    assert (one.sms_count, Campaign(CampaignId("b"), "B").sms_count) == (5, 0)


@pytest.mark.parametrize(
    ("blackouts", "names", "kept"),
    [
        ([NIGHT, NOON], None, {NIGHT: "Night"}),
        ([NOON], None, {}),
        ([NIGHT, FEAST], {FEAST: "Feast", NOON: "Noon"}, {FEAST: "Feast"}),
        ([NIGHT], {NIGHT: ""}, {}),
        ([], None, {}),
    ],
)
def test_only_periods_that_are_there_keep_a_name(
    blackouts: list[Period], names: dict[Period, str] | None, kept: dict[Period, str]
) -> None:
    before = Campaign(
        CampaignId("a"), "A", options=Options(src="SHOP", blackouts=(NIGHT,)), period_names={NIGHT: "Night"}
    )
    after = with_periods(before, blackouts, [SUNDAYS], names)
    assert after.options == Options(src="SHOP", blackouts=tuple(blackouts))
    assert (after.rules, after.period_names) == ((SUNDAYS,), kept)
