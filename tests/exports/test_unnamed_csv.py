"""What leaves for statistics: nobody, and how many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from exports.formats import EVERY_FORMAT, WITHOUT_NAMES
from exports.source import Options, Source
from server.model.records import Record
from tests.exports.making import answered, form_of, read_csv, record, source

FORM = form_of("""
| survey |
| | type | name | label |
| | text | ten | Tên |
| | date | ngay_sinh | Ngày sinh |
| | integer | tuoi | Tuổi |
| | select_one gioi | gioi_tinh | Giới |
| | select_one xa | noi_o | Nơi ở |
| | select_one gioi | kin | Kín |
| | date | ngay_tham | Ngày thăm |
| | integer | so_con | Số con |
| | integer | cccd | Số |
| | geopoint | gps | Nơi |
| | image | anh | Ảnh |
| | begin repeat | tre | Trẻ |
| | integer | lop | Lớp |
| | end repeat | | |
| choices |
| | list_name | name | label |
| | gioi | nam | Nam |
| | gioi | nu | Nữ |
| | xa | tien_yen | Tiên Yên |
| settings |
| | form_title | form_id | version |
| | Thăm | tham | 1 |
""")
ABOUT = replace(
    source(FORM),
    special=frozenset({("kin",)}),
    places=frozenset({"tien_yen"}),
    says_who={("so_con",): "khong"},
    cluster_of=lambda _: "Miền Đông",
)


def _said(
    number: int,
    sex: str = "nu",
    born: str = "2014-03-05",
    age: str = "12",
    children: int = 2,
    visited: str = "2026-11-20",
) -> Record:
    inside = (
        f"<ten>Phùng Thị Mẩy</ten><ngay_sinh>{born}</ngay_sinh><tuoi>{age}</tuoi>"
        f"<gioi_tinh>{sex}</gioi_tinh><noi_o>tien_yen</noi_o><kin>nam</kin>"
        f"<ngay_tham>{visited}</ngay_tham><so_con>{children}</so_con><cccd>022204001234</cccd>"
        "<gps>21.33 107.4 0 0</gps><anh>a.jpg</anh><tre><lop>3</lop></tre>"
    )
    return record(answered(FORM, inside, number=number), number=number)


def _rows(records: Iterable[Record], about: Source = ABOUT) -> list[dict[str, str]]:
    made = EVERY_FORMAT[WITHOUT_NAMES].stream(about, iter(records), Options())
    return read_csv(b"".join(made))


def test_what_tells_who_it_is_stays_and_ages_and_clusters_leave() -> None:
    *rows, last = _rows(_said(number) for number in range(1, 6))
    assert rows == [
        {
            "number": str(number),
            "year": "2026",
            "cluster": "Miền Đông",
            "ngay_sinh": "10-14",
            "tuoi": "10-14",
            "gioi_tinh": "nu",
            "ngay_tham": "2026",
            "so_con": "2",
            "cccd": "",
        }
        for number in range(1, 6)
    ]
    assert (last["number"], last["year"]) == ("left-out", "0")


def test_a_group_of_four_is_left_out_and_counted() -> None:
    many = [_said(number) for number in range(1, 6)]
    few = [_said(number, sex="nam") for number in range(6, 10)]
    *rows, last = _rows([*few, *many])
    assert [each["gioi_tinh"] for each in rows] == ["nu"] * 5
    assert last["year"] == "4"


def test_whoever_is_of_another_age_or_cluster_is_in_another_group() -> None:
    many = [_said(number) for number in range(1, 5)]
    assert _rows([*many, _said(5, born="2001-01-01")])[-1]["year"] == "5"
    assert _rows([*many, _said(5, age="15")])[-1]["year"] == "5"
    assert _rows([*many, _said(5, born="2012-12-31", age="13")])[-1]["year"] == "0"
    apart = replace(ABOUT, cluster_of=lambda each: "Tây" if each.seq == 5 else "Đông")
    assert _rows([*many, _said(5)], apart)[-1]["year"] == "5"


def test_as_the_form_says_an_answer_stays_or_whoever_is_alone_with_it_goes() -> None:
    records = [_said(number, children=number) for number in range(1, 6)]
    assert {each["so_con"] for each in _rows(records)[:-1]} == {"1", "2", "3", "4", "5"}
    nobody_said = replace(ABOUT, says_who={})
    assert [each["so_con"] for each in _rows(records, nobody_said)[:-1]] == [""] * 5
    told = replace(ABOUT, says_who={("so_con",): "co"})
    assert _rows(records, told)[-1]["year"] == "5"
    # A word for it wins over what its name says.
    ages = [_said(number, age=f"{number}", born="") for number in range(4, 9)]
    assert _rows(ages)[-1]["year"] == "5"
    by_word = replace(ABOUT, says_who={("tuoi",): "khong"})
    assert len(_rows(ages, by_word)) == 6


def test_what_too_few_share_is_empty_and_what_is_common_stays() -> None:
    visits = [_said(number, visited="2026-01-01") for number in range(1, 7)]
    visits += [_said(number, visited="2025-01-01") for number in range(7, 13)]
    visits += [_said(13, visited="2019-01-01")]
    told = sorted(each["ngay_tham"] for each in _rows(visits)[:-1])
    assert told[:7] == [""] * 7, "one alone, and six that hide them"
    assert told[7:] in (["2025"] * 6, ["2026"] * 6)


def test_five_visits_to_one_child_are_left_out() -> None:
    visits = [_said(number) for number in range(1, 6)]
    of_one = replace(ABOUT, people_of=lambda _: ["child"])
    assert _rows(visits, of_one)[-1]["year"] == "5"
    of_five = replace(ABOUT, people_of=lambda each: [each.instance_id])
    assert _rows(visits, of_five)[-1]["year"] == "0"


def test_a_question_for_a_place_is_no_column() -> None:
    about = replace(ABOUT, places=frozenset[str](), of_places=frozenset({("noi_o",)}))
    assert "noi_o" not in _rows([_said(1)], about)[0]


def test_what_its_reader_does_not_read_is_no_column() -> None:
    about = replace(ABOUT, hidden=frozenset({("so_con",)}))
    assert "so_con" not in _rows([_said(1)], about)[0]


def test_rows_do_not_keep_the_order_of_arrival() -> None:
    *rows, _ = _rows(_said(number, children=number) for number in range(1, 41))
    order = [int(each["so_con"]) for each in rows]
    assert sorted(order) == list(range(1, 41))
    assert order not in (list(range(1, 41)), list(range(40, 0, -1)))


def test_a_year_of_birth_is_known_however_its_name_is_written() -> None:
    form = form_of("""
| survey |
| | type | name | label |
| | integer | namsinh | Năm sinh |
| | integer | namSinh | Năm sinh |
| | integer | năm_sinh | Năm sinh |
| | integer | tuổi | Tuổi |
| settings |
| | form_title | form_id | version |
| | Thăm | tham | 1 |
""")
    said = "<namsinh>2014</namsinh><namSinh>2014</namSinh><năm_sinh>2014</năm_sinh><tuổi>12</tuổi>"
    records = [record(answered(form, said, number=each), number=each) for each in range(5)]
    rows = _rows(records, replace(source(form), cluster_of=lambda _: "Miền Đông"))
    names = ("namsinh", "namSinh", "năm_sinh", "tuổi")
    assert {tuple(each[name] for name in names) for each in rows[:-1]} == {("10-14",) * 4}
