"""What kind of answer a question takes, in a few words."""

from __future__ import annotations

from collections.abc import Mapping

from server.xforms.form import Field, Kind

Pair = tuple[str, str]

# By body element, else by bind type; (Vietnamese, English).
_CONTROLS: Mapping[str, Pair] = {
    "select1": ("chọn một", "select one"),
    "select": ("chọn nhiều", "select multiple"),
    "rank": ("xếp thứ tự", "rank"),
    "range": ("thang số", "range"),
    "trigger": ("xác nhận", "acknowledge"),
}
_TYPES: Mapping[str, Pair] = {
    "string": ("chữ", "text"),
    "int": ("số nguyên", "integer"),
    "integer": ("số nguyên", "integer"),
    "decimal": ("số thập phân", "decimal"),
    "boolean": ("đúng hay sai", "true or false"),
    "date": ("ngày", "date"),
    "time": ("giờ", "time"),
    "dateTime": ("ngày giờ", "date and time"),
    "geopoint": ("vị trí", "location"),
    "geotrace": ("đường đi", "line"),
    "geoshape": ("vùng", "area"),
    "barcode": ("mã vạch", "barcode"),
    "binary": ("tệp", "file"),
}
_MEDIA: Mapping[str, Pair] = {
    "image": ("ảnh", "photo"),
    "audio": ("ghi âm", "audio"),
    "video": ("video", "video"),
}
_GROUP: Pair = ("nhóm", "group")
_REPEAT: Pair = ("nhóm lặp", "repeat")
_NOTE: Pair = ("lời dẫn", "note")
_CALCULATION: Pair = ("tự tính", "calculation")


def kind_words(field: Field, language: str) -> str:
    """``chọn một``, ``select one``."""
    vietnamese, english = _pair(field)
    return vietnamese if language == "vi" else english


def _pair(field: Field) -> Pair:
    if field.kind is not Kind.QUESTION:
        return _REPEAT if field.kind is Kind.REPEAT else _GROUP
    if field.is_file:
        return _MEDIA.get(field.media_type.partition("/")[0], _TYPES["binary"])
    if field.control is None:
        return _CALCULATION
    if field.is_note:
        return _NOTE
    return _CONTROLS.get(field.control) or _TYPES.get(field.type, _TYPES["string"])
