"""XLSForm → XForm by pyxform in process, and ODK Validate where Java is found.

What is wrong is said with sheet, row and column, plainly and in both languages.
"""

from __future__ import annotations

import re
import shutil
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from server.xforms.expressions import bad_expressions, waiting_for_each_other
from server.xforms.findings import Finding, FormRejected
from server.xforms.form import Path
from server.xforms.own_columns import unknown_words, with_own_columns
from server.xforms.plain_words import finding, said_plainly
from server.xforms.spreadsheet import Spreadsheet, read_spreadsheet
from server.xforms.xml import NotReadable

_NODE = re.compile(r"\$\{([^}\s]+)\}")
_EXPRESSION = re.compile(r"\b(constraint|condition|calculate|required|readonly)\b", re.IGNORECASE)
_COLUMNS = {"condition": "relevant", "calculate": "calculation", "readonly": "read_only"}
_NOISE = re.compile(r"ODK Validate Errors|>>|Caused by: |\s*\.\.\. \d+ more")
_REST = "The following files failed"  # and their temporary names: nothing for a designer
_STRANGE_SIGNS = Finding(
    "control characters",
    vi="Bảng tính có ký tự điều khiển mà biểu mẫu không chứa được. Hãy gõ lại các ô đã dán từ "
    "chương trình khác.",
    en="The spreadsheet holds control characters that no form can hold. Type the cells again that "
    "were pasted from another program.",
)


@dataclass(frozen=True, slots=True)
class Converted:
    """``warnings`` in pyxform's words; ``plain_words.finding`` says them plainly."""

    xform: bytes
    warnings: tuple[str, ...]


def java_found() -> bool:
    return shutil.which("java") is not None


def convert_xlsform(data: bytes, *, validate: bool | None = None, form_id: str = "") -> Converted:
    """XForm bytes of an XLSX or XLS workbook. Raises FormRejected.

    ``validate`` runs ODK Validate too; by default where Java is found. ``form_id`` is the form's
    where the settings do not say.
    """
    # Loading pyxform takes 0.6 s and 40 MB, which every start and web process would pay.
    from pyxform.errors import PyXFormError
    from pyxform.validators.odk_validate import ODKValidateError
    from pyxform.xls2xform import convert

    sheet, warnings = Spreadsheet(), list[str]()
    try:
        sheet = read_spreadsheet(data)
        xform: str = convert(_named(sheet, form_id), warnings=warnings, validate=False).xform
        # Before ODK Validate, which knows the node but not the cell.
        if wrong := _in_expressions(xform.encode(), sheet):
            raise FormRejected(wrong)
        if java_found() if validate is None else validate:
            # What it warns of is no fault: any form with a CSV that is not attached here is named.
            convert(_named(sheet, form_id), validate=True)
    except ODKValidateError as refused:
        raise FormRejected((_of_validator(str(refused), sheet),)) from None
    except NotReadable:
        raise FormRejected((_STRANGE_SIGNS,)) from None
    except PyXFormError as refused:
        raise FormRejected(_of_pyxform(str(refused), sheet)) from None
    return Converted(xform.encode(), tuple(warnings))


def _named(sheet: Spreadsheet, form_id: str) -> dict[str, Any]:
    """A copy for pyxform, which writes into it. A form's id it takes from the name of the file
    where the settings have none. Raises FormRejected."""
    opened = deepcopy(dict(sheet.opened))
    if unknown := unknown_words(opened):
        raise FormRejected(unknown)
    return with_own_columns(opened) | ({"fallback_form_name": form_id} if form_id else {})


def _of_pyxform(message: str, sheet: Spreadsheet) -> tuple[Finding, ...]:
    """One message, or a line for each of several rows."""
    lines = message.splitlines()
    several = len(lines) > 1 and all(each.startswith("[row") for each in lines)
    return tuple(finding(each, sheet) for each in (lines if several else [message]))


def _in_expressions(xform: bytes, sheet: Spreadsheet) -> tuple[Finding, ...]:
    wrong = [_ill_formed(each.path, each.column, sheet) for each in bad_expressions(xform)]
    if wrong:
        return tuple(wrong)
    circle = sorted(waiting_for_each_other(xform), key=lambda each: sheet.rows.get(each, 0))
    if not circle:
        return ()
    row = sheet.rows.get(circle[0])
    message = "\n".join(("waits for itself", *(f"“{each[-1]}”" for each in circle)))
    return (said_plainly(_at(message, row), sheet, message),)


def _ill_formed(path: Path, column: str, sheet: Spreadsheet) -> Finding:
    row = sheet.rows.get(path)
    message = f"no XPath: {sheet.cell(row, column) or '/'.join(path)}"
    return said_plainly(_at(message, row, column), sheet, message)


def _at(message: str, row: int | None, column: str = "") -> Finding:
    return Finding(" ".join(message.split()), "survey" if row else "", row, column)


def _of_validator(text: str, sheet: Spreadsheet) -> Finding:
    """ODK Validate names nodes, not cells: ``${age}`` is looked up by its name."""
    lines = [each.strip(": ") for each in text.partition(_REST)[0].splitlines()]
    said = [each for each in dict.fromkeys(lines) if each and not _NOISE.match(each)]
    names = _NODE.findall("\n".join(said))
    rows = [row for name in names for row in sheet.rows_named(name)]
    kind = _EXPRESSION.search("\n".join(said)) if len(set(names)) == 1 else None
    column = kind.group(1).lower() if kind else ""
    message = _NODE.sub(r"“\1”", "\n".join(said)) or text
    where = _at(message, rows[0] if rows else None, _COLUMNS.get(column, column))
    return said_plainly(where, sheet, message)
