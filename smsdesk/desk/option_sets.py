"""Sets of options of each account, and which of them its new campaigns begin with."""

from smsdesk.core.names import tidy_name
from smsdesk.core.options import Options
from smsdesk.core.remembered import OptionSet, OptionSetId, lasting_options
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.words import say


class OptionSets:
    """The saved sets of options."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def of(self, account: str) -> tuple[OptionSet, ...]:
        """The sets of an account, by name."""
        from smsdesk.store import option_sets

        return await self._context.read(option_sets.of, account)

    async def save(self, account: str, name: str, options: Options) -> OptionSet:
        """Puts options away, in place of the account's set of that name; without one it is called so.

        Neither start nor blackout periods are kept.
        """
        from smsdesk.store import option_sets

        name, kept = tidy_name(name) or say("option_sets.unnamed"), lasting_options(options)
        set_id = await self._context.write(option_sets.save, account, name, kept)
        self._context.changes.tell(Topic.SETTINGS)
        return next(one for one in await self.of(account) if one.id == set_id)

    async def remove(self, set_id: OptionSetId) -> None:
        """Forgets a set; where it was the default, the account has none from then on."""
        from smsdesk.store import option_sets

        await self._context.write(option_sets.remove, set_id)
        self._context.changes.tell(Topic.SETTINGS)

    async def default_of(self, account: str) -> OptionSet | None:
        """The set that new campaigns of an account begin with."""
        return next((one for one in await self.of(account) if one.default), None)

    async def make_default(self, account: str, set_id: OptionSetId | None) -> None:
        """New campaigns of an account begin with this set; with None they begin with none."""
        from smsdesk.store import option_sets

        await self._context.write(option_sets.make_default, account, set_id)
        self._context.changes.tell(Topic.SETTINGS)
