"""Run by the SDK's own interpreter: calls its clients on addresses of loopback and prints what they answer.

Arguments: send address, report addresses (comma between), user, password, a job that is finished.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta

from retarus.commons.config import Configuration
from retarus.commons.exceptions import ApiAuthorizationError, ApiInvalidPayload
from retarus.commons.region import Region, RegionUri
from retarus.sms.client import SmsClient
from retarus.sms.model import JobReport, Messages, Options, Recipient, SmsJob

send, reports, user, password, finished = sys.argv[1:]
places = [RegionUri(region=Region.Europe, ha_uri=send, urls=reports.split(","))]
# Its addresses are data of the class; its code stays as it is.
SmsClient._SmsClient__sms_uris = places
Configuration.set_auth(user, password)


def job(text, **options):
    people = [
        Recipient(dst="+4917604069001"),
        Recipient(dst="004917604069002", blackoutPeriods=["2031-01-01T00:00:00Z/2031-01-02T00:00:00Z"]),
    ]
    return SmsJob(messages=[Messages(text=text, recipients=people)], options=Options(**options))


def sync():
    client = SmsClient().client
    minimal = client.send_sms(SmsJob.minimal("+4917604069012", "Hello from the SDK"))
    full = client.send_sms(
        job("With options", src="Nordlicht", encoding="UTF-16", billcode="B1", flash=True, qos="EXPRESS")
    )
    now = datetime.now(UTC)
    listed = client.filter_sms_jobs(
        job_ids_only=True,
        from_ts=(now - timedelta(days=20)).isoformat(),
        to_ts=(now + timedelta(days=9)).isoformat(),
        open=False,
        offset=0,
        limit=1000,
    )
    report = client.get_sms_job(finished)
    try:
        wrong = client.send_sms(job("Bad", encoding="EBCDIC"))
    except ApiInvalidPayload:
        wrong = "ApiInvalidPayload"
    return {
        "sent": [minimal["jobId"], full["jobId"]],
        "finished": [one["jobId"] for one in listed],
        "report": JobReport(**report).dict(),
        "unknown": client.get_sms_job("J.20200101-000000.000-none00000000000000"),
        "version": client.server_version(),
        "wrong": wrong,
    }


async def asynchronous():
    client = SmsClient(is_async=True).client
    sent = await client.send_sms(SmsJob.minimal("+4917604069013", "Hello, asynchronously"))
    everything = await client.filter_sms_jobs(job_ids_only=True)
    Configuration.set_auth(user, "another password")
    try:
        denied = await client.server_version()
    except ApiAuthorizationError:
        denied = "ApiAuthorizationError"
    return {"sent": sent["jobId"], "listed": [one["jobId"] for one in everything], "denied": denied}


print(json.dumps({"sync": sync(), "async": asyncio.run(asynchronous())}))
