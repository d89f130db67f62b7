"""What the composer remembers, asked of the desk: templates, options of accounts, prices, views, a number."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from smsdesk.core.blackouts import Period
from smsdesk.core.options import Options
from smsdesk.core.prices import Prices
from smsdesk.core.remembered import View
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.words import use_language

NIGHT = Period(datetime(2031, 3, 1, 20, tzinfo=UTC), datetime(2031, 3, 2, 8, tzinfo=UTC))
LASTING = Options(src="Nordlicht", max_parts=2)
OPTIONS = replace(LASTING, start_at=NIGHT.start, blackouts=(NIGHT,))


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[tuple[Desk, list[Topic]]]:
    async with open_desk(folder) as made:
        told: list[Topic] = []
        made.changes.listen(lambda change: told.extend(change.topics))
        yield made, told


def test_a_template_keeps_no_start_and_no_blackouts_and_has_a_tidy_name(tmp_path: Path) -> None:
    async def act() -> None:
        async with desk(tmp_path) as (made, _):
            first = await made.templates.save("  Two\nlines \u202e", "Hello {a} {b} {a}", OPTIONS)
            assert (first.name, first.options, first.fields) == ("Two lines", LASTING, ("a", "b"))
            assert (await made.templates.save("\u202e ", "Hello")).name == "Template"
            use_language("de")
            assert (await made.templates.save("", "Hello")).name == "Vorlage"
            found = await made.templates.every()
            assert [one.name for one in found] == ["Vorlage", "Template", "Two lines"]
            assert found[2] == first
            await made.templates.use(first.id)
            assert (await made.templates.every())[0].id == first.id

    asyncio.run(act())


def test_a_set_of_options_is_the_default_of_its_account(tmp_path: Path) -> None:
    async def act() -> None:
        async with desk(tmp_path) as (made, told):
            sets = made.option_sets
            assert await sets.default_of("Main") is None
            shop = await sets.save("Main", " Shop ", OPTIONS)
            assert (shop.name, shop.options, shop.default) == ("Shop", LASTING, False)
            assert (await sets.save("Main", "", Options())).name == "Options"
            await sets.make_default("Main", shop.id)
            again = await sets.save("Main", "Shop", Options(src="New"))
            assert (again.id, again.default) == (shop.id, True)
            assert await sets.default_of("Main") == again
            assert await sets.default_of("Other") is None
            await sets.remove(shop.id)
            assert await sets.default_of("Main") is None
            assert [one.name for one in await sets.of("Main")] == ["Options"]
        assert set(told) == {Topic.SETTINGS}

    asyncio.run(act())


def test_views_prices_and_ones_own_number_are_there_after_a_restart(tmp_path: Path) -> None:
    prices = Prices("EUR", {"DE": Decimal("0.075")}, Decimal("0.10"))
    view = View("messages", 1, 12, 4, 999_999, 30)

    async def leave() -> str:
        async with desk(tmp_path) as (made, told):
            assert (await made.own_number.load(), await made.prices.load()) == ("", None)
            await made.own_number.save("0176 12345678")
            await made.prices.save(prices)
            draft = await made.campaigns.create("Autumn", "")
            await draft.save()
            await made.views.keep(draft.campaign.id, view)
        assert Topic.SETTINGS in told
        return draft.campaign.id

    async def come_back(campaign: str) -> None:
        async with desk(tmp_path) as (made, _):
            (line,) = await made.campaigns.lines()
            assert line.id == campaign
            assert await made.views.load(line.id) == view
            assert await made.own_number.load() == "0176 12345678"
            assert await made.prices.load() == prices

    asyncio.run(come_back(asyncio.run(leave())))


def test_countries_have_names_in_the_language_in_use(tmp_path: Path) -> None:
    async def act() -> None:
        async with desk(tmp_path) as (made, _):
            assert (await made.prices.countries())["AT"] == "Austria"
            use_language("de")
            assert (await made.prices.countries())["AT"] == "Österreich"

    asyncio.run(act())
