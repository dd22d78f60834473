"""The spreadsheet column ``sensitivity``: how a designer says who may read an answer.

It becomes an attribute of the question's bind, so that the word travels with the exact bytes of a
version; phones pass over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.xforms.findings import Finding

COLUMN = "sensitivity"
NORMAL, SENSITIVE, SPECIAL = "thuong", "nhay_cam", "dac_biet"
WORDS = (NORMAL, SENSITIVE, SPECIAL)

_SPACE = "urn:caunoi:xforms"
SENSITIVITY = f"{{{_SPACE}}}{COLUMN}"
_AS_BIND = f"bind::caunoi:{COLUMN}"
_PREFIX = f'caunoi="{_SPACE}"'
_FIRST_ROW = 2  # the header is the first


def unknown_words(workbook: Mapping[str, Any]) -> tuple[Finding, ...]:
    """``workbook`` as pyxform reads it."""
    return tuple(
        Finding(
            f"no sensitivity: {row[COLUMN]}",
            "survey",
            number,
            COLUMN,
            vi=f"“{row[COLUMN]}” không phải mức nhạy cảm. Hãy ghi thuong, nhay_cam hoặc dac_biet, "
            "hoặc để trống.",
            en=f"“{row[COLUMN]}” is no sensitivity. Write thuong, nhay_cam or dac_biet, or leave "
            "the cell empty.",
        )
        for number, row in enumerate(workbook["survey"] or (), start=_FIRST_ROW)
        if row.get(COLUMN) and row[COLUMN].strip() not in WORDS
    )


def with_sensitivity(workbook: dict[str, Any]) -> dict[str, Any]:
    """The same workbook with the column as pyxform can pass it on; unchanged where no cell of it is
    filled."""
    survey = workbook["survey"] or []
    if not any(row.get(COLUMN) for row in survey):
        return workbook
    settings = dict((workbook["settings"] or [{}])[0])
    settings["namespaces"] = f"{settings.get('namespaces', '')} {_PREFIX}".strip()
    return {
        **workbook,
        "survey": [_renamed(row) for row in survey],
        "survey_header": [_renamed(row) for row in workbook["survey_header"] or ()],
        "settings": [settings],
        "settings_header": [dict.fromkeys(settings)],
    }


def _renamed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {_AS_BIND if name == COLUMN else name: value for name, value in row.items()}
