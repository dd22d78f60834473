"""After communes merge and one gets another name, old records say what they said: in every file,
on paper and on pages."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from exports.source import Options
from server.exporting import export
from server.model.entities import ListKey
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import LAST_SEQ
from server.processing.first_run import office_ids
from server.processing.offices.office_registers import keep_office_registers
from server.processing.registers.given_registers import give_registers
from server.processing.registers.register_names import names_now
from server.services import PROJECT
from tests import registers
from tests.javarosa.filler import FORMS
from tests.journeys.test_offices_succeed import merge, worker_looks
from tests.pages.looking import open_page, words
from tests.records import record_of
from tests.registers import created
from tests.world import World, basic, sign_in

pytestmark = pytest.mark.journey
FORM = "kiem_tra_van_phong"
THEN, OTHER = "Văn phòng CTXH phường Cao Thắng", "Văn phòng CTXH phường Bãi Cháy"
FEED = f"/v1/projects/{PROJECT}/datasets/tre.svc/Entities"


def test_old_records_keep_the_names_of_their_time(world: World, app: Flask) -> None:
    house, stores = world.house, world.house.stores
    give_registers(stores, FORMS, PROJECT)
    ids = office_ids(FORMS / "shared" / "van_phong.csv")
    keep_office_registers(stores, PROJECT, world.clock(), ids)
    sample = record_of(FORM, 3).without_files().xml
    about = re.sub(rb"<(van_phong|tt_vp)>[^<]*", rb"<\g<1>>" + ids["VP03"].encode(), sample)
    world.send(about)
    world.publish(registers.form())
    world.send(created(thon="Khu 1").xml)
    worker_looks(world)
    client = app.test_client()
    sign_in(client, world.admin)
    [record] = world.records(FORM)
    href = f"/records/{FORM}/{record.instance_id}"

    def files() -> dict[str, bytes]:
        key, asked = FormKey(PROJECT, FORM), Filters(top=LAST_SEQ)
        made = {
            kind: b"".join(export(house, WHOLE_HOUSE, key, kind, asked, Options()).pieces)
            for kind in ("csv", "geojson")
        }
        feed = client.get(FEED, headers=basic(world.admin)).get_json()["value"]
        return made | {"odata": json.dumps(feed, sort_keys=True).encode()}

    before = files()
    assert json.loads(before["geojson"])["features"][0]["properties"]["__system/officeName"] == THEN
    looked = words(open_page(client, href))
    assert OTHER in looked, "what was inspected"
    merge(world, ("VP02", "VP03"), "06676")
    settled(world)
    merge(world, ("06676",), "06676", label="Văn phòng CTXH phường Hồng Gai")
    settled(world)
    keep_office_registers(stores, PROJECT, world.clock(), ids)
    sign_in(client, world.admin)
    assert files() == before
    page = words(open_page(client, href))
    assert f"{THEN}, nay là Văn phòng CTXH phường Hồng Gai" in page
    for said in (OTHER, "Không có trong sổ"):
        assert page.count(said) == looked.count(said)
    chosen = ("van_phong", ids["VP03"])
    assert names_now(stores, WHOLE_HOUSE, PROJECT, [chosen]) == {chosen: OTHER}
    stores.entity_lists.set_option(ListKey(PROJECT, "van_phong"), "shared", chosen=False)
    living = ("van_phong", ids["VP04"])
    for office, known in (("06676", {chosen}), ("VP04", {living}), ("VP09", set())):
        told = names_now(stores, Scope.of([office]), PROJECT, [chosen, living])
        assert told.keys() == known, office
    told = client.get(f"{href}/data.json").get_json()
    assert (told["office"], told["office_name"]) == ("VP02", THEN)
    listed = words(open_page(client, f"/records/{FORM}").xpath("//tbody")[0])
    assert THEN in listed
    assert "Hồng Gai" not in listed


def settled(world: World) -> None:
    for _ in range(2):
        worker_looks(world)
        world.clock.move(days=1)
