"""Labels as plain words: what phones draw is gone, what people wrote stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.routes.pages.labels import label_of
from server.xforms.form import Field, Kind, Words
from server.xforms.label_text import plain


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Mức nguy cơ: **cao**", "Mức nguy cơ: cao"),
        ("Mức nguy cơ: __cao__", "Mức nguy cơ: cao"),
        ("*Lưu ý*: ghi rõ", "Lưu ý: ghi rõ"),
        ("_Lưu ý_ ghi rõ", "Lưu ý ghi rõ"),
        ("# A. Thông tin", "A. Thông tin"),
        ('<span style="color:red">CẢNH BÁO</span>', "CẢNH BÁO"),
        ("Xem [hướng dẫn](https://ctxh.example/a_b)", "Xem hướng dẫn"),
        ("Trẻ < 16 tuổi", "Trẻ < 16 tuổi"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Tên: ______", "Tên: ______"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("ma_so_ho", "ma_so_ho"),
        ("Số điện thoại *", "Số điện thoại *"),
        ("", ""),
    ],
)
def test_a_label_is_read_as_on_the_phone(label: str, shown: str) -> None:
    assert plain(label) == shown


def test_answers_stand_where_a_label_refers_to_them() -> None:
    field = Field("n", ("n",), Kind.QUESTION, label=Words({"vi": "${ten_tre} (**${tuoi}** tuổi)"}))
    assert label_of(field, "vi", {"ten_tre": "Ánh *Nhỏ*", "tuoi": "7"}) == "Ánh *Nhỏ* (7 tuổi)"
    assert label_of(field, "vi", {}) == "… (… tuổi)"


@given(st.text("*_#[]()<>/spanb ấ{}$\n", max_size=60))
def test_no_label_breaks_the_page(label: str) -> None:
    plain(label)
