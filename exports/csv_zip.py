"""A form's records with repeats and files in one archive, in ODK Central's exact shape.

One folder holds all files, as on Central. Two records may hold different files of one name: the
first keeps it, a later one lies in a folder of its own record. So the file ``photo.jpg`` of a row
is ``media/<KEY without uuid:>/photo.jpg`` where that exists, and else ``media/photo.jpg``.

Files leave without the place that they may tell. Of which that is not sure, is said last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import chain, count
from typing import BinaryIO

from exports import audit
from exports.answers_csv import AnswersCsv
from exports.csv_text import csv_bytes
from exports.names import folded, safe_name
from exports.source import Opened, Options, Source, open_record
from exports.spool import Spool
from exports.zip_stream import ZipStream
from server.errors import PlaceStays
from server.model.records import Media, Record

_CHUNK = 256 * 1024
_DOUBTFUL_HEAD = ("file", "what")


def stream(source: Source, records: Iterable[Record], options: Options) -> Iterator[bytes]:
    with ExitStack() as spools:
        archive = ZipStream()
        answers = AnswersCsv(source, options, spools)
        files = _Files(source, spools) if options.attachments else None
        opened = _opened(source, records, files)
        name = safe_name(source.form_id, fallback="form")
        yield from archive.file(f"{name}.csv", source.at, answers.root(opened))
        yield from _repeats(archive, answers, source)
        if files is not None:
            yield from files.media(archive)
            yield from files.audits(archive, options)
            yield from files.doubtful(archive, options)
        yield from archive.end()


def _opened(source: Source, records: Iterable[Record], files: _Files | None) -> Iterator[Opened]:
    for record in records:
        opened = open_record(source, record)
        if files is not None:
            files.note(opened)
        yield opened


def _repeats(archive: ZipStream, answers: AnswersCsv, source: Source) -> Iterator[bytes]:
    """``<form>-<repeat>.csv``; where several repeats share a name, ``~1``, ``~2`` in form order."""
    names = [table.name for table in source.tables[1:]]
    numbers: Counter[str] = Counter()
    for name, table in answers.repeats():
        numbers[name] += 1
        ending = f"~{numbers[name]}" if names.count(name) > 1 else ""
        file = safe_name(f"{source.form_id}-{name}{ending}.csv")
        yield from archive.file(file, source.at, table)


class _Files:
    """The files that the exported records mention, noted while the records go by."""

    def __init__(self, source: Source, spools: ExitStack) -> None:
        self._source = source
        self._media = spools.enter_context(Spool())
        self._audits = spools.enter_context(Spool())
        self._doubtful = spools.enter_context(Spool())
        self._taken: dict[str, str] = {}

    def note(self, opened: Opened) -> None:
        for name, media in opened.exportable.items():
            if name == opened.audit:
                self._audits.add([opened.record.instance_id, media.sha256])
            elif place := self._place(opened.record.instance_id, media):
                self._media.add([place, media.sha256, str(media.size), media.at.isoformat()])
                if self._source.may_tell_place(media.type):
                    self._doubtful.add([place, "as it came"])

    def media(self, archive: ZipStream) -> Iterator[bytes]:
        # Photos are packed already.
        for name, sha256, size, at in self._media:
            try:
                opened = self._source.open_file(sha256)
            except PlaceStays:
                self._doubtful.add([name, "left out"])
                continue
            with opened as file:
                yield from archive.file(
                    name,
                    datetime.fromisoformat(at).astimezone(self._source.at.tzinfo),
                    _chunks(file),
                    size=int(size),
                    packed=False,
                )

    def audits(self, archive: ZipStream, options: Options) -> Iterator[bytes]:
        if self._audits:
            name = safe_name(f"{self._source.form_id} - audit.csv")
            table = csv_bytes(self._events(), safe=options.safe)
            yield from archive.file(name, self._source.at, table)

    def doubtful(self, archive: ZipStream, options: Options) -> Iterator[bytes]:
        """Which files may still tell a place, and which are not here because they would."""
        if self._doubtful:
            table = csv_bytes(chain([_DOUBTFUL_HEAD], self._doubtful), safe=options.safe)
            yield from archive.file("place-not-removed.csv", self._source.at, table)

    def _events(self) -> Iterator[list[str]]:
        yield list(audit.HEAD)
        for instance_id, sha256 in self._audits:
            with self._source.open_file(sha256) as file:
                yield from audit.events(instance_id, file)

    def _place(self, instance_id: str, media: Media) -> str | None:
        """Where the file goes, or None when it is there already."""
        for place in _places(instance_id, media.name):
            there = self._taken.get(folded(place))
            if there == media.sha256:
                return None
            if there is None:
                self._taken[folded(place)] = media.sha256
                return place
        return None


def _places(instance_id: str, label: str) -> Iterator[str]:
    name, own = safe_name(label), safe_name(instance_id.removeprefix("uuid:"), fallback="record")
    yield f"media/{name}"
    yield f"media/{own}/{name}"
    for number in count(2):
        yield f"media/{own}/{number}/{name}"


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
