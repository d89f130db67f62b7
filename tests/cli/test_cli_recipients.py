"""``smsdesk recipients``: how a file is read, what its columns are, what is left over."""

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from smsdesk.store import do_not_contact
from smsdesk.store.workspace import Store

FIRST, SECOND = "+4917604069012", "+4917604069031"


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def told(terminal: Any, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    done = terminal.run("recipients", *map(str, arguments))
    assert done.returncode == code, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def usable(terminal: Any, folder: Path, *arguments: str | Path) -> list[dict[str, str]]:
    out = folder / "usable.csv"
    told(terminal, *arguments, "--out", out)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_encoding_and_delimiter_can_be_said(terminal: Any, tmp_path: Path) -> None:
    path = write(tmp_path, "Name|Mobil\r\nJosé;x|017604069012\r\n", "mac-roman")
    (row,) = usable(
        terminal, tmp_path, path, "--encoding", "mac-roman", "--delimiter", "pipe", "--map", "dst=Mobil"
    )
    assert row["Name"] == "José;x"


def test_the_header_line_can_be_said(terminal: Any, tmp_path: Path) -> None:
    path = write(tmp_path, "Mobil;Name\r\n017604069012;A\r\n017604069031;B\r\n")
    assert told(terminal, path)["header_line"] == 1
    plain = told(terminal, path, "--header-line", "0", "--map", "dst=Column 1")
    assert (plain["header_line"], plain["rows"], plain["valid"]) == (0, 3, 2)


@pytest.mark.parametrize(
    "options",
    [
        ("--encoding", "klingon"),
        ("--encoding", "undefined"),
        ("--delimiter", "::"),
        ("--header-line", "-1"),
        ("--zone", "Mars/Olympus"),
        ("--region", "XX"),
        ("--map", "dst=Nowhere"),
        ("--map", "Mobil"),
    ],
)
def test_an_option_that_makes_no_sense_is_said(
    terminal: Any, tmp_path: Path, options: tuple[str, str]
) -> None:
    done = terminal.run("recipients", str(write(tmp_path, "Mobil\n017604069012\n")), *options)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_every_role_can_be_mapped(terminal: Any, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Nr;A;B;C;D;E\r\n"
        "0664 1234567;AT;R1;2031-03-01T20:00;2031-03-02T08:00;Vienna\r\n"
        "017604069012;DE;R2;;;Kiel\r\n",
    )
    roles = ("dst=Nr", "region=A", "reference=B", "blackout_start=C", "blackout_end=D", "town=E")
    options = [part for role in roles for part in ("--map", role)]
    first, second = usable(terminal, tmp_path, path, *options, "--zone", "Europe/Vienna")
    assert (first["dst"], first["customerRef"], first["town"]) == ("+436641234567", "R1", "Vienna")
    assert first["blackoutPeriods"].startswith("2031-03-01T20:00")
    assert (second["dst"], second["blackoutPeriods"]) == (FIRST, "")


def test_what_does_not_show_is_named(terminal: Any, tmp_path: Path) -> None:
    path = write(tmp_path, "Name;Mobil\r\nA;0176\u200b0406\u00a0x\r\nB;none\r\n")
    hidden, plain = told(terminal, path, "--map", "dst=Mobil", code=2)["problems"]
    assert hidden["value"] == "0176\u200b0406\u00a0x"
    assert hidden["shown"] == "0176[zero-width space]0406[no-break space]x"
    assert plain["shown"] is None


def test_who_wants_no_message_is_left_out_where_the_workspace_is_named(terminal: Any, tmp_path: Path) -> None:
    with Store.open(terminal.workspace) as store:
        rows = [do_not_contact.Listed(SECOND, "asked", "", datetime(2031, 3, 1, tzinfo=UTC))]
        store.write(do_not_contact.add, rows).result()
    path = write(tmp_path, "Mobil\n017604069012\n0049 176 04069031\n")
    result = told(terminal, path)
    assert (result["valid"], result["do_not_contact"]) == (1, 1)
    assert [problem["row"] for problem in result["problems"]] == [2]
    alone = subprocess.run(
        [sys.executable, "-m", "smsdesk", "recipients", path], capture_output=True, timeout=300, check=True
    )
    assert json.loads(alone.stdout)["valid"] == 2


@pytest.mark.parametrize("name", ["rest.csv", "rest.xlsx"])
def test_the_rest_goes_back_with_its_reasons_and_comes_again(
    terminal: Any, tmp_path: Path, name: str
) -> None:
    text = "Straße;Mobil\r\nA;0176O4069012\r\nB;017604069031\r\nC;017604069031\r\nD;0431 5550104\r\n"
    path, rest = write(tmp_path, text, "cp1252"), tmp_path / name
    result = told(terminal, path, "--rest", rest)
    assert (result["valid"], result["doubtful"], result["invalid"], result["duplicates"]) == (1, 1, 1, 1)
    again = told(terminal, rest, code=0)
    assert again["rows"] == 3
    assert again["mapping"]["dst"] == "Mobil"
    assert not [key for key in again["mapping"] if "reason" in key.casefold()]
    if name == "rest.csv":
        content = rest.read_bytes().decode("cp1252")
        assert content.splitlines()[0].startswith("Straße;Mobil;")
        assert "letter that looks like a digit" in content


def test_nothing_is_half_written_where_there_is_no_room(terminal: Any, tmp_path: Path) -> None:
    path = write(tmp_path, "Mobil\n0176O4069012\n017604069012\n")
    done = terminal.run("recipients", str(path), "--rest", str(tmp_path / "nowhere" / "rest.csv"))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
