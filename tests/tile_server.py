"""A host of raster tiles on this machine: any tile is the same picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from tests.map_tiles import picture


class TileServer(ThreadingHTTPServer):
    """``asked`` are the paths with the headers beside them. Nothing is answered before ``answers``
    is set."""

    def __init__(self, status: int, kind: str, allowed: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.kind, self.allowed = status, kind, allowed
        # A browser draws a picture whatever the status.
        self.body = picture() if status == 200 else b"trouble"
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers = Event()
        self.answers.set()
        self.address = f"http://127.0.0.1:{self.server_port}"
        # Another host, though the same machine.
        self.elsewhere = self.address.replace("127.0.0.1", "localhost")
        self.template = f"{self.address}/{{z}}/{{x}}/{{y}}.png"


class _Handler(BaseHTTPRequestHandler):
    server: TileServer

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        self.server.answers.wait(60)
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", f"{self.server.elsewhere}/tile.png")
        if self.server.allowed:
            self.send_header("Access-Control-Allow-Origin", self.server.allowed)
        self.send_header("Content-Type", self.server.kind)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def tile_server(
    status: int = 200, kind: str = "image/png", allowed: str | None = "*"
) -> Iterator[TileServer]:
    host = TileServer(status, kind, allowed)
    thread = Thread(target=host.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.answers.set()
        host.shutdown()
        host.server_close()
