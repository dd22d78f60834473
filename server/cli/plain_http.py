"""Beside TLS, the old address: a browser is sent on, and whoever sends something in the clear is
told where to send it instead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

_WORDS = """\
Máy chủ này chỉ nhận qua https: hãy quét lại mã QR kết nối. Không mất phiếu nào.
This server takes things by https only: scan the QR code anew. No form is lost.
{there}
"""


class _Elsewhere(BaseHTTPRequestHandler):
    timeout = 10
    there = ""

    def do_GET(self) -> None:
        self.send_response(HTTPStatus.PERMANENT_REDIRECT)
        path = self.path if self.path.startswith("/") else "/"
        self.send_header("Location", self.there + path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        said = _WORDS.format(there=self.there).encode()
        self.close_connection = True  # what it still sends is not read
        self.send_response(HTTPStatus.FORBIDDEN)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_HEAD = do_GET
    do_PUT = do_PATCH = do_DELETE = do_POST

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: a phone's token stands in the address."""


@contextmanager
def sent_elsewhere(host: str, port: int | None, there: str) -> Iterator[int]:
    """While it lasts, ``port`` of ``host`` leads to ``there``; None for none. Yields the port."""
    if port is None:
        yield 0
        return
    handler = type("Elsewhere", (_Elsewhere,), {"there": there})
    with ThreadingHTTPServer((host, port), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, name="plain http", daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
