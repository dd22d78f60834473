"""Columns of the spreadsheet that only this house reads: ``sensitivity`` and ``tells_who``.

Each becomes an attribute of the question's bind, so that the word travels with the exact bytes of a
version; phones pass over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.xforms import recognising, sensitivity
from server.xforms.findings import Finding

_SPACE = "urn:caunoi:xforms"
_PREFIX = f'caunoi="{_SPACE}"'
_FIRST_ROW = 2  # the header is the first


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """``vi`` and ``en`` say what a word is not that is none of ``words``, and what may stand."""

    name: str
    words: Sequence[str]
    vi: str
    en: str

    @property
    def attribute(self) -> str:
        return f"{{{_SPACE}}}{self.name}"


SENSITIVITY = OwnColumn(
    sensitivity.COLUMN,
    sensitivity.WORDS,
    vi="không phải mức nhạy cảm. Hãy ghi thuong, nhay_cam hoặc dac_biet, hoặc để trống.",
    en="is no sensitivity. Write thuong, nhay_cam or dac_biet, or leave the cell empty.",
)
TELLS_WHO = OwnColumn(
    recognising.COLUMN,
    recognising.WORDS,
    vi="không dùng được ở đây. Hãy ghi co nếu người ngoài biết câu trả lời và nhận ra được là ai, "
    "khong nếu không ai ngoài cơ quan biết, hoặc để trống.",
    en="cannot stand here. Write co where people outside know the answer and can tell by it who it "
    "is, khong where nobody outside knows it, or leave the cell empty.",
)
_ALL = {each.name: each for each in (SENSITIVITY, TELLS_WHO)}


def unknown_words(workbook: Mapping[str, Any]) -> tuple[Finding, ...]:
    """``workbook`` as pyxform reads it."""
    return tuple(
        Finding(
            f"no {each.name}: {row[each.name]}",
            "survey",
            number,
            each.name,
            vi=f"“{row[each.name]}” {each.vi}",
            en=f"“{row[each.name]}” {each.en}",
        )
        for number, row in enumerate(workbook["survey"] or (), start=_FIRST_ROW)
        for each in _ALL.values()
        if row.get(each.name) and row[each.name].strip() not in each.words
    )


def with_own_columns(workbook: dict[str, Any]) -> dict[str, Any]:
    """The same workbook with these columns as pyxform can pass them on; unchanged where no cell of
    them is filled."""
    survey = workbook["survey"] or []
    if not any(row.get(name) for row in survey for name in _ALL):
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
    return {f"bind::caunoi:{name}" if name in _ALL else name: row[name] for name in row}
