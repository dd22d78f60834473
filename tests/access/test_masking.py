"""A secret stands in every most sensitive answer of a record. By whatever route a worker without
the clearance asks, it is in nothing that comes back; who has it reads all of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exports.formats import EVERY_FORMAT
from server.access.verbs import COLLABORATOR, PHONE, Verb, scope_for
from server.app import create_app
from server.errors import SameIdOtherAnswers
from server.model.entities import ListKey
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE, Reach, Scope
from server.processing.accounts.people import connect_phone
from server.processing.duties.audit_reading import Wanted, everything
from server.processing.records.assign import assign_again
from server.processing.records.review import Judgement, review
from server.routes.access_table import Line, lines
from server.routes.allow import By
from server.routes.pages.registers.register_history import history_of
from server.services import PROJECT
from server.xforms.levels import Level
from server.xforms.xlsform import convert_xlsform
from tests import registers
from tests.processing.camera import photo
from tests.sheets import workbook_of
from tests.world import Person, World, basic, forgery_token, sign_in

_FORM = "vang_gia"  # the office roles of the table know no other forms than the library's
_SECRET, _OPEN, _WHY = "BIMAT", "CONGKHAI", "Ảnh mờ, xin chụp lại căn bếp"
_PLACE, _DISTANT = "21.11111 107.22222 0 5", "107.2222"

_SURVEY = [
    ("type", "name", "label", "calculation", "sensitivity", "save_to", "trigger", "default"),
    ("text", "ten", "Tên", "", "", "ho_ten"),
    ("text", "ke", "Kể lại", "", "dac_biet", "loi_ke"),
    ("select_one_from_file so_kin.csv", "ban", "Bạn", "", ""),
    ("begin_group", "xam_hai", "Xâm hại", "", "dac_biet"),
    ("text", "loai", "Loại", "", ""),
    ("geopoint", "noi", "Nơi", "", ""),
    ("image", "anh_kin", "Ảnh kín", "", ""),
    ("end_group", "", "", "", ""),
    ("begin_repeat", "vi_pham", "Vi phạm", "", "dac_biet"),
    ("text", "viec", "Việc", "", ""),
    ("image", "anh_viec", "Ảnh việc", "", ""),
    ("end_repeat", "", "", "", ""),
    ("begin_repeat", "tre", "Trẻ", "", ""),
    ("text", "ten_tre", "Tên trẻ", "", ""),
    ("text", "hiv", "HIV", "", "dac_biet"),
    ("end_repeat", "", "", "", ""),
    ("image", "anh", "Ảnh", "", ""),
    ("calculate", "tom_tat", "Tóm tắt", "concat(${ten}, ' ', ${ke})", ""),
    ("note", "nhac", "Đã kể: ${ke}", "", ""),
    ("text", "khi_ke", "Khi kể ${tom_tat}", "string(${ke})", "", "khi_ke", "${ke}"),
    ("text", "san_co", "Sẵn có", "", "", "san_co", "", "concat(${ke}, '')"),
    ("calculate", "dau", "Đầu", "/data/tre[1]/hiv", "", "dau"),
    ("select_one ${viec}", "chon", "Chọn", "", "", "chon"),
    ("calculate", "ke_cu", "Kể cũ", "instance('so_kin')/root/item[name=${ban}]/loi_ke", ""),
]
_ENTITIES = [("list_name", "label"), ("so_kin", "${ten}")]
_CHILD = "3d0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
_SETTINGS = [
    ("form_id", "version", "form_title", "instance_name"),
    (_FORM, "2099010101", "Thăm", "concat(${ten}, ' ', ${ke})"),
]


@dataclass(frozen=True)
class Scene:
    world: World
    app: Flask
    record: Record
    worker: Person
    sampler: Person
    keeper: Person

    def given(self) -> dict[str, str | int]:
        return {
            "form_id": _FORM,
            "instance_id": self.record.instance_id,
            "version_id": self.record.instance_id,
            "after": 0,
            "project": PROJECT,
            "size": 320,
            "aside_id": self.world.set_aside()[0].id,
            "number": 0,
            "uuid": _CHILD,
        }


@pytest.fixture(scope="module")
def scene(shared_world: World) -> Scene:
    world = shared_world
    xlsx = workbook_of({"survey": _SURVEY, "settings": _SETTINGS, "entities": _ENTITIES})
    world.publish(convert_xlsform(xlsx, validate=False).xform)
    files = {"anh.jpg": photo(1), f"{_SECRET}.jpg": photo(2, place=(21.0, 107.0))}
    world.send(_xml(f"{_SECRET} một", "uuid:kin-1"), files)
    # Edited once: what was said before is no less of a secret.
    edit = _xml(f"{_SECRET} hai", "uuid:kin-2", "<deprecatedID>uuid:kin-1</deprecatedID>")
    world.send(edit.replace(b"<la>", b"<moi>").replace(b"</la>", b"</moi>"))
    with pytest.raises(SameIdOtherAnswers):  # which is set aside, whole
        world.send(_xml(f"{_SECRET} ba", "uuid:kin-2"))
    registers.worked_off(world)
    record = world.record(_FORM, "uuid:kin-1")
    assert record is not None
    lan, at = world.lan.actor, world.clock()
    why = Judgement("hasIssues", _WHY, record.current.instance_id)
    reviewing = scope_for(lan, Verb.REVIEW_RECORDS)
    review(world.house.stores, reviewing, lan, record.key, record.instance_id, why, at)
    roles = ("commune_office", "inspector", "system_admin")
    worker, sampler, keeper = (_person(world, role) for role in roles)
    return Scene(world, create_app(world.house), record, worker, sampler, keeper)


def _xml(said: str, instance_id: str, before: str = "") -> bytes:
    return (
        f'<data id="{_FORM}" version="2099010101"><ten>{_OPEN}</ten><ke>{said}</ke><xam_hai>'
        f"<loai>{_SECRET}</loai><noi>{_PLACE}</noi><anh_kin>{_SECRET}.jpg</anh_kin></xam_hai>"
        f"<vi_pham><viec>{_SECRET}</viec><anh_viec>{_SECRET}.jpg</anh_viec></vi_pham><tre><ten_tre>{_OPEN}</ten_tre>"
        f"<hiv>{_SECRET}</hiv></tre><anh>anh.jpg</anh><tom_tat>{_OPEN} {said}</tom_tat>"
        f"<nhac/><khi_ke>{said}</khi_ke><san_co>{said}</san_co><dau>{_SECRET}</dau>"
        f"<chon>{_SECRET}</chon><ke_cu>{said}</ke_cu>"
        f'<la>{_SECRET}</la><meta><entity dataset="so_kin" id="{_CHILD}" create="1"><label>{_OPEN}'
        f"</label></entity><instanceID>{instance_id}</instanceID>{before}"
        f"<instanceName>{_OPEN} {said}</instanceName></meta></data>"
    ).encode()


def _person(world: World, role: str) -> Person:
    return world.hire(f"{role}.kin@ctxh.example", f"Người {role}", role, "VP02")


def _told(scene: Scene, person: Person) -> Iterator[tuple[Line, str, TestResponse]]:
    """Whatever this person may ask by GET about this form or this record, and is answered."""
    client, program = scene.app.test_client(), scene.app.test_client()
    sign_in(client, person)
    for line in lines(scene.app):
        if line.method != "GET" or line.rule.by not in (By.SESSION, By.PROGRAM):
            continue
        for path in _paths(scene, line):
            if line.rule.by is By.SESSION:
                answer = client.get(path, follow_redirects=True)
            else:
                answer = program.get(path, headers=basic(person))
            assert answer.status_code < 500, (path, answer.status_code)
            yield line, path, answer


def _paths(scene: Scene, line: Line) -> Iterator[str]:
    """One for each meaning of a parameter; none where this form has nothing to do with it."""
    meanings: dict[str, tuple[str | int, ...]] = {
        name: (value,) for name, value in scene.given().items()
    }
    meanings["name"] = ("anh.jpg", f"{_SECRET}.jpg") if "instance_id" in line.path else ()
    if line.path.startswith("/lists/") or "/datasets/" in line.path:
        meanings["name"] = ("so_kin",)
    meanings["kind"] = tuple(EVERY_FORMAT) if "/export/" in line.path else ()
    made = [line.path]
    for name in re.findall(r"<(?:\w+:)?(\w+)>", line.path):
        part = re.compile(rf"<(?:\w+:)?{name}>")
        made = [part.sub(str(each), path) for path in made for each in meanings.get(name, ())]
    yield from made


def _content(answer: TestResponse) -> bytes:
    data = answer.get_data() + str(answer.headers).encode()
    if answer.get_data()[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
            names = "".join(archive.namelist()).encode()
            data += names + b"".join(map(archive.read, archive.namelist()))
    return data


@pytest.mark.parametrize("who", ["worker", "sampler"])
def test_no_route_tells_a_secret_to_who_has_not_the_clearance(scene: Scene, who: str) -> None:
    hidden_photo = scene.world.file(scene.record, f"{_SECRET}.jpg")
    asked, open_words, why = 0, 0, False
    for line, path, answer in _told(scene, getattr(scene, who)):
        said = _content(answer)
        asked += 1
        open_words += _OPEN.encode() in said
        why = why or _WHY.encode() in said
        # An address may be repeated that was asked for.
        told = said.replace(path.encode(), b"")
        assert _SECRET.encode() not in told, line
        assert _DISTANT.encode() not in told, line
        assert hidden_photo not in said, line
    assert asked > 20
    assert bool(open_words) is (who == "worker"), "one reads names; the other reads no answers"
    assert why is (who == "worker"), "the office that mends a record reads why it came back"


def test_who_has_the_clearance_reads_all_of_it(scene: Scene) -> None:
    lan = scene.world.lan
    telling = {line.endpoint for line, _, each in _told(scene, lan) if b"BIMAT" in _content(each)}
    assert {
        "record.show",
        "record_data.data",
        "records.record_list",
        "records.download",
        "exports.table",
        "submissions.xml",
        "submissions.attachments",
        "aside.download",
        "register_entry.show",
        "entities.one_entry",
        "entities.table",
        "entity_feed.feed",
    } <= {each.removeprefix("api_") for each in telling}


def _open(scene: Scene, person: Person) -> FlaskClient:
    client = scene.app.test_client()
    sign_in(client, person)
    return client


def test_the_page_says_that_something_is_hidden_and_offers_no_edit(scene: Scene) -> None:
    here = f"/records/{_FORM}/{scene.record.instance_id}"
    client = _open(scene, scene.worker)
    page = client.get(here).get_data(as_text=True)
    assert "(ẩn)" in page
    assert "một số câu đã được ẩn" in page
    assert '/edit"' not in page
    assert client.get(f"{here}/edit").status_code == 403
    assert client.get(f"{here}/edit/instance.xml").status_code == 403
    raw = f"/v1/projects/{PROJECT}/forms/{_FORM}/submissions/{scene.record.instance_id}.xml"
    assert scene.app.test_client().get(raw, headers=basic(scene.worker)).status_code == 403
    assert '/edit"' in _open(scene, scene.world.lan).get(here).get_data(as_text=True)


def test_a_column_that_is_empty_for_its_reader_alone_says_so(scene: Scene) -> None:
    def head(person: Person) -> list[str]:
        answer = _open(scene, person).get(f"/records/{_FORM}/export/csv")
        return answer.get_data(as_text=True).splitlines()[0].split(",")

    assert {"ten", "ke (ẩn)", "xam_hai-noi (ẩn)-Latitude"} <= set(head(scene.worker))
    assert not any("ẩn" in each for each in head(scene.world.lan))


def test_a_hidden_photo_is_answered_like_one_that_is_not_there(scene: Scene) -> None:
    here = f"/records/{_FORM}/{scene.record.instance_id}/files"
    client = _open(scene, scene.worker)
    assert client.get(f"{here}/anh.jpg").status_code == 200
    for size in ("", "/320", "/1600"):
        hidden, nothing = (client.get(f"{here}/{each}.jpg{size}") for each in (_SECRET, "khong"))
        assert hidden.status_code == nothing.status_code == 404


def test_a_collaborator_s_phone_carries_nothing_of_the_most_sensitive(scene: Scene) -> None:
    house, client, carried, lists = scene.world.house, scene.app.test_client(), {}, {}
    for role in (PHONE, COLLABORATOR):
        given = (house.stores, house.shelf, WHOLE_HOUSE, f"Máy {role}", "VP02")
        _, token = connect_phone(*given, scene.world.clock(), role)
        here = f"/v1/key/{token}/projects/{PROJECT}"
        lists[role] = f"{here}/forms/{_FORM}/attachments/so_kin.csv"
        carried[role] = client.get(lists[role]).get_data()
        listed = client.get(f"{here}/formList").get_data(as_text=True)
        assert ("<formID>ho_so_ctv</formID>" in listed) is (role == PHONE)
        assert f"<formID>{_FORM}</formID>" in listed
    assert _OPEN.encode() in carried[COLLABORATOR]
    assert [_SECRET.encode() in carried[each] for each in (COLLABORATOR, PHONE)] == [False, True]
    house.stores.entity_lists.choose(ListKey(PROJECT, "so_kin"), {"assigned_only": "collaborators"})
    assert client.get(lists[PHONE]).get_data() == carried[PHONE], "an office's phone"
    assert _OPEN.encode() not in client.get(lists[COLLABORATOR]).get_data(), "not theirs"


def test_the_named_worker_reads_all_of_a_record_until_another_is_named(scene: Scene) -> None:
    world, here = scene.world, f"/records/{_FORM}/{scene.record.instance_id}"
    lan, worker = _open(scene, world.lan), _open(scene, scene.worker)
    assert _SECRET not in worker.get(here).get_data(as_text=True)

    def name(actor_id: str) -> int:
        data = {"csrf_token": forgery_token(lan, here), "worker": actor_id}
        return lan.post(f"{here}/worker", data=data).status_code

    assert name(world.minh.actor.id) == 400, "of another region"
    assert name(scene.worker.actor.id) == 303
    assert _SECRET in worker.get(here).get_data(as_text=True)
    assert _SECRET in worker.get(f"/records/{_FORM}").get_data(as_text=True)
    assert "Người commune_office, do Nguyễn Thị Lan giao" in lan.get(here).get_data(as_text=True)
    assert worker.post(f"{here}/worker").status_code in (400, 403)
    (entry,) = (each for each in world.journalled() if each.kind == "worker")
    assert assign_again(world.house.stores, entry.body) is None
    assert name("") == 303
    assert _SECRET not in worker.get(here).get_data(as_text=True)
    # A database that lost both hears of both, in whatever order.
    world.house.stores.submissions._records.update_many(
        {"_id": f"{scene.record.key.text}/{scene.record.instance_id}"}, {"$unset": {"worker": ""}}
    )
    entries = [each for each in world.journalled() if each.kind == "worker"]
    again = [assign_again(world.house.stores, each.body) for each in reversed(entries)]
    assert [each is not None for each in again] == [True, False]
    assert _SECRET not in worker.get(here).get_data(as_text=True)


def test_a_worker_opens_a_record_with_a_reason_for_some_hours_and_the_director_is_told(
    scene: Scene,
) -> None:
    here = f"/records/{_FORM}/{scene.record.instance_id}"
    director = _person(scene.world, "director")
    sysadmin = scene.keeper
    for person, before in ((scene.worker, 200), (sysadmin, 403)):
        client = _open(scene, person)
        assert client.get(here).status_code == before
        token = forgery_token(client, f"{here}/open")
        short = client.post(f"{here}/open", data={"csrf_token": token, "reason": "xem"})
        assert short.status_code == 400
        reason = f"Trẻ đang gặp nguy hiểm, {person.actor.name}"
        asked = client.post(f"{here}/open", data={"csrf_token": token, "reason": reason})
        assert asked.status_code == 303
        assert _SECRET in client.get(here).get_data(as_text=True)
        assert client.get("/openings").status_code == (200 if person is sysadmin else 403)
    told = _open(scene, director).get("/openings").get_data(as_text=True)
    assert "Trẻ đang gặp nguy hiểm, Người commune_office" in told
    assert "Trẻ đang gặp nguy hiểm, Người system_admin" in told
    assert "2 phiếu được mở có lý do" in _open(scene, director).get("/").get_data(as_text=True)
    assert scene.world.minh.actor.name not in told
    # What somebody else wrote may repeat an answer.
    told = _open(scene, sysadmin).get("/openings").get_data(as_text=True)
    assert "Trẻ đang gặp nguy hiểm, Người system_admin" in told
    assert "Trẻ đang gặp nguy hiểm, Người commune_office" not in told
    assert "(ẩn)" in told
    openings = scene.world.house.stores.openings
    openings.forget_reasons(scene.record.key, scene.record.instance_id)
    told = _open(scene, director).get("/openings").get_data(as_text=True)
    assert told.count("(đã xóa cùng phiếu)") == 2
    assert "gặp nguy hiểm" not in told
    scene.world.clock.move(hours=4, minutes=1)
    assert _SECRET not in _open(scene, scene.worker).get(here).get_data(as_text=True)
    assert _open(scene, sysadmin).get(here).status_code == 403


def test_who_only_looks_after_forms_reads_no_register(scene: Scene) -> None:
    """Not as a list for filling in, not by changing nothing, not by a file's first look, and not
    by what a draft's trial chose."""
    world, program, client = scene.world, scene.app.test_client(), _open(scene, scene.keeper)
    here = f"/v1/projects/{PROJECT}"

    def told(person: Person) -> list[bytes]:
        headers = basic(person)
        answers = (
            program.get(f"{here}/forms/{_FORM}/attachments/so_kin.csv", headers=headers),
            program.patch(
                f"{here}/datasets/so_kin/entities/{_CHILD}?force=true",
                json={"data": {}},
                headers=headers,
            ),
        )
        assert [each.status_code for each in answers] == [200, 200]
        return [each.get_data() for each in answers]

    assert not any(
        _OPEN.encode() in each or _SECRET.encode() in each for each in told(scene.keeper)
    )
    assert all(_OPEN.encode() in each and _SECRET.encode() in each for each in told(world.admin))
    for who, reads in ((client, False), (_open(scene, world.admin), True)):
        file = (io.BytesIO(f"name,ghi_chu\n{_CHILD},x\n".encode()), "so.csv")
        data = {"csrf_token": forgery_token(who, "/forms"), "file": file}
        look = who.post("/lists/so_kin/import", data=data, follow_redirects=True)
        assert "ghi_chu" in look.get_data(as_text=True)
        assert (_OPEN in look.get_data(as_text=True)) is reads
    token = "f" * 64
    xlsx = workbook_of({"survey": _SURVEY, "settings": _SETTINGS, "entities": _ENTITIES})
    world.publish(convert_xlsform(xlsx, validate=False).xform, draft_token=token)
    trial = (
        f'<data id="{_FORM}" version="2099010101"><ten>x</ten><ban>{_CHILD}</ban><meta>'
        "<instanceID>uuid:thu-1</instanceID></meta></data>"
    )
    sent = program.post(
        f"/v1/test/{token}/projects/{PROJECT}/forms/{_FORM}/draft/submission",
        data={"xml_submission_file": (io.BytesIO(trial.encode()), "submission.xml")},
    )
    assert sent.status_code == 201
    for who, reads in ((client, False), (_open(scene, world.admin), True)):
        page = who.get(f"/forms/{_FORM}/draft/records/uuid:thu-1")
        assert page.status_code == 200
        assert (_OPEN in page.get_data(as_text=True)) is reads


def test_a_register_read_by_a_program_is_in_the_access_log(scene: Scene) -> None:
    """For a breach: whose data are with whoever had this account."""
    world = scene.world
    person = _person(world, "case_manager")
    program, here = scene.app.test_client(), f"/v1/projects/{PROJECT}/datasets/so_kin"
    for path in (f"{here}/entities", f"{here}/entities.csv", f"{here}.svc/Entities"):
        assert _CHILD in program.get(path, headers=basic(person)).get_data(as_text=True)
    noted = everything(world.house.stores, WHOLE_HOUSE, Wanted(who=person.actor.id))
    assert [each.entry.things for each in noted] == [(f"list:{PROJECT}/so_kin",)] * 3


def test_a_cut_that_was_made_for_one_reader_is_not_given_to_another(scene: Scene) -> None:
    registers_of, stores = scene.world.house.registers, scene.world.house.stores
    its_list = stores.entity_lists.get(ListKey(PROJECT, "so_kin"))
    without = Scope(frozenset([Reach("VP02", frozenset(["khac"]), Level.SPECIAL, frozenset())]))
    sizes = [
        len(b"".join(registers_of.cut(each, its_list).pieces()).splitlines())
        for each in (Scope.of(["VP02"]), without, Scope.of(["VP02"]))
    ]
    assert sizes == [2, 1, 2]


def test_nobody_reads_more_by_naming_themselves(scene: Scene) -> None:
    here = f"/records/{_FORM}/{scene.record.instance_id}"
    head = _person(scene.world, "cluster_office")
    client = _open(scene, head)

    def name(actor_id: str) -> int:
        data = {"csrf_token": forgery_token(client, here), "worker": actor_id}
        return client.post(f"{here}/worker", data=data).status_code

    assert name(head.actor.id) == 400
    assert _SECRET not in client.get(here).get_data(as_text=True)
    assert [name(scene.worker.actor.id), name("")] == [303, 303]
    # Who reads all of it anyway takes it on.
    lan = _open(scene, scene.world.lan)
    mine = {"csrf_token": forgery_token(lan, here), "worker": scene.world.lan.actor.id}
    assert lan.post(f"{here}/worker", data=mine).status_code == 303


def test_an_entry_s_history_leads_to_no_record_of_a_form_of_others(scene: Scene) -> None:
    stores, key = scene.world.house.stores, ListKey(PROJECT, "so_kin")
    entity = stores.entities.find(WHOLE_HOUSE, key, _CHILD)
    assert entity is not None

    def leads(form_id: str) -> bool:
        reach = Reach("VP02", frozenset([form_id]), Level.SPECIAL, frozenset(["so_kin"]))
        with scene.app.test_request_context():
            told = history_of(Scope(frozenset([reach])), entity, "")
        assert told.events
        return any(each.href for each in told.events)

    assert leads(_FORM)
    assert not leads("khac")
