"""From a form and its records to a file's bytes: what the commands and the pages share.

It stands above both rooms: storage gives rows, ``exports`` turns rows into bytes, and neither knows
the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from exports.formats import EVERY_FORMAT, WITHOUT_NAMES
from exports.names import safe_name
from exports.source import Options, Source
from server.errors import TypefaceMissing
from server.model.calendar import ZONE
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.offices import Office, clusters_of, name_of, names_in_answers
from server.model.records import Record
from server.model.scope import Scope
from server.model.withholding import RECORDS
from server.processing.forms.papers import paper_of
from server.processing.photos.shared_picture import may_tell_place, open_shared
from server.processing.records.reading import reading_of
from server.services import Services
from server.xforms.envelope import read_envelope
from server.xforms.form import Form
from server.xforms.levels import Level, Levels
from server.xforms.people_named import PeopleNamed
from server.xforms.place_questions import place_questions
from server.xforms.recognising import said_who
from server.xforms.tables import tables_of

# Made with the web assets, of the typeface of the pages.
_TYPEFACE = Path(__file__).parent / "static" / "dist" / "fonts"


@dataclass(frozen=True, slots=True)
class Export:
    """A file on its way: ``pieces`` asks the database as it goes."""

    file_name: str
    media_type: str
    pieces: Iterator[bytes]


def export(
    house: Services,
    scope: Scope,
    key: FormKey,
    kind: str,
    filters: Filters,
    options: Options,
    seen: Callable[[int], None] = lambda _: None,
) -> Export:
    """``kind`` is a key of ``EVERY_FORMAT``. Raises FormUnknown before the first byte.

    ``seen`` hears how many records are done.
    """
    form = EVERY_FORMAT[kind]
    by_version = {each.version.version: each.form for each in house.shelf.all_versions(key)}
    newest = house.shelf.current(key).form
    reading = reading_of(house.shelf, scope, key)
    tables = tables_of([*by_version.values()])
    offices = house.shelf.offices()
    source = Source(
        form_id=key.form_id,
        tables=tables,
        form_of=lambda version: by_version.get(version, newest),
        open_file=lambda sha256: open_shared(house.stores.blobs.open(sha256)),
        may_tell_place=may_tell_place,
        at=house.clock().astimezone(ZONE),
        hidden=reading.hidden(each.path for table in tables for each in table.columns),
        office_of=lambda record: name_of(record.office, offices),
    )
    kept_back = house.stores.withheld.ids(RECORDS, key.text)
    found = house.stores.submissions.records(scope, key, filters)
    shared: Iterator[Record] = (each for each in found if each.instance_id not in kept_back)
    if kind == WITHOUT_NAMES:
        about = _About(by_version, newest, _registers_of_people(house, key.project))
        source = _unnamed(source, [*by_version.values()], reading.levels, offices, about)
        shared = about.noting(shared)
    records = _counted(map(reading.record, shared), seen)
    return Export(
        form.file_name(key.form_id, options), form.media_type, form.stream(source, records, options)
    )


def questionnaire(house: Services, key: FormKey, version: str | None, language: str) -> Export:
    """A version of a form to print, the current one for None.

    Raises FormUnknown, VersionUnknown and TypefaceMissing.
    """
    # Only whoever prints waits the third of a second that the PDF library takes to load.
    from exports.paper_pdf import paper_pdf

    paper = paper_of(house.shelf, key, version, language)
    if not _TYPEFACE.is_dir():
        raise TypefaceMissing
    name = safe_name(f"{paper.form_id}-{paper.version}-{paper.language}.pdf")
    return Export(name, "application/pdf", iter([paper_pdf(paper, _TYPEFACE)]))


def _unnamed(
    source: Source,
    forms: Sequence[Form],
    levels: Levels,
    offices: Mapping[str, Office],
    about: _About,
) -> Source:
    """With what only an export without names asks. ``forms`` are the newest first."""
    clusters = clusters_of(offices)
    paths = (each.path for table in source.tables for each in table.columns)
    return replace(
        source,
        special=frozenset(each for each in paths if levels.of(each) >= Level.SPECIAL),
        places=names_in_answers(offices),
        of_places=place_questions(forms),
        says_who=said_who(forms),
        cluster_of=lambda record: clusters.get(record.within[-1], ""),
        people_of=about.of,
    )


class _About:
    """Whom records on their way are about, found before anything in them is hidden: who reads less
    would else get one child's five visits for five children."""

    def __init__(self, forms: Mapping[str, Form], newest: Form, registers: Collection[str]) -> None:
        self._named = {each: PeopleNamed(form, registers) for each, form in forms.items()}
        self._in_others = PeopleNamed(newest, registers)
        self._passing: dict[str, Record] = {}

    def noting(self, records: Iterator[Record]) -> Iterator[Record]:
        for each in records:
            self._passing[each.instance_id] = each
            yield each

    def of(self, record: Record) -> Sequence[str]:
        current = self._passing.pop(record.instance_id).current
        named = self._named.get(current.form_version, self._in_others)
        return named.of(read_envelope(current.xml).root)


def _registers_of_people(house: Services, project: int) -> frozenset[str]:
    """All but those of offices and of teams."""
    listed = house.stores.entity_lists.all(project)
    others = {each.key.name for each in listed if each.offices or each.members}
    return frozenset(house.registers.columns(project)) - others


def _counted(records: Iterator[Record], seen: Callable[[int], None]) -> Iterator[Record]:
    for number, record in enumerate(records, start=1):
        yield record
        seen(number)
