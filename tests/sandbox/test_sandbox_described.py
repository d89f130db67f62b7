"""The description of the API against its behaviour: schemathesis with every check on."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from processes import PASSWORD, Box

HERE = Path(__file__).parent
CASES = 40 if os.environ.get("CI") else 400
"""Examples an operation and phase; fewer where every change waits for them."""


def run(
    box: Box, folder: Path, *options: str, change: Callable[[Any], object] | None = None
) -> tuple[int, str]:
    """Exit code and output of a run over the description that the sandbox gives of itself."""
    document = box.asked("openapi.json")
    if change is not None:
        change(document)
    file = folder / "openapi.json"
    file.write_text(json.dumps(document))
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", HERE / "schemathesis.toml"]
    command += ["run", file, "--url", box.url, "--auth", f"desk:{PASSWORD}", "--checks", "all"]
    command += ["--seed", "1", "--no-color", *options]
    environment = {**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "schema_rules"}
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=1800, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_description_names_its_own_address(near_box: Callable[..., Box]) -> None:
    box = near_box()
    document = box.asked("openapi.json")
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": box.url}]
    assert set(document["paths"]) == {"/jobs", "/jobs/{jobId}", "/sms", "/version"}


def test_the_edges_of_the_description_are_those_of_the_behaviour(
    near_box: Callable[..., Box], tmp_path: Path
) -> None:
    code, told = run(near_box("--rate", "1000000"), tmp_path, "--phases", "coverage")
    assert code == 0, told


@pytest.mark.slow
def test_every_check_of_every_phase_holds(near_box: Callable[..., Box], tmp_path: Path) -> None:
    box = near_box("--rate", "1000000")
    code, told = run(box, tmp_path, "-n", str(CASES), "--continue-on-failure")
    assert code == 0, told


def _widen(document: Any) -> None:
    document["components"]["schemas"]["Options"]["properties"]["maxParts"] = {
        "type": "integer",
        "minimum": 1,
        "maximum": 21,
    }


def _narrow(document: Any) -> None:
    document["components"]["schemas"]["Options"]["properties"]["billcode"] = {
        "type": "string",
        "maxLength": 69,
    }


def _demand(document: Any) -> None:
    document["components"]["schemas"]["RecipientReport"]["required"].append("sentTs")


@pytest.mark.slow
@pytest.mark.parametrize("change", [_widen, _narrow, _demand])
def test_a_description_that_is_wrong_is_found_out(
    near_box: Callable[..., Box], tmp_path: Path, change: Callable[[Any], object]
) -> None:
    code, told = run(near_box("--rate", "1000000"), tmp_path, "-n", "20", change=change)
    assert code == 1, told
