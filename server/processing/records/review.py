"""A case manager's judgement on a record."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from server.errors import NotUnderstood, RecordChanged
from server.errors.duties import RecordErased
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.people import Actor
from server.model.records import REVIEWER_STATES, Record, Review, ReviewState
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import later, moment_of
from server.processing.records.opened import stored_record
from server.processing.recovery.acts import said_of
from server.storage.stores import Stores

LONGEST_REASON = 4000  # the collaborator reads it on a phone


@dataclass(frozen=True, slots=True)
class Judgement:
    """``seen`` is the instance id of the version that the reviewer looked at."""

    state: str
    reason: str
    seen: str


def review(
    stores: Stores,
    scope: Scope,
    by: Actor,
    key: FormKey,
    instance_id: str,
    judgement: Judgement,
    at: datetime,
) -> Review:
    """Raises RecordUnknown, NotUnderstood (no reason given, or a book), or RecordChanged when the
    record is no longer what the reviewer saw."""
    state = _state(judgement)
    record = stored_record(stores, scope, key, instance_id)
    if record.erased is not None:
        raise RecordErased
    if record.current.instance_id != judgement.seen:
        raise RecordChanged
    at = later(at, max((each.at for each in record.reviews), default=None))
    act = Review(state, judgement.reason.strip(), by.id, by.name, at, seen=judgement.seen)
    day = day_of(moment_of(record.seq))
    # The day is counted anew by a follow-up, which the same write orders; a large day takes seconds
    # (docs/decisions/0004). Until then the lists already say what the reviewer did.
    seen = stores.counters.round_of(key, day)
    if not stores.submissions.add_review(scope, record, act):
        raise RecordChanged
    stores.counters.move(record, state, day, seen)
    _journal(stores, record, act)
    return act


def review_again(stores: Stores, body: bytes) -> Record | None:
    """An act out of the journal; the record that lacked it. It decides the record's state only when
    none came after it, neither another act nor an edit. Raises RecordUnknown."""
    said = json.loads(body)
    key = FormKey(said["project"], said["form_id"])
    record = stored_record(stores, WHOLE_HOUSE, key, said["instance_id"])
    at, state = datetime.fromisoformat(said["at"]), ReviewState(said["state"])
    if record.erased is not None:
        return None  # what was said of it is in the mark, but for the words
    act = Review(state, said["reason"], said["by"], said["by_name"], at, seen=said["seen"])
    if any(replace(each, seen=act.seen) == act for each in record.reviews):
        return None
    acts = sorted((*record.reviews, act), key=lambda each: each.at)
    is_last = acts[-1] == act and record.current.instance_id == act.seen
    if not stores.submissions.put_reviews(record, acts, state if is_last else record.review):
        raise RecordChanged
    return record


def journal_reviews(stores: Stores, record: Record) -> None:
    """What the journal lacks of them: whoever judged was told of a fault, or of nothing, when it
    broke off between the record and the journal."""
    for act in record.reviews:
        if act.seen:
            _journal(stores, record, act)


def _journal(stores: Stores, record: Record, act: Review) -> None:
    """Only what was taken: of two who judge at once one is told to look again."""
    if record.key.draft:
        return
    stores.journal.note("review", act.at, said_of(record, act))


def _state(judgement: Judgement) -> ReviewState:
    if judgement.state not in {each.value for each in REVIEWER_STATES}:
        raise NotUnderstood(
            why_vi="hãy chọn kết quả duyệt phiếu.", why_en="choose the result of the review."
        )
    state = ReviewState(judgement.state)
    if state is not ReviewState.APPROVED and not judgement.reason.strip():
        raise NotUnderstood(
            why_vi="hãy ghi lý do để cộng tác viên biết cần làm gì.",
            why_en="give a reason, so that the collaborator knows what to do.",
        )
    if len(judgement.reason) > LONGEST_REASON:
        raise NotUnderstood(
            why_vi=f"lý do quá dài (tối đa {LONGEST_REASON} ký tự).",
            why_en=f"the reason is too long ({LONGEST_REASON} characters at most).",
        )
    return state
