"""What entries of registers hold is not told by the way to those who do not read it: neither what
two records differ about, nor by what a file of guesses would change."""

from __future__ import annotations

from io import BytesIO

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
from tests.world import Person, World, basic, forgery_token, post, sign_in

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


def _looked_at(client: FlaskClient, guess: str) -> str:
    """What a file that says so of the entry would do, in the page's title."""
    file = BytesIO(f"name,loi_ke\n{_CHILD},{guess}\n".encode())
    token = forgery_token(client, "/account")
    look = client.post("/lists/so_kin/import", data={"csrf_token": token, "file": (file, "a.csv")})
    location = look.headers["Location"]
    title = words(open_page(client, location).xpath("//h1")[0])
    assert post(client, location).status_code == 303
    return title


def test_who_fills_registers_and_reads_none_learns_nothing_by_guessing(
    world: World, app: Flask
) -> None:
    world.publish(convert_xlsform(workbook_of(_SHEETS), validate=False).xform)
    _says(world, 1, "KÍN", 'create="1"')
    keeper = person(world, "quantri@kin.example", "system_admin", "VP01")
    client = _entered(app, keeper)
    right = _looked_at(client, "KÍN")
    assert right == "0 mục mới, 1 mục thay đổi, 0 mục giữ nguyên"
    # What they said themselves they know: a file that is handed in again changes nothing.
    assert _looked_at(client, "KÍN") == "0 mục mới, 0 mục thay đổi, 1 mục giữ nguyên"
    _says(world, 2, "KHÁC", 'update="1" baseVersion="1" trunkVersion="1" branchId="b"')
    assert _looked_at(client, "KHÁC") == right
    program, here = app.test_client(), f"/v1/projects/{PROJECT}/datasets/so_kin/entities/{_CHILD}"

    def patched(who: Person, said: str) -> int:
        told = {"data": {"loi_ke": said}}
        assert program.patch(f"{here}?force=true", json=told, headers=basic(who)).status_code == 200
        return _entry(world).state.version

    before = patched(world.admin, "ĐÚNG")
    assert [patched(keeper, guess) for guess in ("ĐÚNG", "SAI")] == [before + 1, before + 2]
    # Whoever reads the register is told what is there already.
    admin = _entered(app, world.admin)
    assert _looked_at(admin, "SAI") == "0 mục mới, 0 mục thay đổi, 1 mục giữ nguyên"
