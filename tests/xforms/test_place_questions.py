"""Which choices are places, by whatever says so, and which only look like it."""

from __future__ import annotations

import pytest

from server.xforms.place_questions import place_questions
from server.xforms.place_words import is_called_like_a_place
from tests.exports.making import form_of

_PLACES = (
    "thon thon_to xa_phuong xaPhuong truong ten_truong khu_pho noi_o lop dia_chi school thôn "
    "home_village to_dan_pho noi_sinh que_quan ten_tinh phuong g_xa"
)
_OTHERS = (
    "truong_hop truong_nhom ban_than quan_he noi_dung dan_toc tong toa_do xa_hoi khu_tru quan_ly "
    "moi_truong th_moi_truong dinh_duong phuong_tien cn_buon huyet_ap ban tinh_trang hieu_truong "
    "gioi_tinh hinh_thuc thu_nhap_bq loai_nha"
)


@pytest.mark.parametrize("name", _PLACES.split())
def test_a_place_by_its_name(name: str) -> None:
    assert is_called_like_a_place(name)


@pytest.mark.parametrize("name", _OTHERS.split())
def test_what_only_looks_like_one(name: str) -> None:
    assert not is_called_like_a_place(name)


def test_a_list_of_places_by_its_choices_and_its_question() -> None:
    form = form_of("""
| survey |
| | type | name | label::Tiếng Việt (vi) |
| | select_one l1 | q1 | Ở đâu? |
| | select_one l2 | q2 | Trường em đang học |
| | select_one l3 | q3 | Ai đi cùng? |
| | select_one thon | q4 | Gặp ở |
| | select_one l5 | q5 | Hình thức |
| | select_one l6 | truong_hop | Trường hợp |
| choices |
| | list_name | name | label::Tiếng Việt (vi) |
| | l1 | a | Thôn Đồng Mậu |
| | l1 | b | Thôn 3 |
| | l1 | c | Khác |
| | l2 | a | Tiền An |
| | l3 | a | Trưởng thôn |
| | l3 | b | Bản thân trẻ |
| | thon | a | Đồng Mậu |
| | l5 | a | Trường học |
| | l5 | b | Tại nhà |
| | l5 | c | Qua điện thoại |
| | l6 | a | Trường hợp mới |
| settings |
| | form_title | form_id | version |
| | Thăm | tham | 1 |
""")
    assert place_questions([form]) == {("q1",), ("q2",), ("q4",)}
