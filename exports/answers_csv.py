"""The records of a form as tables: the root streams through, the repeats wait on disk.

ODK Central's exact shape (central-api.md §5), except that a table never holds what its records did
not say: a row of an encrypted record has no zeros for choices that nobody could read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from exports.csv_text import csv_bytes
from exports.sheet import Sheet
from exports.source import Opened, Options, Source, moment, open_record
from exports.spool import Spool
from server.model.records import Record, ReviewState
from server.xforms.form import Path
from server.xforms.tables import rows_of


def stream(source: Source, records: Iterable[Record], options: Options) -> Iterator[bytes]:
    """The root table alone."""
    with ExitStack() as spools:
        answers = AnswersCsv(source, options, spools, repeats=False)
        opened = (open_record(source, record) for record in records)
        yield from answers.root(opened)


class AnswersCsv:
    """``root`` first, to its end; then ``repeats``."""

    def __init__(
        self, source: Source, options: Options, spools: ExitStack, *, repeats: bool = True
    ) -> None:
        self._safe = options.safe
        self._spool = spools.enter_context(Spool()) if options.split_select_multiples else None
        self._root = Sheet(source.tables[0], options, source.hidden)
        self._repeats: dict[Path, tuple[Sheet, Spool]] = {
            table.path: (Sheet(table, options, source.hidden), spools.enter_context(Spool()))
            for table in source.tables[1:]
            if repeats
        }

    def root(self, opened: Iterable[Opened]) -> Iterator[bytes]:
        return csv_bytes(self._root_rows(opened), safe=self._safe)

    def repeats(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each repeat's name with its table, in form order."""
        for sheet, spool in self._repeats.values():
            yield sheet.table.name, csv_bytes(_whole(sheet, spool), safe=self._safe)

    def _root_rows(self, opened: Iterable[Opened]) -> Iterator[list[str]]:
        rows = (self._take(each) for each in opened)
        if self._spool is None:
            yield self._root.head()
            yield from rows
        else:
            # Which choices occur is known at the end, and the header says it.
            for row in rows:
                self._spool.add(row)
            yield from _whole(self._root, self._spool)

    def _take(self, opened: Opened) -> list[str]:
        """The record's row of the root table; the rows of its repeats are put aside."""
        rows = rows_of(opened.tree, opened.record.instance_id)
        root = self._root.row(next(rows), [moment(opened.record.at)], _facts(opened))
        if self._repeats:
            for row in rows:
                if row.table in self._repeats:
                    sheet, spool = self._repeats[row.table]
                    spool.add(sheet.row(row, [], [row.parent_key or "", row.key]))
        return root


def _whole(sheet: Sheet, spool: Spool) -> Iterator[list[str]]:
    yield sheet.head()
    for row in spool:
        yield sheet.spread(row)


def _facts(opened: Opened) -> list[str]:
    """The columns behind the answers, in the order of ``sheet.AFTER``. Sender, device and form
    version are those of the first version, as on ODK Central."""
    record, first = opened.record, opened.record.versions[0]
    return [
        record.instance_id,
        first.sender.id,
        first.sender.name,
        str(len(opened.there)),
        str(len(opened.files)),
        opened.status,
        "" if record.review is ReviewState.RECEIVED else record.review.value,
        first.device,
        str(len(record.versions) - 1),
        first.form_version,
    ]
