"""The composition root: wires store, desk, window and sandbox, and runs the loop. Knows every room."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from smsdesk.desk.accounts import Sandbox

DEMO_SPEED = 30.0
"""Seconds of service time a second, for the demo."""


async def start_sandbox(speed: float = 1.0) -> Sandbox:
    """Starts the embedded sandbox as a child process."""
    from smsdesk.sandbox.remote import Remote  # noqa: PLC0415 (needed only when there is one)

    return await Remote.start(speed)


def main(arguments: Sequence[str] | None = None) -> int:
    """The program. Returns the exit code: 0 all well, 1 failed, 2 bad input or usage, 3 outcome unknown."""
    from smsdesk.cli import main as cli  # noqa: PLC0415

    parsed = cli.parse(list(sys.argv[1:] if arguments is None else arguments))
    if parsed.verb == "demo":
        return cli.guarded(lambda: _demo(parsed))
    return cli.run(parsed)


def _demo(arguments: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="smsdesk-demo-", ignore_cleanup_errors=True) as folder:
        return asyncio.run(_headless(arguments.workspace or Path(folder)))


async def _headless(folder: Path) -> int:
    from smsdesk.desk import demo  # noqa: PLC0415
    from smsdesk.desk.desk import open_desk  # noqa: PLC0415
    from smsdesk.words import number, say  # noqa: PLC0415

    async with open_desk(folder, lambda: start_sandbox(DEMO_SPEED)) as desk:
        draft, table = await demo.compose(desk)
        print(say("demo.imported", table.counts.rows, valid=number(table.counts.valid)))
        entries = await desk.outbox.queue(draft.campaign)
        print(say("demo.queued", len(entries)))
        await desk.outbox.drain(draft.campaign.account)
        await desk.wait_final(draft.campaign.id, lambda n: print(say("cli.waiting", n)))
        result = await demo.ended(desk, draft.campaign)
        for outcome, count in result.outcomes.items():
            print(f"{say(f'outcome.{outcome}')}: {number(count)}")
        print(say("demo.complete" if result.complete else "demo.incomplete"))
        return 0 if result.complete else 1
