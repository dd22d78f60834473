"""What a form says of the values that it computes."""

from __future__ import annotations

import pytest

from server.xforms.calculated import Calculations, register_of
from server.xforms.form import Form
from server.xforms.passed_on import Answer, ChoiceName, Passed, Property, Text, passed_on
from server.xforms.read_form import read_form
from tests.sheets import xform_of

RISK = """
| survey | | | | |
| | type | name | label | calculation |
| | integer | diem | Điểm | |
| | date | ngay | Ngày thăm | |
| | select_one muc | muc_nv | Mức theo nhân viên | |
| | select_multiple muc | cac_muc | Các mức | |
| | select_one_from_file tre.csv | tre_id | Trẻ | |
| | begin_repeat | lan | Từng lần | |
| | calculate | goi_y | Mức gợi ý | if(${diem} > 6,'cao','thap') |
| | calculate | goi_y_ten | Tên mức gợi ý | jr:choice-name(${goi_y},'${muc_nv}') |
| | end_repeat | | | |
| | calculate | chep | | if(${diem} > 6,coalesce(${muc_nv},''),once(${chep_nua})) |
| | calculate | chep_nua | | string(${muc_nv}) |
| | calculate | vong | | ${vong_lai} |
| | calculate | vong_lai | | ${vong} |
| | calculate | tung | Từng mức | selected-at(${cac_muc}, 0) |
| | calculate | co_gap | Có gặp | if(${diem} > 6,'1','0') |
| | calculate | mot_phan | Một phần | if(${diem} > 6,'cao','thap') |
| | calculate | tong | Tổng | ${diem} + 1 |
| | calculate | ngay_ghi | | format-date(${ngay},'%Y-%m-%d') |
| | calculate | ten_tre | Tên trẻ | instance('tre')/root/item[name=${tre_id}]/label |
| choices | | | |
| | list_name | name | label |
| | muc | cao | Cao |
| | muc | thap | Thấp |
| | muc_khac | cao | Cao |
| | muc_khac | thap | Hơi thấp |
| | co_gap | 1 | Có |
| | co_gap | 0 | Không |
| settings | | |
| | form_id | form_title |
| | nguy_co | Nguy cơ |
"""


@pytest.fixture(scope="module")
def form() -> Form:
    return read_form(xform_of(RISK))


def said(form: Form, name: str) -> dict[str, str]:
    """The codes that a value may be, in words."""
    [field] = [each for each in form.walk() if each.name == name]
    found: dict[str, str] = {}
    for choices in Calculations(form).lists(field):
        for code, words in choices.items.items():
            found.setdefault(code, words.in_(""))
    return found


@pytest.mark.parametrize(
    ("calculation", "passed"),
    [
        ("${a}", (Answer("a"),)),
        (" if( ${a} ='x,(', 'cao' , \"tb\")", (Text("cao"), Text("tb"))),
        ("if(${a}='','',if(${b} > 2,'cao',${c}))", (Text(""), Text("cao"), Answer("c"))),
        ("coalesce(${a}, (${b}))", (Answer("a"), Answer("b"))),
        ("normalize-space(${a})", (Answer("a"),)),
        ("jr:choice-name( ${a} ,' ${b} ')", (ChoiceName("a", "b"),)),
        ("format-date(${a},'%Y')", (Answer("a", whole=False),)),
        (
            "instance('tre')/root/item[name= ${tre_id} ]/label",
            (Property("tre", "label", "tre_id"),),
        ),
        ("if(1,${a},${b}) + if(1,${c},${d})", ()),
        ("concat(${a},'-',${b})", ()),
        ("${a} + 1", ()),
        ("if(${a}, 'x'", ()),
        ("", ()),
        ("if(1," * 2000 + "'a'" + ",'b')" * 2000, None),
    ],
)
def test_what_a_calculation_passes_on(calculation: str, passed: tuple[Passed, ...] | None) -> None:
    """One that is nested past all reason is not followed to its end."""
    found = passed_on(calculation)
    assert found == passed if passed is not None else len(found) <= 1


def test_a_code_is_said_by_the_question_among_whose_choices_the_form_calls_it(form: Form) -> None:
    """Not by another list that has it too."""
    assert said(form, "goi_y") == {"cao": "Cao", "thap": "Thấp"}
    assert said(form, "goi_y_ten") == {"cao": "Cao", "thap": "Thấp"}


def test_an_answer_that_is_passed_on_is_said_like_the_answer(form: Form) -> None:
    for name in ("chep", "chep_nua", "tung"):
        assert said(form, name) == {"cao": "Cao", "thap": "Thấp"}, name
    assert said(form, "vong") == {}


def test_a_list_with_the_calculation_s_name_says_its_values(form: Form) -> None:
    """Numbers too, since a designer wrote them there."""
    assert said(form, "co_gap") == {"1": "Có", "0": "Không"}


def test_of_codes_that_two_lists_have_what_both_say_is_said(form: Form) -> None:
    assert said(form, "mot_phan") == {"cao": "Cao"}


def test_what_is_computed_is_no_code(form: Form) -> None:
    assert said(form, "tong") == said(form, "ngay_ghi") == {}


def test_a_value_is_called_by_what_its_reader_was_asked(form: Form) -> None:
    by_name = {each.name: each for each in form.walk()}
    calculations = Calculations(form)
    for name, asked in (("ngay_ghi", "ngay"), ("chep_nua", "muc_nv"), ("goi_y", "goi_y")):
        assert calculations.asked(by_name[name]) == by_name[asked], name
    assert calculations.asked(by_name["vong"]) == by_name["vong"]


def test_where_a_record_holds_the_name_of_a_register_s_entry(form: Form) -> None:
    found = [(each.name, *rest) for each, *rest in Calculations(form).names_of_chosen()]
    assert found == [("ten_tre", "tre", "tre_id")]
    [chosen] = [each for each in form.walk() if each.name == "tre_id"]
    assert register_of(chosen.choices) == "tre"
