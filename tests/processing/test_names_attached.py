"""A designer is told that a list attached to a form names people to every phone."""

from __future__ import annotations

import pytest

from server.processing.forms.names_attached import warned_anew, warnings_of
from server.xforms.plain_words import finding


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("name,label,ho_ten\n1,x,Nguyễn Văn An\n", "ho_ten"),
        ("name,label\n1,Nguyễn Văn An (2014)\n2,Giàng A Páo (2015)\n", "label"),
        ("name,label,ten\n1,x,Trần Thị Ba\n2,y,Lê Bình\n3,z,Chảo Láo Tả\n", "ten"),
        ("\ufeffname,label,me\n1,x,Hà Thị Bình\n2,y,\n", "me"),
        ("name,label,ho_ten,tt\n1,x,,Nguyễn Văn An\n", "tt"),
    ],
)
def test_a_list_with_full_names(rows: str, columns: str) -> None:
    [said] = warnings_of([("tre.CSV", rows.encode()), ("anh.jpg", b"\xff\xd8")])
    told = finding(said)
    assert told.words("vi").startswith(f"Tệp “tre.CSV” có cột ghi họ tên đầy đủ: {columns}.")
    assert f"in: {columns}." in told.words("en")


@pytest.mark.parametrize(
    "rows",
    [
        "name,label,ho_ten,xa\n",
        "name,label\n1,Phường Hà Tu\n2,Phường Cao Xanh\n3,Xã Bình Liêu\n",
        "name,label\n1,Thôn Hà An\n2,Thôn An Bình\n",
        "name,label,ho_ten\n1,N.V. An (2014),An\n",
        "name,label\n1,Văn phòng CTXH phường Cao Thắng\n",
        "",
        "\x00\xff",
    ],
)
def test_a_list_of_other_things(rows: str) -> None:
    assert list(warnings_of([("ds.csv", rows.encode())])) == []


def test_another_file_in_its_place_is_looked_at_anew() -> None:
    names = b"name,label\n1,Nguy\xe1\xbb\x85n V\xc4\x83n An\n"
    before = ("of pyxform", *warnings_of([("a.csv", names), ("b.csv", names)]))
    assert warned_anew(before, "a.csv", b"name,label\n") == (before[0], before[2])
    assert warned_anew(before[:1], "b.csv", names) == (before[0], before[2])
    assert warned_anew(before, "a.csv", None) == (before[0], before[2])
