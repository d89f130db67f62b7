"""Files of the user: whatever is wrong with one is a plain sentence, and nothing half-written stays."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import smsdesk
from smsdesk.core.errors import FileError
from smsdesk.core.progress import Cancelled
from smsdesk.desk.files import MAX_BYTES, read_bytes, size_of, write_whole
from smsdesk.desk.files import writing as writing_to
from smsdesk.words import error_words, language, use_language

CONTENT = b"Name;Mobil\r\nJana;0176 04069012\r\n"
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
FULL = Path("/dev/full")


def reading(path: Path, **named) -> str:
    with pytest.raises(FileError) as told:
        read_bytes(path, **named)
    assert told.value.values["name"] == path.name
    return str(told.value.values["reason"])


def writing(path: Path, content: bytes = CONTENT) -> str:
    with pytest.raises(FileError) as told:
        write_whole(path, content)
    return str(told.value.values["reason"])


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    write_whole(file, b"older")
    write_whole(file, CONTENT)
    assert (read_bytes(file), size_of(file)) == (CONTENT, len(CONTENT))
    assert [*tmp_path.iterdir()] == [file]


def test_no_file_a_folder_and_a_name_that_none_has(tmp_path: Path) -> None:
    assert reading(tmp_path / "gone.csv") == "missing"
    assert reading(tmp_path) == "folder"
    assert reading(tmp_path / "a\0b.csv") == "unreadable"


def test_a_file_of_two_gibibytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as out:
        out.truncate(2 << 30)
    assert reading(file, progress=lambda *_: pytest.fail("it was read")) == "too_large"
    with pytest.raises(FileError):
        size_of(file)


@pytest.mark.skipif(sys.platform == "win32", reason="no such device")
def test_what_never_ends_is_too_large() -> None:
    pieces = []
    assert reading(Path("/dev/zero"), progress=lambda *told: pieces.append(told)) == "too_large"
    assert len(pieces) * 8 * 1024 * 1024 <= MAX_BYTES + 8 * 1024 * 1024


@pytest.mark.skipif(AS_ROOT or sys.platform == "win32", reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(CONTENT)
    file.chmod(0)
    assert reading(file) == "unreadable"


@pytest.mark.parametrize("size", [len(CONTENT), 20 << 20], ids=["small", "large"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, size: int) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(CONTENT.ljust(size))

    def append(*_: int) -> None:
        with file.open("ab") as out:
            out.write(CONTENT)

    assert reading(file, progress=append) == "changing"
    assert file.stat().st_size < size + 9 * len(CONTENT)


def test_a_file_that_another_takes_the_place_of_while_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(CONTENT)
    assert reading(file, progress=lambda *_: write_whole(file, CONTENT)) == "changing"


@pytest.mark.skipif(sys.platform == "win32", reason="a file in use can't be removed there")
def test_a_file_that_vanishes_while_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(CONTENT)
    assert reading(file, progress=lambda *_: file.unlink()) == "missing"


def test_reading_can_be_called_off(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(CONTENT)

    def stop(*_: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_bytes(file, stop)


def test_each_reason_has_a_sentence_of_its_own_in_both_languages() -> None:
    source = Path(smsdesk.__file__).parent
    texts = [
        path.read_text("utf-8") for room in ("core", "desk", "cli") for path in (source / room).glob("*.py")
    ]
    reasons = {found for text in texts for found in re.findall(r"FileError\([^)]*reason=\"(\w+)\"", text)}
    assert {"empty", "binary", "encoding", "protected", "broken_workbook", "too_large", "scattered"} < reasons
    assert {"missing", "folder", "unreadable", "changing"} < reasons
    spoken = language()
    try:
        for tongue in ("en", "de"):
            use_language(tongue)
            plain = error_words(FileError(name="list.csv", reason="?"))
            told = {error_words(FileError(name="list.csv", reason=reason)) for reason in reasons}
            assert len(told | {plain}) == len(reasons) + 1
            assert all("list.csv" in sentence and hint for sentence, hint in told)
    finally:
        use_language(spoken)


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    assert writing(tmp_path / "no such folder" / "list.csv") == "not_written"
    assert writing(tmp_path) == "folder"
    assert writing(tmp_path / "a\0b.csv") == "not_written"


@pytest.mark.skipif(not FULL.exists(), reason="no such device")
def test_a_full_disk(tmp_path: Path) -> None:
    assert writing(FULL) == "full"
    link = tmp_path / "full"
    link.symlink_to(FULL)
    assert writing(link) == "full"
    assert FULL.is_char_device()
    assert link.is_symlink()


WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from smsdesk.core.errors import FileError
from smsdesk.desk.files import write_whole

resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_whole(Path(sys.argv[1]), b"x" * 8192)
except FileError as error:
    print(error.values["reason"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_disk_that_fills_up_leaves_the_older_file_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(CONTENT)
    script = [sys.executable, "-c", WITHOUT_ROOM, file]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["full"]
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("list.csv", CONTENT)]


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights")
def test_others_may_read_it_as_any_new_file(tmp_path: Path) -> None:
    plain, file = tmp_path / "plain", tmp_path / "list.csv"
    plain.write_bytes(CONTENT)
    write_whole(file, CONTENT)
    assert file.stat().st_mode == plain.stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="links need special rights there")
def test_a_link_stays_one(tmp_path: Path) -> None:
    file, link = tmp_path / "list.csv", tmp_path / "link.csv"
    file.write_bytes(b"older")
    link.symlink_to(file)
    write_whole(link, CONTENT)
    assert link.is_symlink()
    assert file.read_bytes() == CONTENT


def test_what_a_power_cut_left_behind_goes_a_day_later(tmp_path: Path) -> None:
    old, young = (tmp_path / f".smsdesk-{sign * 16}" for sign in "ab")
    other = tmp_path / ".smsdesk-of-somebody"
    for file in (old, young, other):
        file.write_bytes(CONTENT)
    for file in (old, other):
        os.utime(file, (0, 0))
    write_whole(tmp_path / "list.csv", CONTENT)
    assert {path.name for path in tmp_path.iterdir()} == {young.name, other.name, "list.csv"}


def test_what_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), writing_to(file) as out:
        out.write(CONTENT)
        raise ZeroDivisionError
    assert file.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [file]
