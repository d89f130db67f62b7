"""What differs between two answers: only that, by recipient, whatever the order."""

import json
from typing import Any

from smsdesk.core.difference import difference


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def one(key: str, **values: Any) -> dict[str, Any]:
    return {"smsId": key, "dst": "+4917604069", "processStatus": "OPEN", **values}


def test_only_who_changed_is_named_with_what_changed() -> None:
    older = [one("S.1"), one("S.2", reason="x")]
    newer = [one("S.2", reason="x"), one("S.1", processStatus="DONE", status="SUC_FIN")]
    assert difference(body(older), body(newer)).splitlines() == [
        "  S.1  +4917604069",
        "- processStatus: OPEN",
        "+ processStatus: DONE",
        "+ status: SUC_FIN",
    ]


def test_who_came_and_who_went_is_told_whole() -> None:
    lines = difference(body([one("S.1")]), body([one("S.2")])).splitlines()
    assert "- smsId: S.1" in lines
    assert "+ smsId: S.2" in lines


def test_null_is_absent_as_everywhere_in_the_service() -> None:
    assert difference(body([one("S.1")]), body([one("S.1", status=None)])) == ""


def test_the_order_of_keys_and_people_is_no_difference() -> None:
    assert difference(body([one("S.1"), one("S.2")]), body([one("S.2"), one("S.1")])) == ""
    assert difference(b'{"a": 1, "b": 2}', b'{"b":2,"a":1}') == ""


def test_a_job_and_what_is_no_json_are_compared_line_by_line() -> None:
    changed = difference(b'{"jobId": "J.1"}', '{"jobId": "J.1", "finishedTs": "früh"}'.encode())
    assert '+ "finishedTs": "früh",' in changed
    assert difference(b"<html>\nold", b"<html>\nnew\xff").splitlines()[-2:] == ["-old", "+new\ufffd"]
