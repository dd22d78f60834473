"""A line on which answers get lost: the server has what was sent, the browser never hears of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit


class Line:
    """While ``losing``, what the server says to a POST is cut off; ``lost`` counts those."""

    def __init__(self, server: str) -> None:
        self.losing = False
        self.lost = 0
        self._server = (urlsplit(server).hostname or "", urlsplit(server).port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):  # closed
            while True:
                browser, _ = self._listener.accept()
                Thread(target=self._join, args=(browser,), daemon=True).start()

    def _join(self, browser: socket.socket) -> None:
        """One connection: its requests by a thread of their own, its answers here."""
        with browser, socket.create_connection(self._server) as server, suppress(OSError):
            asked = bytearray()
            Thread(target=_pass_on, args=(browser, server, asked), daemon=True).start()
            while said := server.recv(65536):
                if self.losing and asked.startswith(b"POST "):
                    self.lost += 1
                    break
                asked.clear()
                browser.sendall(said)
            # Closing alone says nothing while the other thread still listens.
            browser.shutdown(socket.SHUT_RDWR)


def _pass_on(browser: socket.socket, server: socket.socket, asked: bytearray) -> None:
    with suppress(OSError):
        while sent := browser.recv(65536):
            asked += sent[:5] if not asked else b""
            server.sendall(sent)
        server.shutdown(socket.SHUT_WR)


@contextmanager
def losing_line(server: str) -> Iterator[Line]:
    line = Line(server)
    try:
        yield line
    finally:
        line.close()
