"""The records of a form as one table that says of nobody who they were (docs/decisions/0025).

Of answers stays what an erasure leaves too (docs/decisions/0021), and less: no identity, sender,
office, repeat or file. Whoever could be told apart by what neighbours know, in a group of fewer
than ``K``, is left out; the last line says how many were.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter

from exports.csv_text import csv_bytes
from exports.source import Opened, Options, Source, open_record
from exports.spool import Row, Spool
from server.model.calendar import ZONE
from server.model.records import Record
from server.xforms.deidentified import CHOSEN, harmless_answer
from server.xforms.form import META, Field
from server.xforms.tables import rows_of

K = 5
LEFT_OUT = "left-out"
HEAD = ("number", "year", "cluster")
# Rows change places among so many: the order of arrival tells who is who.
_MIXED = 1000
_BAND = 5
_OLDEST = 130
_AGE = frozenset(("tuoi", "age"))
_BORN = frozenset(("sinh", "birth", "born", "dob"))
_JOINED = {"namsinh": "sinh", "ngaysinh": "sinh", "gioitinh": "gioi", "dantoc": "toc"}
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_KNOWN = _AGE | _BORN | frozenset(("gioi", "sex", "gender", "toc", "ethnicity"))

Column = tuple[Field, frozenset[str]]
"""With the words of its name."""


def stream(source: Source, records: Iterable[Record], options: Options) -> Iterator[bytes]:
    return csv_bytes(_table(source, records), safe=options.safe)


def _table(source: Source, records: Iterable[Record]) -> Iterator[Row]:
    """Rows wait on disk until it is known how many of each group there are."""
    stay = [each for each in source.tables[0].columns if _may_stay(each, source)]
    columns = [(each, _words(each)) for each in stay]
    known = [at for at, (_, words) in enumerate(columns, start=len(HEAD)) if words & _KNOWN]
    group_of = itemgetter(*range(1, len(HEAD)), *known)
    head = [*HEAD, *("-".join(each.path) for each in stay)]
    yield head
    groups: Counter[tuple[str, ...]] = Counter()
    seen = number = 0
    with Spool() as spool:
        for record in records:
            seen += 1
            opened = open_record(source, record)
            if not opened.status:
                row = _row(source, opened, columns)
                groups[group_of(row)] += 1
                spool.add(row)
        many = (row for row in spool if groups[group_of(row)] >= K)
        for number, kept in enumerate(_mixed(many), start=1):
            yield [str(number), *kept[1:]]
    yield [LEFT_OUT, str(seen - number), *([""] * (len(head) - 2))]


def _may_stay(field: Field, source: Source) -> bool:
    if META in field.path or field.path in source.special or field.path in source.hidden:
        return False
    if field.control in CHOSEN:
        # A list of communes or offices says more than their cluster.
        return not field.choices.file and source.places.isdisjoint(field.choices.items)
    return field.type in ("date", "int", "decimal") or field.control == "trigger"


def _row(source: Source, opened: Opened, columns: Sequence[Column]) -> list[str]:
    at = opened.record.at.astimezone(ZONE)
    values = next(rows_of(opened.tree, "")).values
    answers = (
        _answer(field, words, values.get(field.path, "").strip(), at) for field, words in columns
    )
    return ["", str(at.year), source.cluster_of(opened.record), *answers]


def _answer(field: Field, words: frozenset[str], text: str, at: datetime) -> str:
    """Days as their year, and ages and births as five years of age."""
    if field.type == "date" and words & _BORN:
        return _band(_age(text, at.date()))
    stays = harmless_answer(field, text)
    if not stays or field.control in CHOSEN:
        return stays
    if field.type == "date":
        return stays[:4]
    if words & _AGE:
        return _band(int(float(stays)))
    if words & _BORN:
        return _band(at.year - int(float(stays)))
    return stays


def _age(text: str, today: date) -> int:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return -1
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _band(age: int) -> str:
    """As "10-14"; "" for what is no age."""
    if not 0 <= age <= _OLDEST:
        return ""
    first = age - age % _BAND
    return f"{first}-{first + _BAND - 1}"


def _words(field: Field) -> frozenset[str]:
    """Of ``ngay_sinh``, ``ngaySinh`` and ``ngaysinh`` alike."""
    words = _HUMP.sub("_", field.name).lower().split("_")
    return frozenset(_JOINED.get(each, each) for each in words)


def _mixed(rows: Iterable[Row]) -> Iterator[Row]:
    draw = random.SystemRandom()
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) > _MIXED:
            at = draw.randrange(len(held))
            held[at], held[-1] = held[-1], held[at]
            yield held.pop()
    draw.shuffle(held)
    yield from held
