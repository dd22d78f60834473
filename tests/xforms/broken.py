"""Ten spreadsheets as designers break them, each a real file, with what its designer is told."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlwt
from PIL import Image

from tests.sheets import Sheet, workbook_of

HEAD = ("type", "name", "label", "relevant", "constraint")
FINE = ("text", "ten", "Họ tên")
SETTINGS: Sheet = (("form_title", "form_id", "version"), ("Thăm hộ", "tham_ho", "2026112401"))
CHOICES: Sheet = (("list_name", "name", "label"), ("vung", "a", "Vùng A"))


@dataclass(frozen=True)
class Broken:
    """``vi`` and ``en`` are the whole of what is said."""

    file_name: str
    data: bytes
    vi: str
    en: str


def xlsx(survey: Sheet, choices: Sheet = CHOICES, settings: Sheet = SETTINGS) -> bytes:
    return workbook_of({"survey": survey, "choices": choices, "settings": settings})


def xls(survey: Sheet, settings: Sheet = SETTINGS) -> bytes:
    """The same as a binary workbook of Excel 97."""
    book = xlwt.Workbook()
    for name, rows in (("survey", survey), ("choices", CHOICES), ("settings", settings)):
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(at, column, value)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _photo() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(data, "JPEG")
    return data.getvalue()


def _survey(*rows: Sequence[str | None], file_name: str = "tham_ho.xlsx") -> dict[str, object]:
    made = xls if file_name.endswith(".xls") else xlsx
    return {"file_name": file_name, "data": made([HEAD, FINE, *rows])}


BROKEN = {
    "unknown type": Broken(
        **_survey(("select_oen vung", "noi_o", "Nơi ở")),  # type: ignore[arg-type]
        vi="Trang tính survey, dòng 3, cột type: Không có loại câu hỏi “select_oen vung”. Có phải "
        "bạn muốn viết “select_one vung”?",
        en="Sheet survey, row 3, column type: There is no question type “select_oen vung”. Did you "
        "mean “select_one vung”?",
    ),
    "duplicate name": Broken(
        **_survey(("text", "ten", "Tên mẹ")),  # type: ignore[arg-type]
        vi="Trang tính survey, dòng 3, cột name: Tên “ten” đã được dùng ở dòng 2. Hãy đổi tên một "
        "trong hai câu hỏi.",
        en="Sheet survey, row 3, column name: The name “ten” is used already in row 2. Rename one "
        "of the two questions.",
    ),
    "bad reference": Broken(
        **_survey(("text", "lop", "Lớp", "${di_hoc} = 'co'")),  # type: ignore[arg-type]
        vi="Trang tính survey, dòng 3, cột relevant: Không có câu hỏi nào tên “di_hoc”, nhưng ô "
        "này nhắc đến ${di_hoc}. Hãy sửa tên trong ${di_hoc} hoặc thêm câu hỏi đó vào trang tính "
        "survey.",
        en="Sheet survey, row 3, column relevant: No question is named “di_hoc”, though this cell "
        "refers to ${di_hoc}. Correct the name in ${di_hoc}, or add that question to the survey "
        "sheet.",
    ),
    "circular relevance": Broken(
        **_survey(  # type: ignore[arg-type]
            ("text", "cha", "Cha", "${me} = 'x'"), ("text", "me", "Mẹ", "${cha} = 'x'")
        ),
        vi="Trang tính survey, dòng 3: Các câu hỏi “cha”, “me” phụ thuộc vòng vào nhau, nên điện "
        "thoại không biết tính câu nào trước. Hãy bỏ bớt một tham chiếu ở cột relevant hoặc "
        "calculation.",
        en="Sheet survey, row 3: The questions “cha”, “me” depend on each other in a circle, so no "
        "phone can work them out. Take one of the references out of the relevant or calculation "
        "column.",
    ),
    "missing choice list": Broken(
        **_survey(("select_one tinh_trang", "o", "Ở")),  # type: ignore[arg-type]
        vi="Trang tính survey, dòng 3, cột type: Danh sách lựa chọn “tinh_trang” không có ở trang "
        "tính choices. Hãy thêm các dòng có list_name là “tinh_trang” vào trang tính choices.",
        en="Sheet survey, row 3, column type: The choice list “tinh_trang” is not on the choices "
        "sheet. Add rows with the list_name “tinh_trang” to the choices sheet.",
    ),
    "unbalanced groups": Broken(
        **_survey(("begin_group", "ho", "Hộ"), ("text", "chu_ho", "Chủ hộ")),  # type: ignore[arg-type]
        vi="Trang tính survey, dòng 3, cột type: “begin_group” của “ho” chưa được đóng. Hãy thêm "
        "một dòng end_group ở cuối phần này.",
        en="Sheet survey, row 3, column type: The “begin_group” of “ho” is never closed. Add a row "
        "end_group where this part ends.",
    ),
    "wrong constraint syntax": Broken(
        **_survey(("integer", "tuoi", "Tuổi", None, ". >= 0 and (. < 120")),  # type: ignore[arg-type]
        vi="Trang tính survey, dòng 3, cột constraint: Biểu thức “. >= 0 and (. < 120” viết sai. "
        "Hãy kiểm tra dấu ngoặc, dấu nháy và phép so sánh (=, !=, <=, and, or).",
        en="Sheet survey, row 3, column constraint: The expression “. >= 0 and (. < 120” is not "
        "well formed. Check its brackets, quotes and operators (=, !=, <=, and, or).",
    ),
    ".xls": Broken(
        "tham_ho.xls",
        xls([HEAD, FINE])[:2000],
        vi="Tệp .xls này bị hỏng hoặc không phải bảng tính. Hãy mở bằng Excel hoặc LibreOffice rồi "
        "lưu thành .xlsx.",
        en="This .xls file is damaged or no spreadsheet. Open it in Excel or LibreOffice and save "
        "it as .xlsx.",
    ),
    "empty file": Broken(
        "tham_ho.xlsx",
        b"",
        vi="Tệp rỗng, không có nội dung. Hãy lưu lại bảng tính rồi tải lên lần nữa.",
        en="The file is empty. Save the spreadsheet again and upload it once more.",
    ),
    "a photo": Broken(
        "tham_ho.xlsx",
        _photo(),
        vi="Tệp này là ảnh hoặc phim, không phải bảng tính, dù tên tệp là gì. Hãy chọn tệp Excel "
        "(.xlsx) của biểu mẫu.",
        en="This file is a picture or a film and no spreadsheet, whatever its name says. Choose "
        "the form's Excel file (.xlsx).",
    ),
}
