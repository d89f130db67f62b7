"""The log of acts: what is told of each, and how it is written."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.acts import VALUES, Act, ActId, Deed, What, act_json, as_json, runs

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def act(what: What | str = What.PAUSED, number: int = 1, **values: str | int) -> Act:
    return Act(ActId(number), AT, "Ada", what, values)


def test_each_act_has_its_values() -> None:
    assert set(VALUES) == set(What)
    for what in What:
        assert Deed(what, dict.fromkeys(VALUES[what], 1)).what is what


@pytest.mark.parametrize("values", [{}, {"account": "a", "number": "+49"}, {"name": "a"}])
def test_an_act_is_told_by_its_values_and_nothing_else(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^paused is told by account$"):
        Deed(What.PAUSED, values)


def test_an_act_of_a_newer_program_keeps_its_name() -> None:
    assert (act(What.LISTED).code, act("moonshot").code) == ("listed", "moonshot")


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ([], ""),
        ([7], "7"),
        ([1, 2], "1-2"),
        ([1, 2, 3, 7], "1-3, 7"),
        ([7, 3, 1, 2], "1-3, 7"),
        ([1, 3, 5], "1, 3, 5"),
        ([9, 10, 11], "9-11"),
    ],
)
def test_numbers_as_people_write_them(numbers: list[int], written: str) -> None:
    assert runs(numbers) == written


@given(st.sets(st.integers(1, 60)))
def test_runs_name_each_number_once(numbers: set[int]) -> None:
    told = [one.split("-") for one in runs(numbers).split(", ")] if numbers else []
    assert [n for one in told for n in range(int(one[0]), int(one[-1]) + 1)] == sorted(numbers)


def test_the_log_is_json_with_a_sentence_each() -> None:
    acts = [act(account="März"), act("moonshot", 2, n=3)]
    assert json.loads(as_json(acts, lambda one: f"did {one.code}")) == [
        {
            "id": 1,
            "at": "2026-11-26T09:30:00+00:00",
            "who": "Ada",
            "what": "paused",
            "values": {"account": "März"},
            "words": "did paused",
        },
        act_json(acts[1], "did moonshot"),
    ]
    assert "März".encode() in as_json(acts, str)
    assert json.loads(as_json([], str)) == []
