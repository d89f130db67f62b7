"""A campaign as a file: all of it comes back, and what is damaged, foreign or newer is refused whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naughty import NAUGHTY

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, LeftOut, Message
from smsdesk.core.campaign_file import read, written
from smsdesk.core.columns import well_formed
from smsdesk.core.errors import InputError
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Answer, Rule, RuleKind

ID = CampaignId("a" * 32)
START = datetime(2031, 3, 1, 9, 30, 15, 123456, timezone(timedelta(hours=5, minutes=45)))
NIGHT = Period(START, START + timedelta(hours=9))
DAY = Period(datetime(2031, 3, 2, tzinfo=UTC), datetime(2031, 3, 3, tzinfo=UTC))


def campaign(**changed: Any) -> Campaign:
    rows = Recipients(
        ["+4917604069012", "0176/04069031", ""],
        ["A1", "", "ß😀"],
        {"Name": ["Zoë", '"; DROP', ""], "": ["x", "y", "z"]},
        {0: (NIGHT, DAY), 2: (DAY,)},
    )
    whole = Campaign(
        ID,
        "März: “Aktion”",
        "Main",
        (Message("Hello {Name|you}", rows, "German"), Message("{ {{ literal", Recipients(), literal=True)),
        Options(
            "Praxis", "UTF-16", "", True, False, "March", 0, 3, "REFUSE", "EXPRESS", START, False, (NIGHT,)
        ),
        "AT",
        LeftOut(1, 2, 3, 4, 5),
        (
            Rule(RuleKind.HOURS, (0, 4), time(22), time(6, 30), zone="Europe/Vienna", answer=Answer.LATER),
            Rule(RuleKind.HOLIDAYS, country="DE", subdivision="BY", first=date(2031, 3, 1)),
        ),
        {NIGHT: "Night", DAY: "Inventory"},
    )
    return replace(whole, **changed)


def exact(made: Campaign) -> str:
    """All of a campaign, offsets of times included, which equality overlooks."""
    lists = [
        ([*m.recipients.dst], [*m.recipients.reference], {n: [*c] for n, c in m.recipients.fields.items()})
        for m in made.messages
    ]
    heads = [(m.text, m.name, m.literal, dict(m.recipients.blackouts)) for m in made.messages]
    return repr((lists, heads, replace(made, messages=())))


def refusal(content: bytes) -> dict[str, Any]:
    with pytest.raises(InputError) as caught:
        read(content, ID)
    return caught.value.values


texts = st.text(max_size=8) | st.sampled_from([text for text in NAUGHTY if len(text) < 100])
instants = st.datetimes(
    datetime(1, 1, 2),
    datetime(9999, 12, 30),
    timezones=st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(
        lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
    ),
).map(lambda at: at.replace(fold=0))
periods = (
    st.tuples(instants, instants)
    .map(sorted)
    .filter(lambda two: two[0] < two[1])
    .map(lambda two: Period(*two))
)
own = st.lists(periods, max_size=3).map(tuple)


@st.composite
def lists(draw: st.DrawFn) -> Recipients:
    height = draw(st.integers(0, 4))
    column = st.lists(texts.map(well_formed), min_size=height, max_size=height)
    names = st.dictionaries(texts.map(well_formed), column, max_size=3)
    rows = st.dictionaries(st.integers(0, height - 1), own, max_size=3) if height else st.just({})
    return Recipients(draw(column), draw(column), draw(names), draw(rows))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


options = st.builds(
    Options,
    **{
        name: maybe(texts)
        for name in ("src", "encoding", "billcode", "reference", "invalid_characters", "qos")
    },
    **{name: maybe(st.booleans()) for name in ("status_requested", "flash", "duplicate_detection")},
    validity_min=maybe(st.integers(-5, 2**31 - 1)),
    max_parts=maybe(st.integers(-5, 300)),
    start_at=maybe(instants),
    blackouts=own,
)
clocks = st.times().map(lambda clock: clock.replace(fold=0))
rules = st.builds(
    Rule,
    st.sampled_from(RuleKind),
    st.lists(st.integers(0, 6), max_size=7).map(tuple),
    clocks,
    clocks,
    texts,
    texts,
    st.sampled_from(["", "UTC", "Europe/Berlin", "America/Argentina/Ushuaia"]),
    maybe(st.dates()),
    maybe(st.dates()),
    maybe(st.sampled_from(Answer)),
)
campaigns = st.builds(
    Campaign,
    st.just(ID),
    texts,
    texts,
    st.lists(st.builds(Message, texts, lists(), texts, st.booleans()), min_size=1, max_size=3).map(tuple),
    options,
    texts,
    st.builds(LeftOut, *[st.integers(0, 9)] * 5),
    st.lists(rules, max_size=3).map(tuple),
    st.dictionaries(periods, texts, max_size=2),
)


@settings(max_examples=50)
@given(campaigns)
def test_everything_comes_back(made: Campaign) -> None:
    back = read(written(made), ID)
    assert exact(back) == exact(made)
    assert back == made


def test_naughty_texts_come_back() -> None:
    rows = Recipients(NAUGHTY, NAUGHTY, dict.fromkeys(map(well_formed, NAUGHTY), NAUGHTY))
    made = campaign(messages=tuple(Message(text, rows, text) for text in NAUGHTY[:3]))
    assert read(written(made), ID) == made
    made = campaign(messages=tuple(Message(text, Recipients(), text) for text in NAUGHTY))
    assert read(written(made), ID) == made


def test_a_lone_half_of_a_character_survives_in_texts() -> None:
    made = campaign(name="half \ud83d", messages=(Message("\udc00"),))
    assert read(written(made), ID) == made


def test_the_file_can_be_read_by_people() -> None:
    content = written(campaign())
    assert content.startswith(b'{"smsdesk":"campaign","version":1,')
    assert "Zoë" in content.decode()
    assert read(b"\xef\xbb\xbf" + json.dumps(json.loads(content), indent=2).encode(), ID) == campaign()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe{}", b'{"smsdesk": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b"PK\x03\x04"],
)
def test_what_is_no_json_is_damaged(content: bytes) -> None:
    assert refusal(content) == {"reason": "campaign_damaged"}


def test_each_half_of_a_file_is_refused() -> None:
    content = written(campaign())
    for at in range(0, len(content) - 1, 7):
        assert refusal(content[:at]) == {"reason": "campaign_damaged"}


@pytest.mark.parametrize("content", [b"[]", b"1", b"null", b'{"messages": []}', b'{"smsdesk": "list"}'])
def test_another_json_is_foreign(content: bytes) -> None:
    assert refusal(content) == {"reason": "campaign_foreign"}


@pytest.mark.parametrize("version", [2, 10**30])
def test_a_newer_version_is_named(version: int) -> None:
    values = refusal(json.dumps({"smsdesk": "campaign", "version": version, "more": 1}).encode())
    assert values == {"reason": "campaign_newer", "version": min(version, 2**31 - 1)}


Change = Callable[[dict[str, Any]], object]
WRONG: dict[str, Change] = {
    "$.version": lambda f: f.update(version=True),
    "$.more": lambda f: f.update(more=1),
    "$.campaign": lambda f: f.update(campaign=[]),
    "$.campaign.name": lambda f: f["campaign"].update(name=1),
    "$.campaign.region": lambda f: f["campaign"].pop("region"),
    "$.campaign.notes": lambda f: f["campaign"].update(notes=""),
    "$.campaign.messages": lambda f: f["campaign"].update(messages=[]),
    "$.campaign.messages[1].literal": lambda f: f["campaign"]["messages"][1].update(literal=0),
    "$.campaign.options.start_at": lambda f: f["campaign"]["options"].update(start_at="2031-03-01T09:00"),
    "$.campaign.options.max_parts": lambda f: f["campaign"]["options"].update(max_parts=2**40),
    "$.campaign.options.flash": lambda f: f["campaign"]["options"].update(flash=1),
    "$.campaign.options.colour": lambda f: f["campaign"]["options"].update(colour="red"),
    "$.campaign.options.blackouts[0]": lambda f: f["campaign"]["options"].update(blackouts=["x"]),
    "$.campaign.rules[0].zone": lambda f: f["campaign"]["rules"][0].update(zone="../../etc/passwd"),
    "$.campaign.rules[0].weekdays": lambda f: f["campaign"]["rules"][0].update(weekdays=[7]),
    "$.campaign.rules[0].start": lambda f: f["campaign"]["rules"][0].update(start="20:00+01:00"),
    "$.campaign.rules[0].answer": lambda f: f["campaign"]["rules"][0].update(answer="both"),
    "$.campaign.rules[1].kind": lambda f: f["campaign"]["rules"][1].update(kind="moon"),
    "$.campaign.rules[1].first": lambda f: f["campaign"]["rules"][1].update(first="2031-02-30"),
    "$.campaign.period_names[0]": lambda f: f["campaign"].update(period_names=[["x"]]),
    "$.campaign.left_out.blank": lambda f: f["campaign"]["left_out"].update(blank=-1),
}  # fmt: skip
ROWS: dict[str, Change] = {
    "reference": lambda rows: rows["reference"].pop(),
    "dst[1]": lambda rows: rows["dst"].__setitem__(1, 49176),
    "fields.Name": lambda rows: rows["fields"]["Name"].append("x"),
    "fields.Name[0]": lambda rows: rows["fields"]["Name"].__setitem__(0, None),
    "fields": lambda rows: rows["fields"].update({"\ud800": ["", "", ""]}),
    "periods[0][1]": lambda rows: rows["periods"][0].__setitem__(1, "2031-03-02T00:00Z/2031-03-01T00:00Z"),
    "own[0]": lambda rows: rows["own"].__setitem__(0, [3, 0]),
    "own[1]": lambda rows: rows["own"].__setitem__(1, [0, 0]),
    "own[2]": lambda rows: rows["own"].append([1, 2]),
}  # fmt: skip


@pytest.mark.parametrize("path", WRONG)
def test_a_wrong_value_is_named_by_its_place(path: str) -> None:
    file = json.loads(written(campaign()))
    WRONG[path](file)
    assert refusal(json.dumps(file).encode()) == {"reason": "campaign_wrong", "path": path}


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "Europe", "/etc/passwd", "a\0b", "x" * 300])
def test_a_zone_that_there_is_not_is_a_wrong_value(zone: str) -> None:
    file = json.loads(written(campaign()))
    file["campaign"]["rules"][0]["zone"] = zone
    assert refusal(json.dumps(file).encode()) == {
        "reason": "campaign_wrong",
        "path": "$.campaign.rules[0].zone",
    }


@pytest.mark.parametrize("path", ROWS)
def test_a_wrong_value_in_a_list_is_named_by_its_place(path: str) -> None:
    file = json.loads(written(campaign()))
    ROWS[path](file["campaign"]["messages"][0]["recipients"])
    place = f"$.campaign.messages[0].recipients.{path}"
    assert refusal(json.dumps(file).encode()) == {"reason": "campaign_wrong", "path": place}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=3,
)


@settings(max_examples=50)
@given(st.data(), values)
def test_anything_in_any_place_is_read_or_refused(data: st.DataObject, value: Any) -> None:
    file = json.loads(written(campaign()))
    where: Any = file
    while isinstance(where, dict | list) and where:
        keys = [*where] if isinstance(where, dict) else range(len(where))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(where[key], dict | list) or data.draw(st.booleans()):
            where[key] = value
            break
        where = where[key]
    try:
        assert isinstance(read(json.dumps(file).encode(), ID), Campaign)
    except InputError as error:
        assert str(error.values["reason"]).startswith("campaign_")
