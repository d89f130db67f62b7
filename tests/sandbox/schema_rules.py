"""Loaded by schemathesis: the rules of the API that a schema cannot say, each by its name.

A request that fits the description and is refused all the same must be one of them; whatever else is
refused fails the run.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import schemathesis

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€"
)
LONGEST = timedelta(days=30)

Rule = Callable[[str, dict[str, str], Any], bool]
TIMES = ("fromTs", "toTs", "jobPeriod", "blackoutPeriods")


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _texts_of_times(body: dict[str, Any]) -> Iterator[str]:
    options = body.get("options") or {}
    if options.get("jobPeriod"):
        yield options["jobPeriod"]
    people = (one for message in body["messages"] for one in message["recipients"])
    for holder in (options, *people):
        for period in holder.get("blackoutPeriods") or ():
            yield from period.split("/")


def _is_time_no_calendar_has(path: str, query: dict[str, str], body: Any) -> bool:
    del path
    told = [query[name] for name in ("fromTs", "toTs") if name in query]
    told += _texts_of_times(body) if isinstance(body, dict) else []
    return any(_time(text) is None for text in told)


def _is_window_empty_or_over_30_days(path: str, query: dict[str, str], body: Any) -> bool:
    del path, body
    until = _time(query.get("toTs", datetime.now(UTC).isoformat()))
    if until is None or until - datetime.min.replace(tzinfo=UTC) < LONGEST:
        return True
    since = _time(query["fromTs"]) if "fromTs" in query else until - LONGEST
    return since is None or not timedelta(0) < until - since <= LONGEST


def _ends_a_blackout_before_it_begins(path: str, query: dict[str, str], body: Any) -> bool:
    del path, query
    times = list(_texts_of_times({**body, "options": {**(body.get("options") or {}), "jobPeriod": None}}))
    pairs = zip(map(_time, times[::2]), map(_time, times[1::2]), strict=True)
    return any(start and end and end <= start for start, end in pairs)


def _writes_a_whole_number_with_a_point(path: str, query: dict[str, str], body: Any) -> bool:
    del path, query
    options = body.get("options") or {}
    return any(isinstance(options.get(name), float) for name in ("validityMin", "maxParts"))


def _has_a_character_that_is_refused(path: str, query: dict[str, str], body: Any) -> bool:
    del path, query
    options = body.get("options") or {}
    standard = (options.get("encoding") or "STANDARD").upper() == "STANDARD"
    refuses = (options.get("invalidCharacters") or "REFUSE") == "REFUSE"
    return standard and refuses and any(set(message["text"]) - GSM for message in body["messages"])


def _has_more_than_3000_sms(path: str, query: dict[str, str], body: Any) -> bool:
    del path, query
    return sum(len(message["recipients"]) for message in body["messages"]) > 3000


def _may_be_a_duplicate(path: str, query: dict[str, str], body: Any) -> bool:
    del path, query
    return (body.get("options") or {}).get("duplicateDetection") is True


def _is_a_job_nobody_has(path: str, query: dict[str, str], body: Any) -> bool:
    del body
    return path.startswith("/jobs/") or "jobId" in query


RULES: dict[tuple[str, int], tuple[tuple[str, Rule], ...]] = {
    ("GET /jobs", 400): (
        ("a time that no calendar has", _is_time_no_calendar_has),
        ("a window that is empty or over 30 days", _is_window_empty_or_over_30_days),
    ),
    ("POST /jobs", 400): (
        ("a time that no calendar has", _is_time_no_calendar_has),
        ("a blackout period that ends before it begins", _ends_a_blackout_before_it_begins),
        ("a whole number written with a point", _writes_a_whole_number_with_a_point),
    ),
    ("POST /jobs", 422): (
        ("a character that is refused", _has_a_character_that_is_refused),
        ("more than 3000 SMS", _has_more_than_3000_sms),
    ),
    ("POST /jobs", 409): (("an identical job", _may_be_a_duplicate),),
    ("GET /jobs/{jobId}", 404): (("a job nobody has", _is_a_job_nobody_has),),
    ("GET /sms", 404): (("a job nobody has", _is_a_job_nobody_has),),
}


@schemathesis.check
def refusals_have_a_name(ctx: Any, response: Any, case: Any) -> None:
    """A refused request that fits the description breaks a rule that has a name, and no other one."""
    del ctx
    mode = case.meta.generation.mode if case.meta else None
    if mode is None or mode.value != "positive" or response.status_code < 400:
        return
    if response.status_code in (401, 405, 406):
        # Checks of their own take credentials away or ask with other methods.
        return
    sent = response.request
    body = json.loads(sent.body) if sent.body else None
    path = sent.path_url.split("?")[0].removeprefix("/rest/v1")
    query = {name: str(value) for name, value in (case.query or {}).items()}
    operation = f"{sent.method} {re.sub(r'^/jobs/.*', '/jobs/{jobId}', path)}"
    rules = RULES.get((operation, response.status_code), ())
    told = f"{response.status_code}: {sent.method} {sent.path_url} {sent.body!r}"
    assert any(rule(path, query, body) for _, rule in rules), f"without a rule: {told}"
    if response.status_code != 404:
        query = {name: value for name, value in query.items() if name not in TIMES}
        url = sent.url.split("?")[0]
        again = requests.request(
            sent.method, url, params=query, json=_mended(body), headers=_credentials(sent), timeout=10
        )
        assert again.status_code == 200, f"by more than its rule: {told}, mended {again.status_code}"


def _mended(body: Any) -> Any:
    """A request without whatever a rule with a name could refuse."""
    if body is None:
        return None
    options = {name: value for name, value in (body.get("options") or {}).items() if name not in TIMES}
    options = {name: int(value) if isinstance(value, float) else value for name, value in options.items()}
    options["duplicateDetection"] = False
    messages = []
    for message in body["messages"]:
        people = [{**one, "blackoutPeriods": None} for one in message["recipients"]]
        text = "".join(letter for letter in message["text"] if letter in GSM) or "Hello"
        messages.append({**message, "text": text, "recipients": people[: 3000 // len(body["messages"])]})
    return {**body, "messages": messages, "options": options}


def _credentials(sent: Any) -> dict[str, str]:
    return {"Authorization": sent.headers["Authorization"]}
