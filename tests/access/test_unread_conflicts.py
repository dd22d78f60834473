"""Two records differ about what a reviewer's role does not read: they are told that there is
something, and not what; it is not theirs to close."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from server.model.entities import Conflict, Entity, ListKey
from server.model.scope import WHOLE_HOUSE
from server.services import PROJECT
from server.xforms.xlsform import convert_xlsform
from tests import registers
from tests.access.asking import person
from tests.pages.looking import open_page, words
from tests.sheets import workbook_of
from tests.world import Person, World, post, sign_in

_FORM = "vang_gia"  # the office roles of the table know no other forms than the library's
_LIST = ListKey(PROJECT, "so_kin")
_CHILD = "3d0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
_HERE = f"/lists/so_kin/{_CHILD}"
_SHEETS = {
    "survey": [
        ("type", "name", "label", "sensitivity", "save_to"),
        ("text", "ten", "Tên", "", "ho_ten"),
        ("text", "ke", "Kể lại", "dac_biet", "loi_ke"),
        ("text", "ma", "Mã", "", ""),
    ],
    "settings": [("form_id", "version", "form_title"), (_FORM, "2099010101", "Thăm")],
    "entities": [
        ("list_name", "label", "entity_id", "create_if", "update_if"),
        ("so_kin", "${ten}", "${ma}", "${ma}=''", "${ma}!=''"),
    ],
}


def _says(world: World, number: int, told: str, attributes: str) -> None:
    entity = f'<entity dataset="so_kin" id="{_CHILD}" {attributes}><label>Bé Na</label></entity>'
    meta = f"<meta>{entity}<instanceID>uuid:kin-{number}</instanceID></meta>"
    answers = f"<ten>Bé Na</ten><ke>{told}</ke><ma/>"
    world.send(f'<data id="{_FORM}" version="2099010101">{answers}{meta}</data>'.encode())
    registers.worked_off(world)


def _entry(world: World) -> Entity:
    found = world.house.stores.entities.find(WHOLE_HOUSE, _LIST, _CHILD)
    assert found is not None
    return found


def _entered(app: Flask, who: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, who)
    return client


def test_who_does_not_read_what_two_records_differ_about_does_not_close_it(
    world: World, app: Flask
) -> None:
    world.publish(convert_xlsform(workbook_of(_SHEETS), validate=False).xform)
    _says(world, 1, "một", 'create="1"')
    for number, told in ((2, "KÍN HAI"), (3, "KÍN BA")):
        branch = f'branchId="b7a6c5d4-1234-4321-9876-01234567890{number}"'
        _says(world, number, told, f'update="1" baseVersion="1" trunkVersion="1" {branch}')
    assert _entry(world).state.conflict is Conflict.HARD
    seen = str(_entry(world).state.version)
    office = _entered(app, person(world, "xa@kin.example", "commune_office", "VP02"))
    page = words(open_page(office, _HERE))
    assert "KÍN" not in page
    assert "Có nội dung mà vai trò của bạn không được xem" in page
    assert "không mất thông tin nào" not in page
    assert post(office, f"{_HERE}/settle", seen=seen).status_code == 400
    assert _entry(world).state.conflict is Conflict.HARD
    lan = _entered(app, world.lan)
    assert "KÍN HAI" in words(open_page(lan, _HERE))
    chosen = {"seen": seen, "word-loi_ke": "KÍN HAI"}
    assert post(lan, f"{_HERE}/settle", **chosen).status_code == 303
    assert _entry(world).state.conflict is None
    assert _entry(world).state.data["loi_ke"] == "KÍN HAI"
