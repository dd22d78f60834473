"""Forms made for one test: from an XLSForm in Markdown, or an XForm with any id at all."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from pyxform.xls2xform import convert

Sheet = Sequence[Sequence[str | None]]


def workbook_of(sheets: Mapping[str, Sheet]) -> bytes:
    """An XLSX file with these sheets, row by row."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@cache
def xform_of(sheet: str) -> bytes:
    """The XForm of an XLSForm in Markdown."""
    xml: str = convert(sheet).xform
    return xml.encode()


def xform_named(
    form_id: str, *, version: str = "1", title: str = "Phiếu", media: tuple[str, ...] = ()
) -> bytes:
    """A form with one text question ``ten``, one photo ``anh``, and pictures on its labels."""
    pictures = "".join(
        f'<text id="p{at}"><value form="image">jr://images/{escape(name)}</value></text>'
        for at, name in enumerate(media)
    )
    itext = f'<itext><translation lang="vi">{pictures}</translation></itext>' if media else ""
    return (
        '<?xml version="1.0"?>'
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">'
        f"<h:head><h:title>{escape(title)}</h:title><model>{itext}"
        f"<instance><data id={quoteattr(form_id)} version={quoteattr(version)}>"
        "<ten/><anh/><orx:meta><orx:instanceID/></orx:meta></data></instance>"
        '<bind nodeset="/data/ten" type="string"/><bind nodeset="/data/anh" type="binary"/>'
        "</model></h:head><h:body>"
        '<input ref="/data/ten"><label>Họ tên</label></input>'
        '<upload appearance="new" ref="/data/anh" mediatype="image/*"><label>Ảnh</label></upload>'
        "</h:body></h:html>"
    ).encode()


def answers_to(
    form_id: str,
    inside: str,
    *,
    instance_id: str | None = "uuid:9c1a7a9e-4a0f-4a35-8d0d-2f1a3d1c5b11",
    version: str = "1",
) -> bytes:
    """A record with the given elements, as Collect writes it; without an id for None."""
    meta = (
        f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID></orx:meta>"
        if instance_id is not None
        else ""
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8' ?><data id={quoteattr(form_id)} "
        f'version={quoteattr(version)} xmlns:orx="http://openrosa.org/xforms">{inside}{meta}</data>'
    ).encode()
