"""A case manager's judgement on a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.errors import NotUnderstood, RecordChanged, RecordUnknown
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.people import Actor
from server.model.records import REVIEWER_STATES, Review, ReviewState
from server.model.scope import Scope
from server.model.sequence import moment_of
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
    record = stores.submissions.find(scope, key, instance_id)
    if record is None:
        raise RecordUnknown
    if record.current.instance_id != judgement.seen:
        raise RecordChanged
    act = Review(state, judgement.reason.strip(), by.id, by.name, at)
    day = day_of(moment_of(record.seq))
    # The day is counted anew by a follow-up, which the same write orders; a large day takes seconds
    # (docs/decisions/0004). Until then the lists already say what the reviewer did.
    seen = stores.counters.round_of(key, day)
    if not stores.submissions.add_review(scope, record, act):
        raise RecordChanged
    stores.counters.move(record, state, day, seen)
    return act


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
