"""Drafts: what was typed is there again, edits and undo included; what was sent never changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, LeftOut, Message
from smsdesk.core.columns import well_formed
from smsdesk.core.errors import InputError, WorkspaceBroken
from smsdesk.core.options import Options
from smsdesk.core.recipients import (
    Added,
    Blackened,
    Edited,
    ListChange,
    Patch,
    Recipients,
    Removed,
    Written,
    in_columns,
    patched,
)
from smsdesk.store import drafts, packing, schema

ZONE = timezone(timedelta(hours=2))
NIGHT = Period(datetime(2031, 3, 1, 20, tzinfo=ZONE), datetime(2031, 3, 2, 8, 0, 0, 1000, tzinfo=ZONE))
FULL = Campaign(
    CampaignId("f" * 32),
    "Spring – “sale”",
    "Main",
    (
        Message("Hello {name} 😀", name="English"),
        Message("{literal", literal=True),
    ),
    Options(
        src="Praxis",
        encoding="UTF-16",
        validity_min=0,
        flash=False,
        start_at=datetime(2031, 3, 1, 9, tzinfo=ZONE),
        blackouts=(NIGHT,),
    ),
    "AT",
    LeftOut(1, 2, 3, 4, 5),
)
ROWS = Recipients(
    ["+49176", "+49177", "+49178"], ["", "R2", ""], {"name": ["Ada", "", "Zoë\n"]}, {1: (NIGHT,)}
)


def saved(workspace: Any, campaign: Campaign) -> None:
    workspace.write(drafts.save_head, campaign, workspace.now)
    for index, message in enumerate(campaign.messages):
        workspace.write(drafts.save_base, campaign.id, index, message.recipients, workspace.now)


def test_saved_and_loaded_is_equal(workspace: Any) -> None:
    campaign = FULL.with_message(1, replace(FULL.messages[1], recipients=ROWS))
    saved(workspace, campaign)
    found = workspace.read(drafts.load, campaign.id)
    without = replace(found.messages[0], recipients=campaign.messages[0].recipients)
    assert found.with_message(0, without) == campaign
    assert found.messages[1] == campaign.messages[1]
    assert list(found.messages[0].recipients) == []
    assert found.options.start_at.utcoffset() == timedelta(hours=2)


def test_an_unknown_campaign(workspace: Any) -> None:
    with pytest.raises(InputError) as told:
        workspace.read(drafts.load, CampaignId("0" * 32))
    assert told.value.values == {"reason": "no_campaign"}


PATCHES: list[Patch] = [
    Edited(0, "field:name", "Ada L."),
    Added(Recipients(["+43664"], ["R4"], {"city": ["Wien"]}, {0: (NIGHT,)})),
    Removed((0, 2)),
    Edited(1, "dst", "+43665"),
    Edited(0, "reference", "R2b"),
    Edited(1, "field:age", "36"),
    Written("field:city", {1: "Graz", 0: "Linz"}),
    Blackened({0: (), 1: (NIGHT, NIGHT)}),
]


def test_edits_are_laid_over_the_base_and_taken_back_one_by_one(workspace: Any) -> None:
    campaign = FULL.with_message(0, replace(FULL.messages[0], recipients=ROWS))
    saved(workspace, campaign)
    states = [ROWS]
    for patch in PATCHES:
        workspace.write(drafts.add_patch, campaign.id, 0, patch, workspace.passes(seconds=1))
        states.append(patched(states[-1], patch))
        assert list(workspace.read(drafts.load, campaign.id).messages[0].recipients) == list(states[-1])
    assert [row.dst for row in states[-1]] == ["+49177", "+43665"]
    assert workspace.read(drafts.lines)[0].saved_at == workspace.now
    for state in reversed(states[:-1]):
        workspace.write(drafts.drop_patch, campaign.id, 0, workspace.now)
        assert list(workspace.read(drafts.load, campaign.id).messages[0].recipients) == list(state)
    workspace.write(drafts.drop_patch, campaign.id, 0, workspace.now)
    assert list(workspace.read(drafts.load, campaign.id).messages[0].recipients) == list(ROWS)


def test_edits_of_one_message_leave_the_others(workspace: Any) -> None:
    saved(workspace, replace(FULL, messages=(Message("a", ROWS), Message("b", ROWS))))
    workspace.write(drafts.add_patch, FULL.id, 0, Removed((0,)), workspace.now)
    workspace.write(drafts.add_patch, FULL.id, 1, Removed((1,)), workspace.now)
    workspace.write(drafts.drop_patch, FULL.id, 0, workspace.now)
    found = workspace.read(drafts.load, FULL.id)
    assert [list(message.recipients.dst) for message in found.messages] == [
        ["+49176", "+49177", "+49178"],
        ["+49176", "+49178"],
    ]


def test_a_new_base_forgets_the_edits(workspace: Any) -> None:
    saved(workspace, FULL)
    workspace.write(drafts.add_patch, FULL.id, 0, Added(ROWS), workspace.now)
    workspace.write(drafts.save_base, FULL.id, 0, ROWS, workspace.now)
    assert list(workspace.read(drafts.load, FULL.id).messages[0].recipients) == list(ROWS)


def test_the_list_of_a_message_that_was_taken_away_does_not_come_back(workspace: Any) -> None:
    saved(workspace, replace(FULL, messages=(Message("a"), Message("b", ROWS))))
    workspace.write(drafts.add_patch, FULL.id, 1, Removed((0,)), workspace.now)
    workspace.write(drafts.save_head, replace(FULL, messages=(Message("a"),)), workspace.now)
    workspace.write(drafts.save_head, replace(FULL, messages=(Message("a"), Message("c"))), workspace.now)
    found = workspace.read(drafts.load, FULL.id)
    assert (found.messages[1].text, len(found.messages[1].recipients)) == ("c", 0)


def test_the_one_touched_last_stands_first(workspace: Any, make: Callable[..., Campaign]) -> None:
    for number in (1, 2, 3):
        workspace.write(drafts.save_head, make(number, number), workspace.passes(minutes=1))
    workspace.write(drafts.save_base, make(number=1).id, 0, ROWS, workspace.passes(minutes=1))
    workspace.write(drafts.save_head, replace(make(2, 2), name="Two"), workspace.passes(minutes=1))
    lines = workspace.read(drafts.lines)
    assert [(line.name, line.sms_count, line.sent) for line in lines] == [
        ("Two", 2, False),
        ("Campaign 1", 1, False),
        ("Campaign 3", 3, False),
    ]
    assert (lines[0].account, lines[0].saved_at, lines[0].sent_at) == ("Main", workspace.now, None)


def test_deleted_and_brought_back(workspace: Any) -> None:
    saved(workspace, FULL)
    workspace.write(drafts.discard, FULL.id)
    assert workspace.read(drafts.lines) == ()
    workspace.write(drafts.restore, FULL.id)
    assert [line.id for line in workspace.read(drafts.lines)] == [FULL.id]


def test_what_was_sent_stays_as_it_was_sent(workspace: Any, make: Callable[..., Campaign]) -> None:
    campaign = make(2)
    saved(workspace, campaign)
    assert not workspace.read(drafts.is_sent, campaign.id)
    workspace.queued(campaign)
    before = workspace.read(drafts.load, campaign.id), workspace.read(drafts.lines)
    workspace.passes(hours=1)
    workspace.write(drafts.save_head, replace(campaign, name="Other", messages=(Message(),)), workspace.now)
    workspace.write(drafts.save_base, campaign.id, 0, ROWS, workspace.now)
    workspace.write(drafts.add_patch, campaign.id, 0, Removed((0,)), workspace.now)
    workspace.write(drafts.drop_patch, campaign.id, 0, workspace.now)
    workspace.write(drafts.discard, campaign.id)
    assert workspace.read(drafts.is_sent, campaign.id)
    assert (workspace.read(drafts.load, campaign.id), workspace.read(drafts.lines)) == before
    (line,) = workspace.read(drafts.lines)
    assert (line.sent, line.waiting, line.delivered, line.failed) == (True, 2, 0, 0)


texts = st.text(max_size=6)
columns = st.integers(0, 4).flatmap(
    lambda height: st.builds(
        Recipients,
        *[st.lists(texts, min_size=height, max_size=height)] * 2,
        st.dictionaries(texts, st.lists(texts, min_size=height, max_size=height), max_size=3),
        st.dictionaries(st.integers(0, height - 1), st.just((NIGHT,))) if height else st.just({}),
    )
)


@given(columns)
def test_any_list_is_packed_and_unpacked(rows: Recipients) -> None:
    assert packing.unpack_recipients(packing.pack_recipients(rows)) == rows
    assert packing.unpack_patch(packing.pack_patch(Added(rows))) == Added(rows)


places = st.integers(0, 2**32 - 1)


@given(
    st.lists(places).map(tuple),
    st.dictionaries(places, texts),
    st.dictionaries(places, st.sampled_from([(), (NIGHT,), (NIGHT, NIGHT)])),
    texts,
)
def test_any_edit_is_packed_and_unpacked(
    indices: tuple[int, ...],
    values: dict[int, str],
    periods: dict[int, tuple[Period, ...]],
    column: str,
) -> None:
    edits = [Edited(row, column, value) for row, value in values.items()]
    for patch in (Removed(indices), Written(column, values), Blackened(periods), *edits):
        assert packing.unpack_patch(packing.pack_patch(patch)) == patch


def of_version_1(rows: Recipients) -> dict[str, Any]:
    """A list as version 1 of the workspace wrote it."""
    periods = {
        str(row): [f"{p.start.isoformat()}/{p.end.isoformat()}" for p in own]
        for row, own in rows.blackouts.items()
    }
    return {
        "dst": list(rows.dst),
        "reference": list(rows.reference),
        "fields": {name: list(column) for name, column in rows.fields.items()},
        "blackouts": periods,
    }


def test_what_version_1_wrote_is_read(workspace: Any) -> None:
    half = Recipients(["+49"], ["\ud800"], {"na\udfffme": ["x"]}, {})
    plain = [
        {"added": of_version_1(half)},
        {"removed": [0, 2]},
        {"edited": [0, "reference", "R2"]},
    ]
    campaign = FULL.with_message(0, replace(FULL.messages[0], recipients=ROWS))
    saved(workspace, campaign)

    def as_it_was(connection: Any) -> None:
        base = packing.packed(of_version_1(ROWS))
        connection.execute(update(schema.bases).where(schema.bases.c.message == 0).values(columns=base))
        for patch in plain:
            values = {"campaign_id": FULL.id, "message": 0, "patch": packing.packed(patch)}
            connection.execute(insert(schema.patches).values(values))

    workspace.write(as_it_was)
    rows = workspace.read(drafts.load, FULL.id).messages[0].recipients
    truth = ROWS
    for patch in (Added(half), Removed((0, 2)), Edited(0, "reference", "R2")):
        truth = patched(truth, patch)
    assert rows == truth
    assert list(rows.fields) == ["name", "na\ufffdme"]
    assert rows.blackouts == {0: (NIGHT,)}


@pytest.mark.parametrize("content", [b"", b"x", b"SMSD\x02", b"SMSD\x02\0\0\0\xff", packing.packed({})[:-3]])
def test_what_is_damaged_is_said_to_be(workspace: Any, content: bytes) -> None:
    saved(workspace, FULL)
    whole = packing.pack_recipients(ROWS)
    for damaged in (content, whole[:-1], whole[: len(whole) // 2]):
        workspace.write(_put, damaged)
        with pytest.raises(WorkspaceBroken):
            workspace.read(drafts.load, FULL.id)


def _put(connection: Any, content: bytes) -> None:
    connection.execute(update(schema.bases).values(columns=content))


hostile = st.text(st.characters(exclude_categories=()), max_size=4)


@given(st.lists(hostile, min_size=2, max_size=2), st.lists(hostile, max_size=3, unique_by=well_formed))
def test_hostile_text_is_packed_as_a_column_holds_it(cells: list[str], names: list[str]) -> None:
    rows = Recipients(cells, cells[::-1], dict.fromkeys(names, cells), {1: (NIGHT,)})
    assert packing.unpack_recipients(packing.pack_recipients(rows)) == in_columns(rows)
    for patch in (Added(rows), Written(f"field:{names}", dict(enumerate(cells))), Edited(1, "dst", cells[0])):
        again = packing.unpack_patch(packing.pack_patch(patch))
        assert patched(rows, again) == patched(rows, patch)


def test_a_save_is_known_by_its_time_though_the_clock_stands(workspace: Any) -> None:
    now = workspace.now
    first, alone = workspace.write(drafts.save, FULL, (ListChange(0, base=ROWS),), now, None)
    second, _ = workspace.write(drafts.save, FULL, (ListChange(0, 0, (Removed((0,)),)),), now, first)
    assert (alone, first < second) == (True, True)
    whole = FULL.with_message(0, replace(FULL.messages[0], recipients=patched(ROWS, Removed((1,)))))
    _, alone = workspace.write(drafts.save, whole, (ListChange(0, 0, (Removed((1,)),)),), now, first)
    assert not alone
    assert list(workspace.read(drafts.load, FULL.id).messages[0].recipients) == list(
        whole.messages[0].recipients
    )


def test_times_are_kept_to_the_microsecond(workspace: Any) -> None:
    at = datetime(2031, 3, 1, 9, 0, 0, 123456, tzinfo=ZONE)
    workspace.write(drafts.save_head, FULL, at)
    assert workspace.read(drafts.lines)[0].saved_at == at.astimezone(UTC)
