"""A request as an entry of the access log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import unquote

from flask import g, request

from server.access.verbs import Verb
from server.errors import Unavailable
from server.model.audit import Act, Entry
from server.model.offices import within
from server.model.people import Actor, Sender
from server.model.scope import EVERYWHERE
from server.model.witness import Seen
from server.services import Services

# Parameters that name somebody, or what somebody sent.
PERSONAL = frozenset(("instance_id", "uuid", "aside_id", "approval_id"))
_NO_THINGS = frozenset(("form_id", "version_id", "instance_id", "aside_id"))
_SECRET = ("token", "password", "secret", "csrf")
_LONGEST, _LONGEST_WHY, _MOST_GIVEN = 100, 300, 16


def entry_of(
    house: Services,
    act: Act,
    actor: Actor | None,
    verb: Verb | None,
    seen: Seen,
    asked: dict[str, str] | None = None,
) -> Entry:
    given = _plain(request.view_args or {})
    things, shown = _things(act, seen, given)
    both = (*things, *shown)
    return Entry(
        at=house.clock(),
        act=act,
        who=_sender(actor),
        origin=request.remote_addr or "",
        verb=verb.value if verb else "",
        route=request.endpoint or "",
        things=tuple(things),
        shown=tuple(shown),
        count=len(shown),
        places=tuple(sorted({office for each in both for office in places_of(seen, each)})),
        given=given,
        asked=_plain(request.args) if asked is None else asked,
        why=unquote(request.headers.get("X-Action-Notes", ""))[:_LONGEST_WHY],
        above=_above(house, actor),
    )


def _things(act: Act, seen: Seen, given: dict[str, str]) -> tuple[list[str], list[str]]:
    """What was opened, and what else stood on the page."""
    whole, lines = list(seen.whole), list(seen.lines)
    # What a second person granted is done in their name.
    granted = "approval_id" in given
    if granted or act is Act.EXPORTED or (act is Act.LISTED and not lines):
        return whole, []
    if PERSONAL & given.keys() and whole:
        return whole[:1], [*whole[1:], *lines]
    named = [
        f"{name.removesuffix('_id')}:{value}"
        for name, value in given.items()
        if name.endswith("_id") and name not in _NO_THINGS
    ]
    return named, [*whole, *lines]


def places_of(seen: Seen, thing: str) -> Iterable[str]:
    found = seen.whole.get(thing) or seen.lines.get(thing) or ()
    return (each for each in found if each != EVERYWHERE)


def _plain(given: Mapping[str, object]) -> dict[str, str]:
    """No secrets, and nothing without bounds."""
    kept = [
        (name[:_LONGEST], str(value)[:_LONGEST])
        for name, value in given.items()
        if not any(each in name.lower() for each in _SECRET)
    ]
    return dict(kept[:_MOST_GIVEN])


def tried(house: Services) -> Actor | None:
    """Whose account it is that somebody tried; what is typed for a name may be a password and is
    not kept."""
    basic = request.authorization
    name = g.get("tried_as") or (basic.username if basic and basic.type == "basic" else None)
    with suppress(Unavailable):
        return house.stores.actors.by_email(name) if name else None
    return None


def _sender(actor: Actor | None) -> Sender | None:
    return Sender(actor.id, actor.name, actor.kind.value, actor.office) if actor else None


def _above(house: Services, actor: Actor | None) -> tuple[str, ...]:
    if actor is None or actor.office is None:
        return ()
    with suppress(Unavailable):
        return within(actor.office, house.shelf.offices())
    return (actor.office,)
