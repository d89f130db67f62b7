"""kill -9 while recipients are edited: the draft reopens as it was at the last committed change."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.options import Options
from smsdesk.core.recipients import Added, Edited, Recipients, Removed, patched
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import open_desk

pytestmark = pytest.mark.slow

COUNT = 2_000
PEOPLE = Recipients(
    [f"+49176{n:08}" for n in range(COUNT)],
    [""] * COUNT,
    {"name": ["Ada"] * COUNT, "language": ["de", "en"] * (COUNT // 2)},
)
START = datetime(2031, 3, 1, 20, tzinfo=UTC)


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


def compose(opened: OpenCampaign, number: int) -> None:
    """The change of that number: periods, rules, names, a split, GSM forms, a template, some of it undone."""
    night = Period(START + timedelta(number), START + timedelta(number, hours=12))
    match number % 7:
        case 0:
            opened.set_periods(
                [night], [Rule(RuleKind.HOURS, zone="Europe/Berlin")], {night: f"night {number}"}
            )
        case 1:
            opened.name_period(*opened.campaign.options.blackouts, name=f"named {number}")
        case 2:
            opened.write_text(0, f"Soon – {number}…")
        case 3:
            opened.replace_characters(0, "*")
        case 4:
            opened.split_message(0, "language")
        case 5:
            opened.undo()
        case _:
            opened.use_template(0, f"Hello {number}", Options(src=f"shop {number}"))


async def _edited(
    opened: OpenCampaign, act: Callable[[OpenCampaign, int], None], most: int
) -> AsyncIterator[int]:
    opened.add_recipients(0, PEOPLE)
    await opened.save()
    for number in range(most):
        act(opened, number)
        await opened.save()
        yield number


async def _edit(folder: Path, act: Callable[[OpenCampaign, int], None]) -> None:
    async with open_desk(folder) as desk:
        opened = await desk.campaigns.create("Autumn")
        print(opened.campaign.id, flush=True)
        async for number in _edited(opened, act, 10_000):
            print(number, flush=True)


async def _type(folder: Path) -> None:
    """Types without a pause, a word every few hundredths of a second, and says when each was typed."""
    async with open_desk(folder) as desk:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, PEOPLE)
        await opened.save()
        print(opened.campaign.id, flush=True)
        for number in range(10_000):
            opened.write_text(0, typed(number))
            print(number, time.monotonic(), flush=True)
            await desk.context.sleep(0.03)


def typed(number: int) -> str:
    """The text once the word of that number (from 0) is typed."""
    return " ".join(map(str, range(number + 1)))


def main() -> None:
    """Edits without end."""
    folder, what = Path(sys.argv[1]), sys.argv[2]
    acts = {"change": change, "compose": compose}
    asyncio.run(_type(folder) if what == "type" else _edit(folder, acts[what]))


def started(folder: Path, act: str) -> "subprocess.Popen[str]":
    """A program that edits."""
    script = (
        "import importlib.util, sys;"
        f"spec = importlib.util.spec_from_file_location('edits', {str(Path(__file__))!r});"
        "made = importlib.util.module_from_spec(spec); spec.loader.exec_module(made); made.main()"
    )
    command = [sys.executable, "-c", script, str(folder), act]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed(folder: Path, act: str, lines: int) -> tuple[CampaignId, int]:
    """The campaign of a program that was killed after so many changes, and the last it said was saved."""
    with started(folder, act) as process:
        assert process.stdout is not None
        campaign = CampaignId(process.stdout.readline().strip())
        for _ in range(lines):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        done = [int(line) for line in process.stdout.read().split("\n")[:-1]]
    return campaign, (done or [lines - 1])[-1]


@pytest.mark.parametrize("lines", [1, 10, 55])
def test_killed_while_composing(tmp_path: Path, lines: int) -> None:
    campaign, last = killed(tmp_path / "workspace", "compose", lines)

    async def reopened() -> tuple[Campaign, list[Campaign]]:
        async with open_desk(tmp_path / "workspace") as desk:
            found = (await desk.campaigns.open(campaign)).campaign
        truth = []
        async with open_desk(tmp_path / "other") as desk:
            opened = await desk.campaigns.create("Autumn")
            async for _ in _edited(opened, compose, last + 2):
                truth.append(replace(opened.campaign, id=campaign))
        return found, truth

    found, truth = asyncio.run(reopened())
    # What was said to be saved is there; one change more may have been committed and not said any more.
    assert (found, found.period_names) in [(one, one.period_names) for one in truth[last:]]


@pytest.mark.parametrize("lines", [1, 14, 103, 390])
def test_killed_while_editing(tmp_path: Path, lines: int) -> None:
    folder = tmp_path / "workspace"
    campaign, last = killed(folder, "change", lines)

    async def reopened() -> tuple[str, Recipients]:
        async with open_desk(folder) as desk:
            message = (await desk.campaigns.open(campaign)).campaign.messages[0]
            return message.text, message.recipients

    found = asyncio.run(reopened())
    # What was said to be saved is there; one change more may have been committed and not said any more.
    assert found in states(last + 2)[last + 1 :]


def killed_while_typing(folder: Path, lines: int, after: float) -> tuple[CampaignId, list[float], float]:
    """The campaign, when each word was typed, and when the program was killed: some moments after a line."""
    with started(folder, "type") as process:
        assert process.stdout is not None
        campaign = CampaignId(process.stdout.readline().strip())
        said = [process.stdout.readline() for _ in range(lines)]
        until = time.monotonic() + after
        while (at := time.monotonic()) < until:
            pass
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read().split("\n")[:-1]
    return campaign, [float(line.split()[1]) for line in said], at


@pytest.mark.parametrize("seed", range(10 if os.environ.get("CI") else 100))
def test_killed_while_typing_loses_at_most_the_last_second(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    # Some are killed within the first second, where nothing needs to be there, most after it.
    lines = chance.randint(5, 90)
    campaign, words, at = killed_while_typing(tmp_path, lines, chance.random() / 20)

    async def reopened() -> tuple[str, int]:
        async with open_desk(tmp_path) as desk:
            message = (await desk.campaigns.open(campaign)).campaign.messages[0]
            return message.text, len(message.recipients)

    text, people = asyncio.run(reopened())
    assert people == COUNT
    there = len(text.split())
    assert text == (typed(there - 1) if there else "")
    lost = words[there:]
    assert not lost or at - lost[0] <= 1.0
