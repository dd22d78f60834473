"""Forms over the REST interface, row by row of what ODK Central's clients rely on."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from server.model.forms import FormKey
from server.model.scope import Scope
from server.processing.records.counting import count_news
from tests.clients.conftest import Program, code
from tests.collect_xml import read_manifest
from tests.sheets import answers_to, workbook_of, xform_named
from tests.world import World
from tests.xforms.broken import CHOICES, FINE, HEAD, xlsx

pytestmark = pytest.mark.journey

FORMS = "/projects/1/forms"
XML = {"Content-Type": "application/xml"}
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
KEYS = {
    *("projectId", "xmlFormId", "state", "enketoId", "enketoOnceId", "createdAt", "updatedAt"),
    *("webformsEnabled", "keyId", "version", "hash", "sha", "sha256", "draftToken"),
    *("publishedAt", "name"),
}


def settings(form_id: str, version: str = "1") -> tuple[tuple[str, ...], ...]:
    return ("form_title", "form_id", "version"), ("Thăm hộ", form_id, version)


def publish(admin: Program, form: bytes, **headers: str) -> dict[str, Any]:
    answer = admin.post(
        f"{FORMS}?publish=TRUE&ignoreWarnings=True", data=form, headers={**XML, **headers}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_form_is_a_draft_until_it_is_published(admin: Program, lan: Program) -> None:
    """Row 21: listed for its designers, and for nobody else."""
    made = admin.post(FORMS, data=xform_named("nhap"), headers=XML).json()
    assert set(made) == KEYS
    assert (made["publishedAt"], len(made["draftToken"])) == (None, 64)
    assert made["hash"] == hashlib.md5(xform_named("nhap")).hexdigest()
    assert admin.get(f"{FORMS}/nhap").json() == made
    assert made in admin.get(FORMS).json()
    for nothing in ("/versions", "/versions/1"):
        assert code(admin.get(f"{FORMS}/nhap{nothing}")) == (404, 404.1)
    assert code(lan.get(f"{FORMS}/nhap")) == (404, 404.1)
    assert "nhap" not in {each["xmlFormId"] for each in lan.get(FORMS).json()}
    assert admin.post(f"{FORMS}/nhap/draft/publish?version=").json() == {"success": True}
    live = lan.get(f"{FORMS}/nhap").json()
    assert (live["draftToken"], live["hash"]) == (None, made["hash"])
    assert code(admin.get(f"{FORMS}/nhap/draft")) == (404, 404.1)


def test_a_trailing_slash_changes_nothing(admin: Program) -> None:
    for path in ("/projects/", "/projects/1/", f"{FORMS}/", "/users/current/"):
        answer = admin.get(path, allow_redirects=False)
        assert (answer.status_code, answer.json()) == (200, admin.get(path.rstrip("/")).json())


@pytest.mark.parametrize(
    "body", [xform_named("cut")[:300], b"<a/>", b"<!DOCTYPE a><a/>", xform_named("")], ids=str
)
def test_xml_that_is_no_form_is_refused(admin: Program, body: bytes) -> None:
    """Row 18."""
    answer = admin.post(FORMS, data=body, headers=XML)
    assert code(answer) == (400, 400.2)
    assert answer.json()["details"] == {"field": "formId"}


def test_an_empty_body_is_no_form(admin: Program) -> None:
    answer = admin.post(FORMS, headers=XLSX)
    assert (*code(answer), answer.json()["details"]["field"]) == (400, 400.2, "body")


@pytest.mark.parametrize("form_id", ["a.xml", "b.xlsx", "c.XLS"])
def test_an_id_that_looks_like_a_file_is_refused(admin: Program, form_id: str) -> None:
    """Row 17."""
    answer = admin.post(FORMS, data=xform_named(form_id), headers=XML)
    assert code(answer) == (400, 400.8)
    assert answer.json()["details"]["value"] == form_id


def test_warnings_are_heeded_unless_they_are_ignored(admin: Program) -> None:
    """Row 20: and then nothing is stored."""
    survey = [(*HEAD, "label::English"), (*FINE, None, None, "Name"), ("text", "b", "B")]
    form = xlsx(survey, settings=settings("canh_bao"))
    answer = admin.post(FORMS, data=form, headers=XLSX)
    assert code(answer) == (400, 400.16)
    assert answer.json()["details"]["warnings"]["xlsFormWarnings"]
    assert code(admin.get(f"{FORMS}/canh_bao")) == (404, 404.1)
    assert admin.post(f"{FORMS}?ignoreWarnings=true", data=form, headers=XLSX).status_code == 200


def test_what_phones_would_lose_is_a_warning(admin: Program) -> None:
    """Row 25."""
    publish(admin, xform_named("mat_cau"))
    less = xform_named("mat_cau", version="2").replace(b"<ten/>", b"")
    answer = admin.post(f"{FORMS}/mat_cau/draft", data=less, headers=XML)
    assert code(answer) == (400, 400.16)
    [warning] = answer.json()["details"]["warnings"]["workflowWarnings"]
    assert (warning["type"], warning["details"]) == ("structureChanged", ["ten"])
    ignored = f"{FORMS}/mat_cau/draft?ignoreWarnings=true"
    assert admin.post(ignored, data=less, headers=XML).json() == {"success": True}


def test_a_draft_is_of_the_form_it_is_sent_to(admin: Program) -> None:
    publish(admin, xform_named("dung"))
    answer = admin.post(f"{FORMS}/dung/draft", data=xform_named("sai"), headers=XML)
    assert code(answer) == (400, 400.8)
    assert answer.json()["details"]["field"] == "xmlFormId"
    assert code(admin.post(f"{FORMS}/khong_co/draft")) == (404, 404.1)
    assert code(admin.post(f"{FORMS}/sai/draft", data=xform_named("sai"))) == (404, 404.1)


def test_a_version_is_published_once(admin: Program) -> None:
    """Row 26."""
    publish(admin, xform_named("mot_lan"))
    assert admin.post(f"{FORMS}/mot_lan/draft").json() == {"success": True}
    answer = admin.post(f"{FORMS}/mot_lan/draft/publish")
    assert code(answer) == (409, 409.6)
    assert answer.json()["details"] == {"xmlFormId": "mot_lan", "version": "1"}
    assert code(admin.post(f"{FORMS}/mot_lan/draft/publish?version=%00")) == (400, 400.1)
    assert admin.post(f"{FORMS}/mot_lan/draft/publish?version=2 %26 3").status_code == 200
    assert admin.get(f"{FORMS}/mot_lan").json()["version"] == "2 & 3"


def test_a_draft_goes_and_the_form_stays(admin: Program) -> None:
    """Row 27."""
    publish(admin, xform_named("ban_nhap"))
    address = f"{FORMS}/ban_nhap/draft"
    assert code(admin.delete(address)) == (404, 404.1)
    admin.post(address)
    assert admin.delete(address).json() == {"success": True}
    assert code(admin.get(address)) == (404, 404.1)
    assert admin.get(f"{FORMS}/ban_nhap").status_code == 200
    admin.post(FORMS, data=xform_named("chi_nhap"), headers=XML)
    assert code(admin.delete(f"{FORMS}/chi_nhap/draft")) == (409, 409.7)
    assert admin.delete(f"{FORMS}/chi_nhap").json() == {"success": True}
    assert code(admin.get(f"{FORMS}/chi_nhap")) == (404, 404.1)


def test_versions_are_told_newest_first(admin: Program) -> None:
    """Row 29: `___` is the one without a number."""
    publish(admin, xform_named("ban", version=""))
    for version in ("1", "2/b"):
        form = xform_named("ban", version=version)
        assert admin.post(f"{FORMS}/ban/draft", data=form, headers=XML).status_code == 200
        assert admin.post(f"{FORMS}/ban/draft/publish").status_code == 200
    versions = admin.get(f"{FORMS}/ban/versions").json()
    assert [each["version"] for each in versions] == ["2/b", "1", ""]
    for address, version in (("___", ""), ("1", "1"), ("2%2Fb", "2/b")):
        here = f"{FORMS}/ban/versions/{address}"
        assert admin.get(here).json()["version"] == version
        assert admin.get(f"{here}.xml").content == xform_named("ban", version=version)
        assert admin.get(f"{here}/fields").json()[0]["path"] == "/ten"
        assert admin.get(f"{here}/attachments").json() == []
    assert code(admin.get(f"{FORMS}/ban/versions/9")) == (404, 404.1)
    assert code(admin.get(f"{FORMS}/ban/versions/1.xlsx")) == (404, 404.1)


def test_files_are_told_and_kept_as_they_came(admin: Program, lan: Program) -> None:
    """Rows 30, 31."""
    name = "ảnh 1.png"
    admin.post(FORMS, data=xform_named("co_anh", media=(name, "b.mp3")), headers=XML)
    here = f"{FORMS}/co_anh/draft/attachments"
    sound, picture = admin.get(here).json()
    assert (sound["name"], sound["type"], sound["exists"]) == ("b.mp3", "audio", False)
    assert (picture["name"], picture["type"], picture["hash"]) == (name, "image", None)
    assert code(admin.get(f"{here}/{name}")) == (404, 404.1)
    assert code(admin.post(f"{here}/khac.png", data=b"x")) == (404, 404.1)
    pieces = iter([b"anh ", b"that"])  # in chunks, and labelled as packed: kept as it is
    told = admin.post(f"{here}/{name}", data=pieces, headers={"Content-Encoding": "gzip"}).json()
    md5 = hashlib.md5(b"anh that").hexdigest()
    assert (told["hash"], told["exists"], told["blobExists"], told["size"]) == (md5, True, True, 8)
    got = admin.get(f"{here}/{name}")
    assert (got.content, got.headers["ETag"], got.headers["Content-Type"]) == (
        b"anh that",
        f'"{md5}"',
        "image/png",
    )
    assert admin.get(f"{here}/{name}", headers={"If-None-Match": f'"{md5}"'}).status_code == 304
    admin.post(f"{here}/b.mp3", data=b"")
    assert admin.delete(f"{here}/b.mp3").json() == {"success": True}
    assert admin.get(here).json()[0]["exists"] is False
    for manifest in (f"{FORMS}/co_anh/draft/manifest", f"{FORMS}/co_anh/versions/1/manifest"):
        [file] = read_manifest(admin.get(manifest).content)
        assert (file.name, file.is_of(b"anh that")) == (name, True)
        assert admin.get(file.download_url.partition("/v1")[2]).content == b"anh that"
        if "/draft/" in manifest:
            admin.post(f"{FORMS}/co_anh/draft/publish")
    assert lan.get(f"{FORMS}/co_anh/attachments/{name}").content == b"anh that"
    assert [each["exists"] for each in lan.get(f"{FORMS}/co_anh/attachments").json()] == [
        False,
        True,
    ]


def test_a_phone_that_tries_a_draft_gets_the_file_that_came_last(
    province: World, admin: Program, stranger: Program
) -> None:
    """Row 28: though the draft's own bytes did not change."""
    made = admin.post(FORMS, data=xform_named("thu", media=("a.png",)), headers=XML).json()
    link = f"/test/{made['draftToken']}/projects/1/forms/thu/draft"
    for content in (b"one", b"two"):
        admin.post(f"{FORMS}/thu/draft/attachments/a.png", data=content)
        assert stranger.get(f"{link}/attachments/a.png").content == content
    admin.post(f"{FORMS}/thu/draft/publish")
    assert stranger.get(f"{link}.xml").status_code == 403


def test_fields_are_told_in_form_order(admin: Program, lan: Program) -> None:
    """Row 34."""
    survey = (
        ("type", "name", "label"),
        ("begin_group", "g-a", "Nhóm"),
        ("geopoint", "gps", "Vị trí"),
        ("select_multiple vung", "vung", "Vùng"),
        ("end_group", None, None),
        ("begin_repeat", "tre", "Trẻ"),
        ("image", "anh", "Ảnh"),
        ("integer", "tuoi", "Tuổi"),
        ("end_repeat", None, None),
    )
    sheets = {"survey": survey, "choices": CHOICES, "settings": settings("cau_hoi")}
    publish(admin, workbook_of(sheets), **XLSX)
    fields = lan.get(f"{FORMS}/cau_hoi/fields").json()
    assert [(each["path"], each["type"]) for each in fields] == [
        ("/g-a", "structure"),
        ("/g-a/gps", "geopoint"),
        ("/g-a/vung", "string"),
        ("/tre", "repeat"),
        ("/tre/anh", "binary"),
        ("/tre/tuoi", "int"),
        ("/meta", "structure"),
        ("/meta/instanceID", "string"),
    ]
    marked = [(each["name"], each["binary"], each["selectMultiple"]) for each in fields]
    assert ("vung", None, True) in marked
    assert ("anh", True, None) in marked
    clean = lan.get(f"{FORMS}/cau_hoi/fields?odata=true").json()
    assert (clean[1]["path"], clean[0]["name"]) == ("/g_a/gps", "g_a")


def test_a_form_closes_and_opens(admin: Program, lan: Program) -> None:
    """Row 32."""
    publish(admin, xform_named("trang_thai"))
    here = f"{FORMS}/trang_thai"
    for state in ("closing", "closed", "open"):
        assert admin("PATCH", here, json={"state": state}).json()["state"] == state
        assert lan.get(here).json()["state"] == state
    for wrong in ("mở", None, 5, ["open"], {"a": 1}):
        answer = admin("PATCH", here, json={"state": wrong})
        assert (*code(answer), answer.json()["details"]["field"]) == (400, 400.8, "state")
    assert admin.get(here).json()["state"] == "open"


def test_a_form_goes_to_the_bin_and_comes_back(admin: Program, lan: Program) -> None:
    """Row 33: by the number that the bin gives it."""
    publish(admin, xform_named("thung_rac"))
    here = f"{FORMS}/thung_rac"
    assert admin.delete(here).json() == {"success": True}
    for gone in (here, f"{here}/fields", f"{here}/versions", f"{here}/attachments"):
        assert code(admin.get(gone)) == (404, 404.1)
    assert code(admin.delete(here)) == (404, 404.1)
    there = admin.get(f"{FORMS}?deleted=true").json()  # beside what other tests threw away
    [binned] = [each for each in there if each["xmlFormId"] == "thung_rac"]
    assert binned["deletedAt"].endswith("Z")
    assert isinstance(binned["id"], int)
    assert lan.get(f"{FORMS}?deleted=true").json() == []
    answer = admin.post(FORMS, data=xform_named("thung_rac"), headers=XML)
    assert code(answer) == (409, 409.3)
    assert admin.post(f"{FORMS}/{binned['id']}/restore").json() == {"success": True}
    assert lan.get(here).json()["xmlFormId"] == "thung_rac"
    assert code(admin.post(f"{FORMS}/{binned['id']}/restore")) == (404, 404.1)


def test_more_is_told_on_demand(province: World, admin: Program, lan: Program) -> None:
    """Row 35: and the numbers are of what the caller may see."""
    publish(admin, xform_named("mo_rong"))
    province.send(answers_to("mo_rong", "<ten>Bé Na</ten>", instance_id="uuid:e1"))
    province.send(
        answers_to("mo_rong", "<ten>Bé Bi</ten>", instance_id="uuid:e2"), by=province.thao
    )
    count_news(province.house.stores, FormKey(1, "mo_rong"), province.clock())
    more = {"X-Extended-Metadata": "TRUE"}
    [told] = [
        each for each in admin.get(FORMS, headers=more).json() if each["xmlFormId"] == "mo_rong"
    ]
    assert (told["submissions"], told["reviewStates"]["received"]) == (2, 2)
    assert told["createdBy"]["displayName"] == "Phạm Thu Hà"
    assert told["lastSubmission"].endswith("Z")
    assert lan.get(f"{FORMS}/mo_rong", headers=more).json()["submissions"] == 1
    [project] = lan.get("/projects", headers=more).json()
    phones = province.house.stores.actors.phones(Scope.of(["VP01"]))
    assert project["appUsers"] == len(phones) > 0
    assert "submission.read" in project["verbs"]
    assert "form.create" not in project["verbs"]
    assert project["forms"] >= 1


def test_what_will_change_is_told_before_it_does(province: World, admin: Program) -> None:
    """Our own: the report of the draft's page; and the refusal, when publishing (row 24)."""
    publish(admin, xform_named("thay_doi"))
    province.send(answers_to("thay_doi", "<ten>Bé Na</ten>", instance_id="uuid:c1"))
    text = b'<bind nodeset="/data/ten" type="string"/>'
    other = xform_named("thay_doi", version="2").replace(text, text.replace(b"string", b"geopoint"))
    here = f"{FORMS}/thay_doi/draft"
    assert admin.post(f"{here}?ignoreWarnings=true", data=other, headers=XML).status_code == 200
    report = admin.get(f"{here}/changes", headers={"Accept-Language": "vi"}).json()
    assert report["base"] == "1"
    [change] = report["changes"]
    assert (change["what"], change["path"], change["answers"]) == ("type", "/ten", 1)
    assert "Họ tên" in change["words"]
    [refusal] = report["refusals"]
    assert (refusal["why"], refusal["answers"]) == ("place", 1)
    answer = admin.post(f"{here}/publish")
    assert code(answer) == (400, 400.17)
    assert answer.json()["details"] == {"path": "/ten", "type": "string"}
    assert province.house.stores.forms.version(FormKey(1, "thay_doi"), "2") is None


def test_a_designer_compares_goes_back_and_begins_another(admin: Program) -> None:
    """Our own: the rest of what the pages do."""
    publish(admin, xform_named("qua_lai"))
    here = f"{FORMS}/qua_lai"
    less = xform_named("qua_lai", version="2").replace(b"<ten/>", b"")
    assert admin.post(f"{here}/draft?ignoreWarnings=true", data=less, headers=XML).ok
    assert admin.post(f"{here}/draft/publish").ok
    for ask in ("", "?to=2"):
        told = admin.get(f"{here}/versions/1/changes{ask}").json()
        assert (told["base"], told["to"]) == ("1", "2")
        assert [(each["what"], each["path"]) for each in told["changes"]] == [("removed", "/ten")]
    assert code(admin.get(f"{here}/versions/1/changes?to=9")) == (404, 404.1)
    back = admin.post(f"{here}/versions/1/return").json()
    assert back["version"] not in ("1", "2")
    assert admin.get(f"{here}/fields").json()[0]["path"] == "/ten"
    assert code(admin.post(f"{here}/versions/9/return")) == (404, 404.1)
    made = admin.post(f"{here}/duplicate", json={"xmlFormId": "ban_sao", "name": "Bản sao"}).json()
    assert (made["xmlFormId"], made["name"], made["publishedAt"]) == ("ban_sao", "Bản sao", None)
    again = admin.post(f"{here}/duplicate", json={"xmlFormId": "ban_sao", "name": "Bản sao"})
    assert (*code(again), again.json()["details"]["fields"][1]) == (409, 409.3, "xmlFormId")
    for body, number in (({"xmlFormId": "a"}, 400.2), ({"xmlFormId": "a b", "name": "B"}, 400.1)):
        assert code(admin.post(f"{here}/duplicate", json=body)) == (400, number)


def test_test_records_go_and_others_stay(
    province: World, admin: Program, stranger: Program
) -> None:
    made = admin.post(FORMS, data=xform_named("thu_gui"), headers=XML).json()
    link = f"/test/{made['draftToken']}/projects/1/forms/thu_gui/draft/submission"
    record = answers_to("thu_gui", "<ten>Thử</ten>", instance_id="uuid:thu")
    files = {"xml_submission_file": ("a.xml", record, "text/xml")}
    assert stranger.post(link, files=files).status_code == 201
    here = f"{FORMS}/thu_gui/draft/submissions"
    assert admin.delete(here).json() == {"count": 1}
    assert admin.delete(here).json() == {"count": 0}
    assert code(admin.delete(f"{FORMS}/khong_co/draft/submissions")) == (404, 404.1)


def test_addresses_that_phones_share_speak_to_programs_as_well(
    admin: Program, lan: Program
) -> None:
    """JSON for a bearer, unless it says that it speaks OpenRosa, as Briefcase does."""
    publish(admin, xform_named("chung"))
    assert lan.get(f"{FORMS}/chung.xml").content == xform_named("chung")
    assert lan.get(f"{FORMS}/chung/manifest").headers["Content-Type"].startswith("text/xml")
    for path in ("khong_co.xml", "chung/attachments/khong_co.png", "khong_co/manifest"):
        assert code(lan.get(f"{FORMS}/{path}")) == (404, 404.1)
        openrosa = lan.get(f"{FORMS}/{path}", headers={"X-OpenRosa-Version": "1.0"})
        assert (openrosa.status_code, b"<OpenRosaResponse" in openrosa.content) == (404, True)


def test_what_only_designers_see_on_pages_only_they_get(admin: Program, lan: Program) -> None:
    publish(admin, xlsx([HEAD, FINE], settings=settings("kin")), **XLSX)
    admin.post(f"{FORMS}/kin/draft")
    paths = (".xlsx", ".xls", "/versions", "/versions/1", "/versions/1.xml", "/versions/1.xlsx")
    drafts = ("", ".xml", ".xlsx", "/fields", "/attachments", "/attachments/a", "/changes")
    for path in (*paths, *(f"/draft{each}" for each in drafts), "/versions/1/changes"):
        assert code(lan.get(f"{FORMS}/kin{path}")) == (403, 403.1), path
        assert admin.get(f"{FORMS}/kin{path}").status_code in (200, 404), path
