"""Following up: who is written to again, who is left out and why, and what the new campaign keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, LeftOut, Message
from smsdesk.core.following import BY_DEFAULT, CHOICES, Reach, Sent, counted, follow_up, reach_of
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.status import NOT_REPORTED, meaning

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
NEW = Campaign(CampaignId("new"), "Autumn, follow-up", "Shop")
ADA, BEN, CAI = "+49176040691", "+49176040692", "+49176040693"


@pytest.mark.parametrize(
    ("process_status", "status", "reach"),
    [
        ("DONE", "SUC_FIN", Reach.REACHED),
        ("DONE", "SUC_ACC", Reach.REACHED),
        ("DONE", "INVALID_DST", Reach.HOPELESS),
        ("DONE", "BLOCKED", Reach.HOPELESS),
        ("DONE", "TIMEOUT", Reach.MISSED),
        ("DONE", "CON_ERR", Reach.MISSED),
        ("DONE", "FAILED_FIN", Reach.MISSED),
        ("DONE", "NOT_ACC_FIN", Reach.MISSED),
        ("DONE", "SEND_ERR", Reach.PROBABLE),
        ("DONE", "STATUS_ERR", Reach.PROBABLE),
        ("KILL", "SUC_ACC", Reach.PROBABLE),
        ("CANCELED", None, Reach.MISSED),
        ("CANCELED", "NOT_ACC_REC", Reach.MISSED),
        ("OPEN", None, Reach.OPEN),
        ("RUNNING", "ACC", Reach.OPEN),
        ("DONE", "BLOCKED_X", Reach.OPEN),
        ("NOT_SENT", "DO_NOT_CONTACT", Reach.LISTED),
    ],
)
def test_each_status_says_whether_it_makes_sense_to_write_again(
    process_status: str, status: str | None, reach: Reach
) -> None:
    means = meaning(process_status, status)
    assert reach_of(means, since=False) is reach
    always = reach in (Reach.REACHED, Reach.LISTED)
    assert reach_of(means, since=True) is (reach if always else Reach.SINCE)


def test_what_was_not_reported_may_still_arrive() -> None:
    assert reach_of(NOT_REPORTED, since=False) is Reach.OPEN


def test_only_the_missed_are_written_to_unless_a_person_says_otherwise() -> None:
    assert {Reach.MISSED} == BY_DEFAULT
    some = [Sent(str(at), "", "", "Hi", reach) for at, reach in enumerate(Reach)]
    made = follow_up(None, some, BY_DEFAULT, NEW, NOW)
    assert made.sms_count == 1
    assert follow_up(None, some, frozenset(Reach), NEW, NOW).sms_count == len(CHOICES)
    assert counted(some)[Reach.SINCE] == 1


def first() -> Campaign:
    past = Period(NOW - timedelta(hours=8), NOW - timedelta(hours=1))
    coming = Period(NOW + timedelta(hours=8), NOW + timedelta(hours=16))
    people = Recipients(
        [ADA, BEN, ADA, CAI],
        ["1", "2", "1", "3"],
        {"Name": ["Ada", "Ben", "Ada", "Cai"], "City": ["Kiel", "Bonn", "Ulm", "Jena"]},
        {1: (past, coming), 3: (past,)},
    )
    texts = (Message("Hello {Name} in {City}", people, "English"), Message("Bye", Recipients([CAI], [""])))
    options = Options(src="Nordlicht", start_at=NOW - timedelta(days=1), blackouts=(past, coming))
    return Campaign(
        CampaignId("first"),
        "Autumn",
        "Shop",
        texts,
        options,
        left_out=LeftOut(invalid=3),
        period_names={past: "Night", coming: "Fair"},
    )


def test_the_new_campaign_has_the_texts_and_fields_of_those_it_follows() -> None:
    some = [
        Sent(ADA, "1", "Ada", "Hello Ada in Ulm", Reach.MISSED),
        Sent(BEN, "2", "Ben", "Hello Ben in Bonn", Reach.MISSED),
        Sent(CAI, "3", "Cai", "Hello Cai in Jena", Reach.REACHED),
    ]
    made = follow_up(first(), some, BY_DEFAULT, NEW, NOW)
    assert (made.id, made.name, made.follows) == ("new", "Autumn, follow-up", "first")
    (message,) = made.messages
    assert (message.text, message.name) == ("Hello {Name} in {City}", "English")
    assert [*message.recipients.dst] == [BEN, ADA]
    assert [*message.recipients.fields["City"]] == ["Bonn", "Ulm"]
    coming = first().options.blackouts[1]
    assert dict(message.recipients.blackouts) == {0: (coming,)}
    assert made.options == replace(first().options, start_at=None, blackouts=(coming,))
    assert made.period_names == {coming: "Fair"}
    assert made.left_out == LeftOut()


def test_one_number_in_two_texts_is_told_apart_by_what_it_got() -> None:
    made = follow_up(first(), [Sent(CAI, "", "Cai", "Bye", Reach.MISSED)], BY_DEFAULT, NEW, NOW)
    assert [message.text for message in made.messages] == ["Bye"]


def test_who_is_there_twice_and_was_missed_once_is_written_to_once() -> None:
    twice = Campaign(CampaignId("first"), "Twice", "Shop", (Message("Hi", Recipients([ADA, ADA], ["", ""])),))
    made = follow_up(twice, [Sent(ADA, "", "", "Hi", Reach.MISSED)], BY_DEFAULT, NEW, NOW)
    assert made.sms_count == 1


def test_of_another_program_the_people_are_known_and_the_text_may_be() -> None:
    some = [
        Sent(ADA, "1", "Ada", None, Reach.MISSED),
        Sent(BEN, "2", "", "Braces {stay}", Reach.MISSED),
    ]
    made = follow_up(None, some, BY_DEFAULT, NEW, NOW)
    assert [(m.text, m.literal, [*m.recipients.dst]) for m in made.messages] == [
        ("", False, [ADA]),
        ("Braces {stay}", True, [BEN]),
    ]
    assert made.follows is None


def test_nobody_to_write_to_makes_an_empty_draft_with_the_first_text() -> None:
    made = follow_up(first(), [], BY_DEFAULT, NEW, NOW)
    assert made.sms_count == 0
    assert made.messages[0].text == "Hello {Name} in {City}"
