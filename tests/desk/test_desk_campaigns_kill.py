"""kill -9 while recipients are edited: the draft reopens as it was at the last committed change."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smsdesk.core.campaign import CampaignId
from smsdesk.core.recipients import Added, Edited, Recipients, Removed, patched
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import open_desk

pytestmark = pytest.mark.slow

COUNT = 2_000
PEOPLE = Recipients([f"+49176{n:08}" for n in range(COUNT)], [""] * COUNT, {"name": ["Ada"] * COUNT})


def change(opened: OpenCampaign, number: int) -> None:
    """The change of that number: edits, removals, rows added, some of it undone."""
    match number % 5:
        case 0:
            opened.patch(
                0, Edited(number % 50, "field:name", f"N{number}"), Edited(0, "reference", str(number))
            )
        case 1:
            opened.patch(0, Removed((number % 40, 50 + number % 40)))
        case 2:
            opened.undo()
        case 3:
            opened.patch(0, Added(Recipients([f"+43664{number:06}"], [str(number)], {})))
        case _:
            opened.redo()
            opened.write_text(0, f"Hello {number}")


def states(most: int) -> list[tuple[str, Recipients]]:
    """Text and list after each change, as they must be; the first is the state before any."""

    rows, text = patched(Recipients(), Added(PEOPLE)), ""
    out, undo = [(text, rows)], [("", Recipients())]
    for number in range(most):
        match number % 5:
            case 0:
                undo.append((text, rows))
                rows = patched(rows, Edited(number % 50, "field:name", f"N{number}"))
                rows = patched(rows, Edited(0, "reference", str(number)))
            case 1:
                undo.append((text, rows))
                rows = patched(rows, Removed((number % 40, 50 + number % 40)))
            case 2:
                text, rows = undo.pop()
            case 3:
                undo.append((text, rows))
                rows = patched(rows, Added(Recipients([f"+43664{number:06}"], [str(number)], {})))
            case _:
                undo.append((text, rows))
                text = f"Hello {number}"
        out.append((text, rows))
    return out


async def _edit(folder: Path) -> None:
    async with open_desk(folder) as desk:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, PEOPLE)
        await opened.save()
        print(opened.campaign.id, flush=True)
        for number in range(10_000):
            change(opened, number)
            await opened.save()
            print(number, flush=True)


def main() -> None:
    """Edits without end."""
    asyncio.run(_edit(Path(sys.argv[1])))


@pytest.mark.parametrize("lines", [1, 14, 103, 390])
def test_killed_while_editing(tmp_path: Path, lines: int) -> None:
    script = (
        "import importlib.util, sys;"
        f"spec = importlib.util.spec_from_file_location('edits', {str(Path(__file__))!r});"
        "made = importlib.util.module_from_spec(spec); spec.loader.exec_module(made); made.main()"
    )
    folder = tmp_path / "workspace"
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        campaign = CampaignId(process.stdout.readline().strip())
        for _ in range(lines):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        done = [int(line) for line in process.stdout.read().split("\n")[:-1]]
    last = (done or [lines - 1])[-1]

    async def reopened() -> tuple[str, Recipients]:
        async with open_desk(folder) as desk:
            message = (await desk.campaigns.open(campaign)).campaign.messages[0]
            return message.text, message.recipients

    found = asyncio.run(reopened())
    # What was said to be saved is there; one change more may have been committed and not said any more.
    assert found in states(last + 2)[last + 1 :]
