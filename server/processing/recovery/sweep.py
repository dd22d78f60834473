"""Files that nothing points to: a crash between a photo and its record leaves some (DESIGN §4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.sequence import LAST_SEQ
from server.storage.stores import Stores

GRACE = timedelta(days=1)


def sweep(stores: Stores, project: int, at: datetime) -> int:
    """Remove orphans older than a day; how many went."""
    # First the list of the old files, then what is pointed to: the other way round, a file that is
    # taken up again in between would look like an orphan.
    old = list(stores.blobs.older_than(at - GRACE))
    kept = pointed_to(stores, project)
    return sum(
        stores.blobs.remove(sha256, last_use) for sha256, last_use in old if sha256 not in kept
    )


def pointed_to(stores: Stores, project: int) -> set[str]:
    """All files that anything has."""
    kept = set(stores.aside.blobs())
    for entry in stores.forms.all(project):
        kept |= _of_form(stores, entry.key)
    return kept


def _of_form(stores: Stores, key: FormKey) -> set[str]:
    kept: set[str] = set()
    for version in stores.forms.versions(key):
        kept.update(each.sha256 for each in version.media)
        if version.xlsx_sha256:
            kept.add(version.xlsx_sha256)
    # Also of records whose place lies ahead: the clock may have been wrong when they came.
    for record in stores.submissions.files(key, Filters(top=LAST_SEQ)):
        kept |= record
    return kept
