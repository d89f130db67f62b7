"""Process start to a window that is ready: a workspace of 10,000,000 reports beside an empty one, in one run.

Run on demand: ``SMSDESK_REPORTS=DIR pytest tests/bench/test_bench_ready.py -m bench -s``, DIR a workspace
that is filled (as ``test_bench_find.py`` makes one). Prints medians of whole processes and the ratio:
until the window is painted, its workspace open and a page and the figures around it are loaded.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROUNDS = 9
MOST = 1.2
FILLED = os.environ.get("SMSDESK_REPORTS")

OURS = """
import asyncio, os, sys
from pathlib import Path
import smsdesk.app as app

async def ready(shell):
    while shell.desk.tasks.runs("frame") or not shell.window.page_key():
        await asyncio.sleep(0)
    shell.window.go(sys.argv[2])
    for _ in range(3):
        await asyncio.sleep(0)
    pages = ("campaigns page", "outbox page", "jobs page", "job recipients", "find page")
    while any(shell.desk.tasks.runs(key) for key in ("frame", *pages)):
        await asyncio.sleep(0.001)
    shell.window.repaint()
    os._exit(0)

act = app.Act(ready, 1.0)
app.run_window(lambda made: app._run(made, Path(sys.argv[1]), None, act))
"""

pytestmark = pytest.mark.bench


def seconds(workspace: str, page: str) -> float:
    """How long a person waits: what is looked after beside that, on threads of its own, keeps nobody."""
    began = time.perf_counter()
    command = [sys.executable, "-c", OURS, workspace, page]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, timeout=120, check=False)
    assert done.returncode == 0
    return time.perf_counter() - began


@pytest.mark.skipif(FILLED is None, reason="SMSDESK_REPORTS names no workspace that is filled")
@pytest.mark.parametrize("page", ["campaigns", "outbox", "jobs", "find"])
def test_ready_with_10_000_000_reports_as_with_none(tmp_path: Path, page: str) -> None:
    empty, filled = str(tmp_path / "workspace"), str(FILLED)
    seconds(empty, page)
    seconds(filled, page)
    pairs = [(seconds(empty, page), seconds(filled, page)) for _ in range(ROUNDS)]
    none, many = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(two / one for one, two in pairs)
    print(
        f"\n{page}: empty {none:.3f} s, 10,000,000 reports {many:.3f} s, ratio {ratio:.2f} (at most {MOST})"
    )
    assert ratio <= MOST
