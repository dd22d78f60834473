"""The records of a form as one table that says of nobody who they were (docs/decisions/0025).

Of answers stays what an erasure leaves too (docs/decisions/0021), and less: no identity, sender,
office, repeat or file. Whoever could be told apart by what neighbours know, in a group of fewer
than ``crowds.K`` people, is left out; the last line says how many records were.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

from exports.crowds import Crowds
from exports.csv_text import csv_bytes
from exports.source import Opened, Options, Source, open_record
from exports.spool import Row, Spool
from exports.unnamed_columns import Column, KnownTo, columns_of
from server.model.calendar import ZONE
from server.model.records import Record
from server.xforms.tables import rows_of

LEFT_OUT = "left-out"
HEAD = ("number", "year", "cluster")
# Rows change places among so many: the order of arrival tells who is who.
_MIXED = 1000


def stream(source: Source, records: Iterable[Record], options: Options) -> Iterator[bytes]:
    return csv_bytes(_table(source, records), safe=options.safe)


def _table(source: Source, records: Iterable[Record]) -> Iterator[Row]:
    """Rows wait on disk until it is known how many people each group has."""
    columns = columns_of(source)
    of_all = [at for at, each in enumerate(columns) if each.known_to is KnownTo.ALL]
    of_some = [at for at, each in enumerate(columns) if each.known_to is KnownTo.SOME]
    head = [*HEAD, *("-".join(each.field.path) for each in columns)]
    yield head
    crowds = Crowds(len(of_some))
    seen = number = 0
    with Spool() as spool:
        for record in records:
            seen += 1
            about = source.people_of(record)
            opened = open_record(source, record)
            if opened.status:
                continue
            around, answers = _row(source, opened, columns)
            known = [*around, *(answers[at] for at in of_all)]
            crowds.add(known, [answers[at] for at in of_some], about)
            spool.add([*around, *answers])
        told = _told(spool, crowds, [len(HEAD) - 1 + at for at in of_some])
        for number, kept in enumerate(_mixed(told), start=1):
            yield [str(number), *kept]
    yield [LEFT_OUT, str(seen - number), *([""] * (len(head) - 2))]


def _told(spool: Spool, crowds: Crowds, of_some: Sequence[int]) -> Iterator[list[str]]:
    for row, told in zip(spool, crowds.told(), strict=True):
        if told is not None:
            for at, answer in zip(of_some, told, strict=True):
                row[at] = answer
            yield row


def _row(
    source: Source, opened: Opened, columns: Sequence[Column]
) -> tuple[tuple[str, str], list[str]]:
    at = opened.record.at.astimezone(ZONE)
    values = next(rows_of(opened.tree, "")).values
    answers = [each.answer(values.get(each.field.path, "").strip(), at) for each in columns]
    return (str(at.year), source.cluster_of(opened.record)), answers


def _mixed(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    draw = random.SystemRandom()
    held: list[list[str]] = []
    for row in rows:
        held.append(row)
        if len(held) > _MIXED:
            at = draw.randrange(len(held))
            held[at], held[-1] = held[-1], held[at]
            yield held.pop()
    draw.shuffle(held)
    yield from held
