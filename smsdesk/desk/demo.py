"""The main job on shipped material: an account on the sandbox and a campaign from a real-looking CSV."""

from collections import Counter
from dataclasses import dataclass, replace

from smsdesk.core.campaign import Campaign, LeftOut
from smsdesk.core.importing import Imported
from smsdesk.core.options import Options
from smsdesk.core.shipped import shipped
from smsdesk.core.status import meaning
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.desk.importing import Wanted
from smsdesk.words import say

SAMPLE = ("samples", "customers.csv")


def left_out(table: Imported) -> LeftOut:
    """What an import leaves behind, as the review page counts it."""
    counts = table.counts
    return LeftOut(counts.doubtful, counts.invalid, counts.duplicates, counts.do_not_contact, counts.blank)


def options(plain: Options) -> Options:
    """What the demo sets: a sender, delivery confirmation, and letters that fit the SMS alphabet."""
    return replace(plain, src=say("demo.sender"), status_requested=True, invalid_characters="TRANSLITERATE")


async def compose(desk: Desk) -> tuple[OpenCampaign, Imported]:
    """Makes the account and the campaign of the demo; its recipients come from the shipped CSV."""
    account = await desk.accounts.try_out()
    sample = shipped(*SAMPLE)
    table = (await desk.importing.read(Wanted(sample, sample.name, "DE"))).imported
    draft = await desk.campaigns.create(say("demo.campaign"), account.name)
    draft.add_recipients(0, table.recipients, left_out(table))
    draft.write_text(0, say("demo.text"))
    draft.set_options(options(draft.campaign.options))
    await draft.save()
    await draft.check_now()
    return draft, table


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a campaign: outcomes by their name, and whether each recipient ended exactly once."""

    outcomes: dict[str, int]
    complete: bool


async def ended(desk: Desk, campaign: Campaign) -> Ended:
    """Counts what the service reported: every recipient once, each with a final status."""
    rows = [row for line in await desk.jobs.lines() for row in await desk.jobs.recipients(line.key)]
    wanted = Counter(dst for message in campaign.messages for dst in message.recipients.dst)
    final = Counter(
        row.dst
        for row in rows
        if row.process_status is not None and meaning(row.process_status, row.status).final
    )
    return Ended(dict(Counter(row.outcome for row in rows)), final == wanted)
