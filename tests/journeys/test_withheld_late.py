"""Consent was withdrawn while a phone had no network: what it sends later stays with its office."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.errors.duties import DataRequestChanged
from server.model.calendar import day_of
from server.model.scope import WHOLE_HOUSE
from server.model.withholding import LISTS, RECORDS
from server.processing.duties.data_requests import Desk, Filled, Step
from server.services import PROJECT
from server.storage.journal import Journal
from tests import registers
from tests.faster import overtaken
from tests.journeys.healing import OTHER_CHILD, Fresh, Killed, killed, one_round, replayed
from tests.records import Made
from tests.registers import CHILD, CHILDREN, KEY, changed, created, worked_off
from tests.world import World

pytestmark = pytest.mark.journey


@pytest.fixture
def register(small_world: World) -> World:
    """Whose form asks for consent."""
    form = registers.form().replace(b"<di_hoc/>", b"<di_hoc/><can_cu_xl/><end/>", 1)
    for name, kind in (("can_cu_xl", "string"), ("end", "dateTime")):
        bind = f'<bind nodeset="/data/{name}" type="{kind}"/></model>'
        form = form.replace(b"</model>", bind.encode())
    small_world.publish(form)
    return small_world


def stopped(world: World, concern: str) -> str:
    """The request, by the administrator."""
    house, at = world.house, world.clock()
    desk = Desk(house.stores, house.shelf, PROJECT, world.admin.actor)
    filled = Filled(
        "withdraw", day_of(at), "Vũ Thị Mận", "representative", "Bé", "", "Thôi", False, "VP02"
    )
    request = desk.receive(WHOLE_HOUSE, WHOLE_HOUSE, filled, concern, at)
    acted(world, request.id, "stopped", 1)
    return request.id


def acted(world: World, request: str, deed: str, seen: int) -> None:
    house = world.house
    desk = Desk(house.stores, house.shelf, PROJECT, world.admin.actor)
    desk.step(WHOLE_HOUSE, WHOLE_HOUSE, request, Step(deed, "Gia đình.", "", seen), world.clock())


def is_kept_back(world: World, made: Made) -> bool:
    return made.instance_id in world.house.stores.withheld.ids(RECORDS, KEY.text)


def children_kept_back(world: World) -> frozenset[str]:
    return world.house.stores.withheld.ids(LISTS, CHILDREN.text)


def arrives(world: World, made: Made) -> Made:
    world.send(made.xml)
    worked_off(world)
    return made


def ending(world: World, **much: float) -> str:
    return (world.clock() + timedelta(**much)).isoformat(timespec="milliseconds")


def test_a_record_that_was_made_before_and_comes_after_is_kept_back_with_the_child(
    register: World, fresh: Fresh
) -> None:
    """Unless it has a consent of its own, given since; and until sharing begins again."""
    first = arrives(register, created("Bé Na"))
    request = stopped(register, f"/lists/tre/{CHILD}")
    revision = register.house.stores.entity_lists.get(CHILDREN).revision
    before, after = ending(register, days=-1), ending(register, days=1)
    register.clock.move(days=2)
    late = arrives(register, changed(1, muc="cao", can_cu_xl="dong_y", end=before))
    silent = arrives(register, changed(1, muc="tb", end=after))
    anew = arrives(register, changed(1, muc="thap", can_cu_xl="dong_y", end=after))
    other = arrives(register, created("Bé Tí", OTHER_CHILD, end=before))
    kept_back = (first, late, silent)
    assert [is_kept_back(register, each) for each in kept_back] == [True] * 3
    assert [is_kept_back(register, each) for each in (anew, other)] == [False] * 2
    assert children_kept_back(register) == {CHILD}
    assert register.house.stores.entity_lists.get(CHILDREN).revision > revision
    places = register.house.stores.journal.places()
    with fresh() as house:
        assert replayed(house).refused == 0
        assert house.stores.journal.places() == places, "nothing is written down twice"
        known = house.stores.withheld.ids(RECORDS, KEY.text)
        assert known == {each.instance_id for each in kept_back}
    acted(register, request, "resumed", 2)
    worked_off(register)
    again = arrives(register, changed(1, muc="cao", end=before))
    assert not any(is_kept_back(register, each) for each in (*kept_back, again))


def test_a_child_that_an_edit_names_is_kept_back_with_its_record(register: World) -> None:
    made = arrives(register, created("Bé Na"))
    stopped(register, f"/records/so_tre/{made.instance_id}")
    assert children_kept_back(register) == {CHILD}
    edit = made.edited(CHILD.encode(), OTHER_CHILD.encode())
    arrives(register, edit)
    assert children_kept_back(register) == {CHILD, OTHER_CHILD}
    assert is_kept_back(register, made)


def test_who_is_told_to_look_again_has_neither_stopped_nor_resumed_anything(
    register: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = arrives(register, created("Bé Na"))
    request = stopped(register, f"/records/so_tre/{made.instance_id}")
    requests = register.house.stores.data_requests
    overtaken(monkeypatch, requests, "add_act", lambda: acted(register, request, "done", 2))
    with pytest.raises(DataRequestChanged):
        acted(register, request, "resumed", 2)
    assert is_kept_back(register, made)


def test_what_was_decided_about_sharing_and_broke_off_is_done_at_the_next_look(
    register: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = arrives(register, created("Bé Na"))
    request = stopped(register, f"/records/so_tre/{made.instance_id}")
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "note", killed)
        with pytest.raises(Killed):
            acted(register, request, "resumed", 2)
    assert is_kept_back(register, made)
    one_round(register.house, monkeypatch)
    assert not is_kept_back(register, made)


def test_an_act_that_broke_off_before_the_journal_had_it_is_there_after_the_next_start(
    register: World, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = arrives(register, created("Bé Na"))
    request = stopped(register, f"/records/so_tre/{made.instance_id}")
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "note", killed)
        with pytest.raises(Killed):
            acted(register, request, "noted", 2)
    requests = register.house.stores.data_requests
    before = requests.open(WHOLE_HOUSE)
    assert [len(each.acts) for each in before] == [3]
    for _ in range(2):
        one_round(register.house, monkeypatch)
    with fresh() as house:
        assert replayed(house).refused == 0
        assert house.stores.data_requests.open(WHOLE_HOUSE) == before
