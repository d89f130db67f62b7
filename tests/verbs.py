"""Verbs of the terminal in the process of their tests: what each says and ends with."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from processes import PASSWORD

from smsdesk.cli import finishing, main
from smsdesk.desk.passwords import VARIABLE


@dataclass
class Said:
    """What a verb came to: the exit code, standard output, the words on standard error."""

    code: int
    out: str
    words: str

    @property
    def json(self) -> Any:
        """Standard output as JSON; None where nothing stands there."""
        return json.loads(self.out) if self.out else None

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Verbs on one workspace; what fails for certain is tried once."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    monkeypatch.setattr(finishing, "TRIES", 1)

    def ran(*arguments: str, language: str = "en") -> Said:
        capsys.readouterr()
        code = main.run(main.parse(["--language", language, "--workspace", str(folder), *arguments]))
        out, words = capsys.readouterr()
        assert "Traceback" not in words
        return Said(code, out, words)

    return ran


@pytest.fixture
def send(run: Run, customers: Any) -> Run:
    """``smsdesk send`` to a few customers."""
    file, _ = customers(3)
    return lambda url, *rest: run(
        "send", "--to", str(file), "--text", "Hello", "--user", "desk", "--url", url, *rest
    )
