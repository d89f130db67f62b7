"""Texts that are put away under a name, and those that were sent lately."""

from smsdesk.core.acts import What
from smsdesk.core.names import tidy_name
from smsdesk.core.options import Options
from smsdesk.core.remembered import Template, TemplateId, lasting_options
from smsdesk.core.templates import fields_of
from smsdesk.desk.acts import record
from smsdesk.desk.context import Context
from smsdesk.words import say


class Templates:
    """The templates of the workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def every(self) -> tuple[Template, ...]:
        """All of them, the one used last first."""
        from smsdesk.store import templates

        return await self._context.read(templates.every)

    async def save(
        self, name: str, text: str, options: Options | None = None, replaced: TemplateId | None = None
    ) -> Template:
        """Puts a text away under a name, in place of the template ``replaced``; without one it is called so.

        Of the options neither start nor blackout periods are kept.
        """
        from smsdesk.store import templates

        kept = None if options is None else lasting_options(options)
        name, now = _tidy(name), self._context.now()
        template_id = await self._context.write(templates.save, name, text, kept, now, replaced)
        return Template(template_id, name, text, kept, fields_of(text), now)

    async def use(self, template_id: TemplateId) -> None:
        """Notes that a template was used: it stands first from then on."""
        from smsdesk.store import templates

        await self._context.write(templates.use, template_id, self._context.now())

    async def rename(self, template_id: TemplateId, name: str) -> None:
        """Gives a template another name."""
        from smsdesk.store import templates

        await self._context.write(templates.rename, template_id, _tidy(name))

    async def remove(self, template_id: TemplateId) -> None:
        """Takes a template away; :meth:`restore` brings it back."""
        from smsdesk.store import acts, templates

        told = acts.of_template(What.TEMPLATE_REMOVED, template_id)
        await record(self._context, told, templates.discard, template_id)

    async def restore(self, template_id: TemplateId) -> None:
        """Brings a deleted template back."""
        from smsdesk.store import acts, templates

        told = acts.of_template(What.TEMPLATE_RESTORED, template_id)
        await record(self._context, told, templates.restore, template_id)

    async def recent_texts(self, limit: int = 20) -> tuple[str, ...]:
        """The texts of sent campaigns with their merge fields, the newest first, each once."""
        from smsdesk.store import templates

        return await self._context.read(templates.recent_texts, limit)


def _tidy(name: str) -> str:
    return tidy_name(name) or say("templates.unnamed")
