"""A draft is tried on a designer's own phone, then published as it is, or thrown away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from server.access.credentials import new_token
from server.access.verbs import Verb, may
from server.errors import FormUnknown, NotUnderstood
from server.model.calendar import day_of
from server.model.forms import FormEntry, FormKey, FormVersion
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.forms.changes import refuse_unreadable, what_will_change
from server.processing.forms.publish import Agree, Publication, Published, publish, publish_stored
from server.processing.forms.shelf import Shelf
from server.storage.stores import Stores

_LONGEST_NUMBER = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """What a designer hands in: a form, and files of which it may name some. ``form_id`` is the
    form's where a spreadsheet does not say."""

    file_name: str
    source: bytes
    files: dict[str, bytes]
    form_id: str = ""

    def publication(
        self, project: int, *, by: str, at: datetime, draft_token: str | None = None
    ) -> Publication:
        """For phones at once, or for a draft."""
        return Publication(
            project=project,
            file_name=self.file_name,
            source=self.source,
            media={},
            by=by,
            at=at,
            draft_token=draft_token,
            offered=self.files,
            form_id=self.form_id,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """How a draft is published: ``version`` is "" to leave its number as it is."""

    notes: str = ""
    version: str = ""


def save_draft(
    stores: Stores,
    shelf: Shelf,
    project: int,
    upload: Upload,
    *,
    by: str,
    at: datetime,
    agree: Agree | None = None,
) -> Published:
    """Store or replace the draft; phones at large do not see it, and its link stays the same.

    Raises FormUnreadable, and what ``agree`` does, before anything is stored.
    """
    publication = upload.publication(project, by=by, at=at, draft_token=new_token())
    published = publish(stores, publication, agree)
    shelf.forget()
    return published


def draft_version(stores: Stores, key: FormKey) -> tuple[FormEntry, FormVersion]:
    """The draft that there is now. Raises FormUnknown."""
    found = stores.forms.current(key)
    if found is None:
        raise FormUnknown(form_id=key.form_id)
    return found


def publish_draft(
    stores: Stores,
    shelf: Shelf,
    key: FormKey,
    decision: Decision,
    *,
    by: str,
    at: datetime,
) -> Published:
    """What was tried becomes what phones get, byte for byte unless it needs another number; the
    draft goes, and with it what was sent to try it.

    Raises FormUnknown, AnswersUnreadable, and VersionExists when the number is taken.
    """
    _, draft = draft_version(stores, key)
    number = _number(decision.version)
    published = publish_stored(
        stores,
        draft,
        {} if number in ("", draft.version) else {"version": number},
        by=by,
        at=at,
        notes=decision.notes.strip(),
        agree=keeps_answers(stores, shelf, at),
    )
    discard_draft(stores, shelf, key)
    return published


def _number(asked: str) -> str:
    """Raises NotUnderstood for what no XForm could hold as its version."""
    number = asked.strip()
    if len(number) > _LONGEST_NUMBER or not number.isprintable():
        raise NotUnderstood(
            why_vi=f"số phiên bản dài tối đa {_LONGEST_NUMBER} ký tự đọc được.",
            why_en=f"a version is a text of at most {_LONGEST_NUMBER} readable characters.",
        )
    return number


def keeps_answers(stores: Stores, shelf: Shelf, at: datetime) -> Agree:
    """For publishing: refuses what would make collected answers unreadable."""

    def agree(version: FormVersion) -> None:
        refuse_unreadable(what_will_change(stores, shelf, version, at))

    return agree


def discard_draft(stores: Stores, shelf: Shelf, key: FormKey) -> None:
    """Raises FormUnknown."""
    # The draft first: a test record that comes in just now finds it gone, or is cleared after it.
    gone = stores.drafts.erase(key)
    clear_test_records(stores, key)
    shelf.forget()
    if not gone:
        raise FormUnknown(form_id=key.form_id)


def outlived_its_draft(stores: Stores, key: FormKey) -> bool:
    """Whether a test record was stored when its draft had gone already: then it goes too."""
    if stores.forms.entry(key) is not None:
        return False
    clear_test_records(stores, key)
    return True


def end_links(stores: Stores, project: int, before: Actor) -> None:
    """Where somebody has just ceased to design forms, ``before`` as they were: a draft opens to
    whoever has its link, and they have seen the links of all."""
    now = stores.actors.by_id(before.id)
    if not may(before, Verb.PUBLISH_FORMS) or (now and may(now, Verb.PUBLISH_FORMS)):
        return
    for each in stores.forms.drafts(project):
        stores.drafts.set_link(each.key, new_token())


def reach_of_trials(designer: Scope) -> Scope:
    """A draft is no office's, and neither is what is sent to try it out: its phones have the
    draft's link and nothing else. Whoever may design forms sees all of it."""
    return replace(designer, reaches=WHOLE_HOUSE.reaches)


def clear_test_records(stores: Stores, key: FormKey) -> int:
    """Begin the trial anew; how many records went. Their photos go with the next sweep."""
    gone = stores.drafts.erase_records(WHOLE_HOUSE, key)
    stores.counters.clear(key)
    stores.looks.forget(key)
    return gone


def next_number(taken: Collection[str], at: datetime) -> str:
    """A version of the day that is free: ``2026112401``, as XLSForm recommends."""
    day = day_of(at).replace("-", "")
    return next(f"{day}{n:02}" for n in range(1, len(taken) + 2) if f"{day}{n:02}" not in taken)
