"""What the composer does with a draft: each verb one step to undo, saved as it is, checked piece by piece."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.figures import Review
from smsdesk.core.options import Options
from smsdesk.core.people import read_people
from smsdesk.core.prices import Prices
from smsdesk.core.recipients import Added, Blackened, Edited, Recipients, Removed, patched
from smsdesk.core.rules import WEEKEND, Answer, Rule, RuleKind
from smsdesk.desk import checking, open_campaign
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.checking import Pieces
from smsdesk.desk.desk import Desk
from smsdesk.store.workspace import Store

NOW = datetime(2031, 3, 1, 20, tzinfo=UTC)
NIGHT, DAY = (Period(NOW + timedelta(hours=h), NOW + timedelta(hours=h + 10)) for h in (0, 24))
RULES = (
    Rule(RuleKind.HOURS),
    Rule(RuleKind.DAYS, WEEKEND, zone="UTC", last=date(2031, 4, 1), answer=Answer.LATER),
)
ONE, TWO, THREE = (f"+49176040690{n}" for n in (12, 31, 13))
PEOPLE = Recipients(
    [ONE, TWO, THREE], ["", "", ""], {"name": ["Ada", "Zoë’s", "Al–"], "language": ["de", "EN", "de "]}
)


async def turn(_: float) -> None:
    await asyncio.sleep(0)


def on_desk(folder: Path, act: Callable[[Desk, OpenCampaign], Awaitable[None]]) -> list[Any]:
    """Runs an act on a draft with people; answers what a person would have been told."""
    told: list[Any] = []

    async def scene() -> None:
        store = Store.open(folder)
        desk = Desk(store, None, now=lambda: NOW, sleep=turn)  # type: ignore[arg-type]  # nobody sends
        desk.on_notice(told.append)
        try:
            async with desk:
                opened = await desk.campaigns.create("Autumn")
                opened.add_recipients(0, PEOPLE)
                opened.write_text(0, "Dear {name|friend’s}, soon…")
                opened.set_options(Options(invalid_characters="TO_UTF16", status_requested=True))
                await settled(opened)
                await opened.check_now()
                await act(desk, opened)
        finally:
            store.close()

    asyncio.run(scene())
    return told


async def settled(opened: OpenCampaign) -> None:
    while opened.busy:
        await asyncio.sleep(0)
    await opened.save()


VERBS: dict[str, Callable[[OpenCampaign], object]] = {
    "set_rules": lambda opened: opened.set_rules(RULES),
    "set_periods": lambda opened: opened.set_periods([NIGHT, DAY], RULES, {NIGHT: "night"}),
    "name_period": lambda opened: opened.name_period(NIGHT, "first night"),
    "split_message": lambda opened: opened.split_message(0, "language"),
    "replace_characters": lambda opened: opened.replace_characters(0, "*"),
    "use_template": lambda opened: opened.use_template(0, "Hi", Options(src="shop", blackouts=(DAY,))),
    "write_text": lambda opened: opened.write_text(0, "Hi"),
}


@pytest.mark.parametrize("at_once", [20_000, 0])
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_one_step_to_undo_and_reopens_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, at_once: int
) -> None:
    monkeypatch.setattr(open_campaign, "AT_ONCE", at_once)

    async def act(desk: Desk, opened: OpenCampaign) -> None:
        opened.set_periods([NIGHT], [])
        before = opened.campaign
        VERBS[verb](opened)
        await settled(opened)
        after = opened.campaign
        assert after != before
        again = await desk.campaigns.open(after.id)
        assert again.campaign == after
        assert again.campaign.period_names == after.period_names
        opened.undo()
        await settled(opened)
        assert opened.campaign == before
        opened.redo()
        await settled(opened)
        assert (opened.campaign, opened.can_redo) == (after, False)

    assert on_desk(tmp_path / "w", act) == []


def test_a_split_has_a_message_for_each_value_and_what_was_typed_meanwhile(tmp_path: Path) -> None:
    async def act(_: Desk, opened: OpenCampaign) -> None:
        opened.split_message(0, "language")
        opened.write_text(0, "Hello {name}")
        await settled(opened)
        messages = opened.campaign.messages
        assert [(m.name, m.text, list(m.recipients.dst)) for m in messages] == [
            ("de", "Hello {name}", [ONE, THREE]),
            ("EN", "Hello {name}", [TWO]),
        ]
        opened.undo()
        assert [len(m.recipients) for m in opened.campaign.messages] == [3]

    assert on_desk(tmp_path / "w", act) == []


def test_a_split_by_a_column_of_very_many_values_is_told_and_changes_nothing(tmp_path: Path) -> None:
    async def act(_: Desk, opened: OpenCampaign) -> None:
        count = 101
        numbers = [f"+4917604{n:06}" for n in range(count)]
        opened.add_message("second")
        opened.add_recipients(1, Recipients(numbers, [""] * count, {"name": [*map(str, range(count))]}))
        before = opened.campaign
        opened.split_message(1, "name")
        await settled(opened)
        assert opened.campaign == before

    (notice,) = on_desk(tmp_path / "w", act)
    assert notice.error.values == {"reason": "split", "column": "name", "most": 100}


@pytest.mark.parametrize(
    ("source", "text", "names"),
    [
        ("", "Dear {name|friend's}, soon...", ["Ada", "Zoë’s", "Al–"]),
        ("name", "Dear {name|friend’s}, soon…", ["Ada", "Zoë's", "Al-"]),
        ("*", "Dear {name|friend's}, soon...", ["Ada", "Zoë's", "Al-"]),
    ],
)
def test_characters_are_replaced_where_they_were_asked_to_be(
    tmp_path: Path, source: str, text: str, names: list[str]
) -> None:
    async def act(_: Desk, opened: OpenCampaign) -> None:
        opened.replace_characters(0, source)
        message = opened.campaign.messages[0]
        assert (message.text, list(message.recipients.fields["name"])) == (text, names)
        opened.replace_characters(0, source)
        opened.undo()
        assert opened.campaign.messages[0].text == "Dear {name|friend’s}, soon…"

    assert on_desk(tmp_path / "w", act) == []


def test_a_saving_that_is_promised_is_made(tmp_path: Path) -> None:
    async def act(_: Desk, opened: OpenCampaign) -> None:
        opened.write_text(0, "{name} " + "long " * 20)
        before = await opened.check_now()
        (saving,) = (p for p in before.problems if p.code == "saving_characters")
        assert (saving.where.message, saving.where.column) == (0, "name")
        opened.replace_characters(0, str(saving.where.column))
        after = await opened.check_now()
        assert before.totals.parts - after.totals.parts == saving.values["saves"] > 0

    assert on_desk(tmp_path / "w", act) == []


def test_a_template_leaves_start_and_periods(tmp_path: Path) -> None:
    async def act(_: Desk, opened: OpenCampaign) -> None:
        opened.set_options(Options(start_at=NOW, blackouts=(NIGHT,), src="old"))
        opened.use_template(0, "Hi", Options(start_at=NOW + timedelta(1), blackouts=(DAY,), max_parts=3))
        assert opened.campaign.options == Options(start_at=NOW, blackouts=(NIGHT,), max_parts=3)
        opened.use_template(0, "Ho")
        assert opened.campaign.options.max_parts == 3

    assert on_desk(tmp_path / "w", act) == []


def test_names_go_with_their_periods(tmp_path: Path) -> None:
    async def act(_: Desk, opened: OpenCampaign) -> None:
        opened.set_periods([NIGHT, DAY], [])
        opened.name_period(DAY, "day")
        opened.name_period(NIGHT, "night")
        opened.set_periods([NIGHT], RULES)
        assert opened.campaign.period_names == {NIGHT: "night"}
        opened.name_period(NIGHT, "")
        assert opened.campaign.period_names == {}

    assert on_desk(tmp_path / "w", act) == []


def test_what_a_person_gets_is_there_at_once(tmp_path: Path) -> None:
    async def act(_: Desk, opened: OpenCampaign) -> None:
        opened.set_periods([NIGHT], [])
        await opened.check_now()
        opened.write_text(0, "Hi {name}")
        look = opened.person(0, 1)
        assert (opened.fresh, look.text) == (False, "Hi Zoë’s")
        assert look.parts is not None
        assert (look.parts.parts, look.parts.units) == (1, 8)
        assert look.way is not None
        assert look.way.arrives_at == NIGHT.end
        assert (opened.person(0, 7).text, opened.person(0, 7).way) == ("Hi ", None)

    assert on_desk(tmp_path / "w", act) == []


def test_only_the_newest_text_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audited: list[str] = []
    audit = checking.audit

    def watched(message: Message, *of: Any) -> Any:
        audited.append(message.text)
        return audit(message, *of)

    monkeypatch.setattr(checking, "audit", watched)

    async def act(_: Desk, opened: OpenCampaign) -> None:
        audited.clear()
        for end in range(1, 40):
            opened.write_text(0, "a" * end)
        while not opened.fresh:
            await asyncio.sleep(0)
        assert audited[-1] == "a" * 39
        assert len(audited) <= 2
        assert opened.review is not None
        assert opened.review.audits[0].longest_units == 39

    assert on_desk(tmp_path / "w", act) == []


def test_prices_and_the_do_not_contact_list_are_followed(tmp_path: Path) -> None:
    async def act(desk: Desk, opened: OpenCampaign) -> None:
        assert opened.review is not None
        assert opened.review.totals.cost is None
        await desk.prices.save(Prices("EUR", {"DE": Decimal("0.07")}))
        while opened.review.totals.cost is None:
            await asyncio.sleep(0)
        assert opened.review.totals.cost.amount == Decimal("0.07") * 3
        await desk.do_not_contact.add([TWO], "asked")
        await asyncio.sleep(0)
        assert (await opened.check_now()).left_out == 1
        again = await desk.campaigns.open(opened.campaign.id)
        assert again.review is not None
        assert again.review.totals.cost is not None

    assert on_desk(tmp_path / "w", act) == []


def told(checked: Review) -> tuple[Any, ...]:
    ways = [checked.effective.ways[way] for which in checked.effective.which for way in which]
    parts = [audit.parts.to_list() for audit in checked.audits]
    problems = [(problem, problem.values) for problem in checked.problems]
    return checked.totals, checked.listed, checked.arrivals, problems, ways, parts


texts = st.sampled_from(["Hi", "Hi {name}", "Hi {nam}", "{city|x} {name}", "", "Zoë’s", "{name}"])
numbers = st.sampled_from([ONE, TWO, THREE, "0176 04069012", "+4917500001", "x", "+61412345678"])


@st.composite
def edited(draw: Any, campaign: Campaign) -> Campaign:
    at = draw(st.integers(0, len(campaign.messages) - 1))
    message = campaign.messages[at]
    rows = message.recipients
    row = st.integers(0, len(rows) - 1)
    kinds = ["text", "options", "rules", "message", "region", "added"] + [
        "cell",
        "number",
        "out",
        "own",
    ] * bool(rows)
    match draw(st.sampled_from(kinds)):
        case "text":
            return campaign.with_message(at, replace(message, text=draw(texts)))
        case "options":
            blackouts = draw(st.sampled_from([(), (NIGHT,), (NIGHT, DAY)]))
            start = draw(st.sampled_from([None, NOW - timedelta(1), NOW + timedelta(1)]))
            limit, encoding = draw(st.sampled_from([None, 1, 99])), draw(st.sampled_from([None, "UTF-16"]))
            options = Options(blackouts=blackouts, start_at=start, max_parts=limit, encoding=encoding)
            return replace(campaign, options=options)
        case "rules":
            return replace(campaign, rules=draw(st.sampled_from([(), RULES, RULES[:1]])))
        case "region":
            return replace(campaign, region=draw(st.sampled_from(["DE", "AT"])))
        case "message":
            one = (Message("Ho {name}", PEOPLE),) if len(campaign.messages) == 1 else ()
            return replace(campaign, messages=(campaign.messages[0], *one))
        case "cell":
            patch: Any = Edited(draw(row), draw(st.sampled_from(["field:name", "field:city"])), draw(texts))
        case "number":
            patch = Edited(draw(row), "dst", draw(numbers))
        case "out":
            patch = Removed((draw(row),))
        case "own":
            patch = Blackened({draw(row): draw(st.sampled_from([(), (NIGHT,), (DAY,)]))})
        case _:
            patch = Added(PEOPLE)
    return campaign.with_message(at, replace(message, recipients=patched(rows, patch)))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_review_of_kept_pieces_is_one_made_anew(data: st.DataObject) -> None:
    """Whatever changes, in whatever order: nothing is kept that the change touches."""
    pieces, listed, zone = Pieces(), (), "Europe/Berlin"
    rows = patched(Recipients(), Added(PEOPLE))
    campaign = Campaign(CampaignId("0" * 32), "Autumn", "Main", (Message("Hi {name}", rows),))
    for _ in range(6):
        campaign = data.draw(edited(campaign))
        listed = data.draw(st.sampled_from([(), (ONE,)])) if data.draw(st.booleans()) else listed
        kept = pieces.review(campaign, NOW, ["Main"], listed, None, zone, lambda: True)
        assert kept is not None
        assert told(kept) == told(review(campaign, NOW, ["Main"], listed, None, zone))


def test_pieces_that_nobody_wants_any_more_are_not_made() -> None:
    campaign = Campaign(
        CampaignId("0" * 32), "Autumn", messages=(Message("Hi", PEOPLE), Message("Ho", PEOPLE))
    )
    pieces, asked = Pieces(), iter([True, True, False])
    assert pieces.review(campaign, NOW, [], (), None, "UTC", lambda: next(asked)) is None
    assert (pieces.people.value, [*pieces.audits]) == (read_people(campaign, ()), [0])


@pytest.mark.parametrize(
    "options",
    [{"encoding": "UTF-16"}, {"max_parts": 1}, {"invalid_characters": "REPLACE"}, {"blackouts": (NIGHT,)}],
)
def test_an_option_that_figures_depend_on_makes_them_anew(options: dict[str, Any]) -> None:
    campaign = Campaign(CampaignId("0" * 32), "Autumn", messages=(Message("ą" * 71 + "a" * 90, PEOPLE),))
    pieces = Pieces()
    for chosen in (Options(), Options(**options), Options()):
        made = replace(campaign, options=chosen)
        kept = pieces.review(made, NOW, [], (), None, "UTC", lambda: True)
        assert kept is not None
        assert told(kept) == told(review(made, NOW, []))
