"""Files that are two things at once, and photos whose EXIF lies: kept byte for byte, looked at
once, and never run by whoever opens them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from server.app import create_app
from server.processing.follow_ups.run import run_due
from server.processing.records.issues import Code
from tests.journeys.remarks import remarks
from tests.records import another_photo
from tests.sheets import answers_to
from tests.world import World, sign_in

pytestmark = pytest.mark.journey

SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
PICTURES = {"image/jpeg", "image/gif"}


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../thoat.html", SCRIPT)
    return out.getvalue()


def segments(marker: bytes, number: int, content: bytes) -> bytes:
    """That many segments of a JPEG, as large as one can be."""
    body = content[:65_000].ljust(65_000, b"A")
    return number * (marker + (len(body) + 2).to_bytes(2, "big") + body)


def with_segments(these: bytes) -> bytes:
    photo = another_photo(3)
    return photo[:2] + these + photo[2:]


def directory(*entries: tuple[int, int, int, int], after: int = 0) -> bytes:
    """EXIF with one directory of (tag, type, count, value or offset), and the offset of another."""
    packed = b"".join(struct.pack("<HHLL", *each) for each in entries)
    head = b"Exif\0\0II*\0" + struct.pack("<LH", 8, len(entries))
    return head + packed + struct.pack("<L", after)


def lying(*entries: tuple[int, int, int, int], after: int = 0) -> bytes:
    said = directory(*entries, after=after)
    return with_segments(b"\xff\xe1" + (len(said) + 2).to_bytes(2, "big") + said)


FILES: dict[str, Callable[[], bytes]] = {
    "jpeg_and_zip.jpg": lambda: another_photo(1) + zipped(),
    "jpeg_and_html.jpg": lambda: with_segments(segments(b"\xff\xfe", 1, SCRIPT)),
    "gif_and_js.gif": lambda: b"GIF89a/*\x01\0\0\0*/=1;alert(1);//" + b"\0" * 40,
    "svg.jpg": lambda: SVG,
    "html.png": lambda: b"<!DOCTYPE html><body>" + SCRIPT,
    "pdf_and_html.jpg": lambda: b"%PDF-1.4\n" + SCRIPT + b"\n%%EOF",
    "exif_of_megabytes.jpg": lambda: with_segments(
        segments(b"\xff\xe1", 90, b"Exif\0\0MM\0*" + b"\xff" * 64_000)
    ),
    "profile_of_megabytes.jpg": lambda: with_segments(
        segments(b"\xff\xe2", 90, b"ICC_PROFILE\0\1\x5a")
    ),
    "place_out_of_range.jpg": lambda: lying((0x8825, 4, 1, 0xFFFFFFF0), (0x8769, 4, 1, 0x7FFFFFFF)),
    "goes_round.jpg": lambda: lying((0x8769, 4, 1, 8), (0x8825, 4, 1, 8), after=8),
    "counts_to_four_thousand_million.jpg": lambda: lying(
        (0x9003, 2, 0xFFFFFFFF, 8), (0x0112, 5, 0xFFFFFFF, 0), (0x010F, 2, 0x7FFFFFFF, 20)
    ),
    "no_known_types.jpg": lambda: lying((0x0112, 99, 1, 1), (0x9003, 0, 0, 0)),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # of Pillow, about what the photos say
def test_files_that_are_two_things_are_kept_looked_at_and_run_by_nobody(
    small_world: World,
) -> None:
    world = small_world
    files = {name: make() for name, make in FILES.items()}
    xml = answers_to("x", "<ten>Na</ten>", instance_id="uuid:1")
    world.send(xml, files)
    run_due(world.house.stores, world.house.shelf, world.clock())
    [record] = world.records("x")
    assert {each.name: world.file(record, each.name) for each in record.media} == files
    assert record.todo == ()
    assert Code.FOLLOW_UP_FAILED not in remarks(record)
    client = create_app(world.house).test_client()
    sign_in(client, world.lan)
    for each in record.media:
        answer = client.get(f"/records/x/uuid:1/files/{each.name}")
        assert (answer.status_code, len(answer.data)) == (200, each.size)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        shown = answer.headers["Content-Disposition"].startswith("inline")
        assert shown == (answer.mimetype in PICTURES), each.name
        assert answer.mimetype not in ("text/html", "image/svg+xml")
