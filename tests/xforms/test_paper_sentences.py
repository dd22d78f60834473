"""Rules of a form in words: whole, or not at all."""

from __future__ import annotations

import pytest

from server.xforms.form import Choices, Field, Kind, Words
from server.xforms.paper.conditions import CannotBeSaid, read_condition
from server.xforms.paper.sentences import Known, Sentences


def words(vi: str, en: str) -> Words:
    return Words({"vi": vi, "en": en})


SCHOOL = Choices(
    {
        "co": words("Có", "Yes"),
        "khong": words("Không", "No"),
        "bo": words("Đã bỏ học", "Dropped out"),
    }
)


def field(
    name: str, label: Words, type: str = "string", control: str | None = "input", **more: object
) -> Field:
    return Field(name, (name,), Kind.QUESTION, type, control, label, **more)  # type: ignore[arg-type]


QUESTIONS = (
    field("tuoi", words("Tuổi", "Age"), "int"),
    field("ngay_sinh", words("Ngày sinh", "Date of birth"), "date"),
    field("di_hoc", words("Có đi học không", "At school"), control="select1", choices=SCHOOL),
    field("nhom", words("Nhóm", "Groups"), control="select", choices=SCHOOL),
    field("ten", words("Họ tên", "Name")),
)
UNSEEN = (
    field("nho", words("", ""), control=None, calculation="if(${tuoi} < 6, '1', '0')"),
    field("lap", words("", ""), control=None, calculation="${di_hoc}"),
    field("diem", words("Điểm", "Score"), control=None, calculation="${tuoi} * 2"),
    field("an", words("", ""), control=None, calculation="${tuoi} * 2"),
    field("vong_1", words("", ""), control=None, calculation="${vong_2}"),
    field("vong_2", words("", ""), control=None, calculation="${vong_1}"),
)
KNOWN = {each.name: Known(each, number) for number, each in enumerate(QUESTIONS, start=1)}
KNOWN |= {each.name: Known(each) for each in UNSEEN}


@pytest.mark.parametrize(
    ("expression", "vi", "en"),
    [
        (
            "${di_hoc} = 'khong'",
            "câu 3 “Có đi học không” = “Không”",
            "question 3 “At school” is “No”",
        ),
        (
            "${di_hoc}='khong' or ${di_hoc}='bo'",
            "câu 3 “Có đi học không” = “Không” hoặc “Đã bỏ học”",
            "question 3 “At school” is “No” or “Dropped out”",
        ),
        (
            "${di_hoc} != 'khong' and ${di_hoc} != 'bo'",
            "câu 3 “Có đi học không” khác “Không” và “Đã bỏ học”",
            "question 3 “At school” is not “No” or “Dropped out”",
        ),
        (
            "not(selected(${nhom}, 'bo'))",
            "câu 4 “Nhóm” không chọn “Đã bỏ học”",
            "question 4 “Groups” does not include “Dropped out”",
        ),
        (
            "count-selected(${nhom}) >= 2",
            "số mục chọn ở câu 4 “Nhóm” từ 2 trở lên",
            "the number of choices in question 4 “Groups” is at least 2",
        ),
        (
            "${ten} != '' and (${tuoi} >= 6 or 16 > ${tuoi})",
            "câu 5 “Họ tên” có câu trả lời và (câu 1 “Tuổi” từ 6 trở lên hoặc "
            "câu 1 “Tuổi” nhỏ hơn 16)",
            "question 5 “Name” is answered and (question 1 “Age” is at least 6 or "
            "question 1 “Age” is less than 16)",
        ),
        (
            "${ngay_sinh} <= today()",
            "câu 2 “Ngày sinh” không sau ngày hôm nay",
            "question 2 “Date of birth” is not after today",
        ),
        (
            "${ngay_sinh} > date('2020-01-31')",
            "câu 2 “Ngày sinh” sau 31/01/2020",
            "question 2 “Date of birth” is after 31/01/2020",
        ),
        (
            ". <= 100000000",
            "câu trả lời không quá 100.000.000",
            "the answer is at most 100,000,000",
        ),
        (". >= 1920", "câu trả lời từ 1920 trở lên", "the answer is at least 1920"),
        ("${tuoi} > 0.5", "câu 1 “Tuổi” lớn hơn 0,5", "question 1 “Age” is more than 0.5"),
        ("${diem} > 6", "“Điểm” lớn hơn 6", "“Score” is more than 6"),
        ("${diem} = ''", "“Điểm” trống", "“Score” is empty"),
        ("${tuoi} = ${diem}", "câu 1 “Tuổi” = “Điểm”", "question 1 “Age” is “Score”"),
    ],
)
def test_whoever_holds_the_paper_reads_a_rule_as_a_sentence(
    expression: str, vi: str, en: str
) -> None:
    assert Sentences(KNOWN, "vi").of(expression, QUESTIONS[0]) == vi
    assert Sentences(KNOWN, "en").of(expression, QUESTIONS[0]) == en


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("${nho} = '1'", "question 1 “Age” is less than 6"),
        ("${nho} = '0'", "question 1 “Age” is at least 6"),
        ("${nho} != '1'", "question 1 “Age” is at least 6"),
        ("not(${nho} = '1')", "question 1 “Age” is at least 6"),
        ("${lap} = 'bo'", "question 3 “At school” is “Dropped out”"),
    ],
)
def test_a_reader_is_told_what_a_calculation_stands_for(expression: str, said: str) -> None:
    assert Sentences(KNOWN, "en").of(expression, QUESTIONS[0]) == said


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "true()",
        "${tuoi} + 1 > 6",
        "regex(., '[0-9]+')",
        "${di_hoc} = 'da_xoa'",  # a choice that the list no longer has
        "${khong_co} = '1'",
        "${an} > 6",  # a calculation without words
        "${diem} = 'cao'",  # its own code
        "${vong_1} = 'x'",
        "${di_hoc} = 'khong' and regex(${ten}, 'a')",  # half of it would mislead
        "'a' = 'b'",
        "${tuoi} >",
        "((((",
        "(" * 5000 + "${tuoi} > 1" + ")" * 5000,
        "not(" * 59 + "${tuoi} > 1",
        "${tuoi} > 1 or " * 400 + "${tuoi} > 1",
        "${di_hoc",
        "\x00",
    ],
)
def test_what_cannot_be_said_whole_is_not_said(expression: str) -> None:
    with pytest.raises(CannotBeSaid):
        Sentences(KNOWN, "vi").of(expression, QUESTIONS[0])


def test_a_text_with_signs_in_it_stays_one_text() -> None:
    condition = read_condition("${ten} = 'a and (b) or >= c'")
    assert condition == read_condition('${ten} = "a and (b) or >= c"')
    assert Sentences(KNOWN, "en").of("${ten} = 'a and (b)'", QUESTIONS[0]) == (
        "question 5 “Name” is “a and (b)”"
    )
