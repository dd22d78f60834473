"""How long a form's records are kept, and the list of those that were kept long enough."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from werkzeug.datastructures import MultiDict

from server.access.verbs import ADMINISTRATOR
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.processing.duties import retention as processing
from server.processing.records.counting import count_news
from server.routes.pages.duties import retention
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, sent, words
from tests.pages.test_access_log import logged
from tests.records import record_of
from tests.world import World, forgery_token, post

KEY = FormKey(PROJECT, "vang_gia")
RULE = "/forms/vang_gia/retention"
HERE = "/records/vang_gia/over"
WHY = "Vụ việc còn đang xét xử"


@pytest.fixture
def over(world: World) -> list[str]:
    """Two records of two offices that are over."""
    made = [record_of("vang_gia", number).without_files() for number in (1, 2)]
    for each, by in zip(made, (world.hong, world.thao), strict=True):
        world.send(each.xml, by=by)
    count_news(world.house.stores, KEY, world.clock())
    world.house.stores.forms.set_retention(KEY, "24")
    world.clock.move(days=800)
    return [each.instance_id for each in made]


def test_a_rule_is_looked_at_and_then_set(world: World, enter: Enter) -> None:
    admin = enter(world.admin)
    assert links(open_page(admin, "/forms/vang_gia"), "Thời hạn lưu giữ phiếu") == [RULE]
    assert "Chưa đặt thời hạn" in words(open_page(admin, "/forms/vang_gia"))
    assert "Chưa ai quy định thời hạn" in words(open_page(admin, RULE))
    births = open_page(admin, RULE).xpath("//select[@id='born']/option/@value")
    assert births[0] == "", "none is chosen for whoever sets a rule"
    world.send(record_of("vang_gia", 1).without_files().xml)
    count_news(world.house.stores, KEY, world.clock())
    world.clock.move(days=800)
    admin = enter(world.admin)
    odd_ones = (
        "how=months",
        "how=months&months=x",
        "how=born&years=5&born=",
        "how=born&years=5&born=khac",
    )
    for odd in odd_ones:
        assert "Hãy" in words(open_page(admin, f"{RULE}?{odd}", 400)) or odd.endswith("khac")
    assert "quá thời hạn lưu giữ: 0 phiếu" in words(
        open_page(admin, f"{RULE}?how=months&months=60")
    )
    page = open_page(admin, f"{RULE}?how=months&months=24")
    assert "Tính đến nay đã quá thời hạn lưu giữ: 1 phiếu" in words(page)
    by_birth = f"{RULE}?how=born&years=0&born={quote(births[1], safe='')}"
    assert "đã quá thời hạn lưu giữ" in words(open_page(admin, by_birth))
    designer = enter(world.hire("bieumau@ctxh.example", "Lê Bảo", "system_admin", "*"))
    told = "Bao nhiêu phiếu đã quá hạn theo ngày sinh thì chỉ người đọc được phiếu mới biết"
    shown = words(open_page(designer, f"{by_birth}&photos=24"))
    assert f"ảnh của 0 phiếu. {told}" in shown
    assert "Tính đến nay đã quá thời hạn lưu giữ: 1 phiếu" in words(
        open_page(designer, f"{RULE}?how=months&months=24")
    )
    assert links(open_page(admin, "/"), "1 phiếu") == []
    [rule] = page.xpath("//input[@name='rule']/@value")
    assert sent(admin, RULE, {"rule": rule}) == "/forms/vang_gia"
    assert "24 tháng" in words(open_page(admin, "/forms/vang_gia"))
    assert links(open_page(admin, "/"), "1 phiếu") == [HERE]
    assert "được lưu giữ 24 tháng" in words(open_page(admin, RULE))
    page = open_page(admin, f"{RULE}?how=never")
    assert sent(admin, RULE, {"rule": page.xpath("//input[@name='rule']/@value")[0]})
    assert "Chưa đặt thời hạn" in words(open_page(admin, "/forms/vang_gia"))
    lan = enter(world.lan)
    assert lan.get(RULE).status_code == post(lan, RULE, rule="1").status_code == 403
    admin = enter(world.admin)
    assert world.house.stores.forms.put_in_bin(KEY, world.clock())
    world.house.shelf.forget()
    assert admin.get(RULE).status_code == post(admin, RULE, rule="24").status_code == 404
    entry = world.house.stores.forms.entry(KEY)
    assert entry is not None
    assert entry.retention == ""


def test_what_is_over_is_kept_longer_for_a_reason(
    world: World, over: list[str], enter: Enter
) -> None:
    admin = enter(world.admin)
    page = open_page(admin, HERE)
    assert len(page.xpath("//input[@name='record']")) == 2
    assert "được lưu giữ 24 tháng" in words(page)
    until = day_of(world.clock() + timedelta(days=30))
    keep = {"record": over[0], "until": until, "reason": WHY}
    for lacking in ({**keep, "record": ""}, {**keep, "until": ""}, {**keep, "reason": "vì"}):
        given = {name: value for name, value in lacking.items() if value}
        shown = sent(admin, f"{HERE}/keep", given, 400)
        assert ("checked" in shown) is ("record" in given)
    assert sent(admin, f"{HERE}/keep", {**keep, "record": "uuid:khac"}, 404)
    assert sent(admin, f"{HERE}/keep", keep) == HERE
    assert open_page(admin, HERE).xpath("//input[@name='record']/@value") == [over[1]]
    record = f"/records/vang_gia/{quote(over[0], safe='')}"
    shown = open_page(admin, record)
    assert f"Lý do: {WHY}" in words(shown)
    [way] = links(shown, "Giữ lại lâu hơn")
    assert "Giữ lại đến" in words(open_page(admin, way))
    sent(admin, way, {"until": "hôm qua", "reason": WHY}, 400)
    sent(admin, way, {"until": "2090-01-01", "reason": f"{WHY} phúc thẩm"})
    assert "01/01/2090" in words(open_page(admin, record))
    assert sent(admin, f"{way}/end", {"reason": "vì"}, 400)
    sent(admin, f"{way}/end", {"reason": "Vụ việc đã kết thúc từ lâu"})
    assert WHY not in words(open_page(admin, record))
    assert len(open_page(admin, HERE).xpath("//input[@name='record']")) == 2
    log = words(open_page(admin, f"/admin/audit?record={quote(f'1/vang_gia/{over[0]}', safe='')}"))
    assert "Giữ lại lâu hơn quy định" in log
    assert "Thôi giữ lại lâu hơn quy định" in log
    lan = enter(world.lan)
    assert lan.get(HERE).status_code == lan.get(way).status_code == 403


def test_what_was_ticked_in_rows_that_were_shown_later_stays_ticked(
    world: World, over: list[str], enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PAGE", 1)
    admin = enter(world.admin)
    page = open_page(admin, HERE)
    assert len(page.xpath("//input[@name='record']")) == 1
    assert len(page.xpath("//p[@id='more']/a")) == 1
    token = forgery_token(admin, "/account")
    for ticked, status in ((over[:1], 400), ([over[0], "uuid:khac"], 404)):
        given = MultiDict([("record", each) for each in ticked])
        given.update({"csrf_token": token, "reason": WHY})
        answer = admin.post(f"{HERE}/keep", data=given)
        shown = answer.get_data(as_text=True)
        assert answer.status_code == status
        assert shown.count("checked") == 1
        assert f'value="{over[0]}" checked' in shown
        assert WHY in shown

    until = day_of(world.clock() + timedelta(days=30))
    sent(admin, f"{HERE}/keep", {"record": over[1], "until": until, "reason": WHY})
    monkeypatch.setattr(processing, "_MOST_READ", 1)
    page = open_page(admin, HERE)
    assert "Không có gì quá thời hạn" not in words(page), "so far it was not looked"
    [on] = links(page, "Xem các mục cũ hơn")
    assert open_page(admin, on).xpath("//input[@name='record']/@value") == over[:1]


def test_several_are_erased_when_another_grants_it_office_by_office(
    world: World, over: list[str], enter: Enter
) -> None:
    admin = enter(world.admin)
    second = enter(world.hire("pho@example.org", "Đỗ Thị Nga", ADMINISTRATOR, "TT"))
    given = MultiDict([("record", each) for each in over])
    given["csrf_token"] = forgery_token(admin, "/account")
    assert admin.post(f"{HERE}/erase", data=given).status_code == 400
    given["reason"] = "Hết thời hạn lưu giữ hồ sơ"
    assert admin.post(f"{HERE}/erase", data=given).status_code == 303
    assert words(open_page(admin, HERE)).count("đã đề nghị xóa") == 2
    asked = links(open_page(second, "/approvals"), "Xóa thông tin cá nhân")
    assert len(asked) == 2, "whoever may in one office may not in all"
    assert post(admin, f"{asked[0]}/grant").status_code == 403
    first = quote(over[0], safe="")
    until = day_of(world.clock() + timedelta(days=30))
    world.clock.move(minutes=1)
    sent(admin, f"/records/vang_gia/{first}/keep", {"until": until, "reason": WHY})
    [about] = (each for each in asked if first in str(links(open_page(second, each), "Phiếu")))
    [free] = set(asked) - {about}
    refused = post(second, f"{about}/grant")
    assert refused.status_code == 409
    assert f"Lý do: “{WHY}”." in refused.get_data(as_text=True)
    assert post(second, f"{free}/grant").status_code == 303
    assert open_page(admin, HERE).xpath("//input[@name='record']") == []
    # Asked anew by somebody who knows that it is kept.
    world.clock.move(minutes=1)
    sent(admin, f"/records/vang_gia/{first}/erase", {"reason": "Gia đình đề nghị xóa"})
    [anew] = set(links(open_page(second, "/approvals"), "Xóa thông tin cá nhân")) - set(asked)
    assert post(second, f"{anew}/grant").status_code == 303
    given["record"] = next(each.instance_id for each in world.records("vang_gia") if each.erased)
    assert admin.post(f"{HERE}/erase", data=given).status_code == 409
    assert admin.post(f"{HERE}/keep", data={**given, "until": "2090-01-01"}).status_code == 409
    assert "retention.ask_to_erase" in {each.entry.route for each in logged(world)}


def test_photos_are_over_before_their_record(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = enter(world.admin)
    assert post(admin, RULE, rule="60 photos 24").status_code == 303
    assert "60 tháng, ảnh 24 tháng" in words(open_page(admin, "/forms/vang_gia"))
    assert open_page(admin, RULE).xpath("//input[@name='photos']/@value") == ["24"]
    made = record_of("vang_gia", 1)
    world.send(made.xml, made.files)
    count_news(world.house.stores, KEY, world.clock())
    world.clock.move(days=800)
    admin = enter(world.admin)
    second = enter(world.hire("pho@example.org", "Đỗ Thị Nga", ADMINISTRATOR, "TT"))
    looked = words(open_page(admin, f"{RULE}?how=months&months=60&photos=24"))
    assert "quá thời hạn lưu giữ: 0 phiếu; ảnh của 1 phiếu" in looked
    with monkeypatch.context() as patch:
        counters, asked_of = world.house.stores.counters, list[FormKey]()
        counts = counters.counts
        patch.setattr(counters, "counts", lambda key: asked_of.append(key) or counts(key))
        [way] = links(open_page(admin, "/"), "ảnh của 1 phiếu")
    assert asked_of.count(KEY) == 1
    assert links(open_page(admin, HERE), "Ảnh quá thời hạn lưu giữ") == [way]
    page = open_page(admin, way)
    assert links(page, "Phiếu quá thời hạn lưu giữ") == [HERE]
    [ask] = page.xpath("//button/@formaction")
    given = {"record": made.instance_id, "reason": "Ảnh đã quá thời hạn lưu giữ"}
    assert sent(admin, ask, given) == way
    assert "đã đề nghị xóa" in words(open_page(admin, way))
    [asked] = links(open_page(second, "/approvals"), "Xóa ảnh")
    assert "Ảnh của các phiếu này bị xóa vĩnh viễn" in words(open_page(second, asked))
    assert post(second, f"{asked}/grant").status_code == 303
    assert "Không có gì quá thời hạn" in words(open_page(admin, way))
    shown = words(open_page(admin, f"/records/vang_gia/{quote(made.instance_id, safe='')}"))
    assert "Đã xóa theo thời hạn lưu, ngày" in shown
    assert "Ảnh này chưa gửi về" not in shown
