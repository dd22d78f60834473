"""Whatever a phone, a broken phone or a stranger with a phone's token sends: the intake answers in
words, keeps what it was sent, and goes on."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from server.app import create_app
from server.model.scope import WHOLE_HOUSE
from server.processing.follow_ups.run import run_due
from tests.journeys.remarks import remarks
from tests.phone import Body, Part, Phone
from tests.records import Made, another_photo, record_of
from tests.serving import serving
from tests.sheets import answers_to, xform_named, xform_of
from tests.world import World

pytestmark = pytest.mark.journey

MEGABYTE = 1024**2
BOMB = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><data id="vang_gia">&b;</data>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><data id="vang_gia">&a;</data>'
UNREADABLE = {
    "no XML": "Xin chào".encode(),
    "cut off": b'<data id="vang_gia"><ten>Na',
    "a DOCTYPE": b'<!DOCTYPE data><data id="vang_gia"/>',
    "an entity bomb": BOMB,
    "a file of the server": OUTSIDE,
    "no form id": b"<data><ten>Na</ten></data>",
    "NUL": b'<data id="vang_gia"><ten>N\0a</ten></data>',
    "NUL as a reference": b'<data id="vang_gia"><ten>&#0;</ten></data>',
    "a control letter": b'<data id="vang_gia"><ten>N\x08a</ten></data>',
    "no UTF-8": b'<data id="vang_gia"><ten>\xff\xfe\xfd</ten></data>',
    "too deep": b'<data id="vang_gia">' + b"<a>" * 5000 + b"</a>" * 5000 + b"</data>",
    "too many attributes": b'<data id="vang_gia" '
    + b" ".join(b'a%d="1"' % number for number in range(5000))
    + b"/>",
    "one long text": b'<data id="vang_gia"><ten>' + b"a" * 11_000_000 + b"</ten></data>",
}


@pytest.mark.parametrize("xml", UNREADABLE.values(), ids=UNREADABLE)
def test_a_record_that_cannot_be_read_is_refused_in_words_and_kept(
    world: World, phone: Phone, xml: bytes
) -> None:
    """R24: 400 that a collaborator can act on; the bytes are kept for the operator."""
    answer = phone.send(xml)
    assert answer.statuses == [400]
    vietnamese, english = answer.message.splitlines()
    assert "đừng xóa phiếu" in vietnamese
    assert "do not delete" in english
    assert "passwd" not in answer.message
    [kept] = world.house.stores.aside.all(WHOLE_HOUSE)
    assert (kept.why, kept.sender) == ("RecordUnreadable", world.hong.actor.id)
    assert world.house.stores.blobs.read(kept.xml) == xml


def test_the_message_of_a_refusal_does_not_quote_the_record(phone: Phone) -> None:
    """It could be shown to others, or written to a log."""
    assert "Hoàng" not in phone.send("<data id='vang_gia'><ten>Hoàng & Na".encode()).message


WELL = {
    "emoji": "Bé Na 👧🏽",
    "escapes": "a&#64;b &lt;&amp;&gt; &#x1F467;",
    "CDATA": "<![CDATA[1 < 2 && 3 > 2]]>",
    "tabs and lines": "một\n\thai&#13;ba",
    "the other direction": "\u202eabc",
    "NFD": "Be\u0301 Na",
}


@pytest.mark.parametrize("text", WELL.values(), ids=WELL)
def test_odd_letters_are_kept_as_they_came(world: World, phone: Phone, text: str) -> None:
    """R24: emoji and what XML allows are no reason to refuse anything."""
    world.publish(xform_named("x"))
    xml = answers_to("x", f"<ten>{text}</ten>")
    assert phone.send(xml).statuses == [201]
    [record] = world.records("x")
    assert record.current.xml == xml
    assert record.derived.answers["ten"]
    assert remarks(record) == []


def test_a_form_that_is_not_here_is_said_in_both_languages(world: World, phone: Phone) -> None:
    made = Made("la", answers_to("lạ", "<ten>Na</ten>"), {"1.jpg": another_photo(1)})
    sent = phone.send(made.xml, made.files)
    assert sent.statuses == [404]
    vietnamese, english = sent.message.splitlines()
    assert vietnamese.startswith("Biểu mẫu “lạ” không có")
    assert english.startswith("The form “lạ” is not")
    [kept] = world.house.stores.aside.all(WHOLE_HOUSE)
    assert kept.why == "FormUnknown"
    assert [world.house.stores.blobs.read(sha) for _, sha in kept.files] == [made.files["1.jpg"]]


EVIL_NAMES = (
    "../../../../tmp/thoat.jpg",
    "/etc/cron.d/thoat",
    "..\\..\\thoat.jpg",
    "C:\\thoat.jpg",
    ".",
    "..",
    ".htaccess",
    "a/b/c.jpg",
    "$where.jpg",
    "a.b.$c.jpg",
    'ngoặc "kép".jpg',
    "x" * 300 + ".jpg",
    "; rm -rf ~.jpg",
    "a;filename=b.jpg",
    "<script>.jpg",
)


def test_a_name_like_a_path_is_a_label(world: World, phone: Phone) -> None:
    """Kept as it came; nothing is written outside the journal's and the database's own names."""
    before = everything_on_disk(world)
    made = record_of("vang_gia").without_files()
    files = {name: name.encode() for name in EVIL_NAMES}
    assert phone.send(made.xml, files).statuses == [201]
    [record] = world.records("vang_gia")
    kept = {each.name: world.file(record, each.name) for each in record.media}
    # A backslash quotes what follows it in a header, as Collect does not know.
    assert kept == {name.replace("\\", ""): content for name, content in files.items()}
    new = everything_on_disk(world) - before
    assert {each.suffix for each in new} <= {".post", ".file", ""}
    assert not any("thoat" in each.name for each in new)
    assert not Path("/tmp/thoat.jpg").exists()


def everything_on_disk(world: World) -> set[Path]:
    return set(world.house.config.data.rglob("*"))


def test_two_files_of_one_name_in_one_post_are_both_kept(world: World, phone: Phone) -> None:
    made = record_of("vang_gia")
    parts = [
        Part("xml_submission_file", made.xml, "x.xml", "text/xml"),
        *(Part("1.jpg", content, "1.jpg", "image/jpeg") for content in (b"mot", b"hai")),
    ]
    assert phone.post(Body(parts)).status == 201
    [record] = world.records("vang_gia")
    assert {world.file(record, each.name) for each in record.media} == {b"mot", b"hai"}


def test_the_record_is_found_by_its_field_wherever_it_stands(world: World, phone: Phone) -> None:
    """collect.md §9.29: not by position, file name or type."""
    made = record_of("vang_gia")
    parts = [
        Part("1.jpg", b"mot", "1.jpg", "image/jpeg"),
        Part("xml_submission_file", made.xml, "1.jpg", "image/jpeg"),
    ]
    assert phone.post(Body(parts)).status == 201
    assert world.records("vang_gia")[0].current.xml == made.xml


def test_a_record_in_a_plain_field_is_taken_too(world: World, phone: Phone) -> None:
    made = record_of("vang_gia")
    assert phone.post(Body([Part("xml_submission_file", made.xml)])).status == 201
    assert world.records("vang_gia")[0].current.xml == made.xml


BROKEN_BODIES = {
    "nothing": b"",
    "no boundary": b"abc",
    "half a part": b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; file',
    "no end": b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nabc',
    "no name": b"--b\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--b--\r\n",
    "no disposition": b"--b\r\nX: y\r\n\r\nabc\r\n--b--\r\n",
}


@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_400_in_words(phone: Phone, body: bytes) -> None:
    for kind in ("multipart/form-data; boundary=b", "multipart/form-data", "x"):
        answer = phone.post(RawBody(body, kind))
        assert answer.status == 400
        assert len(answer.message.splitlines()) == 2


class RawBody(Body):
    """Bytes as they are."""

    def __init__(self, content: bytes, kind: str) -> None:
        self._content, self.type, self.length = content, kind, len(content)

    def pieces(self) -> Iterator[bytes]:
        yield self._content


# -- sizes -----------------------------------------------------------------------------------------


@pytest.fixture
def small(world: World) -> Iterator[Phone]:
    """Hồng's phone before a server that takes two megabytes at most."""
    house = world.house
    config = replace(house.config, max_upload=2 * MEGABYTE)
    with ExitStack() as stack:
        server = stack.enter_context(serving(create_app(replace(house, config=config))))
        yield stack.enter_context(Phone(server + world.hong.path))


def test_what_is_too_large_is_said_in_words_though_it_is_still_coming(
    world: World, small: Phone
) -> None:
    """R18: 413, and the phone reads it instead of a broken pipe."""
    made = replace(record_of("vang_gia"), files={"1.mp4": b"x" * 40 * MEGABYTE})
    sent = small.send(made.xml, made.files)
    assert sent.statuses == [413]
    assert "tối đa 2 MB" in sent.message
    assert "2 MB at most" in sent.message
    assert world.records("vang_gia") == []
    assert small.send(made.xml).statuses == [201], "and the connection goes on"


@pytest.mark.slow
def test_a_film_of_two_hundred_megabytes_is_taken_where_it_is_allowed(
    world: World, phone: Phone
) -> None:
    """collect.md §9.26: one file is never split."""
    film = bytes(range(250)) * (200 * MEGABYTE // 250)
    made = replace(record_of("vang_gia"), files={"1.mp4": film})
    assert phone.send(made.xml, made.files).statuses == [201]
    [record] = world.records("vang_gia")
    [media] = record.media
    assert media.size == len(film)
    with world.house.stores.blobs.open(media.sha256) as stored:
        for start in range(0, len(film), MEGABYTE):
            assert stored.read(MEGABYTE) == film[start : start + MEGABYTE]


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"\0" * 300 * MEGABYTE)
    return out.getvalue()


def picture_bomb() -> bytes:
    """A PNG of 50,000 × 50,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")

    side = (50_000).to_bytes(4, "big")
    head = chunk(b"IHDR", side + side + b"\x08\x02\0\0\0")
    body = chunk(b"IDAT", zlib.compress(b"\0" * MEGABYTE))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def test_bombs_among_the_photos_are_kept_and_go_off_nowhere(world: World, phone: Phone) -> None:
    """A zip bomb, a decompression bomb, a photo cut in half, and a text named photo."""
    files = {
        "a.jpg": zip_bomb(),
        "b.png": picture_bomb(),
        "c.jpg": another_photo(1)[:5000],
        "d.jpg": b"Xin chao",
        "e.jpg": b"",
    }
    made = replace(record_of("vang_gia"), files=files)
    assert set(phone.send(made.xml, files).statuses) == {201}
    assert run_due(world.house.stores, world.clock()) == 1
    [record] = world.records("vang_gia")
    assert {each.name: world.file(record, each.name) for each in record.media} == files
    assert record.todo == (), "the follow-ups came to an end"
    assert {"picture_too_large", "not_a_picture", "picture_empty"} <= set(remarks(record))


# -- answers ---------------------------------------------------------------------------------------

KINDS = """
| survey |
| | type     | name | label |
| | integer  | so   | Số    |
| | decimal  | le   | Lẻ    |
| | date     | ngay | Ngày  |
| | dateTime | luc  | Lúc   |
| | geopoint | noi  | Nơi   |
| | begin_repeat | tre | Trẻ |
| | text     | ten  | Tên   |
| | end_repeat |    |       |
| settings |
| | form_title | form_id | version |
| | Kiểu       | kieu    | 1       |
"""

ODD_ANSWERS = {
    "so": ["9223372036854775808", "-99999999999999999999999", "1e5", "١٢", "NaN", "1_000"],
    "le": ["NaN", "Infinity", "-INF", "1E999", "0x1p3", "1,5"],
    "ngay": ["2026-02-30", "30/11/2026", "0000-00-00", "99999-01-01"],
    "luc": ["2026-11-24T25:00:00.000+07:00", "hôm qua", "0001-01-01T00:00:00.000+14:00"],
    "noi": ["NaN NaN 0 0", "91 0 0 0", "20.9", "a b c d", "1e400 2 3 4"],
}


@pytest.mark.parametrize("question", ODD_ANSWERS)
def test_an_answer_that_is_no_number_or_place_is_kept_and_flagged(
    world: World, phone: Phone, question: str
) -> None:
    """NaN, 64-bit overflow and the like: the text stays, a person is told."""
    world.publish(xform_of(KINDS))
    for number, text in enumerate(ODD_ANSWERS[question]):
        xml = answers_to("kieu", f"<{question}>{text}</{question}>", instance_id=f"uuid:{number}")
        assert phone.send(xml).statuses == [201]
        record = world.records("kieu")[0]
        assert record.current.xml == xml
        assert record.derived.answers[question] == text
        assert "value_odd" in remarks(record)


def test_ten_thousand_repeats_are_one_record(world: World, phone: Phone) -> None:
    world.publish(xform_of(KINDS))
    repeats = "".join(f"<tre><ten>Bé thứ {number}</ten></tre>" for number in range(10_000))
    xml = answers_to("kieu", repeats)
    assert phone.send(xml).statuses == [201]
    [record] = world.records("kieu")
    assert record.current.xml == xml
    assert [each["ten"] for each in record.derived.answers["tre"]] == [
        f"Bé thứ {number}" for number in range(10_000)
    ]
    assert phone.send(xml).statuses == [202]


def test_more_answers_than_a_document_holds_are_left_to_the_xml(world: World, phone: Phone) -> None:
    """Sixteen megabytes are the limit of the database; the XML is kept compressed, and flagged."""
    world.publish(xform_of(KINDS))
    repeats = "".join(f"<tre><ten>{number} {'Bé' * 700}</ten></tre>" for number in range(8_000))
    xml = answers_to("kieu", repeats)
    assert phone.send(xml).statuses == [201]
    [record] = world.records("kieu")
    assert record.current.xml == xml
    assert record.derived.answers == {}
    assert "not_projected" in remarks(record)
