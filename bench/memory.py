"""What the largest POST, and a film on its way out, take of the memory at the worst moment.

python -m bench.memory --engine secantusd-rs
"""

from __future__ import annotations

import http.client
import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click

from bench.installation import ENGINES, ROOT, Installation, Process, installed
from server.processing.photos.shared_picture import open_shared

MEGABYTE = 1024**2
FILES, EACH = 990, 250_000  # each just small enough to have stayed in memory once
FILM = ROOT / "tests" / "processing" / "films" / "iphone.mov"
FILM_MEGABYTES = 100


@click.command()
@click.option("--engine", type=click.Choice(ENGINES), default="secantusd-rs")
def main(engine: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with installed(Path(folder) / "data", engine) as installation:
            post = _post_grows(installation)
        film = _film_grows(Path(folder) / "film.mov")
    click.echo(
        f"a POST of {FILES * EACH // MEGABYTE} MB in {FILES} files: memory grew {post:.0f} MB"
    )
    click.echo(f"a film of {FILM_MEGABYTES} MB without its place: memory grew {film:.0f} MB")


def _post_grows(installation: Installation) -> float:
    """Megabytes, of the web process that took it."""
    address = urlsplit(installation.address_for_phones())
    processes = installation.web()
    before = [each.most_memory() for each in processes]
    connection = http.client.HTTPConnection(address.netloc, timeout=600)
    kind = {"Content-Type": "multipart/form-data; boundary=bench"}
    connection.request("POST", f"{address.path}/submission", _body(), kind, encode_chunked=True)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 404, answer.status
    after = [each.most_memory() for each in processes]
    return max(late - early for late, early in zip(after, before, strict=True)) / MEGABYTE


def _body() -> Iterator[bytes]:
    """A record of a form that is not there: it is refused, and kept with all its files."""
    head = b'--bench\r\nContent-Disposition: form-data; name="%b"; filename="%b"\r\n\r\n'
    yield head % (b"xml_submission_file", b"x.xml") + b'<data id="bench" version="1"/>\r\n'
    for number in range(FILES):
        name = b"%d.jpg" % number
        yield head % (name, name) + struct.pack("I", number) * (EACH // 4) + b"\r\n"
    yield b"--bench--\r\n"


def _film_grows(path: Path) -> float:
    """Megabytes, of this process. The film's pictures are made longer than they are."""
    data = FILM.read_bytes()
    at = data.index(b"mdat") - 4
    end = at + int.from_bytes(data[at : at + 4], "big")
    more = FILM_MEGABYTES * MEGABYTE
    with path.open("wb") as file:
        file.write(data[:at] + struct.pack(">I", end - at + more) + data[at + 4 : end])
        for _ in range(FILM_MEGABYTES):
            file.write(b"\x11" * MEGABYTE)
        file.write(data[end:])
    own = Process(os.getpid(), 0, "")
    own.forget_most_memory()
    before = own.most_memory()
    with open_shared(path.open("rb")) as shared:
        while piece := shared.read(256 * 1024):
            assert b"+21.0285" not in piece
    return (own.most_memory() - before) / MEGABYTE


if __name__ == "__main__":
    main()
