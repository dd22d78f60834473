"""A phone is lost: the incident is opened, what lay open is known, the agency is told in time."""

from __future__ import annotations

import csv
import io

import pytest

from server.model.incidents import Deed
from server.model.people import Grant
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import LAST_SEQ
from server.processing.recovery.replay import replay
from server.routes.pages.duties import incident as page_of_one
from server.routes.pages.duties.incident_words import local
from tests import registers
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, sent, words
from tests.records import record_of
from tests.registers import created, worked_off
from tests.world import World

LIST = "/admin/incidents"


def fields(world: World, **changed: str) -> dict[str, str]:
    now = local(world.clock())
    return {
        "what": "Mất máy <b>cộng tác viên</b>\nTrên đường về.",
        "place": "thôn 3",
        "harm": "",
        "measures": "Đã thu hồi máy.",
        "contact": "Phạm Thu Hà",
        "detected": now,
        "who": world.hong.actor.id,
        "since": now[:10] + "T00:00",
        "until": "",
        "office": "VP02",
        **changed,
    }


def test_an_incident_goes_from_its_notice_to_its_end(world: World, enter: Enter) -> None:
    visit = record_of("vang_gia").without_files()
    world.send(visit.xml)
    world.send(record_of("vang_gia", 2).without_files().xml, by=world.thao)
    admin = enter(world.admin)
    assert "Không có sự cố nào" in words(open_page(admin, LIST))
    here = sent(admin, LIST, fields(world))
    assert "1 sự cố dữ liệu cá nhân phải báo" in words(open_page(admin, "/"))
    [row] = open_page(admin, LIST).xpath("//tbody[@id='rows']/tr")
    assert "Mất máy <b>cộng tác viên</b>" in words(row)
    assert "còn 72 giờ" in words(row).lower()

    page = open_page(admin, here)
    assert "1 phiếu" in words(page.xpath("//h2[@id='open-title']")[0])
    assert len(page.xpath("//tbody[@id='rows']/tr")) == 1
    notice = words(open_page(admin, f"{here}/notice"))
    for said in (
        "Phiếu vãng gia",
        "1 phiếu, tới mức dữ liệu",
        "thôn 3",
        "Phạm Thu Hà",
        "Luật 91/2025",
    ):
        assert said in notice, said
    answer = admin.get(f"{here}/affected.csv")
    [line] = csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert line["thing"].endswith(visit.instance_id)

    # What is known grows; of two who write at once one looks again.
    changed = fields(world, harm="Lộ nơi ở", what="Mất máy", seen="1")
    sent(admin, f"{here}/told", changed)
    sent(admin, f"{here}/told", changed, 409)
    assert "Lộ nơi ở" in words(open_page(admin, f"{here}/notice"))
    world.clock.move(hours=73)
    admin = enter(world.admin)
    assert "quá hạn" in words(open_page(admin, here).xpath("//*[@class='notice is-late']")[0])
    told = {"seen": "2", "deed": "notified", "note": "Công văn số 5"}
    assert 'id="note-problem"' in sent(admin, f"{here}/acts", {**told, "note": " "}, 400)
    assert 'id="deed-problem"' in sent(admin, f"{here}/acts", {**told, "deed": "amended"}, 400)
    sent(admin, f"{here}/acts", told)
    assert "phải báo" not in words(open_page(admin, "/"))
    sent(admin, f"{here}/acts", {"seen": "3", "deed": "closed", "note": "Đã tìm lại"})
    sent(admin, f"{here}/acts", {"seen": "4", "deed": "noted", "note": "x"}, 409)
    assert links(open_page(admin, f"{LIST}?closed=1"), "Mất máy") == [here]

    # The journal knows all of it.
    stores = world.house.stores
    [before] = stores.incidents.closed(WHOLE_HOUSE, top=LAST_SEQ, most=9)
    assert [each.deed for each in before.acts][-1] is Deed.CLOSED
    stores.incidents._incidents.delete_many({})
    replay(world.house.intake, lambda _: None)
    assert stores.incidents.closed(WHOLE_HOUSE, top=LAST_SEQ, most=9) == [before]
    assert replay(world.house.intake, lambda _: None).healed == 0


def test_what_a_lost_phone_carried_in_a_register_counts(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the phone was ended at once, and page by page."""
    world.publish(registers.form())
    for number, phone in ((1, world.hong), (2, world.hong), (3, world.thao)):
        child = registers.CHILD.replace("3d0c", f"{number:04x}")
        world.send(created(f"Bé {number}", child).xml, by=phone)
    worked_off(world)
    admin = enter(world.admin)
    listed = admin.get(f"{world.hong.path}/forms/so_tre/attachments/tre.csv")
    assert listed.status_code == 200
    world.house.stores.actors.end(world.hong.actor.id, world.clock())
    here = sent(admin, LIST, fields(world))
    page = open_page(admin, here)
    said = words(page.xpath("//h2[@id='open-title']")[0])
    assert "2 phiếu, 2 mục" in said
    seen = [words(each) for each in page.xpath("//tbody[@id='rows']/tr/th")]
    monkeypatch.setattr(page_of_one, "PAGE", 1)
    found = []
    while here:
        page = open_page(admin, here)
        found += [words(each) for each in page.xpath("//tbody[@id='rows']/tr/th")]
        here = next(iter(page.xpath("//p[@id='more']/a/@href")), "")
    assert found == seen


def test_entries_of_other_offices_are_not_counted_for_its_reader(
    world: World, enter: Enter
) -> None:
    world.publish(registers.form())
    world.send(created("Bé Xa").xml, by=world.thao)
    worked_off(world)
    admin, hong = enter(world.admin), world.hong.actor
    assert admin.get(f"{world.hong.path}/forms/so_tre/attachments/tre.csv").status_code == 200
    here = sent(admin, LIST, fields(world))
    both = (*hong.grants, Grant(hong.grants[0].role, "VP10"))
    within = ("*", "TT", "VP01", "VP02", "VP09", "VP10")
    assert world.house.stores.actors.set_grants(hong, both, within=within)
    chief = enter(world.hire("truong@ctxh.example", "Bùi Thị Sen", "director", "VP02"))
    for reader, count in ((admin, "1 mục"), (chief, "0 mục")):
        page = open_page(reader, here)
        assert count in words(page.xpath("//h2[@id='open-title']")[0])


def test_only_who_reads_the_log_and_only_of_their_offices(world: World, enter: Enter) -> None:
    admin, lan = enter(world.admin), enter(world.lan)
    here = sent(admin, LIST, fields(world))
    assert lan.get(here).status_code == 403
    assert "sự cố" not in words(open_page(lan, "/"))
    for wrong in (
        {"who": "nobody"},
        {"what": " "},
        {"detected": "2999-01-01T00:00"},
        {"since": "x"},
        {"until": "2020-01-01T00:00"},
        {"office": "VP77"},
    ):
        [name] = wrong
        page = sent(admin, LIST, fields(world, **wrong), 404 if name == "office" else 400)
        assert f'id="{name}-problem"' in page
        assert "thôn 3" in page
