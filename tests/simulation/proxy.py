"""A bad line between real programs and the real sandbox, on loopback: what it does is drawn from a seed."""

import select
import socket
import struct
import threading
from collections.abc import Callable
from random import Random

KINDS = ("fine", "fine", "fine", "refuse", "reset early", "reset late", "half an answer", "trouble", "slow")
"""What can befall one connection that carries a POST."""
_RESET = struct.pack("ii", 1, 0)
_TROUBLE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """Stands before the address that takes jobs. ``bad``: whether anything befalls what goes through.

    ``moment`` is called at the moments of a POST: "come", "gone on", "answered", "told".
    """

    def __init__(self, upstream: int, seed: int) -> None:
        self._upstream, self._chance = upstream, Random(seed)
        self.bad = True
        self.moment: Callable[[str], None] = lambda _: None
        self._ended = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self._ended:
            if select.select([self._server], [], [], 0.05)[0]:
                client, _ = self._server.accept()
                kind = self._chance.choice(KINDS) if self.bad else "fine"
                thread = threading.Thread(target=self._carry, args=(client, kind))
                self._threads.append(thread)
                thread.start()

    def _carry(self, client: socket.socket, kind: str) -> None:
        with client:
            try:
                if kind == "refuse":
                    _reset(client)
                else:
                    self._exchange(client, kind)
            except OSError:
                # The program has died, or what befell the line did this.
                return

    def _exchange(self, client: socket.socket, kind: str) -> None:
        request = _message(client)
        self.moment("come")
        if kind == "reset early":
            _reset(client)
            return
        with socket.create_connection(("127.0.0.1", self._upstream), timeout=20) as service:
            service.sendall(request)
            self.moment("gone on")
            answer = _message(service)
        self.moment("answered")
        if kind == "slow":
            threading.Event().wait(0.2)
        if kind == "reset late":
            _reset(client)
            return
        client.sendall({"half an answer": answer[: len(answer) - 20], "trouble": _TROUBLE}.get(kind, answer))
        self.moment("told")

    def end(self) -> None:
        """Closes everything."""
        self._ended = True
        for thread in list(self._threads):
            thread.join(30)
        self._server.close()


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _message(connection: socket.socket) -> bytes:
    """One whole request or answer; what ends before is handed on as far as it came."""
    content = b""
    while b"\r\n\r\n" not in content:
        chunk = connection.recv(65536)
        if not chunk:
            return content
        content += chunk
    head, _, body = content.partition(b"\r\n\r\n")
    names = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    length = next((int(value) for name, _, value in names if name.lower() == b"content-length"), 0)
    while len(body) < length:
        chunk = connection.recv(65536)
        if not chunk:
            break
        body += chunk
    return head + b"\r\n\r\n" + body
