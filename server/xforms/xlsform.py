"""XLSForm → XForm by pyxform in process, and ODK Validate where Java is found.

Messages keep pyxform's wording, which designers find in its documentation; what is added is the
place: sheet, row and column.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass

_ROW = re.compile(r"\[row ?: ?(\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings|entities|external_choices|osm)' sheet")
_COLUMN = re.compile(r"'([a-z_]+(?:::?[^']+)?)' (?:value|column)|\[column ?: ?'?([^\]']+)'?\]")
_NODE = re.compile(r"/[^\s/\[\]]+(?:/[^\s/\[\]]+)*/([^\s/\[\]:]+)")
_REFERENCE = re.compile(r"\$\{([^}]+)\}")
_QUOTED = re.compile(r"'([^']+)'")
_EXPRESSION = re.compile(r"\b(constraint|relevant|calculate|required|readonly)\b")
_NOISE = re.compile(r"ODK Validate Errors|>>|Caused by: |\.\.\. \d+ more")
_REST = "The following files failed"  # and their temporary names: nothing for a designer
# What JavaRosa says of any form with an external CSV while none is attached: no fault of the form.
_HARMLESS = ("ODK Validate Warnings:", "XForms engine", "missing itemset", "WARNING: An illegal")


@dataclass(frozen=True, slots=True)
class Finding:
    """A message for the designer. ``sheet``, ``row`` (1 is the header), ``column`` if known."""

    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = [self.sheet, f"row {self.row}" if self.row else "", self.column]
        named = ", ".join(each for each in place if each)
        return f"[{named}] {self.message}" if named else self.message


@dataclass(frozen=True, slots=True)
class Converted:
    xform: bytes
    warnings: tuple[Finding, ...]


class FormRejected(Exception):
    """The spreadsheet is no usable form; ``findings`` say where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(map(str, findings)))


def java_found() -> bool:
    return shutil.which("java") is not None


def convert_xlsform(data: bytes, *, validate: bool | None = None) -> Converted:
    """XForm bytes of an XLSX or XLS workbook. Raises FormRejected.

    ``validate`` runs ODK Validate too; by default where Java is found.
    """
    # Loading pyxform takes 0.6 s and 40 MB, which every start and web process would pay.
    from pyxform.errors import PyXFormError
    from pyxform.validators.odk_validate import ODKValidateError
    from pyxform.xls2xform import convert

    warnings: list[str] = []
    survey = _survey_rows(data)
    try:
        result = convert(
            data, warnings=warnings, validate=java_found() if validate is None else validate
        )
    except ODKValidateError as refused:
        raise FormRejected(_validator_findings(str(refused), survey)) from None
    except PyXFormError as refused:
        raise FormRejected((_located(finding(str(refused)), survey),)) from None
    kept = [each for each in warnings if not each.startswith(_HARMLESS)]
    return Converted(result.xform.encode(), tuple(finding(each) for each in kept))


def finding(message: str) -> Finding:
    """A pyxform message with its place taken out of the words."""
    row, sheet, column = _ROW.search(message), _SHEET.search(message), _COLUMN.search(message)
    return Finding(
        message=" ".join(_ROW.sub("", message).split()),
        sheet=sheet.group(1) if sheet else ("survey" if row else ""),
        row=int(row.group(1)) if row else None,
        column=next((each for each in column.groups() if each), "") if column else "",
    )


def _survey_rows(data: bytes) -> list[dict[str, str]]:
    """The survey sheet as pyxform reads it: list index + 2 is the row a designer sees."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    try:
        return list(get_xlsform(xlsform=data).survey or [])
    except PyXFormError as refused:
        raise FormRejected((finding(str(refused)),)) from None
    except Exception as broken:
        # Foreign bytes reach openpyxl and xlrd here, which raise whatever they meet.
        raise FormRejected(
            (Finding(f"not a readable workbook ({type(broken).__name__})"),)
        ) from None


def _validator_findings(text: str, survey: list[dict[str, str]]) -> tuple[Finding, ...]:
    """ODK Validate names nodes, not cells: ``/data/g/age`` or ``${age}`` is looked up by name."""
    found = []
    said = text.partition(_REST)[0].splitlines()
    for line in dict.fromkeys(each.strip() for each in said):
        if not line or _NOISE.match(line):
            continue
        named = _REFERENCE.search(line) or _NODE.search(line)
        name = named.group(1) if named else ""
        row = next(
            (at for at, each in enumerate(survey, start=2) if each.get("name") == name), None
        )
        kind = _EXPRESSION.search(line)
        found.append(
            Finding(line.lstrip(": "), "survey" if row else "", row, kind.group(1) if kind else "")
        )
    return tuple(found) or (Finding(text.strip()),)


def _located(found: Finding, survey: list[dict[str, str]]) -> Finding:
    """Where pyxform names a value but no row, the one row that holds the value."""
    quoted = _QUOTED.search(found.message)
    if found.row or not quoted:
        return found
    cells = [
        (at, column)
        for at, row in enumerate(survey, start=2)
        for column, value in row.items()
        if value == quoted.group(1)
    ]
    return Finding(found.message, "survey", *cells[0]) if len(cells) == 1 else found
