"""Records that are edited on the phone, in every order in which edits can arrive."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from exports.source import Options
from server.exporting import export
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.records import ReviewState
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import seq_at
from server.services import PROJECT
from tests.journeys.crowd import at_once
from tests.phone import Phone
from tests.records import Made, another_photo, record_of
from tests.sheets import answers_to, xform_named, xform_of
from tests.world import Handset, World

pytestmark = pytest.mark.journey

PhoneOf = Callable[[Handset], Phone]

SHEET = """
| survey |
| | type  | name | label |
| | text  | ten  | Tên   |
| | image | anh  | Ảnh   |
| settings |
| | form_title | form_id | version | client_editable |
| | Hộ         | ho      | 1       | yes             |
"""


@pytest.fixture
def original(world: World) -> Made:
    """A household that was visited, with a photo; not sent yet."""
    world.publish(xform_of(SHEET))
    xml = answers_to("ho", "<ten>Bé Na</ten><anh>1.jpg</anh>")
    return Made("ho", xml, {"1.jpg": another_photo(1)})


def send(phone: Phone, made: Made) -> list[int]:
    return phone.send(made.xml, made.files).statuses


def test_an_edit_is_a_version_and_no_second_record(
    world: World, phone: Phone, original: Made
) -> None:
    """R30: the record keeps the identity it began with."""
    edit = original.edited("Bé Na".encode(), "Bé Nam".encode())
    assert b"</orx:instanceID><deprecatedID>" in edit.xml
    assert [send(phone, each) for each in (original, edit)] == [[201], [201]]
    [record] = world.records("ho")
    assert record.instance_id == original.instance_id
    assert [each.instance_id for each in record.versions] == [
        original.instance_id,
        edit.instance_id,
    ]
    assert [each.xml for each in record.versions] == [original.xml, edit.xml]
    assert record.derived.answers["ten"] == "Bé Nam"
    assert record.review is ReviewState.EDITED
    for made in (original, edit):
        found = world.record("ho", made.instance_id)
        assert found == record


def test_a_home_visit_is_edited_like_any_other_record(world: World, phone: Phone) -> None:
    """Where ``meta`` has no namespace either (the library's forms, which make entities)."""
    made = record_of("vang_gia")
    edit = made.edited()
    assert b"</instanceID><deprecatedID>" in edit.xml
    assert [send(phone, each) for each in (made, edit)] == [[201], [201]]
    assert len(world.records("vang_gia")[0].versions) == 2


def test_of_two_edits_of_one_record_the_second_is_kept_aside(
    world: World, phone: Phone, original: Made
) -> None:
    """R31: 409 in both languages, nothing lost."""
    assert send(phone, original) == [201]
    one, two = (original.edited(b"Na", new) for new in (b"Mai", b"Hoa"))
    assert send(phone, one) == [201]
    refused = phone.send(two.xml, two.files)
    assert refused.statuses == [409]
    assert "được giữ riêng" in refused.message
    assert "set aside" in refused.message
    assert [each.xml for each in world.records("ho")[0].versions] == [original.xml, one.xml]
    [kept] = world.set_aside()
    assert (kept.why, kept.instance_id) == ("EditOutdated", two.instance_id)
    assert world.house.stores.blobs.read(kept.xml) == two.xml


def test_of_two_edits_at_the_same_moment_one_wins_and_both_are_kept(
    world: World, phone_of: PhoneOf, original: Made
) -> None:
    """R31, as a race, eight times."""
    phones = [phone_of(world.hong), phone_of(world.spare)]
    base = original
    assert send(phones[0], base) == [201]
    for number in range(8):
        edits = [base.edited(), base.edited()]
        doings = [partial(send, *each) for each in zip(phones, edits, strict=True)]
        statuses = at_once(doings)
        assert sorted(statuses) == [[201], [409]]
        winner, loser = edits if statuses[0] == [201] else reversed(edits)
        [record] = world.records("ho")
        assert record.current.xml == winner.xml
        assert len(record.versions) == number + 2
        aside = {each.instance_id: each for each in world.set_aside()}
        kept = aside[loser.instance_id]
        assert world.house.stores.blobs.read(kept.xml) == loser.xml
        assert [world.house.stores.blobs.read(each.sha256) for each in kept.files] == [
            loser.files["1.jpg"]
        ]
        base = winner


def test_edits_that_arrive_out_of_order_are_applied_in_order(
    world: World, phone: Phone, original: Made
) -> None:
    """R32: an edit before its original is told so in words, kept, and taken when sent again."""
    second = original.edited(b"Na", b"Mai")
    third = second.edited(b"Mai", b"Hoa")
    early = phone.send(third.xml, third.files)
    assert early.statuses == [404]
    assert "Hãy gửi phiếu gốc trước" in early.message
    assert "Send the original first" in early.message
    assert [send(phone, each) for each in (second, original)] == [[404], [201]]
    assert world.aside() == ["OriginalUnknown", "OriginalUnknown"]
    assert [send(phone, each) for each in (third, second, third)] == [[404], [201], [201]]
    [record] = world.records("ho")
    assert [each.xml for each in record.versions] == [original.xml, second.xml, third.xml]


def test_old_versions_that_are_sent_again_change_nothing(
    world: World, phone: Phone, original: Made
) -> None:
    """collect.md 7.8: A after B, B after C (ODK Central refuses there and strands the phone)."""
    second = original.edited(b"Na", b"Mai")
    third = second.edited(b"Mai", b"Hoa")
    for made in (original, second, third):
        assert send(phone, made) == [201]
    assert [send(phone, each) for each in (original, second, third)] == [[202]] * 3
    [record] = world.records("ho")
    assert record.current.xml == third.xml
    assert len(record.media) == 1


def test_an_edit_of_what_the_office_edited_meanwhile_is_a_conflict(
    world: World, phone: Phone, server: str, original: Made
) -> None:
    """R33: Lan corrects the record through her own account; Hồng's edit does not undo that."""
    assert send(phone, original) == [201]
    ours, theirs = (original.edited(b"Na", new) for new in (b"Mai", b"Hoa"))
    credentials = (world.lan.email, world.lan.password)
    with Phone(f"{server}/v1/projects/1", credentials=credentials, https="ctxh.example") as office:
        assert send(office, ours) == [201]
    assert send(phone, theirs) == [409]
    [record] = world.records("ho")
    assert record.current.xml == ours.xml
    assert record.current.sender.name == "Nguyễn Thị Lan"
    assert world.aside() == ["EditOutdated"]


def test_an_edit_reaches_as_far_as_its_sender_and_no_further(
    world: World, phone_of: PhoneOf, original: Made
) -> None:
    """Whoever knows a record's id in another office learns nothing by it and changes nothing; what
    was sent waits for a person of the office that sent it."""
    ours, centre, theirs = (phone_of(each) for each in (world.hong, world.spare, world.thao))
    assert send(ours, original) == [201]
    edit, guess = original.edited(b"Na", b"Mai"), Made("ho", original.xml).edited().edited()
    refused = [theirs.send(each.xml, original.files) for each in (edit, guess)]
    assert [each.statuses for each in refused] == [[404], [404]]
    assert refused[0].message == refused[1].message
    assert [each.xml for each in world.records("ho")[0].versions] == [original.xml]
    kept = {each.instance_id: each for each in world.set_aside()}
    assert kept[edit.instance_id].within[-1] == world.thao.office
    assert world.house.stores.blobs.read(kept[edit.instance_id].xml) == edit.xml
    assert len(kept[edit.instance_id].files) == 1
    # The centre's own phone reaches all offices.
    assert send(centre, original.edited(b"Na", b"Hoa")) == [201]


def test_who_sends_other_answers_under_an_id_of_another_office_learns_nothing_and_loses_nothing(
    world: World, phone_of: PhoneOf, original: Made
) -> None:
    """Thanked as for an id that nothing has, and kept for the office that sent it; the journal has
    it too, since the phone may delete it now."""
    ours, theirs = (phone_of(each) for each in (world.hong, world.thao))
    assert send(ours, original) == [201]
    other = replace(original.saying(b"Na", b"Mai"), files={"2.jpg": another_photo(2)})
    free = Made("ho", answers_to("ho", "<ten>Hoa</ten>", instance_id="uuid:free"))
    as_free, as_taken = (
        [theirs.send(made.xml, made.files) for _ in range(2)] for made in (free, other)
    )
    for known, unknown in zip(as_free, as_taken, strict=True):
        assert unknown.statuses == known.statuses
        assert unknown.answers[0].body == known.answers[0].body
    assert {each.instance_id: each.current.xml for each in world.records("ho")} == {
        original.instance_id: original.xml,
        "uuid:free": free.xml,
    }
    [kept] = world.set_aside()
    assert (kept.why, kept.within[-1]) == ("IdTaken", world.thao.office)
    blobs = world.house.stores.blobs
    assert blobs.read(kept.xml) == other.xml
    assert {each.name: blobs.read(each.sha256) for each in kept.files} == other.files
    assert other.xml in [each.body for each in world.journalled()]


def test_an_edit_without_its_photos_keeps_them(world: World, phone: Phone, original: Made) -> None:
    """R35."""
    assert send(phone, original) == [201]
    assert send(phone, original.edited(b"Na", b"Mai").without_files()) == [201]
    [record] = world.records("ho")
    assert record.missing == ()
    assert world.file(record, "1.jpg") == original.files["1.jpg"]


def test_an_edit_brings_all_its_photos_again_and_a_new_one(
    world: World, phone: Phone, original: Made
) -> None:
    """The phone copies the whole folder; only what is new is added."""
    assert send(phone, original) == [201]
    files = {**original.files, "2.jpg": another_photo(2)}
    edit = replace(original.edited(b"1.jpg", b"2.jpg"), files=files)
    assert send(phone, edit) == [201]
    [record] = world.records("ho")
    assert [each.name for each in record.media] == ["1.jpg", "2.jpg"]
    assert world.file(record, "2.jpg") == edit.files["2.jpg"]


def test_a_late_photo_of_an_edited_record_is_kept(
    world: World, phone: Phone, original: Made
) -> None:
    assert send(phone, original.without_files()) == [201]
    assert send(phone, original.edited(b"Na", b"Mai").without_files()) == [201]
    assert send(phone, original) == [201]
    [record] = world.records("ho")
    assert record.missing == ()
    assert len(record.versions) == 2


SECOND_SHEET = SHEET.replace("| | image", "| | text  | thon | Thôn  |\n| | image").replace(
    "| 1       | yes", "| 2       | yes"
)


def test_an_edit_with_a_newer_version_of_the_form_exports_every_answer(
    world: World, phone: Phone, original: Made
) -> None:
    """R37."""
    assert send(phone, original) == [201]
    world.publish(xform_of(SECOND_SHEET))
    newer = original.edited(b"</ten>", "</ten><thon>Khe Lục</thon>".encode())
    assert send(phone, newer.saying(b'version="1"', b'version="2"')) == [201]
    filters = Filters(top=seq_at(world.clock()))
    key = FormKey(PROJECT, "ho")
    made = export(world.house, WHOLE_HOUSE, key, "csv", filters, Options())
    [row] = csv.DictReader(io.StringIO(b"".join(made.pieces).decode()))
    assert (row["ten"], row["thon"], row["anh"]) == ("Bé Na", "Khe Lục", "1.jpg")
    [record] = world.records("ho")
    assert (record.current.form_version, record.all_issues) == ("2", ())


def test_a_record_of_the_same_identity_with_other_answers_is_kept_aside(
    world: World, phone: Phone, original: Made
) -> None:
    """R12: two phones with one identity; the first stays, 409 in both languages."""
    other = original.saying(b"Na", b"Mai")
    assert send(phone, original) == [201]
    refused = phone.send(other.xml, other.files)
    assert refused.statuses == [409]
    assert "giữ riêng" in refused.message
    assert "set aside" in refused.message
    assert [each.xml for each in world.records("ho")[0].versions] == [original.xml]
    [kept] = world.set_aside()
    assert (kept.why, world.house.stores.blobs.read(kept.xml)) == ("SameIdOtherAnswers", other.xml)
    # However often the phone tries: once.
    assert [send(phone, other) for _ in range(3)] == [[409]] * 3
    assert world.aside() == ["SameIdOtherAnswers"]


def test_a_late_photo_and_an_edit_that_brings_it_too_put_it_there_once(
    world: World, original: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R08: the photo lands between the edit's look and its write."""
    world.send(original.xml)
    submissions = world.house.stores.submissions
    looked = submissions.holding

    def look_then_send(*asked: Any) -> Any:
        found = looked(*asked)
        monkeypatch.setattr(submissions, "holding", looked)
        world.send(original.xml, original.files)
        return found

    monkeypatch.setattr(submissions, "holding", look_then_send)
    edit = replace(original.edited(b"Na", b"Mai"), files={"1.jpg": another_photo(7)})
    world.send(edit.xml, edit.files)
    [record] = world.records("ho")
    assert record.current.xml == edit.xml
    assert [each.name for each in record.media] == ["1.jpg"]
    assert world.file(record, "1.jpg") == original.files["1.jpg"]
    assert world.aside() == ["FileDiffers"]


TWICE_NAMED = """
| survey |
| | type        | name | label |
| | begin_group | me   | Mẹ    |
| | text        | ten  | Tên   |
| | end_group   |      |       |
| | begin_group | con  | Con   |
| | text        | ten  | Tên   |
| | end_group   |      |       |
| settings |
| | form_title | form_id | version | client_editable |
| | Hộ         | ho      | 1       | yes             |
"""
# As forms were once written by hand, with one name twice in one place.
SIDE_BY_SIDE = xform_named("ho").replace(b"<ten/>", b"<ten/><ten/>")


@pytest.mark.parametrize(
    ("form", "answers", "expected"),
    [
        (xform_of(TWICE_NAMED), "<me><ten>Lan</ten></me><con><ten>Na</ten></con>", "Lan"),
        (SIDE_BY_SIDE, "<ten>Lan</ten><ten>Na</ten>", None),
    ],
    ids=["in two groups", "side by side"],
)
def test_a_form_with_one_name_twice_stays_editable(
    world: World, form: bytes, answers: str, expected: str | None
) -> None:
    """R38: the edit changes one answer, and each is found where it stood."""
    world.publish(form)
    made = Made("ho", answers_to("ho", answers))
    world.send(made.xml)
    edit = made.edited(b"Na<", b"Mai<")
    world.send(edit.xml)
    [record] = world.records("ho")
    assert [each.xml for each in record.versions] == [made.xml, edit.xml]
    if expected:
        assert record.derived.answers["me/ten"] == expected
        assert record.derived.answers["con/ten"] == "Mai"


def test_an_edit_can_be_written_in_either_namespace(
    world: World, phone: Phone, original: Made
) -> None:
    """collect.md §9.38."""
    assert send(phone, original) == [201]
    edit = original.edited(b"Na", b"Mai")
    prefixed = edit.xml.replace(b"<deprecatedID>", b"<orx:deprecatedID>")
    edit = replace(edit, xml=prefixed.replace(b"</deprecatedID>", b"</orx:deprecatedID>"))
    assert send(phone, edit) == [201]
    assert len(world.records("ho")[0].versions) == 2
