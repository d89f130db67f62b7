"""A real desk without a sandbox, for screens that nothing is sent from: it is there at once."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar, cast

import qasync
from pytestqt.qtbot import QtBot
from screens import Play, Scene

from smsdesk.desk.desk import open_desk
from smsdesk.desk.tasks import Notice
from smsdesk.sandbox.remote import Remote

T = TypeVar("T")


def alone(loop: qasync.QEventLoop, tmp_path: Path, qtbot: QtBot) -> Play:
    """As the fixture ``play``, with no service behind: ``play = pytest.fixture(alone)``."""

    def played(act: Callable[[Scene], Awaitable[T]]) -> T:
        async def on_desk() -> T:
            async with open_desk(tmp_path / "workspace") as desk:
                notices: list[Notice] = []
                desk.on_notice(notices.append)
                result = await act(Scene(desk, cast("Remote", None), notices, qtbot))
                assert [notice for notice in notices if notice.code] == []
                return result

        return loop.run_until_complete(on_desk())

    return played
