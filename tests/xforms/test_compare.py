"""What a designer changed between two versions, found without being told."""

from __future__ import annotations

from server.xforms.compare import Change, What, compare
from server.xforms.form import Form
from server.xforms.read_form import read_form
from tests.sheets import xform_of

CHOICES = """
| choices |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | muc | thap | Thấp | Low |
| | muc | cao  | Cao  | High |
"""
OLD = """
| | begin_group     | g_ho   | Hộ           | Household |           |                    |
| | text            | ten    | Họ tên       | Name      |           |                    |
| | integer         | tuoi   | Tuổi         | Age       |           | . > 0              |
| | end_group       |        |              |           |           |                    |
| | select_one muc  | nguyco | Mức nguy cơ  | Risk      | ${tuoi} > 5 |                  |
| | text            | ghichu | Ghi chú      | Notes     |           |                    |
| | begin_repeat    | tre    | Trẻ          | Child     |           |                    |
| | text            | ten_tre | Tên trẻ     | Child's name |        |                    |
| | end_repeat      |        |              |           |           |                    |
"""


def form(rows: str = OLD, choices: str = CHOICES) -> Form:
    sheet = f"""
| survey |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | relevant | constraint |
{rows.strip()}
{choices.strip()}
| settings |
| | form_title | form_id | version |
| | Thăm | tham | 1 |
"""
    return read_form(xform_of(sheet))


def after(*edits: tuple[str, str], choices: str = CHOICES) -> tuple[Change, ...]:
    rows = OLD
    for old, new in edits:
        assert old in rows
        rows = rows.replace(old, new)
    return compare(form(), form(rows, choices))


def told(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(each.what.value, "/".join(each.field.path)) for each in changes]


def row(*cells: str) -> str:
    return f"| | {' | '.join(cells)} |"


def line(name: str) -> str:
    return next(each for each in OLD.splitlines() if f" {name} " in each)


def test_a_designer_who_changed_nothing_hears_nothing() -> None:
    assert compare(form(), form()) == ()


def test_a_new_question_and_one_that_went_are_told_apart() -> None:
    changes = after((line("ghichu"), row("integer", "thunhap", "Thu nhập", "Income", "", "")))
    assert told(changes) == [("removed", "ghichu"), ("added", "thunhap")]


def test_a_question_under_another_name_with_its_old_label_was_renamed() -> None:
    [change] = after(("ten  ", "hoten"))
    assert (change.what, change.before, change.after) == (What.RENAMED, "ten", "hoten")
    assert change.field.path == ("g_ho", "hoten")


def test_a_question_renamed_and_reworded_is_known_by_its_place() -> None:
    changes = after(("ghichu | Ghi chú      | Notes ", "nhanxet | Nhận xét | Remarks "))
    assert told(changes) == [("renamed", "nhanxet"), ("label", "nhanxet"), ("label", "nhanxet")]


def test_a_select_renamed_and_reworded_is_known_by_its_choices() -> None:
    moved = line("nguyco").replace("nguyco", "mucdo").replace("Mức nguy cơ", "Mức độ")
    rows = OLD.replace(line("nguyco"), "").strip().splitlines()
    changes = compare(form(), form("\n".join([*rows, moved])))
    assert ("renamed", "mucdo") in told(changes)


def test_a_question_of_another_type_is_told_with_both() -> None:
    [change] = after(("| integer         | tuoi", "| text | tuoi"), (". > 0", " "))[:1]
    assert change.what is What.TYPE
    assert change.old is not None
    assert change.new is not None
    assert (change.old.type, change.new.type) == ("int", "string")


def test_choices_that_went_came_or_read_otherwise_are_named() -> None:
    new = CHOICES.replace("cao  | Cao ", "nang | Nặng ").replace("Low", "Small")
    changes = after(choices=new)
    assert [(each.what, each.choices) for each in changes] == [
        (What.CHOICES_REMOVED, ("cao",)),
        (What.CHOICES_ADDED, ("nang",)),
        (What.CHOICES_REWORDED, ("thap",)),
    ]


def test_labels_are_compared_in_each_language() -> None:
    [change] = after(("| Age ", "| Age in years "))
    assert (change.what, change.language) == (What.LABEL, "en")
    assert (change.before, change.after) == ("Age", "Age in years")


def test_rules_are_told_the_way_they_are_written() -> None:
    relevant, constraint = after(("${tuoi} > 5", "${tuoi} > 6"), (". > 0", ". > 1"))
    assert (relevant.before, relevant.after) == ("${tuoi} > 5", "${tuoi} > 6")
    assert (constraint.what, constraint.after) == (What.CONSTRAINT, ". > 1")


def test_a_group_that_became_a_repeat_is_one_change() -> None:
    changes = after(
        ("begin_group     | g_ho", "begin_repeat | g_ho"), ("| end_group  ", "| end_repeat ")
    )
    assert ("shape", "g_ho") in told(changes)
    assert not {"added", "removed", "moved"} & {what for what, _ in told(changes)}


def test_a_group_that_moved_takes_its_questions_along_in_one_change() -> None:
    rows = OLD.strip().splitlines()
    inside = [row("begin_group", "g_tren", "Trên", "Above", "", ""), *rows[:4]]
    changes = compare(form(), form("\n".join([*inside, row("end_group", *[""] * 5), *rows[4:]])))
    assert told(changes) == [("moved", "g_tren/g_ho")]


def test_a_group_under_another_name_is_known_by_its_questions() -> None:
    changes = after(("g_ho ", "g_nha"))
    assert told(changes) == [("renamed", "g_nha")]


def test_a_question_taken_out_of_a_group_that_went_has_moved() -> None:
    rows = OLD.strip().splitlines()
    changes = compare(form(), form("\n".join([rows[1], *rows[4:]]).replace("${tuoi} > 5", "")))
    assert told(changes)[:2] == [("removed", "g_ho/tuoi"), ("moved", "ten")]


def test_a_repeat_that_went_is_told_once_with_all_that_stood_in_it() -> None:
    rows = OLD.strip().splitlines()
    changes = compare(form(), form("\n".join(rows[:6])))
    assert told(changes) == [("removed", "tre")]
