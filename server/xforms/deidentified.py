"""A record of which nothing is left that says who it is about (docs/decisions/0021).

Only what is known to be harmless stays: choices from a list of the form's own, small numbers, and
of days their year. Text, places, files, times, entries of registers and what no version of the form
knows go, and so does every answer that is marked as ``dac_biet``.
"""

from __future__ import annotations

import re
from math import isfinite

from server.xforms.envelope import Envelope
from server.xforms.form import META, Field, Form, Kind, Path
from server.xforms.levels import Level, Levels
from server.xforms.xml import Element, child, local, written

_IDENTITY = frozenset(((META, "instanceID"), (META, "deprecatedID")))
_ROOT = frozenset(("id", "version"))
CHOSEN = frozenset(("select1", "select", "rank"))
_DAY = re.compile(r"([12]\d{3})-\d{2}-\d{2}")
# An identity number has nine digits or twelve, a telephone number without its zero nine.
_LARGEST = 10**8
_ID = re.compile(r"[+-]?0\d")  # a number that says how many has no zero in front


def deidentified(envelope: Envelope, form: Form, levels: Levels, *, answers: bool) -> bytes:
    """The record's XML with its identity as a record and, of its newest version, what counts;
    takes apart the ``envelope``."""
    root = envelope.root
    _bare(root, keep=_ROOT)
    if not answers:
        form = Form(form.form_id, form.version, form.title, form.root, fields=())
    _strip(root, form, levels, ())
    meta = child(root, META)
    if meta is None or child(meta, "instanceID") is None:
        root.set("instanceID", envelope.instance_id)
    return written(root)


def _strip(element: Element, form: Form, levels: Levels, above: Path) -> None:
    element.text = None
    for each in list(element):
        path = (*above, local(each))
        _bare(each)
        if path == (META,):
            _strip(each, form, levels, path)
        elif path in _IDENTITY:
            _replace(each, (each.text or "").strip())
        elif META in path or not _stays(each, form, levels, path):
            element.remove(each)


def _stays(element: Element, form: Form, levels: Levels, path: Path) -> bool:
    field = form.by_path.get(path)
    if field is None:
        return False
    if field.kind is not Kind.QUESTION:
        _strip(element, form, levels, path)
        return True
    text = (element.text or "").strip()
    harmless = "" if levels.of(path) >= Level.SPECIAL else harmless_answer(field, text)
    _replace(element, harmless)
    return bool(harmless)


def harmless_answer(field: Field, text: str) -> str:
    """What may stay of an answer, "" for nothing."""
    if field.control in CHOSEN:
        known = {} if field.choices.file else field.choices.items
        chosen = text.split() if field.is_multiple else [text]
        return " ".join(each for each in chosen if each in known)
    if field.type == "date":
        day = _DAY.fullmatch(text)
        return f"{day[1]}-01-01" if day else ""
    if field.type == "int":
        return _small(text, digits=0)
    if field.type == "decimal":
        # Of a latitude this is ten kilometres.
        return _small(text, digits=1)
    return text if field.control == "trigger" and text == "OK" else ""


def _small(text: str, *, digits: int) -> str:
    if _ID.match(text):
        return ""
    try:
        number = float(text)
    except ValueError:
        return ""
    return f"{number:.{digits}f}" if isfinite(number) and abs(number) < _LARGEST else ""


def _bare(element: Element, keep: frozenset[str] = frozenset()) -> None:
    element.tail = None
    for name in list(element.attrib):
        if name not in keep:
            del element.attrib[name]


def _replace(element: Element, text: str) -> None:
    for each in list(element):
        element.remove(each)
    element.text = text or None
