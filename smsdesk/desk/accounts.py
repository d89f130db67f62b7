"""Accounts: saved ones, their clients, the connection test, the embedded sandbox."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.account import TRY_OUT, Account, checked_url
from smsdesk.core.acts import What
from smsdesk.core.errors import AccountError, NotFound, Refused, ServiceError, SmsDeskError, WrongPassword
from smsdesk.desk.acts import plainly, record
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.passwords import Passwords
from smsdesk.desk.sandbox import Sandbox

if TYPE_CHECKING:
    from smsdesk.api.client import Client


@dataclass(frozen=True, slots=True)
class Tested:
    """The answer of one address to the connection test; ``error`` is ``None`` where all is well."""

    url: str
    error: SmsDeskError | None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """When an account or a data centre of it answered last, or what error came instead, ``since`` when."""

    at: datetime
    error: SmsDeskError | None
    since: datetime


class Accounts:
    """The accounts of the workspace and how to speak to them."""

    def __init__(
        self,
        context: Context,
        passwords: Passwords,
        connect: "Callable[[Account, str], Client]",
        start_sandbox: Callable[[], Awaitable[Sandbox]],
    ) -> None:
        self._context = context
        self.passwords = passwords
        self._connect = connect
        self._start_sandbox = start_sandbox
        self._clients: dict[str, Client] = {}
        self.sandbox: Sandbox | None = None
        self.contacts: dict[str, Contact] = {}
        self._centres: dict[str, dict[str, Contact]] = {}

    async def every(self) -> tuple[Account, ...]:
        """All accounts, by name."""
        from smsdesk.store import accounts

        return await self._context.read(accounts.every)

    async def named(self, name: str) -> Account:
        """One account. Raises AccountError."""
        for account in await self.every():
            if account.name == name:
                return account
        raise AccountError(account=name, reason="unknown")

    async def password(self, name: str) -> str:
        """The password of an account. Raises PasswordMissing."""
        only = [account.name for account in await self.every() if not account.sandbox] == [name]
        return await self.passwords.of(name, only=only)

    async def save(self, account: Account, password: str | None) -> bool:
        """Checks and saves an account; False where its password is known for this run only."""
        from smsdesk.store import holding

        account = checked(account)
        await self._forget(account.name)
        told = plainly(What.ACCOUNT_SAVED, account=account.name)
        await record(self._context, told, holding.save_account, account, self._context.now())
        self._context.changes.tell(Topic.ACCOUNTS, Topic.OUTBOX)
        return password is None or await self.passwords.save(account.name, password)

    async def remove(self, name: str) -> None:
        """Forgets an account; what was sent with it stays."""
        from smsdesk.store import accounts

        await self._forget(name)
        await record(self._context, plainly(What.ACCOUNT_REMOVED, account=name), accounts.remove, name)
        self._context.changes.tell(Topic.ACCOUNTS)

    async def client(self, name: str) -> "Client":
        """The client of an account, made once. Starts the sandbox where the account lives there."""
        if name not in self._clients:
            account = await self.named(name)
            if account.sandbox and self.sandbox is None:
                account = await self.try_out()
            password = await self.password(name)
            self._clients.setdefault(name, self._connect(account, password))
        return self._clients[name]

    async def try_out(self) -> Account:
        """Starts the embedded sandbox and makes the account on it, or brings that up to date."""
        from smsdesk.store import holding

        if self.sandbox is None:
            self.sandbox = await self._start_sandbox()
        box = self.sandbox
        account = Account(TRY_OUT, box.url, box.report_urls, box.user, sandbox=True)
        self.passwords.keep(TRY_OUT, box.password)
        await self._forget(TRY_OUT)
        await self._context.write(holding.save_account, account, self._context.now())
        self._context.changes.tell(Topic.ACCOUNTS, Topic.OUTBOX)
        return account

    async def restart_sandbox(self) -> Account:
        """Starts the sandbox again, with the jobs that it has kept; an older one is ended first."""
        older, self.sandbox = self.sandbox, None
        if older is not None:
            await older.stop()
        return await self.try_out()

    async def test(self, account: Account, password: str) -> tuple[Tested, ...]:
        """Asks every report address for its version and one job id.

        The send address's credentials are proved only by the first job.
        """
        account = checked(account)
        client = self._connect(account, password)
        try:
            return tuple([await self._tested(client, url) for url in account.report_urls])
        finally:
            await client.aclose()

    async def _tested(self, client: "Client", url: str) -> Tested:
        now = self._context.now()
        try:
            try:
                version = (await client.version(url)).text
            except NotFound:
                version = ""
            await client.job_ids(url, now - timedelta(days=1), now, limit=1)
        except ServiceError as error:
            return Tested(url, error)
        return Tested(url, None, version)

    def heard(self, name: str, error: SmsDeskError | None, url: str = "") -> None:
        """Notes that an account answered, or what came instead; ``url``: which of its data centres.

        A data centre alone that does not answer says nothing of the account, nor does another one of it.
        """
        centres = self._centres.setdefault(name, {})
        if url:
            centres[url] = self._contact(centres.get(url), error)
        some_answer = any(one.error is None for one in centres.values())
        if error is None or not url or isinstance(error, Refused) or not some_answer:
            self.contacts[name] = self._contact(self.contacts.get(name), error)
        self._context.changes.tell(Topic.CONNECTION)

    def _contact(self, before: Contact | None, error: SmsDeskError | None) -> Contact:
        now = self._context.now()
        same = before is not None and (before.error is None) == (error is None)
        return Contact(now, error, before.since if before is not None and same else now)

    def refused(self) -> frozenset[str]:
        """The accounts whose user and password the service, or a data centre of it, did not accept last."""

        def is_refused(name: str, contact: Contact) -> bool:
            heard = (contact, *self._centres.get(name, {}).values())
            return any(isinstance(one.error, WrongPassword) for one in heard)

        return frozenset(name for name, contact in self.contacts.items() if is_refused(name, contact))

    def silent(self, name: str) -> dict[str, Contact]:
        """The data centres of an account that gave no answer when they were asked last, by address."""
        return {url: one for url, one in self._centres.get(name, {}).items() if one.error is not None}

    async def jobs_at(self, name: str) -> dict[str, int]:
        """How many open jobs of an account each data centre has, by address."""
        from smsdesk.store import accounts

        return await self._context.read(accounts.open_jobs_at, name)

    async def _forget(self, name: str) -> None:
        """The next request takes the account as it is then; what is under way comes to its end."""
        self._centres.pop(name, None)
        client = self._clients.pop(name, None)
        if client is not None:
            await client.retire()

    async def close(self) -> None:
        """Closes the clients, then ends the sandbox."""
        while self._clients:
            await self._clients.popitem()[1].aclose()
        if self.sandbox is not None:
            await self.sandbox.stop()
            self.sandbox = None


def checked(account: Account) -> Account:
    """The account with checked addresses. Raises AddressError, AccountError."""
    if not account.name.strip() or not account.user.strip():
        raise AccountError(account=account.name, reason="incomplete")
    urls = tuple(checked_url(url) for url in account.report_urls)
    return replace(account, send_url=checked_url(account.send_url), report_urls=urls)
