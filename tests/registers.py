"""A register that offline phones keep: a form that makes and changes children, and its records."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from server.model.entities import Entity, ListKey
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.follow_ups.run import run_due
from server.processing.recovery.rebuild import rebuild
from server.processing.registers.entities import keep_own_orders
from server.services import PROJECT
from tests.records import Made
from tests.world import World

KEY = FormKey(PROJECT, "so_tre")
CHILDREN = ListKey(PROJECT, "tre")
CHILD = "3d0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
BRANCH = "b7a6c5d4-1234-4321-9876-0123456789ab"

_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:entities="http://www.opendatakit.org/xforms/entities">
<h:head><h:title>Sổ trẻ em</h:title><model entities:entities-version="2024.1.0">
<instance><data id="so_tre" version="1"><thon/><muc/><di_hoc/><meta><instanceID/><instanceName/>
<entity dataset="tre" create="" update="" id="" baseVersion="" trunkVersion="" branchId=""><label/>
</entity></meta></data></instance><instance id="tre" src="jr://file-csv/tre.csv"/>
<bind nodeset="/data/thon" type="string" entities:saveto="thon"/>
<bind nodeset="/data/muc" type="string" entities:saveto="muc"/>
<bind nodeset="/data/di_hoc" type="string" entities:saveto="di_hoc"/>
</model></h:head><h:body><input ref="/data/thon"><label>Thôn</label></input>
<input ref="/data/muc"><label>Mức</label></input>
<input ref="/data/di_hoc"><label>Tình trạng đi học hiện nay của trẻ, theo lời người chăm sóc chính
</label></input></h:body></h:html>"""

_VISIT = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa">
<h:head><h:title>Thăm trẻ</h:title><model>
<instance><data id="tham_tre" version="1"><tre_id/><ten_tre/><ban/><meta><instanceID/></meta></data>
</instance><instance id="tre" src="jr://file-csv/tre.csv"/>
<bind nodeset="/data/tre_id" type="string"/><bind nodeset="/data/ban" type="string"/>
<bind nodeset="/data/ten_tre" type="string"
 calculate="instance('tre')/root/item[name= /data/tre_id ]/label"/>
</model></h:head><h:body>
<select1 ref="/data/tre_id"><label>Trẻ</label><itemset nodeset="instance('tre')/root/item">
<value ref="name"/><label ref="label"/></itemset></select1>
<select ref="/data/ban"><label>Bạn</label><itemset nodeset="instance('tre')/root/item">
<value ref="name"/><label ref="label"/></itemset></select></h:body></h:html>"""


def form() -> bytes:
    return _FORM.encode()


def record(attributes: str, label: str = "", child: str = CHILD, **answers: str) -> Made:
    said = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    named = f"<label>{label}</label>" if label else ""
    entity = f'<entity dataset="tre" id="{child}" {attributes}>{named}</entity>'
    meta = f"<meta><instanceID>uuid:{uuid.uuid4()}</instanceID>{entity}</meta>"
    return Made("so_tre", f'<data id="so_tre" version="1">{said}{meta}</data>'.encode())


def created(label: str = "Bé Na", child: str = CHILD, **answers: str) -> Made:
    return record('create="1"', label, child, **answers)


def changed(base: int, trunk: str = "", branch: str = BRANCH, **answers: str) -> Made:
    versions = f'baseVersion="{base}" trunkVersion="{trunk}" branchId="{branch}"'
    return record(f'update="1" {versions}', **answers)


def worked_off(world: World) -> None:
    """What follows the records that came in."""
    while run_due(world.house.stores, world.house.shelf, world.clock()):
        pass


def rebuilt(world: World) -> None:
    """As ``caunoi rebuild`` does it."""
    house = world.house
    rebuild(house.stores, house.shelf, KEY, world.clock(), lambda _: None)
    keep_own_orders(house.stores, house.shelf, PROJECT)


def entry(world: World, child: str = CHILD, scope: Scope = WHOLE_HOUSE) -> Entity | None:
    return world.house.stores.entities.find(scope, CHILDREN, child)


def said_of(world: World, child: str = CHILD) -> Mapping[str, str]:
    found = entry(world, child)
    assert found is not None
    assert found.state.exists
    return found.state.data


def visit_form() -> bytes:
    """Chooses from the register, and keeps one child's name with the choice."""
    return _VISIT.encode()
