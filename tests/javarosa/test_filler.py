"""The filler itself: every kind of question gets an answer of its kind, as Collect writes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from tests.javarosa.filler import Filled, fill

pytestmark = pytest.mark.java

EVERYTHING = """
| survey |
| | type                              | name   | label | required | parameters | constraint | calculation | repeat_count | relevant | read_only |
| | start                             | start  |       |     |  |  |  |  |  |  |
| | audit                             | audit  |       |     |  |  |  |  |  |  |
| | text                              | chu    | A     | yes |  | string-length(.) > 3 |  |  |  |  |
| | text                              | ma     | B     | yes |  | regex(., '^A[0-9]{6}$') |  |  |  |  |
| | integer                           | so     | C     | yes |  | . >= 1900 and . <= 1903 |  |  |  |  |
| | decimal                           | le     | D     | yes |  | . > 41.5 and . < 45 |  |  |  |  |
| | date                              | ngay   | E     | yes |  | . <= today() |  |  |  |  |
| | time                              | gio    | F     | yes |  |  |  |  |  |  |
| | dateTime                          | luc    | G     | yes |  |  |  |  |  |  |
| | select_one mau                    | mot    | H     | yes |  |  |  |  |  |  |
| | select_multiple mau               | nhieu  | I     | yes |  |  |  |  |  |  |
| | rank mau                          | hang   | J     | yes |  |  |  |  |  |  |
| | select_one_from_file ngoai.csv    | ngoai  | K     | yes |  |  |  |  |  |  |
| | select_multiple_from_file ngoai.csv | ngoai2 | L   | yes |  |  |  |  |  |  |
| | range                             | thang  | M     | yes | start=2 end=10 step=2 |  |  |  |  |  |
| | geopoint                          | diem   | N     | yes |  |  |  |  |  |  |
| | geotrace                          | duong  | O     | yes |  |  |  |  |  |  |
| | geoshape                          | vung   | P     | yes |  |  |  |  |  |  |
| | image                             | anh    | Q     | yes | max-pixels=1000 |  |  |  |  |  |
| | audio                             | tieng  | R     | yes | quality=normal |  |  |  |  |  |
| | video                             | phim   | S     | yes |  |  |  |  |  |  |
| | file                              | tep    | T     | yes |  |  |  |  |  |  |
| | barcode                           | vach   | U     | yes |  |  |  |  |  |  |
| | acknowledge                       | ro     | V     | yes |  |  |  |  |  |  |
| | note                              | ghi    | W     |     |  |  |  |  |  |  |
| | text                              | chi_xem | X    |     |  |  |  |  |  | yes |
| | image                             | khong_hien | Y |     | max-pixels=1000 |  |  |  | false() |  |
| | begin_repeat                      | nhom   | Z     |     |  |  |  |  |  |  |
| | integer                           | trong  | A1    | yes |  |  |  |  |  |  |
| | end_repeat                        |        |       |     |  |  |  |  |  |  |
| | begin_repeat                      | dem    | A2    |     |  |  |  | 2 |  |  |
| | text                              | trong2 | A3    | yes |  |  |  |  |  |  |
| | end_repeat                        |        |       |     |  |  |  |  |  |  |
| | begin_group                       | phan   | A4    |     |  |  |  |  |  |  |
| | begin_repeat                      | nhom2  | A5    |     |  |  |  |  |  |  |
| | text                              | trong3 | A6    | yes |  |  |  |  |  |  |
| | end_repeat                        |        |       |     |  |  |  |  |  |  |
| | end_group                         |        |       |     |  |  |  |  |  |  |
| choices |
| | list_name | name | label |
| | mau       | do   | Đỏ    |
| | mau       | xanh | Xanh  |
| | mau       | vang | Vàng  |
| settings |
| | form_title | form_id | version | instance_name        |
| | Đủ thứ     | du_thu  | 1       | concat('Đủ ', ${so}) |
"""  # noqa: E501

SHAPES = {
    "chu": r".{4,}",
    "ma": r"A\d{6}",
    "so": r"190[0-3]",
    "le": r"4[1-5]\.\d+",
    "ngay": r"\d{4}-\d\d-\d\d",
    "gio": r"\d\d:\d\d:\d\d\.000\+07:00",
    "luc": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+07:00",
    "mot": r"do|xanh|vang",
    "nhieu": r"(do|xanh|vang)( (do|xanh|vang))*",
    "hang": r"\w+ \w+ \w+",
    "ngoai": r"06862|06877",
    "ngoai2": r"06862|06877|06862 06877",
    "thang": r"2|4|6|8|10",
    "diem": r"2\d\.\d+ 107\.\d+ [\d.]+ [\d.]+",
    "duong": r"([\d. ]+; ){2,}[\d. ]+",
    "vung": r"([\d. ]+); (.+; )+\1",
    "anh": r"\d{13}\.jpg",
    "tieng": r"\d{13}\.m4a",
    "phim": r"\d{13}\.mp4",
    "tep": r"\d{13}\.pdf",
    "vach": r"\d{13}",
    "ro": r"OK",
}


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    (folder / "ngoai.csv").write_text("name,label\n06862,Tiên Yên\n06877,Đông Ngũ\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def records(media: Path) -> list[Filled]:
    return fill(convert(EVERYTHING).xform.encode(), media, count=30, seed=11)


def test_a_phone_answers_every_kind_of_question_in_its_own_notation(records: list[Filled]) -> None:
    for record in records:
        root = etree.fromstring(record.xml)
        for name, shape in SHAPES.items():
            assert re.fullmatch(shape, root.findtext(name) or "", re.DOTALL), name


def test_a_phone_leaves_out_what_was_not_asked(records: list[Filled]) -> None:
    for record in records:
        root = etree.fromstring(record.xml)
        assert root.find("khong_hien") is None
        assert not root.findtext("chi_xem")


def test_a_phone_sends_as_many_repetitions_as_the_person_made(records: list[Filled]) -> None:
    roots = [etree.fromstring(record.xml) for record in records]
    assert {len(root.findall("dem")) for root in roots} == {2}
    assert {len(root.findall("nhom")) for root in roots} >= {1, 2, 3}
    assert {len(root.findall("phan/nhom2")) for root in roots} >= {1, 2, 3}


def test_a_phone_names_exactly_the_files_it_will_send(records: list[Filled]) -> None:
    for record in records:
        root = etree.fromstring(record.xml)
        named = [root.findtext(name) for name in ("anh", "tieng", "phim", "tep")]
        assert sorted(record.files) == sorted([*map(str, named), "audit.csv"])


def test_a_phone_gives_each_record_an_identity_and_a_name(records: list[Filled]) -> None:
    roots = [etree.fromstring(record.xml) for record in records]
    metas = [next(e for e in root if etree.QName(e).localname == "meta") for root in roots]
    names = [{etree.QName(e).localname: e.text for e in meta} for meta in metas]
    assert len({name["instanceID"] for name in names}) == len(records)
    assert all(re.fullmatch(r"uuid:[0-9a-f-]{36}", str(name["instanceID"])) for name in names)
    assert [name["instanceName"] for name in names] == [f"Đủ {r.findtext('so')}" for r in roots]


def test_a_tester_meets_the_same_answers_again_with_the_same_seed(media: Path) -> None:
    form = convert(EVERYTHING).xform.encode()

    def answers(seed: int) -> list[list[str | None]]:
        roots = [etree.fromstring(r.xml) for r in fill(form, media, count=3, seed=seed)]
        return [[root.findtext(name) for name in ("chu", "ma", "so", "hang")] for root in roots]

    assert answers(5) == answers(5)
    assert answers(5) != answers(6)


def test_careless_text_is_among_the_answers(media: Path) -> None:
    form = convert(EVERYTHING).xform.encode()
    texts = [
        etree.fromstring(r.xml).findtext("chu") or "" for r in fill(form, media, count=150, seed=1)
    ]
    assert any("\u0301" in text or "\u0300" in text or "\u0302" in text for text in texts)
    assert any(text.startswith("=1+1") for text in texts)


def test_a_tester_is_told_which_question_cannot_be_answered(media: Path) -> None:
    impossible = """
| survey |
| | type | name | label | required | constraint |
| | text | dau  | A     | yes      | . = 'không ai biết' |
"""
    with pytest.raises(AssertionError, match="dau"):
        fill(convert(impossible).xform.encode(), media, count=1, seed=1)
