"""Records on their way in: whole, in parts, again, and many at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from tests.journeys.crowd import at_once
from tests.journeys.kept import THREE_PHOTOS, assert_stored_whole, noise
from tests.phone import Phone
from tests.records import Made, another_photo, record_of
from tests.sheets import answers_to, xform_named, xform_of
from tests.world import Handset, World

pytestmark = pytest.mark.journey

PhoneOf = Callable[[Handset], Phone]
MEGABYTE = 1024**2


def test_hong_sends_a_record_with_its_photos(world: World, phone: Phone) -> None:
    made = record_of("vang_gia")
    sent = phone.send(made.xml, made.files)
    assert (sent.statuses, sent.message) == ([201], "full submission upload was successful!")
    assert_stored_whole(world, made)
    [record] = world.records("vang_gia")
    assert (record.office, record.within) == ("VP02", ("*", "TT", "VP01", "VP02"))
    assert record.current.device == phone.device
    assert record.missing == ()


def test_a_phone_asks_before_it_sends(phone: Phone) -> None:
    """HEAD is answered with 204 and the size of a part, and with nothing else (collect.md 7.1)."""
    answer = phone.ask_before_sending()
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["X-OpenRosa-Accept-Content-Length"] == "5000000"
    assert answer.headers["X-OpenRosa-Version"] == "1.0"


def test_twenty_identical_posts_at_once_make_one_record(world: World, phone_of: PhoneOf) -> None:
    """R01, ten times over."""
    phones = [phone_of(world.hong) for _ in range(20)]
    for number in range(10):
        made = record_of("vang_gia", 1 + number % 5)
        doings = [partial(each.send, made.xml, made.files) for each in phones]
        statuses = [sent.statuses[-1] for sent in at_once(doings)]
        assert set(statuses) <= {201, 202}
        assert statuses.count(201) == 1, "one of them brought something new"
        record = world.record("vang_gia", made.instance_id)
        assert record is not None
        assert len(record.versions) == 1
        assert {each.name: world.file(record, each.name) for each in record.media} == made.files
    assert len(world.records("vang_gia")) == 10


def test_parts_of_one_record_at_once_make_one_record(world: World, phone_of: PhoneOf) -> None:
    """R01 with different files in each POST: all of them are kept."""
    made = record_of("vang_gia")
    files = {f"{number}.jpg": another_photo(number) for number in range(12)}
    phones = [phone_of(world.hong) for _ in files]
    doings = [
        partial(each.send, made.xml, {name: files[name]})
        for each, name in zip(phones, files, strict=True)
    ]
    assert all(sent.done for sent in at_once(doings))
    assert_stored_whole(world, replace(made, files=files))


def test_a_record_without_a_start_time_comes_in_three_parts(world: World, phone: Phone) -> None:
    """R02, R04: each part is thanked with 201, and it is one record with all its files."""
    world.publish(xform_of(THREE_PHOTOS))
    names = "<ten>Bé Na</ten><a>1.jpg</a><b>2.jpg</b><c>3.jpg</c>"
    files = {f"{number}.jpg": noise(4, number) for number in (1, 2, 3)}
    made = Made("khong_start", answers_to("khong_start", names), files)
    assert phone.send(made.xml, files).statuses == [201, 201, 201]
    assert_stored_whole(world, made)
    assert world.records("khong_start")[0].missing == ()


def test_only_the_last_part_is_said_to_be_complete(world: World, phone: Phone) -> None:
    """R04: and the server does not believe it, but counts the files that the answers name."""
    made = record_of("vang_gia")
    files = {name: noise(3, at) for at, name in enumerate(made.files, start=1)}
    phone.ask_before_sending()
    first, *others = phone.posts(made.xml, files)
    assert others
    assert first.parts[-1].name == "*isIncomplete*"
    assert others[-1].parts[-1].name != "*isIncomplete*"
    assert phone.post(others[-1]).status == 201
    [record] = world.records("vang_gia")
    assert record.missing != ()
    assert [phone.post(each).status for each in (first, *others[:-1])] == [201] * len(others)
    [record] = world.records("vang_gia")
    assert record.missing == ()
    assert "*isIncomplete*" not in {each.name for each in record.media}


def test_a_record_of_more_than_ten_megabytes_is_no_second_record(
    world: World, phone: Phone
) -> None:
    """R03."""
    made = replace(record_of("vang_gia"), files={f"{n}.jpg": noise(2.5, n) for n in range(6)})
    assert set(phone.send(made.xml, made.files).statuses) == {201}
    assert_stored_whole(world, made)


def test_a_hundred_and_thirty_files_come_in_two_parts(world: World, phone: Phone) -> None:
    """The hundred-files rule (collect.md 7.6)."""
    files = {f"{number}.m4a": f"{number}".encode() for number in range(130)}
    made = replace(record_of("vang_gia"), files=files)
    assert phone.send(made.xml, files).statuses == [201, 201]
    assert_stored_whole(world, made)


def test_a_film_of_twenty_megabytes_is_thanked_for_when_it_is_kept(
    world: World, phone: Phone
) -> None:
    """R05: in the database and in the journal. One file is never split."""
    film = bytes(range(256)) * (20 * MEGABYTE // 256)
    made = replace(record_of("vang_gia"), files={"1764150000000.mp4": film})
    assert phone.send(made.xml, made.files).statuses == [201]
    assert_stored_whole(world, made)
    journal = world.house.stores.journal
    [kept] = [journal.read(each) for each in journal.places() if each.kind == "record"]
    [(name, sha256)] = kept.files
    with kept.open(sha256) as journalled:
        assert (name, journalled.read()) == ("1764150000000.mp4", film)


def test_a_phone_that_lost_its_network_begins_again_in_another_order(
    world: World, phone: Phone
) -> None:
    """R06: the first two of four parts arrive, then all of them, differently batched."""
    made = replace(record_of("vang_gia"), files={f"{n}.jpg": noise(4, n) for n in range(1, 5)})
    phone.ask_before_sending()
    bodies = phone.posts(made.xml, made.files)
    assert len(bodies) == 4
    assert [phone.post(each).status for each in bodies[:2]] == [201, 201]
    with Phone(f"http://{phone.host}{phone.path}", seed=7) as restarted:
        assert set(restarted.send(made.xml, made.files).statuses) <= {201, 202}
    assert_stored_whole(world, made)


def test_a_connection_that_dies_in_silence_makes_no_second_record(
    world: World, phone: Phone
) -> None:
    """OkHttp sends such a POST again and tells nobody (collect.md 2.2)."""
    made = record_of("khao_sat_nhu_cau")
    assert phone.send(made.xml, made.files, silently_twice=True).done
    assert_stored_whole(world, made)


def test_a_retry_brings_nothing_new_and_is_thanked_all_the_same(world: World, phone: Phone) -> None:
    """202 says that nothing was new (collect.md §10); Collect takes it for 201."""
    made = record_of("vang_gia")
    assert phone.send(made.xml, made.files).statuses == [201]
    world.clock.move(days=40)
    again = phone.send(made.xml, made.files)
    assert (again.statuses, again.message) == ([202], "full submission upload was successful!")
    assert_stored_whole(world, made)


def test_a_photo_that_comes_a_day_late_joins_its_record(world: World, phone: Phone) -> None:
    made = record_of("vang_gia")
    assert phone.send(made.xml).done
    assert world.records("vang_gia")[0].missing == tuple(made.files)
    world.clock.move(days=1)
    assert phone.send(made.xml, made.files).statuses == [201]
    assert_stored_whole(world, made)


@pytest.mark.parametrize("given", ["uuid:uuid:{}", "{}", "  uuid:{} "])
def test_an_identity_written_oddly_is_the_same_record(
    world: World, phone: Phone, given: str
) -> None:
    """R25."""
    bare = "9c1a7a9e-4a0f-4a35-8d0d-2f1a3d1c5b11"
    world.publish(xform_named("x"))
    xml = answers_to("x", "<ten>Na</ten>", instance_id=given.format(bare))
    assert [phone.send(xml).statuses for _ in range(2)] == [[201], [202]]
    assert [each.instance_id for each in world.records("x")] == [f"uuid:{bare}"]
    # Where another client writes it properly, nothing is doubled.
    phone.send(answers_to("x", "<ten>Na</ten>", instance_id=f"uuid:{bare}"))
    assert len(world.records("x")) == 1


@pytest.mark.parametrize("given", [None, "", "uuid:None", "None"])
def test_a_record_without_an_identity_is_known_by_its_content(
    world: World, phone: Phone, given: str | None
) -> None:
    """R25: the retry is the same record, other content is another."""
    world.publish(xform_named("x"))
    one, two = (answers_to("x", f"<ten>{name}</ten>", instance_id=given) for name in ("Na", "Tí"))
    assert [phone.send(each).statuses for each in (one, one, two)] == [[201], [202], [201]]
    ids = {each.instance_id for each in world.records("x")}
    assert len(ids) == 2
    assert all(each.startswith("sha256:") for each in ids)


def test_one_identity_in_two_forms_is_two_records(world: World, phone: Phone) -> None:
    """R34, collect.md §9.38: and an edit finds the one of its own form."""
    for form_id in ("a", "b"):
        world.publish(xform_named(form_id))
        assert phone.send(answers_to(form_id, "<ten>Na</ten>")).statuses == [201]
    edit = Made("b", answers_to("b", "<ten>Na</ten>")).edited(b"Na", b"Nam")
    assert phone.send(edit.xml).statuses == [201]
    assert [len(world.records(form_id)[0].versions) for form_id in ("a", "b")] == [1, 2]
