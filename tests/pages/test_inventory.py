"""What data the house collects, out of its forms."""

from __future__ import annotations

import csv
import io

from server.model.forms import FormKey
from server.processing.duties.inventory import readers
from server.services import PROJECT
from server.xforms.levels import Level
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.world import World

PATH = "/admin/inventory"


def test_each_question_says_what_it_is_for_and_who_reads_it(world: World, enter: Enter) -> None:
    admin = enter(world.admin)
    assert links(open_page(admin, "/admin/requests"), "Danh mục dữ liệu") == [PATH]
    page = open_page(admin, f"{PATH}?form=vang_gia")
    found = {
        words(row.xpath("./th/span")[0]): [words(each) for each in row.xpath("./td")]
        for row in page.xpath("//tbody[@id='rows']/tr")
    }
    purpose, category, who, kept = found["chu_ky_dong_y"]
    assert "sự đồng ý" in purpose
    assert category == "dữ liệu nhạy cảm"
    assert "Cán bộ nghiệp vụ Trung tâm" in who
    assert "Văn phòng trong trường học" not in who, "reads the ordinary answers alone"
    assert "Văn phòng trong trường học" in found["nguoi_dong_y"][2]
    assert kept == "Chưa đặt thời hạn"
    assert "instanceID" not in found
    table = admin.get(f"{PATH}.csv")
    rows = list(csv.DictReader(io.StringIO(table.get_data(as_text=True).lstrip("\ufeff"))))
    assert len({row["Biểu mẫu"] for row in rows}) == 14
    [line] = (r for r in rows if (r["Biểu mẫu"], r["Tên"]) == ("vang_gia", "chu_ky_dong_y"))
    assert (line["Mức"], line["Ai đọc được"]) == (category, who)
    world.house.stores.forms.set_retention(FormKey(PROJECT, "vang_gia"), "24")
    assert "24 tháng" in words(open_page(admin, f"{PATH}?form=vang_gia"))
    assert ",24 tháng" in admin.get(f"{PATH}.csv").get_data(as_text=True)
    assert enter(world.lan).get(PATH).status_code == 403


def test_a_role_reads_what_its_clearance_and_its_forms_cover() -> None:
    assert "cluster_office" in readers("vang_gia", Level.SENSITIVE)
    assert "cluster_office" not in readers("vang_gia", Level.SPECIAL)
    assert "cluster_office" not in readers("ho_so_ctv", Level.NORMAL)
    assert "inspector" not in readers("vang_gia", Level.NORMAL), "sees that they are there"
