"""Asking a data centre: out of the request budget, and what the answers say of pace and trouble."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from random import SystemRandom
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from smsdesk.core.errors import NotFound, ServiceError, TooManyRequests
from smsdesk.core.pace import Pace
from smsdesk.core.polling import Spent, Trouble, after_failure, learnt
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.context import Context

if TYPE_CHECKING:
    from smsdesk.core.account import Account

T = TypeVar("T")


class Place(NamedTuple):
    """A data centre of an account; without ``url`` all of them."""

    account: str
    url: str = ""

    @property
    def task(self) -> str:
        """The key of the task that asks there."""
        return f"ask:{self.account}:{self.url}"


class NoRoom(Exception):
    """The request budget is used up for now."""


class Asking:
    """The requests of one program for reports, account by account."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts
        self._paces: dict[str, Pace] = {}
        self._troubles: dict[Place | int, Trouble] = {}
        self.spent: dict[str, Spent] = defaultdict(Spent)

    def pace(self, account: "Account") -> Pace:
        """How fast an account may be asked, as far as is known."""
        known = self._paces.get(account.name)
        return known or learnt(None, None, account.budget, self._context.now())

    async def request(
        self,
        place: Place,
        account: "Account",
        make: Callable[[], Awaitable[T]],
        *,
        on_screen: bool,
        wait: bool,
    ) -> T:
        """One request to a data centre out of the budget, of which sends have some for themselves.

        Where it is used up: ``wait``, or NoRoom is raised. Whether there was an answer is noted.
        """
        from smsdesk.store import watching

        context = self._context
        while True:
            now = context.now()
            allowed = self.pace(account).within(account.budget)
            pause = await context.write(watching.take, account.name, now, allowed)
            if not pause:
                break
            if not wait:
                raise NoRoom
            await context.sleep(pause.total_seconds())
        self.spent[account.name] = self.spent[account.name].at(now, on_screen=on_screen)
        try:
            answer = await make()
        except ServiceError as error:
            self.hears(place, account, error)
            raise
        self.hears(place, account, None)
        return answer

    def hears(self, place: Place, account: "Account", error: ServiceError | None) -> None:
        """What a data centre answered, or what came instead. "Too many" is said of the account."""
        name, known = account.name, self._paces.get(account.name)
        self._paces[name] = learnt(known, error, account.budget, self._context.now())
        if isinstance(error, TooManyRequests):
            self._accounts.heard(name, error)
        elif error is None or isinstance(error, NotFound):
            self.works(place)
            self._accounts.heard(name, None, place.url)
        else:
            self.fails(place)
            self._accounts.heard(name, error, place.url)

    def rests(self, what: Place | int) -> bool:
        """Whether a data centre or a job is left alone."""
        trouble = self._troubles.get(what)
        return trouble is not None and trouble.rests(self._context.now())

    def fails(self, what: Place | int) -> None:
        """It is left alone for a while, longer each time in a row; failures together are one."""
        if not self.rests(what):
            before, spread = self._troubles.get(what), SystemRandom().random()
            self._troubles[what] = after_failure(before, self._context.now(), spread)

    def until_then(self, what: int, place: Place) -> None:
        """A job that may be where nobody is asked now is left alone as long."""
        if self.rests(place):
            self._troubles[what] = self._troubles[place]

    def works(self, what: Place | int) -> None:
        """It is not left alone any more."""
        self._troubles.pop(what, None)
