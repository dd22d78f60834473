"""Forms from Markdown, and the XML of records that answer them."""

from __future__ import annotations

import functools

from pyxform.xls2xform import convert

from server.xforms.answers import Answers, project
from server.xforms.form import Field, Form, Kind
from server.xforms.read_form import read_form
from server.xforms.record import RecordTree, read_record
from server.xforms.xml import parse


@functools.cache
def form_of(rows: str, *, version: str = "1", choices: str = "") -> Form:
    listed = "\n".join(f"| | cay | {name} | {name} |" for name in choices.split())
    sheet = f"""
| survey |
| | type | name | label |
{rows.strip()}
| choices |
| | list_name | name | label |
{listed}
| settings |
| | form_title | form_id | version |
| | Thăm | tham | {version} |
"""
    return read_form(convert(sheet).xform.encode())


def said(inside: str, namespaces: str = "") -> bytes:
    return f'<data id="tham" version="1" {namespaces}>{inside}</data>'.encode()


def tree_of(form: Form, inside: str, namespaces: str = "") -> RecordTree:
    return read_record(form, parse(said(inside, namespaces)))


def answers_of(form: Form, inside: str) -> Answers:
    return project(tree_of(form, inside))


def question(type: str = "string", control: str | None = "input") -> Field:
    return Field("q", ("q",), Kind.QUESTION, type=type, control=control)
