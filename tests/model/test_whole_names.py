"""By which whole names somebody is found."""

from __future__ import annotations

import pytest

from server.model.whole_names import whole_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Nguyễn Thị Hoà (2015) TE-26-0efce447", ("nguyen thi hoa",)),
        ("NGUYỄN  THỊ HÒA", ("nguyen thi hoa",)),
        ("nguyen thi hoa", ("nguyen thi hoa",)),
        ("cháu Nguyễn Thị Hoà", ("nguyen thi hoa",)),
        ("Phạm Ngọc Ánh – Khu Long Tiên", ("pham ngoc anh", "khu long tien")),
        ("TE-26 Bùi Văn Đức", ("bui van duc",)),
        ("Bé Na", ("be na",)),
        ("(chưa rõ tên) (2010)", ()),
        ("Na", ()),
        ("TH-2026-aba0da1c • 2026-11-27", ()),
        ("", ()),
        (" ".join(["an"] * 40), ()),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, names: tuple[str, ...]) -> None:
    assert whole_names(text) == names
