"""What was refused waits for a person of that office, and for nobody else."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest

from server.errors import CauNoiError
from server.model.scope import WHOLE_HOUSE
from server.processing.duties.audit_reading import Wanted, everything
from server.processing.photos.shared_picture import without_place
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.records import Made, another_photo
from tests.sheets import answers_to, xform_named
from tests.world import World, forgery_token

FORM = "x"
MARKED = "<script>alert(1)</script>"


@pytest.fixture
def refused(world: World) -> Made:
    """Another record under the id of one that is there, from a phone of Hạ Long (VP02)."""
    world.publish(xform_named(FORM))
    first = answers_to(FORM, "<ten>Na</ten>")
    world.send(first, by=world.hong)
    other = Made(FORM, answers_to(FORM, "<ten>Mai</ten>"), {f"{MARKED}.jpg": another_photo(1)})
    with pytest.raises(CauNoiError):
        world.send(other.xml, other.files, by=world.hong)
    return other


def path_of(world: World) -> str:
    [kept] = world.set_aside()
    return f"/aside/{kept.id}"


def test_a_case_manager_reads_why_takes_it_away_and_opens_what_is_there(
    world: World, enter: Enter, refused: Made
) -> None:
    lan = enter(world.lan)
    assert "1 lần gửi được giữ riêng" in words(open_page(lan, "/"))
    [row] = open_page(lan, "/aside").xpath("//tbody[@id='rows']/tr")
    assert "Phiếu khác mang mã của phiếu đã có" in words(row)
    assert "Máy của Hồng" in words(row)
    page = open_page(lan, row.xpath(".//a/@href")[0])
    for here in (page, open_page(lan, f"/forms/{FORM}/fill")):
        assert here.xpath("//a[@aria-current]/@href") == ["/records"], "where she came from"
    xml, photo = page.xpath("//ul[@class='files']//a")
    assert words(photo) == f"{MARKED}.jpg", "a name from outside is text"
    taken = lan.get(xml.get("href"))
    assert taken.data == refused.xml
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    [picture] = refused.files.values()
    shared = without_place(picture, "image/jpeg")
    assert lan.get(photo.get("href")).data == shared != picture, "without its place"
    assert enter(world.admin).get(photo.get("href")).data == picture
    [record] = world.records(FORM)
    there = page.xpath("//section[@aria-labelledby='what-title']//a/@href")
    assert [unquote(each) for each in there] == [f"/records/{FORM}/{record.instance_id}"]
    assert lan.get(f"{path_of(world)}/files/2").status_code == 404


def test_it_is_dealt_with_once_and_kept(world: World, enter: Enter, refused: Made) -> None:
    lan, admin, here = enter(world.lan), enter(world.admin), path_of(world)
    for client, note in ((lan, "Đã gọi Hồng"), (admin, "khác")):
        fields = {"csrf_token": forgery_token(client, here), "note": note}
        assert client.post(f"{here}/settle?seen=1", data=fields).status_code == 303
    assert world.set_aside() == []
    assert "giữ riêng" not in words(open_page(lan, "/"))
    [row] = open_page(lan, "/aside?settled=1").xpath("//tbody[@id='rows']/tr")
    said = words(open_page(lan, row.xpath(".//a/@href")[0]))
    assert "Đã gọi Hồng" in said
    assert "Nguyễn Thị Lan" in said
    assert lan.get(f"{here}/files/0").data == refused.xml
    # Tried again, it does not begin to wait again.
    with pytest.raises(CauNoiError):
        world.send(refused.xml, refused.files, by=world.hong)
    assert world.set_aside() == []


def test_another_office_does_not_learn_that_it_exists(
    world: World, enter: Enter, refused: Made
) -> None:
    minh, here = enter(world.minh), path_of(world)
    for path in (here, f"{here}/files/0", f"{here}/files/1"):
        assert minh.get(path).status_code == 404
    assert minh.get(here).data == minh.get("/aside/never").data
    fields = {"csrf_token": forgery_token(minh, "/phones"), "note": "x"}
    assert minh.post(f"{here}/settle", data=fields).status_code == 404
    assert "Không có gì giữ riêng" in words(open_page(minh, "/aside"))
    assert len(world.set_aside()) == 1


def test_what_two_offices_send_alike_is_seen_by_each_as_its_own(
    world: World, enter: Enter, refused: Made
) -> None:
    """Who may not see the record that is there is not told of it."""
    world.send(refused.xml, by=world.thao)
    assert len(world.set_aside()) == 2
    for person, why in (
        (world.lan, "Phiếu khác mang mã của phiếu đã có"),
        (world.minh, "Phiếu không lưu được dưới mã của nó"),
    ):
        reader = enter(person)
        [row] = open_page(reader, "/aside").xpath("//tbody[@id='rows']/tr")
        assert why in words(row)
        page = open_page(reader, row.xpath(".//a/@href")[0])
        there = page.xpath("//section[@aria-labelledby='what-title']//a")
        assert len(there) == (1 if person is world.lan else 0)
    log = everything(world.house.stores, WHOLE_HOUSE, Wanted(who=world.lan.actor.id))
    told = {each for logged in log for each in (*logged.entry.things, *logged.entry.shown)}
    assert told
    assert not any(FORM in each for each in told), "a link looks at no record"


def test_an_edit_in_the_browser_that_a_deletion_overtakes_is_not_called_saved(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R82: it is kept here, and whoever edited is told so."""
    world.publish(xform_named(FORM))
    made = Made(FORM, answers_to(FORM, "<ten>Na</ten>"))
    world.send(made.xml)
    submissions = world.house.stores.submissions
    [record] = world.records(FORM)
    decided = submissions.holding

    def delete_then_look(*asked: Any) -> Any:
        submissions.mark_deleted(WHOLE_HOUSE, record, world.clock())
        return decided(*asked)

    monkeypatch.setattr(submissions, "holding", delete_then_look)
    lan, edit = enter(world.lan), made.edited(b"Na", b"Mai")
    answer = lan.post(
        f"/records/{FORM}/{made.instance_id}/edit/submission",
        data={"xml_submission_file": (BytesIO(edit.xml), "a.xml")},
        headers={"X-CSRFToken": forgery_token(lan, "/phones")},
    )
    assert answer.status_code == 400
    assert "Nội dung vừa gửi được giữ riêng" in answer.get_data(as_text=True)
    [row] = open_page(lan, "/aside").xpath("//tbody[@id='rows']/tr")
    assert "Nội dung mới của một phiếu đã xóa" in words(row)


def test_many_are_read_page_by_page(world: World, enter: Enter) -> None:
    for number in range(35):
        with pytest.raises(CauNoiError):
            world.send(f"<{number}".encode())
    lan = enter(world.lan)
    page = open_page(lan, "/aside")
    assert words(page.xpath("//h1")[0]) == "Hơn 30 lần gửi được giữ riêng"
    seen = page.xpath("//tbody[@id='rows']//a/@href")
    seen += open_page(lan, page.xpath("//p[@id='more']/a/@href")[0]).xpath(
        "//tbody[@id='rows']//a/@href"
    )
    assert len(seen) == len(set(seen)) == 35
