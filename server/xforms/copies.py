"""A form under another name or number, as an XForm and as the workbook it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from server.xforms.xml import NotReadable, child, local, parse

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ZIP = b"PK\x03\x04"  # an XLSX; what Excel 97 wrote cannot be written again
_SHEET = "settings"
# What pyxform takes for the same heading.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "form_id": ("id_string", "set form id"),
    "form_title": ("title", "set form title"),
    "version": (),
}


def with_name(xform: bytes, form_id: str, title: str) -> bytes:
    """The same form under another id and title. Raises NotReadable."""
    root = parse(xform)
    head = child(root, "head")
    heading = child(head, "title") if head is not None else None
    model = child(head, "model") if head is not None else None
    instance = child(model, "instance") if model is not None else None
    inside = instance if instance is not None else ()
    primary = next((each for each in inside if local(each)), None)
    if primary is None or heading is None:
        raise NotReadable("no model with a primary instance")
    primary.set("id", form_id)
    heading.text = title
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def workbook_with(workbook: bytes, settings: Mapping[str, str]) -> bytes | None:
    """The workbook with these cells of its sheet ``settings`` (``form_id``, ``form_title``,
    ``version``); None for one in Excel's old format."""
    if not workbook.startswith(_ZIP):
        return None
    # Loading it takes time and memory that every start would pay.
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(workbook))
    found = next((each for each in book.worksheets if each.title.strip().lower() == _SHEET), None)
    sheet = found if found is not None else book.create_sheet(_SHEET)
    for heading, value in settings.items():
        cell = sheet.cell(2, _column(sheet, heading))
        cell.value = value
        cell.number_format = "@"  # a version stays a text, whatever it looks like
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
