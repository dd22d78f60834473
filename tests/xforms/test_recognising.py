"""The column ``tells_who``: who may know an answer, as the designer says."""

from __future__ import annotations

import pytest

from server.xforms.findings import FormRejected
from server.xforms.form import Form
from server.xforms.read_form import read_form
from server.xforms.recognising import said_who
from server.xforms.xlsform import convert_xlsform
from tests.sheets import Sheet, workbook_of

_SURVEY = [
    ("type", "name", "label", "sensitivity", "tells_who"),
    ("text", "ten", "Tên", "nhay_cam", ""),
    ("begin_group", "kham", "Khám", "", "khong"),
    ("integer", "diem", "Điểm", "dac_biet", ""),
    ("integer", "so_nguoi", "Số người", "", "co"),
    ("end_group", "", "", "", ""),
]


def _xform(survey: Sheet) -> bytes:
    settings = [("form_id", "version", "form_title"), ("thu", "1", "Thử")]
    return convert_xlsform(
        workbook_of({"survey": survey, "settings": settings}), validate=False
    ).xform


def _form(survey: Sheet = _SURVEY) -> Form:
    return read_form(_xform(survey))


def test_a_question_has_its_own_word_else_its_group_s() -> None:
    said = said_who([_form()])
    assert said["ten",] == ""
    assert said["kham", "diem"] == "khong"
    assert said["kham", "so_nguoi"] == "co"
    assert _form().by_path["kham", "diem"].sensitivity == "dac_biet", "beside the other column"


def test_the_newest_version_that_has_a_question_decides() -> None:
    silent = [(*row[:4], "") if at else row for at, row in enumerate(_SURVEY)]
    assert said_who([_form(silent), _form()])["kham", "diem"] == ""
    assert said_who([_form(_SURVEY[:2]), _form()])["kham", "diem"] == "khong"


def test_a_word_that_nobody_knows_is_named_with_its_cell_or_taken_with_care() -> None:
    wrong = [*_SURVEY[:2], ("text", "dan_toc", "Dân tộc", "", "có")]
    with pytest.raises(FormRejected) as refused:
        _form(wrong)
    (finding,) = refused.value.findings
    assert (finding.sheet, finding.row, finding.column) == ("survey", 3, "tells_who")
    assert "co nếu người ngoài biết" in finding.words("vi")
    foreign = read_form(_xform(_SURVEY).replace(b'"khong"', b'"maybe"'))
    assert said_who([foreign])["kham", "diem"] == "co"
