"""What a designer reads of a broken spreadsheet: one clear sentence, and what to do."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from server.xforms.findings import FormRejected
from server.xforms.plain_words import finding
from server.xforms.read_form import read_form
from server.xforms.xlsform import convert_xlsform
from tests.xforms.broken import BROKEN, FINE, HEAD, Broken, xls


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("validate", [False, pytest.param(True, marks=pytest.mark.java)])
def test_a_designer_reads_one_clear_sentence(broken: Broken, validate: bool) -> None:
    """The same one with Java and without."""
    with pytest.raises(FormRejected) as rejected:
        convert_xlsform(broken.data, validate=validate)
    (found,) = rejected.value.findings
    assert (found.words("vi"), found.words("en")) == (broken.vi, broken.en)


def test_an_old_excel_workbook_is_read_like_a_new_one() -> None:
    converted = convert_xlsform(xls([HEAD, FINE]), validate=False)
    assert read_form(converted.xform).form_id == "tham_ho"


def test_a_mistake_in_an_old_excel_workbook_has_its_row_too() -> None:
    with pytest.raises(FormRejected) as rejected:
        convert_xlsform(xls([HEAD, FINE, ("txet", "b", "B")]), validate=False)
    said = rejected.value.findings[0].words("vi")
    assert said.startswith("Trang tính survey, dòng 3, cột type: ")
    assert said.endswith("Có phải bạn muốn viết “text”?")


def packed(megabytes: int) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(megabytes * 1_000_000))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed(51), "quá lớn"),
        (b"%PDF-1.7 junk", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"PK\x03\x04junk", "Hãy mở bằng Excel hoặc LibreOffice"),
        (b"   \n", "Tệp rỗng"),
        (b"junk", "Hãy lưu biểu mẫu thành .xlsx"),
    ],
)
def test_a_file_that_is_no_workbook_is_named_for_what_it_is(data: bytes, said: str) -> None:
    with pytest.raises(FormRejected) as rejected:
        convert_xlsform(data, validate=False)
    assert said in rejected.value.findings[0].words("vi")


def test_a_message_that_nobody_foresaw_is_passed_on() -> None:
    found = finding("[row : 7] Something new. Learn more: https://xlsform.org/x")
    assert found.words("en") == "Sheet survey, row 7: Something new."
    assert found.words("vi").endswith("(tiếng Anh): Something new.")


@pytest.mark.parametrize(
    ("warning", "vi"),
    [
        ("[row : 5] Use the max-pixels parameter to speed up", "max-pixels=2048"),
        ("[row : 5] Repeat has no label: {'name': 'r'}", "Nhóm lặp này chưa có nhãn."),
        ("Language 'English (en)' is missing the survey hint column.", "bản dịch"),
        ("Language 'English (en)' is missing the survey columns hint, label.", "hint, label."),
        (
            "When looking for a sheet named 'settings', the following sheets with similar names "
            "were found: 'setings'. If you do not",
            "Không có trang tính settings, nhưng có 'setings'.",
        ),
        (
            "The following language declarations do not contain valid machine-readable codes: "
            "Tiếng Việt. Learn more: http://xlsform.org#multiple-language-support",
            "Ngôn ngữ “Tiếng Việt” thiếu mã.",
        ),
    ],
)
def test_a_warning_is_said_plainly_too(warning: str, vi: str) -> None:
    assert vi in finding(warning).words("vi")
