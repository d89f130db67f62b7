"""The sandbox on a thread of the tests: the whole service on its own sockets, there at once.

What ends, kills or restarts the child process takes ``Remote`` itself.
"""

import asyncio
import threading
from pathlib import Path
from typing import Any

from smsdesk.sandbox.remote import Remote
from smsdesk.sandbox.server import Service, opened_service


class Serving:
    """A service on a thread of its own. ``first``: what the process would print."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._service: Service | None = None
        self._opened = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        self._thread.start()
        self._opened.wait()
        if self._service is None:
            self._thread.join()
            raise OSError("the sandbox did not start")
        self.first = self._service.first

    def _serve(self) -> None:
        try:
            # Here, for its ledger belongs to the thread that opens it.
            with opened_service(**self._options) as service:
                self._service = service
                self._opened.set()
                asyncio.run(service.server.serve(service.sockets))
        finally:
            self._opened.set()

    def end(self) -> None:
        """Ends the service and waits for it."""
        assert self._service
        self._service.server.should_exit = True
        self._thread.join()


class Near(Remote):
    """As ``Remote``, of a service on a thread."""

    def __init__(self, serving: Serving) -> None:
        self._serving, first = serving, serving.first
        self.url, self.user, self.password = first["url"], first["user"], first["password"]
        self.report_urls = tuple(first["report_urls"])
        self._control, self._secret = first["control"], first["control_secret"]

    @classmethod
    async def start(
        cls, speed: float = 1.0, db: Path | None = None, data_centres: int = 1, rate: int | None = None
    ) -> "Near":
        options = {"speed": speed, "db": db, "data_centres": data_centres}
        return cls(Serving(**options, **({} if rate is None else {"rate": rate})))

    async def stop(self) -> None:
        await asyncio.to_thread(self._serving.end)
