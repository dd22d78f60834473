"""One form, sent without a name by whoever was handed a code (docs/decisions/0028).

Of a code the house keeps its hash, and whether it was used. It is marked as used before its record
is taken in: whoever got no answer sends the same record again by it, and nobody another one.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from server.access.credentials import filling_mark, hash_token, new_code
from server.access.verbs import FEEDBACK_SENDER, TABLE, Verb, scope_for
from server.errors import FormUnknown, NotFound
from server.errors.sending import BatchUnknown, CodeOver
from server.model.feedback import CodeBatch
from server.model.forms import FormKey, FormState
from server.model.offices import within
from server.model.people import Actor, ActorKind, Grant, Sender
from server.model.scope import Scope
from server.processing.accounts.people import refuse_closed
from server.processing.filled_in import chosen_office, wrong
from server.processing.forms.shelf import OnHand, Shelf
from server.storage.stores import Stores
from server.xforms.envelope import Envelope

MOST_CODES = 200
MOST_DAYS = 365
USUAL_DAYS = 30
MOST_LISTED = 100
_NAME = "Phản hồi ẩn danh"
_ID = "feedback"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody fills in to get codes."""

    office: str
    count: str
    days: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A code in somebody's hand. ``scope`` is what it opens: one form, to be sent, in one
    office."""

    batch: CodeBatch
    code: str = field(repr=False)
    scope: Scope

    @property
    def sender(self) -> Sender:
        return Sender(_ID, _NAME, _ID, self.batch.office)

    @property
    def is_used(self) -> bool:
        return hash_token(self.code) in self.batch.used


# -- who makes them ------------------------------------------------------------------------------


def given_by_code(shelf: Shelf, project: int, scope: Scope) -> list[OnHand]:
    """The forms that somebody with this scope may make codes for."""
    forms = [each.forms or frozenset() for each in TABLE[FEEDBACK_SENDER].powers]
    return [
        each
        for each in shelf.published(project)
        if any(each.entry.key.form_id in those for those in forms)
        and scope.sees_form(each.entry.key.form_id)
        and _may_be_given(each)
    ]


def _may_be_given(on_hand: OnHand) -> bool:
    """Open, and showing nothing of the house: no register, no file."""
    return on_hand.entry.state is FormState.OPEN and reads_nothing(on_hand)


def reads_nothing(on_hand: OnHand) -> bool:
    form = on_hand.form
    return not (form.media or form.entities or on_hand.version.media)


def make_codes(
    stores: Stores, shelf: Shelf, scope: Scope, key: FormKey, asked: Asked, by: Actor, at: datetime
) -> tuple[CodeBatch, tuple[str, ...]]:
    """The codes are in nobody's hands but the caller's: they are shown once. Raises OfficeUnknown,
    OfficeClosed, and NotUnderstood for how many and for how long."""
    chosen_office(asked.office, shelf.offices(), scope.on(key.form_id))
    refuse_closed(shelf, asked.office, at)
    count = _number(asked.count, "count", MOST_CODES)
    days = _number(asked.days, "days", MOST_DAYS)
    codes = tuple(new_code() for _ in range(count))
    batch = CodeBatch(
        id=uuid.uuid4().hex,
        key=key,
        office=asked.office,
        by=by.id,
        by_name=by.name,
        at=at,
        ends_at=at + timedelta(days=days),
        codes=tuple(map(hash_token, codes)),
        used={},
    )
    stores.feedback_codes.add(batch)
    return batch, codes


def _number(typed: str, name: str, most: int) -> int:
    bare = typed.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) < 5 and 1 <= int(bare) <= most):
        raise wrong(name, f"hãy ghi một số từ 1 đến {most}.", f"a number from 1 to {most}.")
    return int(bare)


def batches_of(stores: Stores, shelf: Shelf, scope: Scope, key: FormKey) -> Sequence[CodeBatch]:
    """The newest of this scope."""
    own = (each for each in stores.feedback_codes.of_form(key) if _sees(shelf, scope, each))
    return list(islice(own, MOST_LISTED))


def revoke_codes(
    stores: Stores, shelf: Shelf, scope: Scope, key: FormKey, id: str, by: Actor, at: datetime
) -> None:
    """Raises BatchUnknown, out of scope too."""
    batch = stores.feedback_codes.find(id)
    if batch is None or batch.key != key or not _sees(shelf, scope, batch):
        raise BatchUnknown
    stores.feedback_codes.revoke(batch, by.id, at)


def _sees(shelf: Shelf, scope: Scope, batch: CodeBatch) -> bool:
    return scope.sees(within(batch.office, shelf.offices()), batch.key.form_id)


# -- who has one ---------------------------------------------------------------------------------


def is_known(stores: Stores, code: str) -> bool:
    """Also one that is over: whoever has it did not guess."""
    return stores.feedback_codes.of_code(hash_token(code)) is not None


def slip_of(stores: Stores, shelf: Shelf, code: str, now: datetime) -> Slip:
    """Raises CodeOver, whatever is wrong with it: which codes there were is nobody's business."""
    batch = stores.feedback_codes.of_code(hash_token(code))
    if batch is None or not batch.is_open(now) or batch.office not in shelf.offices():
        raise CodeOver
    holder = Actor(_ID, ActorKind.PHONE, _NAME, (Grant(FEEDBACK_SENDER, batch.office),))
    return Slip(batch, code, scope_for(holder, Verb.SEND_FEEDBACK).on(batch.key.form_id))


def questions_of(shelf: Shelf, slip: Slip) -> OnHand:
    """Raises CodeOver for a code that was used, and where the form is not given out any more."""
    try:
        on_hand = shelf.current(slip.batch.key)
    except FormUnknown:
        raise CodeOver from None
    if slip.is_used or not _may_be_given(on_hand):
        raise CodeOver
    return on_hand


def use_slip(
    stores: Stores, shelf: Shelf, slip: Slip, filling: str, envelope: Envelope, at: datetime
) -> None:
    """Before its record is taken in. ``filling`` is what the browser alone knows of what is being
    filled in. Raises CodeOver where the code was used for another record."""
    batch, code_hash = slip.batch, hash_token(slip.code)
    try:
        on_hand = shelf.on_hand(batch.key, envelope.version)
    except NotFound:
        raise CodeOver from None
    if not reads_nothing(on_hand):
        raise CodeOver
    mark = filling_mark(slip.code, filling, envelope.instance_id)
    if not stores.feedback_codes.use(batch, code_hash, mark, at):
        raise CodeOver
