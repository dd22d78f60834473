"""The workbook as pyxform reads it: what a message about it can be compared with.

What is no workbook is told by its first bytes, whatever its name says.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from server.xforms.findings import Finding, FormRejected
from server.xforms.form import Path

# The types that designers use; what is misspelt is compared with them.
TYPES = (
    *("text", "integer", "decimal", "range", "note", "date", "time", "dateTime", "barcode"),
    *("select_one", "select_multiple", "select_one_from_file", "select_multiple_from_file"),
    *("rank", "acknowledge", "calculate", "hidden", "geopoint", "geotrace", "geoshape"),
    *("image", "audio", "video", "file", "begin_group", "end_group", "begin_repeat", "end_repeat"),
    *("start", "end", "today", "deviceid", "username", "phonenumber", "audit", "csv-external"),
    *("xml-external", "start-geopoint", "background-audio", "background-geopoint"),
)
_FIRST_ROW = 2  # the header is the first
_LIST = ("list_name", "list name")
_ALIASES = {
    "relevant": ("relevance", "bind::relevant"),
    "calculation": ("calculate", "bind::calculate"),
    "constraint": ("bind::constraint",),
    "required": ("bind::required",),
    "read_only": ("readonly", "read only", "bind::readonly"),
}

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*")
_HEIC = b"ftyp"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # Excel wraps a workbook with a password so
_ZIP = b"PK\x03\x04"
_MOST_UNPACKED = 50_000_000  # bytes: half a megabyte of a million equal rows kept a process busy


class WorkbookKind(NamedTuple):
    suffix: str
    media_type: str


XLSX = WorkbookKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
XLS = WorkbookKind("xls", "application/vnd.ms-excel")


def workbook_kind(data: bytes) -> WorkbookKind:
    """Of a workbook that could be read."""
    return XLSX if data.startswith(_ZIP) else XLS


@dataclass(frozen=True)
class Spreadsheet:
    """``survey`` as rows by column header; ``lists`` are the choice lists there are; ``opened`` is
    what pyxform read, for converting without opening the workbook once more."""

    survey: tuple[Mapping[str, str], ...] = ()
    lists: tuple[str, ...] = ()
    opened: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each["name"] for each in self.survey if each.get("name")))

    @cached_property
    def rows(self) -> Mapping[Path, int]:
        """The row of each question and group by its path below the root."""
        found: dict[Path, int] = {}
        above: list[str] = []
        for at, row in enumerate(self.survey, start=_FIRST_ROW):
            kind, name = row.get("type", "").replace("_", " "), row.get("name", "")
            if kind.startswith("end ") and above:
                above.pop()
            elif name:
                found.setdefault((*above, name), at)
            if kind.startswith("begin "):
                above.append(name)
        return found

    def rows_named(self, name: str) -> tuple[int, ...]:
        rows = enumerate(self.survey, start=_FIRST_ROW)
        return tuple(at for at, row in rows if row.get("name") == name)

    def cell(self, row: int | None, column: str) -> str:
        """What stands there, under any name that XLSForm has for the column; "" if unknown."""
        if row is None:
            return ""
        held = self.survey[row - _FIRST_ROW]
        names = (column, *_ALIASES.get(column, ()))
        return next((held[each] for each in names if held.get(each)), "")

    def cells_holding(self, value: str) -> list[tuple[int, str]]:
        """(row, column) of each cell of the survey that holds exactly this."""
        return [
            (at, column)
            for at, row in enumerate(self.survey, start=_FIRST_ROW)
            for column, held in row.items()
            if held == value
        ]


def read_spreadsheet(data: bytes) -> Spreadsheet:
    """Raises FormRejected for what is no workbook; pyxform's own errors come out as they are."""
    # Loading pyxform takes 0.6 s and 40 MB, which every start and web process would pay.
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    if wrong := _no_workbook(data):
        raise FormRejected((wrong,))
    try:
        found = get_xlsform(xlsform=data)
    except PyXFormError as refused:
        if "not recognized as a supported type" not in str(refused):
            raise
        raise FormRejected((_unreadable(data, str(refused)),)) from None
    except Exception as broken:
        # Foreign bytes reach openpyxl and xlrd here, which raise whatever they meet.
        raise FormRejected((_unreadable(data, type(broken).__name__),)) from None
    lists = [row.get(key) for row in found.choices or () for key in _LIST]
    return Spreadsheet(
        tuple(found.survey or ()),
        tuple(dict.fromkeys(str(each) for each in lists if each)),
        asdict(found),
    )


def _no_workbook(data: bytes) -> Finding | None:
    """Why these bytes cannot be a spreadsheet, as far as their beginning says."""
    if not data.strip():
        return Finding(
            "empty file",
            vi="Tệp rỗng, không có nội dung. Hãy lưu lại bảng tính rồi tải lên lần nữa.",
            en="The file is empty. Save the spreadsheet again and upload it once more.",
        )
    if data.startswith(_PICTURES) or data[4:8] == _HEIC:
        return Finding(
            "a picture",
            vi="Tệp này là ảnh hoặc phim, không phải bảng tính, dù tên tệp là gì. Hãy chọn tệp "
            "Excel (.xlsx) của biểu mẫu.",
            en="This file is a picture or a film and no spreadsheet, whatever its name says. "
            "Choose the form's Excel file (.xlsx).",
        )
    if data.startswith(b"%PDF"):
        return Finding(
            "a PDF",
            vi="Tệp này là PDF, không phải bảng tính. Hãy chọn tệp Excel (.xlsx) của biểu mẫu.",
            en="This file is a PDF and no spreadsheet. Choose the form's Excel file (.xlsx).",
        )
    if data.startswith(_OLE) and _LOCKED in data:
        return Finding(
            "encrypted workbook",
            vi="Bảng tính này có mật khẩu. Hãy mở bằng Excel, bỏ mật khẩu, lưu lại rồi tải lên.",
            en="This workbook has a password. Open it in Excel, remove the password, save it and "
            "upload it.",
        )
    if is_bomb(data):
        return Finding(
            "too large when unpacked",
            vi="Bảng tính này quá lớn. Hãy xóa các dòng và trang tính không dùng đến, rồi lưu lại.",
            en="This workbook is too large. Delete the rows and sheets that nobody needs and save "
            "it again.",
        )
    return None


def is_bomb(data: bytes) -> bool:
    """Whether a workbook says itself that unpacked it is more than anybody fills by hand: more than
    it says is never unpacked of it."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return sum(each.file_size for each in archive.infolist()) > _MOST_UNPACKED
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return False  # no workbook either, which is said in other words


def _unreadable(data: bytes, message: str) -> Finding:
    if data.startswith(_OLE):
        return Finding(
            message,
            vi="Tệp .xls này bị hỏng hoặc không phải bảng tính. Hãy mở bằng Excel hoặc LibreOffice "
            "rồi lưu thành .xlsx.",
            en="This .xls file is damaged or no spreadsheet. Open it in Excel or LibreOffice and "
            "save it as .xlsx.",
        )
    if data.startswith(_ZIP):
        return Finding(
            message,
            vi="Tệp này bị hỏng hoặc không phải bảng tính Excel. Hãy mở bằng Excel hoặc "
            "LibreOffice rồi lưu thành .xlsx.",
            en="This file is damaged or no Excel workbook. Open it in Excel or LibreOffice and "
            "save it as .xlsx.",
        )
    return Finding(
        message,
        vi="Tệp này không phải bảng tính mà máy chủ đọc được. Hãy lưu biểu mẫu thành .xlsx.",
        en="This file is no spreadsheet that the server can read. Save the form as .xlsx.",
    )
