"""Fixtures with real processes: the sandbox, a gate in front of it, the command line."""

import json
import os
import select
import socket
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from near import Serving

from smsdesk.app import main
from smsdesk.cli.main import parse

PASSWORD = "correct horse"
SERVED = ("port", "user", "password", "db", "speed", "rate", "data_centres")


@dataclass
class Box:
    """A running ``smsdesk sandbox``."""

    url: str
    control: str
    secret: str
    report_urls: tuple[str, ...]
    process: subprocess.Popen[str] | None = None
    """What serves it, unless that is a thread of the tests."""

    @classmethod
    def of(cls, first: dict[str, Any], process: subprocess.Popen[str] | None = None) -> "Box":
        """What the first line says."""
        reports = tuple(first["report_urls"])
        return cls(first["url"], first["control"], first["control_secret"], reports, process)

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port
        return port

    def asked(self, path: str) -> Any:
        """An answer of the control surface."""
        request = urllib.request.Request(f"{self.control}/{path}", headers={"X-Control-Secret": self.secret})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def fault(self, kind: str, value: float = 0, times: int = 1, endpoint: str = "post") -> None:
        """Sets a fault of the service."""
        told = {"endpoint": endpoint, "kind": kind, "value": value, "times": times}
        headers = {"X-Control-Secret": self.secret}
        request = urllib.request.Request(f"{self.control}/faults", json.dumps(told).encode(), headers)
        with urllib.request.urlopen(request, timeout=60):
            pass

    def accepted(self) -> Counter[str]:
        """How often each number is in an accepted job."""
        return Counter(message["dst"] for message in self.asked("messages"))


@pytest.fixture
def start_box() -> Iterator[Callable[..., Box]]:
    """Starts sandboxes; all of them end with the test."""
    boxes: list[subprocess.Popen[str]] = []

    def start(*options: str) -> Box:
        command = [sys.executable, "-m", "smsdesk", "sandbox", "--user", "desk", "--password", PASSWORD]
        process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        boxes.append(process)
        assert process.stdout
        return Box.of(json.loads(process.stdout.readline()), process)

    yield start
    for process in boxes:
        process.terminate()
        process.wait(300)
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def near_box() -> Iterator[Callable[..., Box]]:
    """As ``start_box``, on threads of the tests: there at once."""
    services: list[Serving] = []

    def start(*options: str) -> Box:
        asked = vars(parse(["sandbox", "--user", "desk", "--password", PASSWORD, *options]))
        services.append(Serving(**{name: asked[name] for name in SERVED}))
        return Box.of(services[-1].first)

    yield start
    for serving in services:
        serving.end()


@dataclass
class Terminal:
    """The command line on one workspace."""

    workspace: Path
    password: str | None = PASSWORD

    def _call(self, arguments: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
        command = [sys.executable, "-m", "smsdesk", "--language", "en", "--workspace", str(self.workspace)]
        secret = {"SMSDESK_PASSWORD": self.password} if self.password else {}
        return [*command, *arguments], {**os.environ, **secret}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a verb to its end, in this process."""
        command, _ = self._call(arguments)
        out, words = (TextIOWrapper(BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
        with pytest.MonkeyPatch.context() as patch:
            if self.password:
                patch.setenv("SMSDESK_PASSWORD", self.password)
            patch.setattr(sys, "excepthook", sys.excepthook)
            with redirect_stdout(out), redirect_stderr(words):
                try:
                    code = main(command[3:])
                except SystemExit as ended:
                    code = int(ended.code or 0)
        said = [stream.buffer.getvalue().decode() for stream in (out, words)]
        return subprocess.CompletedProcess(command, code, *said)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a verb and leaves it running, to be killed."""
        command, environment = self._call(arguments)
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """The command line on a fresh workspace."""
    return Terminal(tmp_path / "workspace")


def numbers(count: int) -> list[str]:
    """Valid German mobile numbers, all different."""
    return [f"+49176{20000000 + i * 7}" for i in range(count)]


@pytest.fixture
def customers(tmp_path: Path) -> Callable[[int], tuple[Path, Counter[str]]]:
    """Writes a semicolon, Windows-1252 table of so many customers; each number once is the truth."""

    def written(count: int) -> tuple[Path, Counter[str]]:
        rows = [f"Müller{i};{dst};A-{i:05d}" for i, dst in enumerate(numbers(count))]
        path = tmp_path / "kunden.csv"
        path.write_text("\r\n".join(["Name;Mobil;Auftrag", *rows, ""]), encoding="cp1252", newline="")
        return path, Counter(numbers(count))

    return written


@dataclass
class Gate:
    """A door between a client and the sandbox: at one moment of one POST it stays shut for ever.

    ``shut_before`` holds back the n-th POST's request, ``shut_after`` its answer; ``reached`` is
    set at that moment. ``port``: where it stands, 0 for anywhere.
    """

    upstream: int
    shut_before: int = 0
    shut_after: int = 0
    port: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    posts: int = 0

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        self._open: list[socket.socket] = [self._server]
        self._ended = False
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._ended:
            ready, _, _ = select.select([self._server], [], [], 0.1)
            if ready:
                client, _ = self._server.accept()
                thread = threading.Thread(target=self._carry, args=(client,))
                self._threads.append(thread)
                thread.start()

    def _carry(self, client: socket.socket) -> None:
        # Whoever is killed leaves all of its connections reset.
        with suppress(ConnectionError):
            self._carried(client)

    def _carried(self, client: socket.socket) -> None:
        service = socket.create_connection(("127.0.0.1", self.upstream))
        with client, service:
            first = client.recv(65536)
            shut_answer = False
            if first.startswith(b"POST"):
                self.posts += 1
                if self.posts == self.shut_before:
                    self.reached.set()
                    return self._hold()
                shut_answer = self.posts == self.shut_after
            service.sendall(first)
            return self._pump(client, service, shut_answer=shut_answer)

    def _pump(self, client: socket.socket, service: socket.socket, *, shut_answer: bool) -> None:
        while not self._ended:
            ready, _, _ = select.select([client, service], [], [], 0.1)
            for source in ready:
                chunk = source.recv(65536)
                if not chunk:
                    return None
                if source is service and shut_answer:
                    self.reached.set()
                    return self._hold()
                (client if source is service else service).sendall(chunk)
        return None

    def _hold(self) -> None:
        self._held = threading.Event()
        while not self._ended:
            self._held.wait(0.1)

    def end(self) -> None:
        """Closes everything."""
        self._ended = True
        for thread in list(self._threads):
            thread.join(5)
        self._server.close()


@pytest.fixture
def start_gate() -> Iterator[Callable[..., Gate]]:
    """Starts gates; all of them end with the test."""
    gates: list[Gate] = []

    def start(upstream: int, **moments: int) -> Gate:
        gates.append(Gate(upstream, **moments))
        return gates[-1]

    yield start
    for gate in gates:
        gate.end()
