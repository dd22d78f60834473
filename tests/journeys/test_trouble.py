"""The database away, the disk full, the network slow: what a phone is told, and what is kept."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from server.app import create_app
from server.config import Config
from server.engine import DiskGuard, own_database
from server.processing.first_run import read_offices
from server.processing.recovery.replay import replay
from server.services import Services, build_services
from server.storage.database import connect
from server.storage.indexes import create_indexes
from tests.javarosa.filler import FORMS
from tests.multipart import Body
from tests.phone import Phone
from tests.records import LIBRARY, Made, record_of
from tests.serving import serving
from tests.sheets import answers_to, xform_named
from tests.world import Clock, Handset, World, build_world, close

pytestmark = pytest.mark.journey

PhoneOf = Callable[[Handset], Phone]


# -- a database of one's own, that comes and goes --------------------------------------------------


class Province:
    """A whole installation whose database a test stops and starts."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock = config, clock
        self._running = ExitStack()

    def start(self) -> Services:
        uri = self._running.enter_context(own_database(self.config))
        create_indexes(connect(uri, self.config.db))
        impatient = uri.replace("serverSelectionTimeoutMS=8000", "serverSelectionTimeoutMS=300")
        house = build_services(self.config, impatient, self.clock)
        self._running.callback(close, house)
        return house

    def stop_database(self) -> None:
        self._running.close()


@pytest.fixture
def province(installation: Config, clock: Clock, tmp_path: Path) -> Iterator[Province]:
    if installation.mongo_uri:
        pytest.skip("the database of CAUNOI_TEST_MONGO_URI is not ours to stop")
    province = Province(replace(installation, data=tmp_path / "data"), clock)
    yield province
    province.stop_database()


def test_a_record_is_not_thanked_for_while_the_database_is_away(province: Province) -> None:
    """R07, R19: 503 for a new record and for the retry of a stored one, never 201 or 202; after
    the database is back everything is there once."""
    house = province.start()
    world = build_world_with_a_form(house, province.clock)
    first, second = (Made("x", answers_to("x", f"<ten>{n}</ten>", instance_id=n)) for n in "ab")
    with ExitStack() as stack:
        server = stack.enter_context(serving(create_app(house)))
        phone = stack.enter_context(Phone(server + world.hong.path))
        assert phone.send(first.xml).statuses == [201]
        province.stop_database()
        # What the process remembers of phone and form does not help it to lie.
        for made in (first, second):
            away = phone.send(made.xml, made.files)
            assert away.statuses == [503]
            assert "an toàn trên điện thoại" in away.message
            assert "again later" in away.message
    house = province.start()
    with ExitStack() as stack:
        server = stack.enter_context(serving(create_app(house)))
        phone = stack.enter_context(Phone(server + world.hong.path))
        assert phone.send(first.xml).statuses == [202]
        assert phone.send(second.xml).statuses == [201]
    back = replace(world, house=house)
    assert sorted(each.instance_id for each in back.records("x")) == ["a", "b"]


def test_what_was_journalled_while_the_database_died_is_replayed(province: Province) -> None:
    """R19: journalled and not accepted is harmless; a replay stores it, once."""
    house = province.start()
    world = build_world_with_a_form(house, province.clock)
    xml = answers_to("x", "<ten>Na</ten>")
    with ExitStack() as stack:
        server = stack.enter_context(serving(create_app(house)))
        phone = stack.enter_context(Phone(server + world.hong.path))
        phone.form_list()
        province.stop_database()
        assert phone.send(xml).statuses == [503]
    house = province.start()
    back = replace(world, house=house)
    healed = [replay(house.intake, lambda _: None).healed for _ in range(2)]
    assert healed[1] == 0
    assert len(back.records("x")) == healed[0]


def build_world_with_a_form(house: Services, clock: Clock) -> World:
    house.stores.offices.put(read_offices(FORMS / "shared" / "van_phong.csv"))
    world = build_world(house, clock)
    world.publish(xform_named("x"))
    return world


# -- the disk --------------------------------------------------------------------------------------


def test_a_phone_is_turned_away_in_words_before_the_disk_is_full(world: World) -> None:
    """Forms are still to be had, and what is there already is untouched."""
    house, made = world.house, record_of("vang_gia")
    full = DiskGuard(house.config.data, reserve=2**62, largest_upload=1)
    crowded = replace(house, guard=full, intake=replace(house.intake, guard=full))
    with ExitStack() as stack:
        server = stack.enter_context(serving(create_app(crowded)))
        phone = stack.enter_context(Phone(server + world.hong.path))
        refused = phone.send(made.xml, made.files)
        assert refused.statuses == [503]
        assert "Không mất gì cả" in refused.message
        assert "Nothing is lost" in refused.message
        assert len(phone.form_list()) == len(LIBRARY)
    assert world.records("vang_gia") == []


# -- slow phones -----------------------------------------------------------------------------------


class SlowPost:
    """A POST whose second half is still to come."""

    def __init__(self, phone: Phone, body: Body) -> None:
        parts = urlsplit(f"http://{phone.host}")
        self._socket = socket.create_connection((parts.hostname, parts.port or 80), timeout=60)
        content = b"".join(body.pieces())
        head = (
            f"POST {phone.path}/submission HTTP/1.1\r\nHost: {phone.host}\r\n"
            f"Content-Type: {body.type}\r\nContent-Length: {len(content)}\r\n"
            "X-OpenRosa-Version: 1.0\r\nConnection: close\r\n\r\n"
        )
        middle = len(content) // 2
        self._rest = content[middle:]
        self._socket.sendall(head.encode() + content[:middle])

    def finish(self) -> int:
        self._socket.sendall(self._rest)
        with self._socket, self._socket.makefile("rb") as answer:
            return int(answer.read().split()[1])

    def give_up(self) -> None:
        self._socket.close()


def test_forty_slow_phones_keep_nobody_waiting(world: World, phone: Phone) -> None:
    """R22: no lock is held while bytes arrive; and the slow ones are taken in the end."""
    slow = [
        replace(record_of("vang_gia", 1 + n % 5), files={"1.jpg": b"x" * 9000}) for n in range(40)
    ]
    posts = [SlowPost(phone, phone.posts(each.xml, each.files)[0]) for each in slow]
    fast = record_of("khao_sat_nhu_cau")
    assert phone.send(fast.xml, fast.files).statuses == [201]
    assert len(phone.form_list()) == len(LIBRARY)
    assert [each.finish() for each in posts] == [201] * 40
    stored = {each.instance_id for each in world.records("vang_gia")}
    assert stored == {each.instance_id for each in slow}


def test_a_phone_that_falls_silent_half_way_leaves_nothing_behind(
    world: World, phone: Phone
) -> None:
    made = record_of("vang_gia")
    SlowPost(phone, phone.posts(made.xml, made.files)[0]).give_up()
    assert phone.send(made.xml, made.files).statuses == [201]
    [record] = world.records("vang_gia")
    assert {name: world.file(record, name) for name in made.files} == made.files
    assert world.aside() == []
