"""The REST API in the words of OpenAPI 3.1, from the very constants that the sandbox reads by."""

import re
from typing import Any

from smsdesk.core.parts import BASIC, EXTENSION
from smsdesk.sandbox.fates import FATES
from smsdesk.sandbox.reading import (
    DEFAULT_LIMIT,
    DEFAULTS,
    FALSE,
    LIMITS,
    MAX_BILLCODE,
    MAX_DIGITS,
    MAX_OFFSET,
    MAX_SENDER,
    MAX_SMS,
    PARTS,
    QUALITIES,
    RULES,
    TRUE,
    VALIDITY,
)

_DATE = r"[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = _DATE + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_TIME = _CLOCK + r"(\.[0-9]{3})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
_STAMP = rf"^{_CLOCK}\.[0-9]{{3}}\+00:00$"
_SENDER = (
    rf"^([{re.escape(''.join(sorted(BASIC | EXTENSION)))}]{{1,{MAX_SENDER}}}|\+?[0-9]{{1,{MAX_DIGITS}}})$"
)
JOB_ID = r"^J\.[0-9]{8}-[0-9]{6}\.[0-9]{3}-[0-9A-Za-z]{18}$"
SMS_ID = r"^S\.[0-9]{8}-[0-9]{6}-[0-9]{5,}$"
_REFUSALS = {
    "400": "Malformed JSON, a wrong type, an unknown value, a number out of range or a bad time.",
    "401": "No credentials, or wrong ones.",
    "404": "Not known here, or no longer.",
    "409": "An identical job was accepted in the last 24 hours.",
    "413": "The body is too large.",
    "422": f"Refused characters, no messages, no recipients, an empty text, or more than {MAX_SMS} SMS.",
    "429": "Too many requests in the last 10 seconds.",
    "500": "The service is in trouble.",
}


def _maybe(**schema: Any) -> dict[str, Any]:
    """A value that may be null, which means absent."""
    return {"anyOf": [schema, {"type": "null"}]}


def _any_case(words: tuple[str, ...]) -> str:
    def either(letter: str) -> str:
        return f"[{letter.upper()}{letter.lower()}]" if letter.isalpha() else re.escape(letter)

    return f"^({'|'.join(''.join(map(either, word)) for word in words)})$"


def _object(required: tuple[str, ...], properties: dict[str, Any], *, closed: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "required": list(required), "properties": properties}
    return made | ({"additionalProperties": False} if closed else {})


def _list_of(schema: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": schema} | ({"minItems": least} if least else {})


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _requests() -> dict[str, Any]:
    text, flag = {"type": "string"}, {"type": "boolean"}
    periods = _maybe(**_list_of({"type": "string", "pattern": f"^{_TIME}/{_TIME}$"}))
    options = {
        "src": _maybe(type="string", pattern=_SENDER),
        "encoding": _maybe(type="string", pattern=_any_case(("STANDARD", "UTF-16"))),
        "billcode": _maybe(type="string", maxLength=MAX_BILLCODE),
        "statusRequested": _maybe(**flag),
        "flash": _maybe(**flag),
        "customerRef": _maybe(**text),
        "validityMin": _maybe(anyOf=[{"const": 0}, _whole(VALIDITY)]),
        "maxParts": _maybe(**_whole(PARTS)),
        "invalidCharacters": _maybe(enum=list(RULES)),
        "qos": _maybe(enum=list(QUALITIES)),
        "jobPeriod": _maybe(type="string", pattern=f"^{_TIME}$"),
        "duplicateDetection": _maybe(**flag),
        "blackoutPeriods": periods,
    }
    for name, value in DEFAULTS.items():
        options[name]["default"] = value
    recipient = _object(("dst",), {"dst": text, "customerRef": _maybe(**text), "blackoutPeriods": periods})
    message = _object(
        ("text", "recipients"),
        {"text": {"type": "string", "minLength": 1}, "recipients": _list_of(_ref("Recipient"), 1)},
    )
    job = _object(
        ("messages",), {"messages": _list_of(_ref("Message"), 1), "options": _maybe(**_ref("Options"))}
    )
    return {
        "Options": {"type": "object", "properties": options},
        "Recipient": recipient,
        "Message": message,
        "JobRequest": job,
    }


def _whole(allowed: range) -> dict[str, Any]:
    return {"type": "integer", "minimum": allowed[0], "maximum": allowed[-1]}


def _reports() -> dict[str, Any]:
    text, flag = {"type": "string"}, {"type": "boolean"}
    stamp = {"type": "string", "pattern": _STAMP}
    ends = {end for fate in FATES for end in (fate.asked, fate.unasked)}
    job = {
        "jobId": {"type": "string", "pattern": JOB_ID},
        "src": {"type": "string", "pattern": _SENDER},
        "encoding": {"enum": ["standard", "utf-16"]},
        "billcode": {"type": "string", "maxLength": MAX_BILLCODE},
        "statusRequested": flag,
        "flash": flag,
        "validityMin": {"anyOf": [{"const": 0}, _whole(VALIDITY)]},
        "customerRef": text,
        "qos": {"enum": list(QUALITIES)},
        "receiptTs": stamp,
        "finishedTs": stamp,
        "recipientIds": _list_of({"type": "string", "pattern": SMS_ID}),
    }
    recipient = {
        "smsId": {"type": "string", "pattern": SMS_ID},
        "dst": text,
        "processStatus": {"enum": sorted({"OPEN", "RUNNING", *(process for process, _ in ends)})},
        "status": {"enum": sorted({"NOT_ACC_REC", "SUC_ACC", *(status for _, status in ends if status)})},
        "customerRef": text,
        "reason": text,
        "sentTs": stamp,
        "finishedTs": stamp,
    }
    always = tuple(name for name in job if name not in ("src", "billcode", "customerRef", "finishedTs"))
    version = {
        "buildNumber": {"type": "integer"},
        "buildTimestamp": text,
        "majorVersion": {"type": "integer"},
    }
    version |= {"minorVersion": {"type": "integer"}, "versionInfo": text, "message": text}
    identified = {"jobId": job["jobId"]}
    return {
        "Accepted": _object(("jobId",), identified, closed=True),
        "JobReport": _object(always, job, closed=True),
        "RecipientReport": _object(("smsId", "dst", "processStatus", "customerRef"), recipient, closed=True),
        "Version": _object(tuple(version), version, closed=True),
    }


def _answers(content: dict[str, Any], *refusals: str, links: dict[str, Any] | None = None) -> dict[str, Any]:
    found = {"description": "Done.", "content": {"application/json": {"schema": content}}}
    if links:
        found["links"] = links
    statuses = sorted(("401", "429", "500", *refusals))
    return {"200": found} | {status: {"description": _REFUSALS[status]} for status in statuses}


def _parameter(name: str, place: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _paths() -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": _ref("JobRequest")}}}
    accepted = "$response.body#/jobId"
    links = {
        "report": {"operationId": "getJob", "parameters": {"jobId": accepted}},
        "recipients": {"operationId": "getRecipients", "parameters": {"jobId": accepted}},
    }
    when: dict[str, Any] = {"type": "string", "pattern": f"^{_TIME}$"}
    listed = [
        _parameter("jobIdsOnly", "query", enum=list(TRUE)),
        _parameter("fromTs", "query", **when),
        _parameter("toTs", "query", **when),
        _parameter("open", "query", enum=[*TRUE, *FALSE]),
        _parameter("limit", "query", default=DEFAULT_LIMIT, **_whole(LIMITS)),
        _parameter("offset", "query", default=0, **_whole(range(MAX_OFFSET + 1))),
    ]
    job_id: dict[str, Any] = {"type": "string", "pattern": JOB_ID}
    return {
        "/jobs": {
            "post": {
                "operationId": "createJob",
                "requestBody": body,
                "responses": _answers(_ref("Accepted"), "400", "409", "413", "422", links=links),
            },
            "get": {
                "operationId": "listJobs",
                "parameters": listed,
                "responses": _answers(_list_of(_ref("Accepted")), "400"),
            },
        },
        "/jobs/{jobId}": {
            "get": {
                "operationId": "getJob",
                "parameters": [_parameter("jobId", "path", required=True, **job_id)],
                "responses": _answers(_ref("JobReport"), "400", "404"),
            }
        },
        "/sms": {
            "get": {
                "operationId": "getRecipients",
                "parameters": [_parameter("jobId", "query", required=True, **job_id)],
                "responses": _answers(_list_of(_ref("RecipientReport")), "404"),
            }
        },
        "/version": {"get": {"operationId": "getVersion", "responses": _answers(_ref("Version"))}},
    }


def description(url: str) -> dict[str, Any]:
    """The API at an address, as an OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SMS REST API",
            "version": "1",
            "description": "Keys that are not named here are overlooked. All errors have an empty body.",
        },
        "servers": [{"url": url}],
        "security": [{"basic": []}],
        "paths": _paths(),
        "components": {
            "schemas": _requests() | _reports(),
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
        },
    }
