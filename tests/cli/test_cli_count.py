"""``smsdesk count``: the parts of a text, by each rule, as JSON."""

import json
import subprocess
import sys
from typing import Any

import pytest

TEXT = "“Zoë” ☎ " + "a" * 160


def run(content: str | bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "smsdesk", "--language", "en", "count", *options]
    given = content.encode() if isinstance(content, str) else content
    return subprocess.run(command, input=given, capture_output=True, timeout=300, check=False)


def counted(content: str, *options: str) -> dict[str, Any]:
    done = run(content, *options)
    assert (done.returncode, done.stderr) == (0, b"")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize(
    ("rule", "encoding", "lengths", "replaced", "text"),
    [
        ("REPLACE", "STANDARD", [153, 15], 4, "?Zo?? ? " + "a" * 160),
        ("TRANSLITERATE", "STANDARD", [153, 15], 4, '"Zoe" ? ' + "a" * 160),
        ("TO_UTF16", "UTF-16", [67, 67, 34], 0, TEXT),
    ],
)
def test_each_rule_says_what_the_phone_shows(
    rule: str, encoding: str, lengths: list[int], replaced: int, text: str
) -> None:
    result = counted(TEXT, "--invalid", rule)
    assert (result["encoding"], result["part_lengths"]) == (encoding, lengths)
    assert (result["replaced"], result["text"], result["parts"]) == (replaced, text, len(lengths))


def test_the_rule_without_one_names_what_is_refused() -> None:
    done = run(TEXT, "--details")
    assert done.returncode == 2
    result = json.loads(done.stdout)
    assert [(one["char"], one["index"]) for one in result["refused"]] == [
        ("“", 0),
        ("ë", 3),
        ("”", 4),
        ("☎", 6),
    ]
    assert result["outside"][1] == {
        "char": "ë",
        "index": 3,
        "code": "U+00EB",
        "becomes": {"REFUSE": None, "REPLACE": "?", "TO_UTF16": "ë", "TRANSLITERATE": "e"},
    }


def test_a_limit_cuts_the_text_and_says_so() -> None:
    result = counted("a" * 200, "--max-parts", "1", "--details")
    assert (result["text"], result["truncated"], result["texts"]) == ("a" * 160, True, ["a" * 160])
    assert (result["parts"], result["units"], result["characters_left"]) == (1, 160, 0)
    assert not counted("a" * 160, "--max-parts", "1")["truncated"]


def test_details_say_what_each_part_carries() -> None:
    result = counted("😀" * 40, "--encoding", "utf-16", "--details")
    assert result["texts"] == ["😀" * 33, "😀" * 7]
    assert (result["part_lengths"], result["outside"]) == ([66, 14], [])
    assert counted("a" * 152 + "€" * 5, "--details")["texts"] == ["a" * 152, "€" * 5]


@pytest.mark.parametrize("limit", ["0", "-1", "21", "x"])
def test_a_number_of_parts_that_is_none_is_said_in_a_sentence(limit: str) -> None:
    done = run("a", "--max-parts", limit)
    assert (done.returncode, done.stdout) == (2, b"")
    assert limit.encode() in done.stderr
    assert b"Traceback" not in done.stderr


def test_any_bytes_are_counted() -> None:
    done = run(b"a\xff\x00", "--invalid", "replace")
    assert json.loads(done.stdout)["text"] == "a??"
    assert run(b"a\xff\x00", "--invalid", "to_utf16", "--details").returncode == 0
