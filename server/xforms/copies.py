"""A form under another name or number, as an XForm and as the workbook it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from server.xforms.read_form import first_instance
from server.xforms.spreadsheet import XLSX, workbook_kind
from server.xforms.xml import NotReadable, child, parse

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# The settings of XLSForm that a copy may change, and where an XForm has them (the title is apart).
_ATTRIBUTES = {"form_id": "id", "version": "version"}
_SHEET = "settings"
# What pyxform takes for the same heading.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "form_id": ("id_string", "set form id"),
    "form_title": ("title", "set form title"),
    "version": (),
}


def xform_with(xform: bytes, settings: Mapping[str, str]) -> bytes:
    """The same form with these settings, byte for byte where there are none. Raises NotReadable."""
    if not settings:
        return xform
    root = parse(xform)
    head = child(root, "head")
    heading = child(head, "title") if head is not None else None
    primary = first_instance(child(head, "model") if head is not None else None)
    if primary is None or (heading is None and "form_title" in settings):
        raise NotReadable("no model with a primary instance")
    for name, value in settings.items():
        if name in _ATTRIBUTES:
            primary.set(_ATTRIBUTES[name], value)
        elif heading is not None:
            heading.text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def workbook_with(workbook: bytes, settings: Mapping[str, str]) -> bytes | None:
    """The workbook with these cells of its sheet ``settings``, untouched where there are none;
    None for one in Excel's old format, which cannot be written again."""
    if not settings:
        return workbook
    if workbook_kind(workbook) is not XLSX:
        return None
    # Loading it takes time and memory that every start would pay.
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(workbook))
    found = next((each for each in book.worksheets if each.title.strip().lower() == _SHEET), None)
    sheet = found if found is not None else book.create_sheet(_SHEET)
    for heading, value in settings.items():
        cell = sheet.cell(2, _column(sheet, heading))
        cell.value = value
        # What somebody typed stays a text, whatever it looks like: a number, or a formula.
        cell.number_format, cell.data_type = "@", "s"
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _column(sheet: Worksheet, heading: str) -> int:
    """Where the heading stands; it is added where it is missing."""
    headings = [str(each.value or "").strip().lower() for each in sheet[1]]
    for name in (heading, *_ALIASES[heading]):
        if name in headings:
            return headings.index(name) + 1
    free = next((at for at, each in enumerate(headings, start=1) if not each), len(headings) + 1)
    sheet.cell(1, free).value = heading
    return free
