"""A picture that was sent before, in an earlier record."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image

from server.model.forms import FormKey
from server.model.looks import Look
from server.model.records import Issue
from server.processing.follow_ups.run import run_due
from server.processing.records.issues import Code
from server.services import PROJECT
from tests.javarosa.photos import photo
from tests.pages.looking import evidence, links, open_page
from tests.records import Made, record_of
from tests.world import Handset, World, sign_in

pytestmark = pytest.mark.journey
KEY = FormKey(PROJECT, "vang_gia")


def with_photo(data: bytes) -> Made:
    """A visit with this one photo; its other files are still on their way."""
    made = record_of("vang_gia")
    name = next(each for each in made.files if each.endswith(".jpg"))
    return Made(made.form_id, made.xml, {name: data})


def passed_on(data: bytes) -> bytes:
    """As a messenger saves a picture: smaller, coarser, without its EXIF."""
    small = Image.open(io.BytesIO(data))
    small.thumbnail((720, 720))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=60)
    return out.getvalue()


def send(world: World, made: Made, by: Handset | None = None) -> Made:
    world.send(made.xml, made.files, by=by)
    world.clock.move(hours=3)
    return made


def looked_at(world: World) -> None:
    """Until nothing waits."""
    while run_due(world.house.stores, world.house.shelf, world.clock()):
        pass


def same(world: World, made: Made) -> list[Issue]:
    record = world.record("vang_gia", made.instance_id)
    assert record is not None
    return [each for each in record.issues if each.code == Code.SAME_PICTURE]


def named(world: World, *visits: Made) -> list[list[str]]:
    """Which record the remarks of each visit name."""
    return [[str(each.facts.get("record", "")) for each in same(world, made)] for made in visits]


def test_the_later_of_two_records_with_one_photo_is_remarked_and_leads_to_the_earlier(
    world: World, app: Flask
) -> None:
    """The same file, and the same picture as a messenger passes it on."""
    house = photo(1)
    first, other = send(world, with_photo(house)), send(world, with_photo(photo(12)))
    again, anew = send(world, with_photo(house)), send(world, with_photo(passed_on(house)))
    looked_at(world)
    assert named(world, first, other) == [[], []]
    assert named(world, again, anew) == [[first.instance_id], [again.instance_id]]
    lan = app.test_client()
    sign_in(lan, world.lan)
    page = open_page(lan, f"/records/vang_gia/{again.instance_id}")
    assert any("trông giống một ảnh của phiếu khác" in each for each in evidence(page))
    [href] = links(page, "Mở phiếu kia")
    open_page(lan, href)


def test_of_another_office_s_record_no_more_is_said_than_that_there_is_one(
    world: World, app: Flask
) -> None:
    house = photo(19)
    theirs = send(world, with_photo(house), world.hong)
    ours = send(world, with_photo(house), world.thao)
    alike = send(world, with_photo(passed_on(house)), world.cuong)
    looked_at(world)
    assert named(world, theirs, ours, alike) == [[], [""], []]
    minh = app.test_client()
    sign_in(minh, world.minh)
    here = f"/records/vang_gia/{ours.instance_id}"
    assert links(open_page(minh, here), "Mở phiếu kia") == []
    for path in (here, f"{here}/data.json"):
        assert theirs.instance_id not in minh.get(path).get_data(as_text=True)


def test_whoever_may_not_open_the_earlier_record_is_not_led_there(world: World, app: Flask) -> None:
    """It was deleted since."""
    house = photo(14)
    first, again = send(world, with_photo(house)), send(world, with_photo(house))
    looked_at(world)
    scope, _, _ = world.everything(KEY)
    record = world.record("vang_gia", first.instance_id)
    assert record is not None
    world.house.stores.submissions.mark_deleted(scope, record, world.clock())
    lan = app.test_client()
    sign_in(lan, world.lan)
    page = open_page(lan, f"/records/vang_gia/{again.instance_id}")
    assert any("phiếu khác" in each for each in evidence(page))
    assert links(page, "Mở phiếu kia") == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_in_whatever_order_photos_arrive_the_remarks_end_the_same(
    world: World, order: Sequence[int]
) -> None:
    house = photo(15)
    visits = [with_photo(house), with_photo(passed_on(house)), with_photo(house)]
    for made in visits:
        world.send(made.xml)
        world.clock.move(hours=3)
    for at in order:
        world.send(visits[at].xml, visits[at].files)
        looked_at(world)
    first, second, third = visits
    end = [[], [first.instance_id], [first.instance_id]]
    assert named(world, first, second, third) == end
    stores = world.house.stores
    stores.submissions._records.update_many({}, {"$set": {"due": 1}})
    looked_at(world)
    assert named(world, first, second, third) == end


def test_a_worker_that_broke_off_halfway_leaves_nothing_unsaid(world: World) -> None:
    """It had kept what the earlier record shows, but told nobody."""
    house, stores = photo(16), world.house.stores
    first, again = with_photo(house), with_photo(house)
    world.send(first.xml)
    world.clock.move(hours=3)
    send(world, again)
    looked_at(world)
    assert named(world, again) == [[]]
    world.send(first.xml, first.files)
    [due] = stores.follow_ups.due(world.clock(), 10)
    assert stores.follow_ups.lease(due, world.clock() + timedelta(minutes=5))
    record = stores.follow_ups.leased(due)
    [media] = record.media
    shows = Look(KEY, record.instance_id, record.seq, record.within, media.sha256)
    assert stores.looks.keep((shows,))
    world.clock.move(minutes=6)
    looked_at(world)
    assert named(world, again) == [[first.instance_id]]


def test_what_was_sent_long_ago_or_as_an_empty_file_is_not_compared(world: World) -> None:
    house = photo(17)
    send(world, with_photo(house))
    empty = [send(world, with_photo(b"")) for _ in range(2)]
    world.clock.move(days=91)
    later = send(world, with_photo(house))
    looked_at(world)
    assert named(world, later, *empty) == [[], [], []]
