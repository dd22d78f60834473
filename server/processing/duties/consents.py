"""Who consented to what, read out of the records themselves: nothing is kept beside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice

from server.model.consents import Consent, asks_consent, consent_of
from server.model.entities import Entity, Origin
from server.model.filters import Filters
from server.model.forms import FormEntry, FormKey
from server.model.records import Record
from server.model.scope import Scope
from server.model.withholding import RECORDS
from server.processing.forms.shelf import Shelf
from server.processing.records.reading import reading_of
from server.processing.registers.entity_orders import record_of
from server.storage.stores import Stores

PAGE = 30
# How many records a page looks through for what is rare; the next page goes on behind them.
_MOST_READ = 10 * PAGE


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says. ``kept_back``: withdrawn since."""

    record: Record
    consent: Consent
    kept_back: bool


@dataclass(frozen=True, slots=True)
class Page:
    """``before`` is the ``seq`` at which the next page begins, None at the end."""

    said: Sequence[Said]
    before: int | None


def forms_with_consent(shelf: Shelf, project: int) -> Sequence[FormEntry]:
    """Those whose current version asks for it."""
    return [
        each.entry
        for each in shelf.published(project)
        if asks_consent(field.name for field in each.form.walk())
    ]


def consents_of(
    stores: Stores, shelf: Shelf, scope: Scope, entity: Entity, forms: Collection[FormKey]
) -> Sequence[Said]:
    """What the records say that have a say in this entry, of these forms and as far as the reader
    may read them; the newest PAGE of them, newest first."""
    newest = sorted(entity.contributions, key=lambda one: one.at, reverse=True)
    sources = (record_of(each.source) for each in newest if each.origin is Origin.RECORD)
    kept_back = cache(partial(stores.withheld.ids, RECORDS))
    found: list[Said] = []
    for key, instance_id in sources:
        stored = stores.submissions.find(scope, key, instance_id) if key in forms else None
        if stored is None:
            continue
        record = reading_of(shelf, scope, key).record(stored)
        consent = consent_of(record.derived.answers)
        if consent is not None:
            found.append(Said(record, consent, instance_id in kept_back(key.text)))
        if len(found) == PAGE:
            break
    return found


def consents(
    stores: Stores,
    shelf: Shelf,
    scope: Scope,
    key: FormKey,
    filters: Filters,
    *,
    given: bool | None,
) -> Page:
    """Newest first: with consent, without (an emergency, a duty), or both for None."""
    kept_back = stores.withheld.ids(RECORDS, key.text)
    found: list[Said] = []
    read, last = 0, filters.top
    reading = reading_of(shelf, scope, key)
    whole = islice(stores.submissions.records(scope, key, filters), _MOST_READ)
    for record in map(reading.record, whole):
        read, last = read + 1, record.seq
        consent = consent_of(record.derived.answers)
        if consent is not None and given in (None, consent.given):
            found.append(Said(record, consent, record.instance_id in kept_back))
        if len(found) == PAGE:
            return Page(found, last)
    return Page(found, last if read == _MOST_READ else None)
