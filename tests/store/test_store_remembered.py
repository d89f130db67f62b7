"""Templates, sets of options, prices, and how drafts were left: kept, brought back, and hostile content."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY
from sqlalchemy import insert, update

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.options import Options
from smsdesk.core.prices import Prices
from smsdesk.core.recipients import Recipients
from smsdesk.core.remembered import View, as_template, lasting_options
from smsdesk.store import drafts, option_sets, prices, settings, templates, views
from smsdesk.store.plain_options import plain_options, read_options
from smsdesk.store.schema import campaigns
from smsdesk.store.schema import option_sets as option_sets_table
from smsdesk.store.schema import templates as templates_table

OPTIONS = Options(src="Nordlicht", flash=False, validity_min=120, encoding="UTF-16")
NIGHT = Period(datetime(2031, 3, 1, 20, tzinfo=UTC), datetime(2031, 3, 2, 8, tzinfo=UTC))
PEOPLE = Recipients(["+49176"], ["R"], {"first name": ["Ada"]})


def save(workspace: Any, name: str, text: str = "Hello {first name}", *more: Any) -> Any:
    return workspace.write(templates.save, name, text, None, workspace.passes(minutes=1), *more)


def names(workspace: Any) -> list[str]:
    return [one.name for one in workspace.read(templates.every)]


# -- templates -----------------------------------------------------------------------------------


def test_a_template_comes_back_as_it_was(workspace: Any) -> None:
    text = "{first name|customer}, {{today}} in {City} {first name}"
    template_id = workspace.write(templates.save, "Parcel", text, OPTIONS, workspace.now)
    (one,) = workspace.read(templates.every)
    assert (one.id, one.name, one.text, one.options) == (template_id, "Parcel", text, OPTIONS)
    assert (one.fields, one.used_at) == (("first name", "City"), workspace.now)


def test_any_text_is_kept(workspace: Any) -> None:
    texts = [*NAUGHTY, "\ud800 half", "a\0b", "x" * 800_000]
    for text in texts:
        save(workspace, "Any", text)
    assert [one.text for one in workspace.read(templates.every)] == texts[::-1]


def test_the_one_used_last_stands_first(workspace: Any) -> None:
    first, _, _ = (save(workspace, name) for name in "abc")
    assert names(workspace) == ["c", "b", "a"]
    workspace.write(templates.use, first, workspace.passes(minutes=1))
    assert names(workspace) == ["a", "c", "b"]
    workspace.write(templates.rename, first, "z")
    assert names(workspace) == ["z", "c", "b"]


def test_deleted_and_replaced_ones_are_brought_back(workspace: Any) -> None:
    first, second = save(workspace, "a", "one"), save(workspace, "b")
    workspace.write(templates.discard, second)
    assert names(workspace) == ["a"]
    workspace.write(templates.restore, second)
    assert names(workspace) == ["b", "a"]
    new = save(workspace, "a", "two", first)
    assert [(one.name, one.text) for one in workspace.read(templates.every)] == [
        ("a", "two"),
        ("b", "Hello {first name}"),
    ]
    workspace.write(templates.discard, new)
    workspace.write(templates.restore, first)
    assert [one.text for one in workspace.read(templates.every)][1] == "one"


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xff", b"x\x9c\x03\x00\x00\x00\x00\x01", templates.packed(["no", "template"])]
)
def test_a_damaged_template_leaves_the_others(workspace: Any, body: bytes) -> None:
    save(workspace, "good"), save(workspace, "bad")
    of_name = templates_table.c.name == "bad"
    workspace.write(lambda c: c.execute(update(templates_table).where(of_name).values(body=body)))
    assert names(workspace) == ["good"]


# -- texts that were sent ------------------------------------------------------------------------


def test_recent_texts_are_those_sent_newest_first_each_once(
    workspace: Any, make: Callable[..., Campaign]
) -> None:
    texts = ["Hello {first name}", "Parcel", "Hello {first name}", "News"]
    for number, text in enumerate(texts, 1):
        workspace.queued(make(number=number, messages=(Message(text, PEOPLE),)))
        workspace.passes(minutes=1)
    workspace.write(drafts.save_head, make(number=9, messages=(Message("A draft", PEOPLE),)), workspace.now)
    assert workspace.read(templates.recent_texts, 20) == ("News", "Hello {first name}", "Parcel")
    assert workspace.read(templates.recent_texts, 2) == ("News", "Hello {first name}")


def test_blank_texts_requests_and_damaged_campaigns_are_no_recent_texts(
    workspace: Any, make: Callable[..., Campaign]
) -> None:
    several = (Message("Hello", PEOPLE), Message(" ", PEOPLE), Message("{raw}", PEOPLE, literal=True))
    good, bad = make(number=1, messages=several), make(number=2, messages=(Message("Lost", PEOPLE),))
    for campaign in (good, bad):
        workspace.queued(campaign)
    of_bad = campaigns.c.id == bad.id
    workspace.write(lambda c: c.execute(update(campaigns).where(of_bad).values(head=b"\x00")))
    assert workspace.read(templates.recent_texts, 20) == ("Hello",)


def test_braces_of_a_literal_text_stay_braces() -> None:
    assert as_template(Message("{a} }", literal=True)) == "{{a}} }}"
    assert as_template(Message("{a}")) == "{a}"


# -- sets of options -----------------------------------------------------------------------------


def test_sets_belong_to_their_account_and_stand_by_name(workspace: Any) -> None:
    for account, name in (("Main", "Shop"), ("Main", "Alarm"), ("Other", "Shop")):
        workspace.write(option_sets.save, account, name, replace(OPTIONS, billcode=account))
    found = workspace.read(option_sets.of, "Main")
    assert [(one.name, one.account, one.options.billcode) for one in found] == [
        ("Alarm", "Main", "Main"),
        ("Shop", "Main", "Main"),
    ]
    assert workspace.read(option_sets.of, "Nobody") == ()


def test_saving_under_a_name_again_keeps_the_default(workspace: Any) -> None:
    shop = workspace.write(option_sets.save, "Main", "Shop", OPTIONS)
    alarm = workspace.write(option_sets.save, "Main", "Alarm", OPTIONS)
    other = workspace.write(option_sets.save, "Other", "Shop", OPTIONS)
    workspace.write(option_sets.make_default, "Other", other)
    workspace.write(option_sets.make_default, "Main", shop)
    assert workspace.write(option_sets.save, "Main", "Shop", Options(src="New")) == shop
    found = {one.name: one for one in workspace.read(option_sets.of, "Main")}
    assert (found["Shop"].options.src, found["Shop"].default, found["Alarm"].default) == ("New", True, False)
    workspace.write(option_sets.make_default, "Main", alarm)
    assert [one.default for one in workspace.read(option_sets.of, "Main")] == [True, False]
    workspace.write(option_sets.make_default, "Main", None)
    assert not any(one.default for one in workspace.read(option_sets.of, "Main"))
    assert workspace.read(option_sets.of, "Other")[0].default
    workspace.write(option_sets.make_default, "Other", None)
    workspace.write(option_sets.make_default, "Main", other)
    assert not workspace.read(option_sets.of, "Other")[0].default
    assert not any(one.default for one in workspace.read(option_sets.of, "Main"))
    workspace.write(option_sets.remove, shop)
    assert [one.name for one in workspace.read(option_sets.of, "Main")] == ["Alarm"]


def test_a_damaged_set_leaves_the_others(workspace: Any) -> None:
    workspace.write(option_sets.save, "Main", "Good", OPTIONS)
    for name, content in (("Bad", b"\x00"), ("Newer", templates.packed({"unheard": 1, "start_at": None}))):
        row = {"account": "Main", "name": name, "options": content, "default": True}
        workspace.write(lambda c, row=row: c.execute(insert(option_sets_table).values(row)))
    assert [one.name for one in workspace.read(option_sets.of, "Main")] == ["Good"]


def test_neither_start_nor_blackouts_are_lasting() -> None:
    bound = replace(OPTIONS, start_at=NIGHT.start, blackouts=(NIGHT,))
    assert lasting_options(bound) == OPTIONS
    assert read_options(plain_options(bound)) == bound


# -- prices --------------------------------------------------------------------------------------


@given(
    st.dictionaries(st.text("ABCZ", min_size=2, max_size=2), st.decimals("0", "999999", places=6)),
    st.none() | st.decimals("0", "999999", places=4),
)
def test_no_digit_of_a_price_is_lost(by_region: dict[str, Decimal], other: Decimal | None) -> None:
    one = Prices("EUR", by_region, other)
    assert prices._read(prices.json.dumps(prices._plain(one))) == one


def test_a_price_list_is_kept_replaced_and_taken_away(workspace: Any) -> None:
    assert workspace.read(prices.load) is None
    for one in (Prices("EUR", {"DE": Decimal("0.075")}), Prices("CHF", {}, Decimal("0.2000"))):
        workspace.write(prices.save, one)
        found = workspace.read(prices.load)
        assert (found, dict(found.by_region)) == (one, dict(one.by_region))
    workspace.write(prices.save, None)
    assert workspace.read(prices.load) is None


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "7",
        '{"currency": "EUR"}',
        '{"currency": "EUR", "other": "x", "by_region": {}}',
        '{"currency": "EUR", "other": null, "by_region": []}',
        '{"currency": "EUR", "other": null, "by_region": {"DE": null}}',
    ],
)
def test_a_price_list_that_cannot_be_read_is_none(workspace: Any, content: str) -> None:
    workspace.write(settings.put, "prices", content)
    assert workspace.read(prices.load) is None


# -- how drafts were left ------------------------------------------------------------------------


def test_a_view_is_kept_for_a_draft_on_disk_only(workspace: Any, make: Callable[..., Campaign]) -> None:
    first, second = make(number=1), make(number=2)
    workspace.write(drafts.save_head, first, workspace.now)
    for view in (View("messages", 1, 10, 4, 7, 90), View("review")):
        workspace.write(views.keep, first.id, view)
        assert workspace.read(views.load, first.id) == view
    workspace.write(views.keep, second.id, View("options"))
    assert workspace.read(views.load, second.id) is None
    assert workspace.read(views.load, CampaignId("")) is None


def test_the_view_of_a_discarded_draft_goes_unless_it_comes_back_first(
    workspace: Any, make: Callable[..., Campaign]
) -> None:
    first, second = make(number=1), make(number=2)
    for campaign in (first, second):
        workspace.write(drafts.save_head, campaign, workspace.now)
        workspace.write(views.keep, campaign.id, View("schedule"))
    workspace.write(drafts.discard, first.id)
    workspace.write(drafts.restore, first.id)
    assert workspace.read(views.load, first.id) == View("schedule")
    workspace.write(drafts.discard, first.id)
    workspace.write(views.keep, second.id, View("review"))
    assert workspace.read(views.load, first.id) is None
    assert workspace.read(views.load, second.id) == View("review")
