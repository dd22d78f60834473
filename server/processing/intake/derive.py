"""What is read out of a record's XML: answers, place, times, expected files, odd values.

Everything here can be done again from the XML at any time (``caunoi rebuild``) with equal results.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from server.model.records import Derived, Issue
from server.processing.forms.shelf import OnHand
from server.processing.photos.picture_facts import Place
from server.processing.records.evidence import judge
from server.processing.records.gather import evidence_of
from server.processing.records.issues import Code
from server.xforms.answers import key_of, project
from server.xforms.envelope import Envelope, encrypted_files
from server.xforms.record import Extra, RecordTree, read_record
from server.xforms.values import nfc, read_moment

log = logging.getLogger(__name__)

FORM_CLOSED = Issue(Code.FORM_CLOSED)

_MANY = 20  # of one kind of remark on a record: more help nobody
_LONGEST_NAME = 200  # a list shows fifty names at a time, and each is part of its page


def derive(
    envelope: Envelope,
    on_hand: OnHand,
    received_at: datetime,
    offices: tuple[Place, ...],
    *,
    closed: bool,
) -> Derived:
    """Never fails: a record that cannot be projected is kept without answers and flagged.

    ``offices`` are the places of the record's own (``office_places.places_of``). Whether the form
    was ``closed`` when it came, its XML does not say.
    """
    issues = list(_circumstances(on_hand, closed=closed))
    if envelope.encrypted:
        return _without_answers(envelope, encrypted_files(envelope.root), issues)
    try:
        return _read(envelope, on_hand, received_at, offices, issues)
    except Exception as trouble:
        # A projection must not cost a record its life; the class alone, since the rest is personal.
        log.error("record of %s not projected: %s", on_hand.entry.key.text, type(trouble).__name__)
        issues.append(Issue(Code.NOT_PROJECTED))
        return _without_answers(envelope, (), issues)


def _read(
    envelope: Envelope,
    on_hand: OnHand,
    received_at: datetime,
    offices: tuple[Place, ...],
    issues: list[Issue],
) -> Derived:
    tree = read_record(on_hand.form, envelope.root)
    answers = project(tree)
    issues += [Issue(Code.VALUE_ODD, key_of(path)) for path in answers.odd[:_MANY]]
    issues += [Issue(Code.ANSWER_UNKNOWN, _place(extra)) for extra in tree.extras[:_MANY]]
    derived = Derived(
        name=_name(envelope),
        answers=answers.values,
        expected=tree.files(),
        point=answers.first_point(),
        started_at=_moment(tree, "start"),
        ended_at=_moment(tree, "end"),
        issues=(),
    )
    remarks = judge(evidence_of(derived, received_at, offices=offices))
    return replace(derived, issues=(*issues, *remarks))


def _name(envelope: Envelope) -> str:
    """Never longer than a list can show; the XML keeps all of it."""
    return nfc(envelope.instance_name)[:_LONGEST_NAME]


def _place(extra: Extra) -> str:
    """As the form would name it; a stranger's names may be megabytes."""
    return key_of(tuple("/".join(extra.path)[:_LONGEST_NAME].split("/")))


def _without_answers(envelope: Envelope, expected: tuple[str, ...], issues: list[Issue]) -> Derived:
    return Derived(
        name=_name(envelope),
        answers={},
        expected=expected,
        point=None,
        started_at=None,
        ended_at=None,
        issues=tuple(issues),
    )


def _circumstances(on_hand: OnHand, *, closed: bool) -> list[Issue]:
    if not on_hand.known:
        return [Issue(Code.VERSION_UNKNOWN)]
    return [FORM_CLOSED] if closed else []


def _moment(tree: RecordTree, name: str) -> datetime | None:
    """``start`` and ``end`` are XLSForm's metadata questions, in the root of every form here."""
    for node in tree.children:
        if node.field.name == name and node.field.type == "dateTime":
            return read_moment(node.text)
    return None
