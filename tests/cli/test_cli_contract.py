"""The contract of the command line: JSON on standard output, words on standard error, exit codes."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from smsdesk.api.wire import decode_job, encode_job
from smsdesk.core.shipped import shipped

MESSY = (
    "Kundennr;Name;Mobil\r\n"
    "1;Brandt;0176/040690 12\r\n"
    "2;Yildiz;+49 (0) 176 040690 31\r\n"
    "3;Okonkwo;0431 5550104\r\n"
    "4;O'Neill;0176O4069099\r\n"
    "5;Brandt;0049 176 04069012\r\n"
    ";;\r\n"
    "6;Größler;+44 7700 900118\r\n"
)


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "messy.csv"
    path.write_bytes(MESSY.encode("cp1252"))
    return path


def test_recipients_names_every_row_it_cannot_use(terminal: Any, messy: Path) -> None:
    done = terminal.run("recipients", str(messy))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    names = ("valid", "doubtful", "invalid", "duplicates", "do_not_contact", "blank")
    assert [result[name] for name in names] == [2, 2, 1, 1, 0, 1]
    assert result["rows"] == sum(result[name] for name in names) == 7
    assert (result["encoding"], result["delimiter"]) == ("cp1252", ";")
    assert result["mapping"]["dst"] == "Mobil"
    assert [(p["row"], p["line"], p["level"]) for p in result["problems"]] == [
        (3, 4, "warning"),
        (4, 5, "error"),
        (5, 6, "warning"),
        (7, 8, "warning"),
    ]
    for problem in result["problems"]:
        assert problem["column"] == "Mobil"
        assert problem["value"]
        assert problem["problem"].endswith(".")
        assert problem["hint"].endswith(".")


@pytest.mark.parametrize(("options", "usable"), [((), 2), (("--use-doubtful",), 4)])
def test_out_writes_the_usable_list_and_the_counts_stay(
    terminal: Any, messy: Path, tmp_path: Path, options: tuple[str, ...], usable: int
) -> None:
    out = tmp_path / "clean.csv"
    done = terminal.run("recipients", str(messy), "--out", str(out), *options)
    assert json.loads(done.stdout)["valid"] == 2
    lines = out.read_text("utf-8").splitlines()
    assert lines[0] == "dst,customerRef,Kundennr,Name"
    assert lines[1] == "+4917604069012,1,1,Brandt"
    assert len(lines) == 1 + usable


def test_no_usable_number_is_exit_2(terminal: Any, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_text("Name;Mobil\nA;hello\n")
    assert terminal.run("recipients", str(path)).returncode == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rest", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_a_file_that_is_no_table_is_said_in_a_sentence(terminal: Any, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing.csv"
    path.write_bytes(content)
    for file in (path, tmp_path, tmp_path / "missing.csv"):
        done = terminal.run("recipients", str(file))
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert file.name in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("recipients", "x.csv", "--region", "Mars"),
        ("jobs", "--url", "http://127.0.0.1:1"),
        ("fly",),
        ("send",),
    ],
)
def test_wrong_usage_is_exit_2(terminal: Any, arguments: tuple[str, ...]) -> None:
    done = terminal.run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def counted(text: str, *options: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "smsdesk", "count", *options]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=300, check=False)
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


def test_count_measures_parts() -> None:
    assert counted("a" * 159 + "€") == (
        0,
        {
            "encoding": "STANDARD",
            "units": 161,
            "parts": 2,
            "part_lengths": [153, 8],
            "characters_left": 145,
            "replaced": 0,
            "text": "a" * 159 + "€",
            "truncated": False,
        },
    )


def test_count_names_refused_characters() -> None:
    code, result = counted("call ☎ or ✆")
    assert code == 2
    assert result["refused"] == [{"char": "☎", "index": 5}, {"char": "✆", "index": 10}]


def test_count_takes_values_in_any_case() -> None:
    code, result = counted(
        "“hi” ☎", "--invalid", "Transliterate", "--encoding", "standard", "--max-parts", "1"
    )
    assert (code, result["text"], result["replaced"]) == (0, '"hi" ?', 3)
    assert counted("ä", "--encoding", "utf-16")[1]["encoding"] == "UTF-16"


@pytest.mark.slow
def test_7000_recipients_become_3_jobs_and_each_is_delivered_once(
    terminal: Any, customers: Any, near_box: Any
) -> None:
    file, truth = customers(7000)
    box = near_box("--speed", "200")
    done = terminal.run(
        "send", "--to", str(file), "--text", "Hello {Name}", "--option", "statusRequested=true",
        "--option", "encoding=utf-16", "--url", box.url, "--user", "desk", "--wait",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert [(job["state"], job["sms"]) for job in result["jobs"]] == [
        ("accepted", 3000),
        ("accepted", 3000),
        ("accepted", 1000),
    ]
    assert sum(result["outcomes"].values()) == 7000
    assert set(result["outcomes"]) <= {"delivered", "failed"}
    assert box.accepted() == truth
    for verb in (("jobs",), ("job", result["jobs"][0]["jobId"]), ("find", next(iter(truth)))):
        shown = terminal.run(*verb)
        assert shown.returncode == 0, shown.stderr
        assert json.loads(shown.stdout)


def test_good_rows_go_and_bad_ones_are_told(terminal: Any, messy: Path, near_box: Any) -> None:
    box = near_box("--speed", "100")
    send = ("send", "--to", str(messy), "--text", "Hello", "--url", box.url, "--user", "desk")
    strict = terminal.run(*send, "--strict")
    assert (strict.returncode, box.accepted()) == (2, Counter())
    done = terminal.run(*send)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["problems"]) == 4
    assert box.accepted() == Counter(["+4917604069012", "+4917604069031"])


def test_who_got_the_same_text_lately_is_named_before_it_is_sent_again(
    terminal: Any, messy: Path, near_box: Any
) -> None:
    box = near_box()
    send = ("send", "--to", str(messy), "--text", "Hello", "--url", box.url, "--user", "desk")
    first = json.loads(terminal.run(*send).stdout)
    assert not any("same text" in check["problem"] for check in first["checks"])
    checks = json.loads(terminal.run(*send, "--dry-run").stdout)["checks"]
    (again,) = [check for check in checks if "same text" in check["problem"]]
    assert (again["level"], again["row"]) == ("warning", 1)
    assert again["problem"].startswith("2 recipients")


def test_dry_run_prints_the_exact_requests_and_sends_nothing(
    terminal: Any, messy: Path, near_box: Any
) -> None:
    box = near_box()
    done = terminal.run(
        "send", "--to", str(messy), "--text", "Hello {Name}", "--url", box.url, "--user", "desk", "--dry-run",
        "--option", "src=Nordlicht", "--at", "2030-01-01T09:00:00+01:00",
        "--blackout", "2030-01-01T20:00:00+01:00/2030-01-02T08:00:00+01:00",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (request,) = json.loads(done.stdout)["requests"]
    assert request["options"]["src"] == "Nordlicht"
    assert request["options"]["jobPeriod"] == "2030-01-01T09:00:00.000+01:00"
    assert request["options"]["blackoutPeriods"] == [
        "2030-01-01T20:00:00.000+01:00/2030-01-02T08:00:00.000+01:00"
    ]
    assert [message["text"] for message in request["messages"]] == ["Hello Brandt", "Hello Yildiz"]
    assert box.accepted() == Counter()


@pytest.mark.parametrize(
    "options",
    [
        ("--option", "validityMin=3"),
        ("--option", "colour=red"),
        ("--option", "validityMin=soon"),
        ("--at", "tomorrow"),
        ("--blackout", "2030-01-02T08:00:00Z/2030-01-01T08:00:00Z"),
    ],
)
def test_a_bad_option_sends_nothing(
    terminal: Any, messy: Path, near_box: Any, options: tuple[str, ...]
) -> None:
    box = near_box()
    done = terminal.run(
        "send", "--to", str(messy), "--text", "Hello", "--url", box.url, "--user", "desk", *options
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert box.accepted() == Counter()


def test_open_takes_a_request_with_literal_texts(terminal: Any) -> None:
    sample = shipped("samples", "request.json")
    done = terminal.run("open", str(sample))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (len(result["messages"]), result["people"]) == (2, 5)
    assert not [check for check in result["checks"] if check["level"] == "error"]
    request = decode_job(sample.read_bytes())
    assert decode_job(encode_job(request)) == request
