"""Consent is withdrawn: what it covers stays with its office and is shared no more."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from server.access.verbs import Verb, scope_for
from server.processing.recovery.replay import replay
from server.processing.registers.register_names import names_now
from tests import registers
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.pages.test_data_requests import act, fields, note
from tests.records import Made
from tests.registers import CHILD, CHILDREN, created, worked_off
from tests.world import Handset, Person, World, basic

OTHER = CHILD.replace("3d0c", "4e1d")
ENTRY = f"/lists/tre/{CHILD}"
NO_MORE = "Không chia sẻ từ ngày"


def on_phone(world: World, handset: Handset) -> set[str]:
    """The children in the list that this phone gets."""
    stores = world.house.stores
    scope = scope_for(handset.actor, Verb.FETCH_FORMS)
    cut = world.house.registers.cut(scope, stores.entity_lists.get(CHILDREN))
    text = b"".join(cut.pieces()).decode()
    return {each["name"] for each in csv.DictReader(io.StringIO(text))}


def exported(client: FlaskClient) -> str:
    return client.get("/records/so_tre/export/csv").get_data(as_text=True)


def told_to_programs(client: FlaskClient, person: Person) -> str:
    headers = basic(person)
    path = "/v1/projects/1/forms/so_tre/submissions"
    both = [client.get(path, headers=headers), client.get(f"{path}?limit=1", headers=headers)]
    assert [each.status_code for each in both] == [200, 200]
    return "".join(each.get_data(as_text=True) for each in both)


def registers_told_to_programs(client: FlaskClient, person: Person) -> list[str]:
    path, headers = "/v1/projects/1/datasets/tre", basic(person)
    ways = (f"{path}/entities", f"{path}/entities.csv", f"{path}.svc/Entities")
    return [client.get(each, headers=headers).get_data(as_text=True) for each in ways]


@dataclass(frozen=True)
class Scene:
    """Two children of Hồng's office, of whom one's consent is withdrawn."""

    world: World
    lan: FlaskClient
    kept: Made
    other: Made

    @property
    def record(self) -> str:
        return f"/records/so_tre/{quote(self.kept.instance_id, safe='')}"

    def is_shared(self) -> bool:
        """Everywhere the same, and the other child is always there."""
        world, kept, lan = self.world, self.kept.instance_id, self.lan
        csv_file, programs = exported(lan), told_to_programs(lan, world.lan)
        far, own = on_phone(world, world.thao), on_phone(world, world.hong)
        assert self.other.instance_id in csv_file
        assert OTHER in far
        assert own == {CHILD, OTHER}, "its own office works on"
        gone = world.house.registers.deleted(
            world.thao.actor,
            scope_for(world.thao.actor, Verb.FETCH_FORMS),
            world.house.stores.entity_lists.get(CHILDREN),
            [CHILD],
        )
        names = names_now(
            world.house.stores, scope_for(world.minh.actor, Verb.READ_RECORDS), 1, [("tre", CHILD)]
        )
        said = [NO_MORE not in words(open_page(lan, each)) for each in (self.record, ENTRY)]
        entries = registers_told_to_programs(lan, world.lan)
        assert all(OTHER in each for each in entries)
        found = {
            *said,
            *(CHILD in each for each in entries),
            kept in csv_file,
            kept in programs,
            CHILD in far,
            bool(names),
            not gone[CHILD],
        }
        assert len(found) == 1, (said, found)
        return found.pop()


@pytest.fixture
def scene(world: World, enter: Enter) -> Scene:
    world.publish(registers.form())
    world.house.stores.entity_lists.set_option(CHILDREN, "shared", True)
    kept, other = created("Bé Na"), created("Bé Tí", OTHER)
    for made in (other, kept):
        world.send(made.xml, by=world.hong)
    worked_off(world)
    return Scene(world, enter(world.lan), kept, other)


def test_what_a_withdrawn_consent_covers_is_shared_no_more_until_it_is_shared_again(
    scene: Scene, enter: Enter
) -> None:
    world, record, admin = scene.world, scene.record, enter(scene.world.admin)
    request = note(admin, fields(world))
    assert scene.is_shared()
    assert act(admin, request, "stopped") == 400, "nothing was named yet"
    assert act(admin, request, "resumed") == 400
    mark = world.house.stores.entity_lists.get(CHILDREN).revision
    assert act(admin, request, "stopped", "Gia đình rút.", concerns=record) == 303
    assert not scene.is_shared()
    assert world.house.stores.entity_lists.get(CHILDREN).revision > mark, "phones hear of it"
    page = open_page(admin, request)
    assert links(page, "Phiếu: ") == [record]
    assert "Không chia sẻ nữa" in words(page)
    # It follows from no record: rebuilding leaves it, the journal brings it back.
    registers.rebuilt(world)
    assert not scene.is_shared()
    world.house.stores.withheld._withheld.delete_many({})
    replay(world.house.intake, lambda _: None)
    assert not scene.is_shared()
    assert replay(world.house.intake, lambda _: None).healed == 0
    assert act(admin, request, "resumed", "Gia đình đồng ý lại.") == 303
    assert scene.is_shared()
    # Named by the child instead, the records that made the child are kept back with it.
    assert act(admin, request, "noted", concerns=ENTRY) == 303
    other_way = note(admin, fields(world, wish="restrict", concerns=ENTRY))
    assert act(admin, other_way, "stopped") == 303
    assert not scene.is_shared()
