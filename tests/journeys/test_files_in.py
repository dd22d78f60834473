"""A record's files: whose they are, and under which name."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

import pytest

from server.model.scope import WHOLE_HOUSE
from server.processing.recovery.sweep import sweep
from server.services import PROJECT
from tests.journeys.kept import THREE_PHOTOS, assert_stored_whole, noise
from tests.multipart import RawBody
from tests.phone import Phone
from tests.records import Made, another_photo, record_of
from tests.sheets import answers_to, xform_named, xform_of
from tests.world import World

pytestmark = pytest.mark.journey


def test_another_photo_under_a_known_name_does_not_replace_the_first(
    world: World, phone: Phone
) -> None:
    """R08: the first stays, the other is kept beside the records."""
    made = record_of("vang_gia")
    name = next(iter(made.files))
    assert phone.send(made.xml, made.files).done
    other = replace(made, files={**made.files, name: another_photo(999)})
    assert phone.send(other.xml, other.files).statuses == [202]
    assert_stored_whole(world, made)
    assert world.aside() == ["FileDiffers"]


def test_another_photo_that_comes_after_the_first_was_dealt_with_waits_anew(world: World) -> None:
    """R08: and what was dealt with does not begin to wait again. All of it is in the journal: a
    lost database gets it back."""
    made = record_of("vang_gia").without_files()
    first, second, third = ({"1.jpg": another_photo(number)} for number in (1, 2, 3))
    for files in (first, second):
        world.send(made.xml, files)
    [kept] = world.set_aside()
    world.deal_with(kept)
    for files in (second, third, second, third):
        world.send(made.xml, files)
    [kept] = world.set_aside()
    blobs = world.house.stores.blobs
    assert [blobs.read(each.sha256) for each in kept.files] == [third["1.jpg"]]
    world.deal_with(kept)
    world.send(made.xml, third)
    assert world.set_aside() == []
    journalled = [
        entry.open(sha256).read()
        for entry in world.journalled()
        if entry.kind == "record"
        for _, sha256 in entry.files
    ]
    assert journalled == [each["1.jpg"] for each in (first, second, third)]


def test_what_resembles_a_record_takes_no_photo_from_it(world: World, phone: Phone) -> None:
    """R08: other answers under its id, a second record with the very same photos, a deletion and a
    sweep."""
    made = record_of("vang_gia")
    assert phone.send(made.xml, made.files).done
    [first] = world.records("vang_gia")
    assert phone.send(made.xml + b"<!-- -->", made.files).statuses == [202]
    other = made.saying(b"<start>", b"<start>9")
    assert phone.send(other.xml, made.files).statuses == [409]
    copy = replace(record_of("vang_gia", 2), files=made.files)
    assert phone.send(copy.xml, copy.files).done
    stores = world.house.stores
    [second] = [each for each in world.records("vang_gia") if each.instance_id != first.instance_id]
    assert stores.submissions.mark_deleted(WHOLE_HOUSE, second, world.clock())
    world.clock.move(days=3)
    sweep(stores, PROJECT, world.clock())
    assert world.records("vang_gia") == [first]
    assert_stored_whole(world, made)


def test_two_records_with_photos_of_one_name_each_keep_their_own(
    world: World, phone: Phone
) -> None:
    """R08: nothing is taken from one record for another."""
    one, two = record_of("vang_gia", seed=1), record_of("vang_gia", seed=2)
    assert list(one.files) == list(two.files)
    assert one.files != two.files
    for made in (one, two, one):
        assert phone.send(made.xml, made.files).done
    for made in (one, two):
        record = world.record("vang_gia", made.instance_id)
        assert record is not None
        assert {name: world.file(record, name) for name in made.files} == made.files


@pytest.mark.parametrize("kilobytes", [20, 900])
def test_a_photo_that_was_lost_on_the_disk_is_healed_by_the_retry(
    world: World, phone: Phone, kilobytes: int
) -> None:
    """R09."""
    made = replace(record_of("vang_gia"), files={"1.jpg": noise(kilobytes / 1024)})
    assert phone.send(made.xml, made.files).done
    blobs = world.house.stores.blobs
    [lost] = world.records("vang_gia")[0].media
    [(sha256, last_use)] = [
        each for each in blobs.older_than(world.clock()) if each[0] == lost.sha256
    ]
    assert blobs.remove(sha256, last_use)
    assert not blobs.is_whole(sha256)
    assert phone.send(made.xml, made.files).statuses == [202]
    assert_stored_whole(world, made)


def test_two_questions_with_the_same_photo_are_both_answered(world: World, phone: Phone) -> None:
    """R11: equal bytes under two names, and one name in two questions."""
    world.publish(xform_of(THREE_PHOTOS))
    same = another_photo(4)
    xml = answers_to("khong_start", "<a>1.jpg</a><b>2.jpg</b><c>1.jpg</c>")
    made = Made("khong_start", xml, {"1.jpg": same, "2.jpg": same})
    assert phone.send(xml, made.files).statuses == [201]
    assert_stored_whole(world, made)
    [record] = world.records("khong_start")
    assert record.derived.expected == ("1.jpg", "2.jpg")
    assert record.missing == ()


def test_a_photo_question_with_an_appearance_keeps_its_photo(world: World, phone: Phone) -> None:
    """R13: ``appearance`` stands before ``ref`` and ``mediatype``."""
    world.publish(xform_named("anh_moi"))
    made = Made("anh_moi", answers_to("anh_moi", "<anh>1.jpg</anh>"), {"1.jpg": another_photo(5)})
    assert phone.send(made.xml, made.files).done
    assert_stored_whole(world, made)
    assert world.records("anh_moi")[0].derived.expected == ("1.jpg",)


def test_twenty_photo_questions_give_twenty_photos(world: World, phone: Phone) -> None:
    """R14: none of them empty."""
    rows = "\n".join(f"| | image | anh{number} | Ảnh {number} |" for number in range(20))
    heads = "| survey |\n| | type | name | label |"
    settings = "| settings |\n| | form_title | form_id | version |\n| | Ảnh | hai_muoi | 1 |"
    world.publish(xform_of(f"{heads}\n{rows}\n{settings}\n"))
    files = {f"{number}.jpg": another_photo(number) for number in range(20)}
    answers = "".join(f"<anh{number}>{number}.jpg</anh{number}>" for number in range(20))
    made = Made("hai_muoi", answers_to("hai_muoi", answers), files)
    assert phone.send(made.xml, files).done
    assert_stored_whole(world, made)
    [record] = world.records("hai_muoi")
    assert (len(record.media), record.missing) == (20, ())
    assert min(each.size for each in record.media) > 1000


NFC, NFD = (normalize(each, "ảnh nhà số 5.jpg") for each in ("NFC", "NFD"))


@pytest.mark.parametrize(("written", "sent"), [(NFC, NFC), (NFD, NFD), (NFC, NFD), (NFD, NFC)])
def test_a_photo_named_in_vietnamese_keeps_its_name(
    world: World, phone: Phone, written: str, sent: str
) -> None:
    """R15: spaces and both spellings of Unicode; the answer and the file find each other."""
    assert NFC != NFD
    world.publish(xform_named("ten_anh"))
    xml = answers_to("ten_anh", f"<anh>{written}</anh>")
    made = Made("ten_anh", xml, {sent: another_photo(6)})
    assert phone.send(made.xml, made.files, title="Phiếu thăm hộ “số 5”").done
    assert_stored_whole(world, made)
    assert world.records("ten_anh")[0].missing == ()


def test_files_that_no_answer_names_are_kept(world: World, phone: Phone) -> None:
    """collect.md §9.31: audit.csv and leftovers."""
    made = record_of("vang_gia")
    extra = {"audit.csv": b"event,node,start,end\n", "con_sot.bin": b"\0\1\2"}
    made = replace(made, files={**made.files, **extra})
    assert phone.send(made.xml, made.files).done
    assert_stored_whole(world, made)


WRITTEN = {
    "utf-8": ("ảnh à.jpg", "ảnh à.jpg".encode()),
    # Windows writes the tone of ộ as a sign of its own.
    "Windows in Vietnam": ("Hà Nội.jpg", "Hà N\u00f4\u0323i.jpg".encode("cp1258")),
    "bytes of no encoding": ("\u008aÿ.jpg", b"\x8a\xff.jpg"),
}


@pytest.mark.parametrize(("answer", "name"), WRITTEN.values(), ids=WRITTEN)
def test_a_file_is_kept_in_whatever_encoding_its_name_came(
    world: World, phone: Phone, answer: str, name: bytes
) -> None:
    """No phone can mend how its file is called; and the answer finds it."""
    world.publish(xform_named("ten_anh"))
    xml, photo = answers_to("ten_anh", f"<anh>{answer}</anh>"), another_photo(1)
    head = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
    parts = ((b"xml_submission_file", b"a.xml", xml), (name, name, photo))
    body = b"".join(head % each for each in parts) + b"--b--\r\n"
    assert phone.post(RawBody(body, "multipart/form-data; boundary=b")).status == 201
    [record] = world.records("ten_anh")
    [media] = record.media
    assert normalize("NFC", media.name) == answer
    assert record.missing == ()
    assert world.file(record, media.name) == photo
