"""The tree of offices on pages: looked at, filled from a file, changed at a reform."""

from __future__ import annotations

import io
from dataclasses import replace

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.access.verbs import ADMINISTRATOR, CASE_MANAGER
from server.model.calendar import day_of
from server.model.offices import Area, Office
from server.model.scope import Scope
from server.processing.first_run import read_kinds
from server.storage.offices import Change
from server.worker import follow
from tests.javarosa.filler import FORMS
from tests.journeys.test_offices_succeed import NEW, merge, worker_looks
from tests.pages.conftest import Enter
from tests.pages.looking import evidence, open_page, words
from tests.records import record_of
from tests.registers import worked_off
from tests.world import Handset, World, forgery_token

HERE = "/admin/offices"


def hand_in(client: FlaskClient, content: bytes) -> TestResponse:
    fields = {"csrf_token": forgery_token(client, HERE), "file": (io.BytesIO(content), "u.csv")}
    answer = client.post(f"{HERE}/import", data=fields)
    assert answer.status_code == 303
    return answer


def test_an_administrator_walks_down_the_tree_and_changes_it_from_a_file(
    world: World, enter: Enter
) -> None:
    admin = enter(world.admin)
    assert "Trung tâm Công tác xã hội" in words(open_page(admin, HERE))
    kinds = read_kinds(FORMS / "units" / "kinds.csv")
    world.house.stores.offices.change(Change(kinds=kinds), world.clock())
    page = words(open_page(admin, f"{HERE}?of=VP01"))
    assert "Văn phòng CTXH phường Cao Thắng VP02 Văn phòng xã phường" in page
    assert admin.get(f"{HERE}?of=KHONG").status_code == 404

    wrong = hand_in(admin, b"code,label,parent\nX1,<b>,VP77\n").headers["Location"]
    assert "Dòng 2: Không có văn phòng mang mã “VP77”" in words(open_page(admin, wrong))
    assert admin.post(wrong, data={"csrf_token": forgery_token(admin, HERE)}).status_code == 400
    right = hand_in(admin, b"code,label,parent,note\nX1,<b>,VP01,\n").headers["Location"]
    looked = words(open_page(admin, right))
    assert "1 đơn vị mới, 0 đơn vị thay đổi, 0 đơn vị kết thúc, 0 đơn vị giữ nguyên" in looked
    assert "tên: <b>; thuộc đơn vị: VP01" in looked
    assert enter(world.lan).get(right).status_code == 403
    assert admin.post(right, data={"csrf_token": forgery_token(admin, HERE)}).status_code == 303
    assert world.house.stores.offices.tree()["X1"].label == "<b>"
    assert "<b>" in words(open_page(admin, f"{HERE}?of=VP01"))
    for kind in ("csv", "geojson"):
        file = admin.get(f"{HERE}/export/{kind}").data
        again = hand_in(admin, file).headers["Location"]
        assert "18 đơn vị giữ nguyên" in words(open_page(admin, again))
    assert admin.get(f"{HERE}/export/exe").status_code == 404


def test_a_province_of_the_nation_is_brought_in_and_looked_through(
    world: World, enter: Enter
) -> None:
    admin = enter(world.admin)
    token = forgery_token(admin, HERE)
    assert "Tỉnh Quảng Ninh" in words(open_page(admin, f"{HERE}?of=VP01"))
    nation = {"csrf_token": token, "province": "25", "below": ""}
    refused = admin.post(f"{HERE}/nation", data={**nation, "province": "x"})
    assert "Không có tỉnh này" in words(open_page(admin, refused.headers["Location"]))
    look = admin.post(f"{HERE}/nation", data={**nation, "old": "on"}).headers["Location"]
    assert "628 đơn vị mới" in words(open_page(admin, look))
    assert admin.post(look, data={"csrf_token": token}).status_code == 303
    again = admin.post(f"{HERE}/nation", data=nation).headers["Location"]
    assert "149 đơn vị giữ nguyên" in words(open_page(admin, again))

    page = open_page(admin, f"{HERE}?of=25")
    codes = page.xpath("//tbody[@id='rows']//input/@value")
    assert len(codes) == 100
    (more,) = page.xpath("//p[@id='more']/a/@href")
    rest = open_page(admin, more).xpath("//tbody[@id='rows']//input/@value")
    assert (len(rest), len({*codes, *rest})) == (48, 148)
    found = open_page(admin, f"{HERE}?q=tich+son")
    assert words(found.xpath("//h1")[0]) == "Tìm thấy 1 đơn vị cho “tich son”"
    assert "Phường Tích Sơn" in words(found.xpath("//tbody")[0])
    assert "Không có đơn vị nào của bạn" in words(open_page(admin, f"{HERE}?q=khong-dau-ca"))


def test_a_merger_is_looked_at_with_who_moves_and_then_done(world: World, enter: Enter) -> None:
    world.send(record_of("vang_gia", 2).without_files().xml)
    admin, day = enter(world.admin), day_of(world.clock())
    assert admin.get(f"{HERE}/succeed").status_code == 303, "nothing is ticked"
    chosen = f"{HERE}/succeed?end=VP02&end=VP03"
    assert "Văn phòng CTXH phường Bãi Cháy" in words(open_page(admin, chosen))
    asked = f"{chosen}&day={day}&code1=06676&label1=Hà+Lầm&parent=VP01&kind=xa"
    late = admin.get(asked.replace(day, "2999-01-01"))
    assert late.status_code == 400
    assert "ngày này chưa đến" in late.get_data(as_text=True).lower()
    looked = open_page(admin, asked)
    assert "Hà Lầm (06676), lập mới, thuộc Văn phòng CTXH thành phố Hạ Long" in words(looked)
    fields = {each.name: each.value for each in looked.xpath("//main//input[@name]")}
    ends = ["VP02", "VP03"]
    movers = {each.name: "06676" for each in looked.xpath("//main//select")}
    assert len(movers) == 2
    movers[f"move-{world.cuong.actor.id}"] = ""
    strangers = {f"move-{world.thao.actor.id}": "06676"}
    answer = admin.post(f"{HERE}/succeed", data={**fields, **movers, **strangers, "end": ends})
    assert answer.status_code == 303
    (kept,) = world.house.stores.successions.all()
    assert [each.actor for each in kept.moves] == [world.hong.actor.id], "and no stranger"
    assert "điện thoại và nhân viên chuyển theo" in words(open_page(admin, answer.location))
    again = admin.post(f"{HERE}/succeed", data={**fields, "end": ["VP10"]})
    assert again.status_code == 400
    for _ in range(2):
        follow(world.house)
        worked_off(world)
    phones = world.house.stores.actors.phones(Scope.of(["06676"]))
    offices = {each.name: each.office for each in phones}
    assert offices == {"Máy của Hồng": "06676", "Máy của Cường": "VP03"}
    ended = words(open_page(admin, f"{HERE}?of=06676"))
    assert "Văn phòng CTXH phường Cao Thắng" in ended
    filters = enter(world.lan).get("/records/vang_gia").get_data(as_text=True)
    assert "Văn phòng CTXH phường Cao Thắng (đến " in filters
    choices = words(open_page(enter(world.lan), "/phones").xpath("//select[@id='office']")[0])
    assert "Hà Lầm" in choices
    assert "Cao Thắng" not in choices


def square(longitude: float, latitude: float) -> Area:
    """Of about two kilometres around a place."""
    steps = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ring = [[longitude + x / 100, latitude + y / 100] for x, y in steps]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_record_says_whether_it_was_made_in_the_area_of_its_office(
    world: World, enter: Enter
) -> None:
    made = record_of("kiem_tra_van_phong", 3).without_files()
    world.send(made.xml)
    record = world.record("kiem_tra_van_phong", made.instance_id)
    assert record is not None
    assert record.derived.point is not None
    x, y = record.derived.point["coordinates"][:2]
    path = f"/records/kiem_tra_van_phong/{made.instance_id}"
    reader, admin = enter(world.admin), enter(world.admin)
    assert "địa bàn của" not in " ".join(evidence(open_page(reader, path)))

    # Its commune as the nation calls it, which several units had one after the other.
    office = world.house.stores.offices.tree()["VP02"]
    now = Office(f"{office.commune}@2025-07-01", "Phường Hà Lầm", valid_from="2025-07-01")
    before = Office(office.commune, "Phường Cao Thắng", valid_to="2025-06-30")
    areas = {now.code: square(x + 0.02, y), before.code: square(x + 0.06, y)}
    world.house.stores.offices.change(Change([now, before], areas), world.clock())
    world.house.shelf.forget()
    page = open_page(reader, path)
    said = [each for each in evidence(page) if "địa bàn của" in each]
    assert said == ["Cần xem lại: Cách địa bàn của Phường Hà Lầm 1 km"]
    assert page.xpath("//*[@data-area]/@data-name") == ["Phường Hà Lầm", "Phường Cao Thắng"]

    world.house.stores.offices.change(Change([office], {"VP02": square(x, y)}), world.clock())
    page = open_page(reader, path)
    said = [each for each in evidence(page) if "địa bàn của" in each]
    assert said == [f"Đạt: Trong địa bàn của {office.label}"]
    its = words(open_page(admin, f"{HERE}?of=VP02").xpath("//ul[@class='areas']")[0])
    assert its.startswith(f"Địa bàn của {office.label}: 4,6 km²")
    assert not open_page(admin, f"{HERE}?of=VP09").xpath("//*[@data-map]")


def test_who_answers_for_one_region_sees_and_changes_no_other(world: World, enter: Enter) -> None:
    """A case manager may not at all; an administrator of Tiên Yên only hers."""
    assert enter(world.lan).get(HERE).status_code == 403
    client = enter(world.hire("tienyen@ctxh.example", "Trần Tiên", ADMINISTRATOR, "VP09"))
    top = words(open_page(client, HERE))
    assert "Văn phòng CTXH huyện Tiên Yên" in top
    assert "Hạ Long" not in top
    assert client.get(f"{HERE}?of=VP01").status_code == 404
    assert b"VP01" not in client.get(f"{HERE}/export/csv").data
    look = hand_in(client, b"code,label\nVP02,Mine\n").headers["Location"]
    looked = words(open_page(client, look))
    assert "Không có văn phòng mang mã “VP02”" in looked
    assert "Cao Thắng" not in looked
    # Nor does she give away what is hers: others would answer for its children.
    look = hand_in(client, b"code,label,parent\nVP09,Away,VP01\nVP10,Off,TT\n").headers["Location"]
    given = words(open_page(client, look))
    assert "Không có văn phòng mang mã “VP01”" in given
    assert "Không có văn phòng mang mã “VP10”" in given
    day = day_of(world.clock())
    for asked in ("end=VP02&code1=X&label1=X", "end=VP10&code1=VP02"):
        assert client.get(f"{HERE}/succeed?{asked}&day={day}").status_code == 404
    assert words(open_page(client, f"{HERE}?q=VP0").xpath("//tbody")[0]).count("VP0") == 1
    assert "Xã, phường của một tỉnh" not in top
    nation = {"csrf_token": forgery_token(client, HERE), "province": "22", "below": "VP01"}
    look = client.post(f"{HERE}/nation", data=nation).headers["Location"]
    assert "Không có văn phòng" in words(open_page(client, look))


def test_a_merger_is_undone_after_a_look_at_what_goes_back_and_what_stays(
    world: World, enter: Enter
) -> None:
    world.send(record_of("vang_gia", 1).without_files().xml)
    merge(world)
    changes = f"{HERE}/changes"
    admin = enter(world.admin)
    assert "đang làm" in words(open_page(admin, changes))
    settled(world)
    [its] = world.house.stores.successions.all()
    moved = world.house.stores.actors.by_id(world.hong.actor.id)
    assert moved is not None
    since = record_of("vang_gia", 2).without_files()
    world.send(since.xml, by=Handset(moved, world.hong.token, NEW))
    newcomer = world.hire("moi@ctxh.example", "Lê Mới", CASE_MANAGER, NEW).actor
    settled(world)

    (way,) = open_page(admin, changes).xpath("//main//table//a/@href")
    looked = open_page(admin, way)
    said = words(looked.xpath("//main")[0])
    assert "Văn phòng CTXH phường Cao Thắng 1 phiếu" in said
    assert "Văn phòng CTXH phường Hà Lầm 1 phiếu" in said
    assert f"move-{newcomer.id}" in looked.xpath("//select/@name")
    back = looked.xpath(f"//select[@id='move-{world.hong.actor.id}']/option[@selected]")
    assert words(back[0]) == "trở về Văn phòng CTXH phường Cao Thắng"
    fields = {each.name: each.value for each in looked.xpath("//main//input[@name]")}
    chosen = {each.name: each.value for each in looked.xpath("//main//select")}
    chosen |= {f"to-{NEW}": "VP03", f"move-{newcomer.id}": "VP02"}
    wrong = admin.post(way, data={**fields, f"to-{NEW}": "VP10"})
    assert wrong.status_code == 400
    below = enter(world.hire("halam@ctxh.example", "Lê Hà", ADMINISTRATOR, NEW))
    own = {**chosen, "csrf_token": forgery_token(below, "/account")}
    for refused in (below.get(way), below.post(way, data=own)):
        assert refused.status_code == 404, "what is in force again would stand beside theirs"
        assert "Hoàn tác lần thay đổi" in refused.get_data(as_text=True)
    assert admin.post(way, data={**fields, **chosen}).status_code == 303
    settled(world)
    actors = world.house.stores.actors
    now = [actors.by_id(each) for each in (world.hong.actor.id, newcomer.id)]
    assert [each.office for each in now if each] == ["VP02", "VP02"]
    record = world.record("vang_gia", since.instance_id)
    assert record is not None
    assert record.within == ("*", "TT", "VP01", "VP03", NEW)
    assert "đã hoàn tác" in words(open_page(admin, changes))
    again = admin.get(way)
    assert again.status_code == 409
    assert "lần này đã được hoàn tác rồi" in again.get_data(as_text=True)

    other = enter(world.hire("tienyen@ctxh.example", "Trần Tiên", ADMINISTRATOR, "VP09"))
    assert other.get(f"{changes}/{its.id}").status_code == 404
    assert "Cao Thắng" not in words(open_page(other, changes))


def test_a_unit_that_a_merger_made_keeps_its_name_among_the_changes(
    world: World, enter: Enter
) -> None:
    """Though nothing is left of it, since the merger was undone."""
    admin = enter(world.admin)
    merge(world)
    settled(world)
    (way,) = open_page(admin, f"{HERE}/changes").xpath("//main//table//a/@href")
    looked = open_page(admin, way)
    fields = {each.name: each.value for each in looked.xpath("//main//input[@name]")}
    chosen = {each.name: each.value for each in looked.xpath("//main//select")}
    assert admin.post(way, data={**fields, **chosen}).status_code == 303
    settled(world)
    assert NEW not in world.house.stores.offices.tree()
    page = open_page(admin, f"{HERE}/changes")
    [_, merger] = [words(each) for each in page.xpath("//tbody//th")]
    assert merger.endswith("→ Văn phòng CTXH phường Hà Lầm")


def settled(world: World) -> None:
    """All has followed, and nothing is under way any more."""
    for _ in range(2):
        worker_looks(world)
        world.clock.move(minutes=3)


def test_a_file_of_units_is_undone_but_for_what_is_in_use(world: World, enter: Enter) -> None:
    """And again out of the journal; the second time nothing is left to be undone."""
    admin, offices = enter(world.admin), world.house.stores.offices
    before = offices.tree()
    file = (
        b"code,label,parent\nX1,A,VP01\nX2,B,X1\nX3,C,VP01\nX4,D,X3\nVP02,New,VP01\nVP04,N,VP01\n"
    )
    look = hand_in(admin, file).headers["Location"]
    token = forgery_token(admin, HERE)
    assert admin.post(look, data={"csrf_token": token}).status_code == 303
    whom = world.hire("moi@ctxh.example", "Lê Mới", CASE_MANAGER, "X4").actor
    offices.change(Change([replace(offices.tree()["VP04"], label="Later")]), world.clock())
    assert len(offices.tree()) == len(before) + 4

    (way,) = open_page(admin, f"{HERE}/changes").xpath("//main//table//a/@href")
    said = words(open_page(admin, way).xpath("//main")[0])
    for part in ("2 đơn vị được bỏ khỏi cây đơn vị A (X1)B (X2)", "C (X3)D (X4)"):
        assert part in said
    assert "1 đơn vị giữ nguyên như hiện nay " in said
    assert "những gì các đơn vị khác ghi hiện nay. Later (VP04)" in said
    assert admin.post(way, data={"csrf_token": token}).status_code == 303
    after = offices.tree()
    assert after.keys() - before.keys() == {"X3", "X4"}, "somebody works for one below the other"
    assert (after["VP02"], after["VP04"].label) == (before["VP02"], "Later")
    assert "đã hoàn tác" in words(open_page(admin, f"{HERE}/changes"))
    assert admin.get(way).status_code == 409

    other = enter(world.hire("tienyen@ctxh.example", "Trần Tiên", ADMINISTRATOR, "VP09"))
    assert other.get(way).status_code == 404
    assert whom.office == "X4"
    look = hand_in(admin, b"code,label,parent\nX1,Again,VP01\n").headers["Location"]
    assert admin.post(look, data={"csrf_token": token}).status_code == 303
    assert offices.tree()["X1"].label == "Again", "what was taken out may come again"
    [its, *_] = world.house.stores.office_imports.all()
    assert its.new == ("X1",)
