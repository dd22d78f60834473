"""The list of a form's records that have been kept long enough."""

from __future__ import annotations

from server.model.forms import FormKey
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.records import record_of
from tests.world import World

HERE = "/records/vang_gia/over"


def test_what_is_over_is_listed_for_who_may_ask_to_erase_it(world: World, enter: Enter) -> None:
    made = record_of("vang_gia", 1).without_files()
    world.send(made.xml)
    admin = enter(world.admin)
    assert links(open_page(admin, "/forms/vang_gia"), "Quá thời hạn lưu giữ") == [HERE]
    assert "Chưa ai quy định thời hạn" in words(open_page(admin, HERE))
    assert world.house.stores.forms.set_retention(FormKey(PROJECT, "vang_gia"), "24")
    shown = words(open_page(admin, HERE))
    assert "được lưu giữ 24 tháng" in shown
    assert "Không có phiếu nào quá thời hạn" in shown
    world.clock.move(days=800)
    admin = enter(world.admin)
    page = open_page(admin, HERE)
    assert page.xpath("//a[@class='row-link']/@href")[0].startswith("/records/vang_gia/uuid")
    assert "Lưu giữ đến" in words(page)
    lan = enter(world.lan)
    assert lan.get(HERE).status_code == 403
    assert links(open_page(admin, "/forms/vang_gia"), "Quá thời hạn lưu giữ") == [HERE]
