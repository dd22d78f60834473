"""The order in which lists stand for people who read them."""

from __future__ import annotations

import random
import unicodedata

import pytest

from server.model.alphabet import alphabetical, by_given_name

IN_ORDER = [
    # Letters before tones: every letter of the alphabet has its place.
    ["An", "Ăn", "Ân", "Ba", "Da", "Đa", "Em", "Êm", "Ong", "Ông", "Ơn", "Um", "Ưm", "Yên"],
    ["ma", "mà", "mả", "mã", "má", "mạ", "mă", "mằ"],
    ["Ất", "Dũng", "Đào"],
    # A tone decides only where the letters are the same to the end.
    ["Hòa An", "Hoa Bình", "Hòa Bình", "Hoà Bình 2"],
    ["Hà", "Hà An", "Hải"],
    ["Tổ 2", "Tổ 10", "Tổ dân phố 1"],
    ["văn phòng 1", "Văn phòng 2"],
    ["(Hải Phòng)", "An"],
]


@pytest.mark.parametrize("names", IN_ORDER, ids=lambda names: names[0])
def test_names_stand_as_in_a_dictionary(names: list[str]) -> None:
    mixed = random.Random(3).sample(names, len(names))
    assert sorted(mixed, key=alphabetical) == names
    apart = [unicodedata.normalize("NFD", each) for each in mixed]
    sorted_apart = sorted(apart, key=alphabetical)
    assert [unicodedata.normalize("NFC", each) for each in sorted_apart] == names


def test_people_are_looked_up_by_the_given_name() -> None:
    names = ["Lê Văn Ất", "Trần Thị Ất", "Trần Văn Ất", "Nguyễn Dũng", "Hồng", "Máy của Hồng", ""]
    mixed = random.Random(3).sample(names, len(names))
    assert sorted(mixed, key=by_given_name) == ["", *names[:-1]]


def test_foreign_signs_have_a_place_too() -> None:
    assert sorted(["日本", "Ý", "🙂", "9" * 40, "é"], key=alphabetical)[0] == "🙂"
