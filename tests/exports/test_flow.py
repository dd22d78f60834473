"""An export flows: memory stays flat, the first bytes leave early, and a break shows."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from exports.formats import FORMATS
from exports.source import Options
from server.errors import DatabaseDown
from server.model.records import Record
from tests.exports.making import LIBRARY, column, library_form, media, record, samples, source

NAME = "vang_gia"
every_format = pytest.mark.parametrize("name", sorted(FORMATS))
assert NAME in LIBRARY


def arriving(count: int, *, down_after: int | None = None) -> Iterator[Record]:
    """Newest first, as they come from a cursor: one at a time, each seen once."""
    kinds = samples(NAME)
    for number in range(count, 0, -1):
        if count - number == down_after:
            raise DatabaseDown()
        xml = kinds[number % len(kinds)]
        photo = media(f"{number}.jpg", b"jpeg")
        xml = xml.replace(b"</anh_nha>", b"</anh_nha><anh_nha_9/>")
        yield record(xml, number=number, files=[photo], instance_id=f"uuid:{number}")


def peak(name: str, count: int, options: Options) -> tuple[int, int]:
    """The most memory at any time, and the bytes that left."""
    about, left = source(library_form(NAME)), 0
    tracemalloc.start()
    try:
        for chunk in FORMATS[name].stream(about, arriving(count), options):
            left += len(chunk)
        return tracemalloc.get_traced_memory()[1], left
    finally:
        tracemalloc.stop()


@every_format
@pytest.mark.parametrize("split", [False, True])
def test_five_thousand_records_need_no_more_memory_than_five_hundred(
    name: str, split: bool
) -> None:
    """R55, R60"""
    options = Options(split_select_multiples=split)
    few, some_bytes = peak(name, 500, options)
    many, more_bytes = peak(name, 5_000, options)
    assert more_bytes > 5 * some_bytes
    assert many < few + 1_000_000
    assert many < 8_000_000


@every_format
def test_the_first_bytes_leave_before_the_last_record_is_read(name: str) -> None:
    """R55"""
    read: list[int] = []

    def watched() -> Iterator[Record]:
        for each in arriving(3000):
            read.append(each.seq)
            yield each

    chunks = FORMATS[name].stream(source(library_form(NAME)), watched(), Options())
    next(chunks)
    assert len(read) <= 1
    for _ in range(3):
        next(chunks)
    assert 0 < len(read) < 3000


@every_format
@pytest.mark.parametrize("down_after", [0, 1, 700])
def test_half_a_file_is_never_taken_for_a_whole_one(name: str, down_after: int) -> None:
    """R60: what stops the records stops the stream, without the words that end a file."""
    records = arriving(800, down_after=down_after)
    got = bytearray()
    with pytest.raises(DatabaseDown):
        for chunk in FORMATS[name].stream(source(library_form(NAME)), records, Options()):
            got += chunk
    if name == "csv.zip":
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(got))
    if name == "geojson":
        with pytest.raises(json.JSONDecodeError):
            json.loads(got)


def test_a_photo_that_cannot_be_read_stops_the_archive() -> None:
    """R60"""
    xml = samples(NAME)[0]
    named = xml.split(b"<anh_nha>")[1].split(b"<")[0].decode()
    lost = record(xml, files=[media(named, b"not in the house")])
    with pytest.raises(KeyError):
        b"".join(FORMATS["csv.zip"].stream(source(library_form(NAME)), [lost], Options()))


def test_a_reader_who_leaves_early_leaves_nothing_behind() -> None:
    chunks = FORMATS["csv.zip"].stream(
        source(library_form(NAME)), arriving(3000), Options(split_select_multiples=True)
    )
    assert next(chunks)
    chunks.close()  # type: ignore[attr-defined]


@every_format
def test_an_empty_form_is_a_whole_file(name: str) -> None:
    data = b"".join(FORMATS[name].stream(source(library_form(NAME)), [], Options()))
    if name == "csv":
        assert column("KEY", data) == []
        assert data.startswith(b"SubmissionDate,")
    elif name == "geojson":
        assert json.loads(data) == {"type": "FeatureCollection", "features": []}
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
