"""Records of any size, bombs among their photos, and answers that are none."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from random import Random

import pytest

from server.app import create_app
from server.processing.follow_ups.run import run_due
from tests.journeys.remarks import remarks
from tests.phone import Phone
from tests.records import Made, another_photo, record_of
from tests.serving import serving
from tests.sheets import answers_to, xform_named, xform_of
from tests.world import World

pytestmark = pytest.mark.journey

MEGABYTE = 1024**2


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
    # Noted once a day: what was dealt with yesterday does not hide what comes today.
    assert small.send(made.xml, made.files).statuses == [413]
    [noted] = world.set_aside()
    assert (noted.why, noted.xml) == ("TooLarge", "")
    world.deal_with(noted)
    world.clock.move(days=1)
    assert small.send(made.xml, made.files).statuses == [413]
    assert world.aside() == ["TooLarge"]


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
    assert run_due(world.house.stores, world.house.shelf, world.clock()) == 1
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


def incompressible(megabytes: int) -> str:
    """Answers in texts that XML lets through (ten megabytes at most each)."""
    text = base64.b64encode(Random(1).randbytes(megabytes * MEGABYTE)).decode()
    return "".join(f"<ten>{text[at : at + MEGABYTE]}</ten>" for at in range(0, len(text), MEGABYTE))


def test_a_record_that_no_document_holds_is_kept_aside(world: World, phone: Phone) -> None:
    """Trying again would not help, so the phone is thanked, and told; a person can see it, and the
    journal has it."""
    world.publish(xform_named("x"))
    made = Made("x", answers_to("x", incompressible(17)), {"1.jpg": another_photo(1)})
    for _ in range(2):
        sent = phone.send(made.xml, made.files)
        assert set(sent.statuses) == {202}
        assert "giữ riêng" in sent.message
        assert "set aside" in sent.message
    [kept] = world.set_aside()
    assert (kept.why, world.house.stores.blobs.read(kept.xml)) == ("RecordTooLarge", made.xml)
    assert [each.name for each in kept.files] == ["1.jpg"]
    assert made.xml in [each.body for each in world.journalled()]


def test_an_edit_that_no_longer_fits_is_kept_aside(world: World, phone: Phone) -> None:
    world.publish(xform_named("x"))
    original = Made("x", answers_to("x", incompressible(9)))
    assert phone.send(original.xml).statuses == [201]
    edit = original.edited()
    assert phone.send(edit.xml).statuses == [202]
    assert [each.current.xml for each in world.records("x")] == [original.xml]
    assert world.aside() == ["RecordTooLarge"]
    assert edit.xml in [each.body for each in world.journalled()]
