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
from tests.exports.making import answered, column, form_of, media, record, source

every_format = pytest.mark.parametrize("name", sorted(FORMATS))

FORM = form_of("""
| survey |
| | type                | name | label |
| | geopoint            | gps  | G     |
| | select_multiple cay | cay  | B     |
| | image               | anh  | I     |
| | begin_repeat        | tre  | T     |
| | text                | ten  | A     |
| | end_repeat          |      |       |
| choices |
| | list_name | name | label |
| | cay       | ngo  | Ngô   |
| | cay       | san  | Sắn   |
| settings |
| | form_title | form_id | version |
| | Thăm       | tham    | 1       |
""")
INSIDE = """<gps>21.{n:04} 107.4 0 0</gps><cay>ngo san</cay><anh>{n}.jpg</anh>
<tre><ten>Hoàng Thị Bích Ngọc {n}</ten></tre><tre><ten>{n}</ten></tre>"""


def arriving(count: int, *, down_after: int | None = None) -> Iterator[Record]:
    """Newest first, as they come from a cursor: one at a time, each seen once."""
    for number in range(count, 0, -1):
        if count - number == down_after:
            raise DatabaseDown()
        xml = answered(FORM, INSIDE.format(n=number), number=number)
        yield record(xml, number=number, files=[media(f"{number}.jpg", b"jpeg")])


def drain(chunks: Iterator[bytes], into: bytearray) -> None:
    for chunk in chunks:
        into += chunk


def peak(name: str, count: int, options: Options) -> tuple[int, int]:
    """The most memory at any time, and the bytes that left."""
    about, left = source(FORM, files={"any": b"jpeg"}), 0
    tracemalloc.start()
    try:
        for chunk in FORMATS[name].stream(about, arriving(count), options):
            left += len(chunk)
        return tracemalloc.get_traced_memory()[1], left
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "split"),
    [("csv", False), ("csv.zip", True), ("geojson", False)],
)
def test_ten_times_the_records_need_no_more_memory(name: str, split: bool) -> None:
    """R55, R60"""
    options = Options(split_select_multiples=split, attachments=False)
    few, some_bytes = peak(name, 250, options)
    many, more_bytes = peak(name, 2_500, options)
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

    chunks = FORMATS[name].stream(source(FORM), watched(), Options())
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
        drain(FORMATS[name].stream(source(FORM), records, Options()), got)
    if name == "csv.zip":
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(got))
    if name == "geojson":
        with pytest.raises(json.JSONDecodeError):
            json.loads(got)


def test_a_photo_that_cannot_be_read_stops_the_archive() -> None:
    """R60"""
    lost = next(arriving(1))
    with pytest.raises(KeyError):
        b"".join(FORMATS["csv.zip"].stream(source(FORM), [lost], Options()))


def test_a_reader_who_leaves_early_leaves_nothing_behind() -> None:
    chunks = FORMATS["csv.zip"].stream(
        source(FORM), arriving(3000), Options(split_select_multiples=True)
    )
    assert next(chunks)
    chunks.close()  # type: ignore[attr-defined]


@every_format
def test_an_empty_form_is_a_whole_file(name: str) -> None:
    data = b"".join(FORMATS[name].stream(source(FORM), [], Options()))
    if name == "csv":
        assert column("KEY", data) == []
        assert data.startswith(b"SubmissionDate,")
    elif name == "geojson":
        assert json.loads(data) == {"type": "FeatureCollection", "features": []}
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
