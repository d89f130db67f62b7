"""Campaign files on the command line: opened and sent as they were exported."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.campaign_file import written
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.core.shipped import shipped

ROWS = Recipients(["+4917604069012", "+4917604069031"], ["A", ""], {"Name": ["Ada", "Tom"]})
CAMPAIGN = Campaign(
    CampaignId("0" * 32),
    "Spring",
    "",
    (Message("Hello {Name}", ROWS),),
    Options(invalid_characters="TO_UTF16"),
)


def file_of(folder: Path, campaign: Campaign) -> str:
    path = folder / "spring.json"
    path.write_bytes(written(campaign))
    return str(path)


def test_open_takes_a_campaign_file(terminal: Any, tmp_path: Path) -> None:
    done = terminal.run("open", file_of(tmp_path, CAMPAIGN))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["name"], result["sms"], result["messages"]) == (
        "Spring",
        2,
        [{"text": "Hello {Name}", "recipients": 2}],
    )


def test_send_takes_a_campaign_file_with_its_rules(terminal: Any, tmp_path: Path, near_box: Any) -> None:
    box = near_box()
    account = ("--url", box.url, "--user", "desk")
    quiet = replace(CAMPAIGN, rules=(Rule(RuleKind.HOURS),))
    path = file_of(tmp_path, quiet)
    dry = terminal.run("send", "--campaign", path, "--dry-run", "--option", "src=Praxis", *account)
    assert dry.returncode == 0, dry.stderr
    (request,) = json.loads(dry.stdout)["requests"]
    assert request["options"]["src"] == "Praxis"
    assert request["options"]["blackoutPeriods"]
    assert [message["text"] for message in request["messages"]] == ["Hello Ada", "Hello Tom"]
    done = terminal.run("send", "--campaign", file_of(tmp_path, CAMPAIGN), "--name", "April", *account)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["name"], [job["state"] for job in result["jobs"]]) == ("April", ["accepted"])
    assert box.accepted() == Counter({"+4917604069012": 1, "+4917604069031": 1})


def test_send_takes_a_request(terminal: Any, near_box: Any) -> None:
    box = near_box()
    sample = str(shipped("samples", "request.json"))
    done = terminal.run("send", "--campaign", sample, "--dry-run", "--url", box.url, "--user", "desk")
    assert done.returncode == 0, done.stderr
    (request,) = json.loads(done.stdout)["requests"]
    assert request["messages"] == json.loads(Path(sample).read_text("utf-8"), strict=False)["messages"]


@pytest.mark.parametrize("verb", [("open",), ("send", "--campaign")])
@pytest.mark.parametrize(
    ("content", "told"),
    [(b'{"smsdesk":"campaign","version":7}', "newer"), (b'{"smsdesk":"campaign","version":1}', "$.campaign")],
)
def test_a_file_that_cannot_be_read_is_exit_2(
    terminal: Any, tmp_path: Path, verb: tuple[str, ...], content: bytes, told: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    done = terminal.run(*verb, str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("--to", "x.csv"), ("--to", "x.csv", "--campaign", "y.json")])
def test_what_is_to_be_sent_must_be_clear(terminal: Any, arguments: tuple[str, ...]) -> None:
    assert terminal.run("send", *arguments).returncode == 2
