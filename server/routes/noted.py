"""What a request becomes in the access log. ``server.routes.allow`` calls this around every view;
a view itself says only what nobody else can know: what stood in its list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import (
    CauNoiError,
    Forbidden,
    NotFound,
    TokenRefused,
    TooManyTries,
    WrongPassword,
)
from server.errors.two_people import AskerMayNotGrant, TakesTwo
from server.model.audit import Act, Entry
from server.model.people import Actor
from server.model.records import RecordLine
from server.model.scope import EVERYWHERE
from server.model.witness import Seen, eyes, saw_line
from server.routes.audit_entry import PERSONAL, entry_of, places_of, tried
from server.services import Services

# Reading what these allow says nothing about anybody: questionnaires and their versions.
_ABOUT_FORMS = (Verb.FETCH_FORMS, Verb.PUBLISH_FORMS)


def act_of(
    verb: Verb | None, declared: Act | None, method: str, names: Iterable[str]
) -> Act | None:
    """What a request by this method is in the log; None for nothing. A new route is noted without
    saying anything."""
    if declared is not None:
        return declared
    # What was sent stands in the record itself, with who sent it.
    if verb is Verb.SEND_RECORDS:
        return None
    if verb is Verb.EXPORT_RECORDS:
        return Act.EXPORTED
    if method not in ("GET", "HEAD"):
        return Act.CHANGED
    if PERSONAL.intersection(names):
        return Act.READ
    return None if verb is None or verb in _ABOUT_FORMS else Act.LISTED


# -- what views say --------------------------------------------------------------------------------


def showed(lines: Iterable[RecordLine]) -> None:
    """These stand in the list that is answered."""
    for each in lines:
        saw_line(_thing(each), each.within)


def watched(lines: Iterable[RecordLine]) -> Iterator[RecordLine]:
    """The same for a list that is answered while it is read."""
    reader = eyes()

    def through() -> Iterator[RecordLine]:
        for each in lines:
            if reader is not None:
                reader.saw_line(_thing(each), each.within)
            yield each

    return through()


def handed_over(what: str, fingerprint: str) -> None:
    """A list of people went to a phone or a browser as a file."""
    g.handed_over = (what, fingerprint)


def tried_as(name: str) -> None:
    """Whoever signs in says to be this one."""
    g.tried_as = name


# -- what the guard says ---------------------------------------------------------------------------


def note_answer(
    house: Services,
    act: Act | None,
    actor: Actor | None,
    verb: Verb | None,
    seen: Seen,
    answer: ResponseReturnValue,
    *,
    beside: bool,
) -> ResponseReturnValue:
    """Called when the answer is made and before a byte of it leaves. Raises DatabaseDown where
    somebody would read what nobody noted."""
    if "handed_over" in g:
        _note_list(house, actor, verb)
        return answer
    if act is None:
        return answer
    status = _status(answer)
    if act is Act.SIGNED_IN:
        _note_sign_in(house, status)
        return answer
    if act is Act.CHANGED and status < 400:
        house.noting.note_what_happened(entry_of(house, act, actor, verb, seen))
        return answer
    if 300 <= status < 400 and status != 304 and act in (Act.READ, Act.LISTED):
        return answer  # only the way to something
    if act is Act.CHANGED:
        if not seen.whole and not seen.lines:
            return answer
        act = Act.READ  # it was not done, and the page shows what it was about
    if act is Act.EXPORTED:
        house.noting.note(entry_of(house, act, actor, verb, seen))
        return _note_rest(house, act, actor, verb, seen, answer)
    _note_look(house, act, actor, verb, seen, beside=beside)
    return _note_rest(house, act, actor, verb, seen, answer)


def note_refusal(
    house: Services, act: Act | None, actor: Actor | None, verb: Verb | None, refused: CauNoiError
) -> None:
    """Who tried what they may not, or guessed."""
    names = request.view_args or {}
    looks_for_somebody = act is not None and bool(PERSONAL & names.keys())
    if isinstance(refused, WrongPassword | TooManyTries):
        entry = entry_of(house, Act.SIGN_IN_FAILED, tried(house), verb, Seen())
    elif isinstance(refused, Forbidden) and request.path == "/":
        return  # whoever reads no records begins on another page
    elif isinstance(refused, Forbidden | TokenRefused | TakesTwo | AskerMayNotGrant) or (
        isinstance(refused, NotFound) and actor is not None and looks_for_somebody
    ):
        entry = entry_of(house, Act.REFUSED, actor, verb, Seen())
    else:
        return
    house.noting.note_refusal((entry.act, entry.who_id or entry.origin), entry)


def _note_look(
    house: Services,
    act: Act,
    actor: Actor | None,
    verb: Verb | None,
    seen: Seen,
    *,
    beside: bool,
) -> None:
    entry = entry_of(house, act, actor, verb, seen)
    who = entry.who_id
    things = [(who, each) for each in entry.things]
    if beside and things and all(map(house.noting.has_looked, things)):
        return
    look = (who, entry.origin, entry.route, str(entry.given), str(entry.asked), str(entry.shown))
    if not house.noting.has_looked(look):
        house.noting.note(entry)
    house.noting.looked(look, *things)


def _note_list(house: Services, actor: Actor | None, verb: Verb | None) -> None:
    what, fingerprint = g.handed_over
    seen = Seen(whole={what: (EVERYWHERE,)})
    entry = entry_of(house, Act.LISTED, actor, verb, seen, asked={"md5": fingerprint})
    look = (entry.who_id, what, fingerprint)
    if not house.noting.has_looked(look):
        house.noting.note(entry)
        house.noting.looked(look)


def _note_sign_in(house: Services, status: int) -> None:
    actor: Actor | None = g.get("actor")
    if status < 400:
        if actor is not None:  # else a second factor is still to come
            house.noting.note_what_happened(entry_of(house, Act.SIGNED_IN, actor, None, Seen()))
        return
    entry = entry_of(house, Act.SIGN_IN_FAILED, tried(house), None, Seen())
    house.noting.note_refusal((entry.act, entry.who_id or entry.origin), entry)


def _note_rest(
    house: Services,
    act: Act,
    actor: Actor | None,
    verb: Verb | None,
    seen: Seen,
    answer: ResponseReturnValue,
) -> ResponseReturnValue:
    """What a stream gives away behind its beginning is noted in parts: while it goes, without the
    log no further byte; and at its end."""
    if not isinstance(answer, Response) or not answer.is_streamed or answer.direct_passthrough:
        return answer
    frame = entry_of(house, act, actor, verb, Seen())
    seen.forget()  # noted by now

    def hand_over() -> None:
        house.noting.note(_part(frame, seen))
        seen.forget()

    def end() -> None:
        if seen.whole or seen.lines:
            house.noting.note_what_happened(_part(frame, seen))

    seen.hand_over = hand_over
    answer.call_on_close(end)
    return answer


def _part(frame: Entry, seen: Seen) -> Entry:
    things = tuple((*seen.whole, *seen.lines))
    places = {office for each in things for office in places_of(seen, each)}
    part = replace(frame, count=len(things), places=tuple(sorted(places)))
    if frame.act is Act.EXPORTED:
        return replace(part, things=things)
    return replace(part, shown=things)


def _thing(line: RecordLine) -> str:
    return f"{line.key.text}/{line.instance_id}"


def _status(answer: ResponseReturnValue) -> int:
    if isinstance(answer, Response):
        return answer.status_code
    if isinstance(answer, tuple) and len(answer) > 1 and isinstance(answer[1], int):
        return answer[1]
    return 200
