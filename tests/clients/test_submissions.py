"""Records read by programs: Lan's see Hạ Long, Minh's see Tiên Yên, an administrator's all."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
from PIL import Image
from pyodk.client import Client

from server.model.forms import FormEntry, FormKey
from server.model.records import Review, ReviewState
from server.model.scope import Scope
from server.processing.records.review import Judgement, review
from server.services import PROJECT
from server.wire.central import number_of
from tests.clients.conftest import Program, code, signed_in
from tests.sheets import answers_to, xform_named
from tests.world import Person, World

pytestmark = pytest.mark.journey

FORM = "doc_phieu"


def _plain_picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(drawn, "JPEG")
    return drawn.getvalue()


PHOTO = _plain_picture()  # what says nothing of a place leaves as it came
HERE = f"/projects/1/forms/{FORM}/submissions"
HA_LONG = Scope.of(["VP01"])
FIRST, SECOND, OTHER, EDIT = "uuid:p1", "uuid:p 2/ü", "uuid:p3", "uuid:p1-b"


@dataclass(frozen=True)
class Sent:
    """What was sent, by instance id; ``FIRST`` was edited as ``EDIT``."""

    xml: dict[str, bytes]


@pytest.fixture(scope="module")
def sent(province: World) -> Sent:
    """Two records of Hạ Long (Hồng's and Cường's) and one of Tiên Yên (Thảo's)."""
    province.publish(xform_named(FORM))
    photo = "<anh>nhà 1.jpg</anh>"
    xml = {
        FIRST: answers_to(FORM, f"<ten>Na</ten>{photo}", instance_id=FIRST),
        SECOND: answers_to(FORM, "<ten>=1+1 &amp; mẹ</ten>", instance_id=SECOND),
        OTHER: answers_to(FORM, f"<ten>Bé Tí</ten>{photo}", instance_id=OTHER),
    }
    edited = answers_to(FORM, f"<ten>Bé Na</ten>{photo}", instance_id=EDIT)
    deprecated = f"<orx:deprecatedID>{FIRST}</orx:deprecatedID></orx:meta>".encode()
    xml[EDIT] = edited.replace(b"</orx:meta>", deprecated)
    province.send(xml[FIRST], {"nhà 1.jpg": PHOTO})
    province.send(xml[OTHER], by=province.thao)
    province.send(xml[SECOND], by=province.cuong)
    province.send(xml[EDIT])
    return Sent(xml)


@pytest.fixture
def minh(province: World, address: str) -> Program:
    return signed_in(address, province.minh)


def test_pyodk_lists_and_gets_records(
    province: World, sent: Sent, pyodk: Callable[[Person], Client]
) -> None:
    """Row 46: newest first, and the first id stays the record's after an edit."""
    with pyodk(province.lan) as client:
        found = client.submissions.list(form_id=FORM)
        assert [each.instanceId for each in found] == [SECOND, FIRST]
        one = client.submissions.get(FIRST, form_id=FORM)
        assert one == found[1]
        assert one.reviewState == "edited"
        assert one.updatedAt is not None
        assert one.submitterId == number_of(province.hong.actor.id)
        assert client.submissions.get(SECOND, form_id=FORM).updatedAt is None


def test_nobody_reads_what_the_pages_would_not_show(
    sent: Sent, lan: Program, minh: Program, admin: Program
) -> None:
    """Row 14: another office's record is as unknown as none, under every address."""
    assert [each["instanceId"] for each in minh.get(HERE).json()] == [OTHER]
    assert len(admin.get(HERE).json()) == 3
    for mine, theirs in ((lan, OTHER), (minh, FIRST), (minh, EDIT)):
        for path in (
            *("", ".xml", "/attachments", "/attachments/nhà 1.jpg", "/versions"),
            *(f"/versions/{theirs}", f"/versions/{theirs}.xml"),
            f"/versions/{theirs}/attachments/nhà 1.jpg",
        ):
            answer = mine.get(f"{HERE}/{theirs}{path}", allow_redirects=False)
            assert code(answer) == (404, 404.1), path
            assert theirs not in answer.text
    # Nor by another form's address.
    assert code(lan.get(f"/projects/1/forms/khac/submissions/{FIRST}")) == (404, 404.1)


def test_a_form_is_looked_up_once_for_one_question(
    province: World, sent: Sent, admin: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a script that has just published hears of nothing older."""
    looked_up: list[FormKey] = []
    forms = province.house.stores.forms
    entry = forms.entry

    def heard(key: FormKey) -> FormEntry | None:
        looked_up.append(key)
        return entry(key)

    monkeypatch.setattr(forms, "entry", heard)
    here = f"/projects/1/forms/{FORM}"
    for path in ("", ".xlsx", "/fields", "/attachments", "/versions", "/versions/1.xml"):
        province.house.shelf.forget()  # as when it was long ago
        admin.get(f"{here}{path}")
        assert looked_up == [FormKey(PROJECT, FORM)], path
        looked_up.clear()
    for path in ("", f"/{FIRST}", f"/{FIRST}.xml", f"/{FIRST}/versions"):
        province.house.shelf.forget()
        assert admin.get(f"{HERE}{path}").status_code == 200
        assert looked_up == [FormKey(PROJECT, FORM)], path
        looked_up.clear()
    assert admin.get(f"{here}/versions/khong_co").status_code == 404


def test_a_record_comes_byte_for_byte(sent: Sent, lan: Program) -> None:
    assert lan.get(f"{HERE}/{FIRST}.xml").content == sent.xml[EDIT]
    assert lan.get(f"{HERE}/{FIRST}/versions/{FIRST}.xml").content == sent.xml[FIRST]
    slash = SECOND.replace("/", "%2F")
    assert lan.get(f"{HERE}/{slash}.xml").content == sent.xml[SECOND]


def test_an_edit_s_id_leads_to_its_version(sent: Sent, lan: Program) -> None:
    """Rows 47, 48."""
    for rest in ("", ".xml", "/attachments/nhà 1.jpg"):
        answer = lan.get(f"{HERE}/{EDIT}{rest}", allow_redirects=False)
        assert answer.status_code == 301, rest
        assert answer.headers["Location"].startswith(
            f"/v1{HERE}/{FIRST}/versions/{EDIT}".replace(":", "%3A")
        )
        assert lan.get(f"{HERE}/{EDIT}{rest}").status_code == 200
    more = {"X-Extended-Metadata": "true"}
    newest, oldest = lan.get(f"{HERE}/{FIRST}/versions", headers=more).json()
    assert (newest["instanceId"], newest["current"]) == (EDIT, True)
    assert (oldest["instanceId"], oldest["current"]) == (FIRST, False)
    assert (oldest["formVersion"], oldest["submitter"]["displayName"]) == ("1", "Máy của Hồng")
    assert code(lan.get(f"{HERE}/{FIRST}/versions/{SECOND}")) == (404, 404.1)


def test_files_are_listed_by_what_the_answers_name(
    sent: Sent, lan: Program, admin: Program
) -> None:
    """Row 49."""
    assert lan.get(f"{HERE}/{FIRST}/attachments").json() == [{"name": "nhà 1.jpg", "exists": True}]
    assert admin.get(f"{HERE}/{OTHER}/attachments").json()[0]["exists"] is False
    photo = lan.get(f"{HERE}/{FIRST}/attachments/nhà 1.jpg")
    assert (photo.content, photo.headers["Content-Type"]) == (PHOTO, "image/jpeg")
    assert photo.headers["Content-Disposition"].startswith("inline")
    mark = {"If-None-Match": photo.headers["ETag"]}
    assert lan.get(f"{HERE}/{FIRST}/attachments/nhà 1.jpg", headers=mark).status_code == 304
    assert code(admin.get(f"{HERE}/{OTHER}/attachments/nhà 1.jpg")) == (404, 404.1)
    assert lan.get(f"{HERE}/keys").json() == []


def test_a_reviewer_s_reason_is_a_comment(
    province: World, sent: Sent, lan: Program, pyodk: Callable[[Person], Client]
) -> None:
    stores, key = province.house.stores, FormKey(1, FORM)
    act = Judgement(ReviewState.HAS_ISSUES.value, "Thiếu ảnh.", SECOND)
    by = province.lan.actor
    done = review(stores, HA_LONG, by, key, SECOND, act, province.clock())
    assert isinstance(done, Review)
    with pyodk(province.lan) as client:
        [comment] = client.submissions.list_comments(SECOND, form_id=FORM)
    assert (comment.body, comment.actorId) == ("Thiếu ảnh.", number_of(by.id))
    assert lan.get(f"{HERE}/{FIRST}/comments").json() == []


def test_a_list_is_read_in_parts_while_more_comes_in(
    province: World, admin: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 46, and R64: by its links, no record twice and none left out."""
    monkeypatch.setattr("server.processing.records.record_lists._AT_ONCE", 2)
    form_id = "tung_phan"
    province.publish(xform_named(form_id))

    def send(name: str) -> str:
        instance_id = f"uuid:{name}"
        province.send(answers_to(form_id, "<ten>A</ten>", instance_id=instance_id))
        return instance_id

    there = [send(f"t{number}") for number in range(7)]
    path = f"/projects/1/forms/{form_id}/submissions"
    answer, seen = admin.get(f"{path}?limit=3"), list[str]()
    while True:
        seen += [each["instanceId"] for each in answer.json()]
        send(f"new{len(seen)}")
        if "next" not in answer.links:
            break
        answer = admin.get(urljoin(path, answer.links["next"]["url"]).removeprefix("/v1"))
    assert seen == there[::-1]
    everything = [each["instanceId"] for each in admin.get(path).json()]
    assert len(set(everything)) == len(everything) == 10
    window = admin.get(f"{path}?limit=2&offset=3").json()
    assert [each["instanceId"] for each in window] == everything[3:5]
    assert admin.get(f"{path}?limit=0").json() == []
    assert admin.get(f"{path}?limit=99999&offset=99999").json() == []
    for wrong in ("limit=abc", "offset=-1", "limit=1.5", "limit=", "limit=99999999999"):
        assert code(admin.get(f"{path}?{wrong}")) == (400, 400.11)


def test_what_would_answer_another_question_is_refused(sent: Sent, lan: Program) -> None:
    for asked in ("?$filter=a", "?deleted=true", ".csv.zip?$filter=a"):
        assert code(lan.get(f"{HERE}{asked}")) == (501, 501.1), asked


def test_the_table_is_exact_and_within_scope(sent: Sent, lan: Program, admin: Program) -> None:
    """Row 53: no cell is changed for a spreadsheet's sake, photos in their folder; POST too."""
    whole = admin.post(f"{HERE}.csv.zip")
    assert whole.headers["Content-Disposition"].startswith(f'attachment; filename="{FORM}.zip"')
    archive = zipfile.ZipFile(io.BytesIO(whole.content))
    assert archive.testzip() is None
    assert archive.namelist() == [f"{FORM}.csv", "media/nhà 1.jpg"]
    assert archive.read("media/nhà 1.jpg") == PHOTO
    bare = lan.get(f"{HERE}.csv.zip?attachments=FALSE&groupPaths=false")
    assert f'filename="{FORM}.csv.zip"' in bare.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(bare.content)).open(f"{FORM}.csv") as table:
        rows = list(csv.DictReader(io.TextIOWrapper(table, "utf-8-sig")))
    assert [(each["KEY"], each["ten"]) for each in rows] == [
        (SECOND, "=1+1 & mẹ"),
        (FIRST, "Bé Na"),
    ]
    assert "Bé Tí" in admin.get(f"{HERE}.csv").text
    assert "Bé Tí" not in lan.get(f"{HERE}.csv").text


def test_a_form_without_records_has_an_empty_list(
    province: World, lan: Program, admin: Program
) -> None:
    province.publish(xform_named("trong"))
    assert lan.get("/projects/1/forms/trong/submissions").json() == []
    admin.delete("/projects/1/forms/trong")
    assert code(lan.get("/projects/1/forms/trong/submissions")) == (404, 404.1)
    assert code(lan.get("/projects/1/forms/trong/submissions.csv.zip")) == (404, 404.1)
