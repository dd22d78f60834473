"""Pages of people and of phones: those who have access, or whose access has ended, or whom somebody
looks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request, url_for

from server.model.name_search import asked_words
from server.model.office_search import found_by
from server.model.people import Actor, ActorKind, ActorList
from server.routes.allow import Caller, services
from server.routes.pages.finding import Finding, typed_words
from server.routes.pages.ways import address

PAGE = 50
# Words that more offices have say nothing about one.
_MOST_OFFICES = 50


@dataclass(frozen=True, slots=True)
class ActorPage:
    """``more_href`` or, of what was looked for, ``more_fields``, lead on; empty when these were
    all. ``others_href`` leads to those whose access has ended, or back."""

    listed: ActorList
    actors: tuple[Actor, ...]
    find: Finding
    more_href: str
    more_fields: Mapping[str, str]
    others_href: str


def actor_page(
    caller: Caller, kind: ActorKind, endpoint: str, find_endpoint: str, *, by_office: bool
) -> ActorPage:
    typed = typed_words()
    ended = request.values.get("ended", "") == "1"
    listed = ActorList(
        kind, ended, asked_words(typed), _offices(caller, typed) if by_office else ()
    )
    after = request.values.get("after", "")
    found = services().stores.actors.page(caller.scope, listed, after, PAGE + 1)
    shown, kept = tuple(found[:PAGE]), {"ended": "1"} if ended else {}
    on = {**kept, "after": shown[-1].id} if len(found) > PAGE else {}
    return ActorPage(
        listed=listed,
        actors=shown,
        find=Finding(url_for(find_endpoint), typed, kept, address(endpoint, **kept)),
        more_href=address(endpoint, **on) if on and not typed else "",
        more_fields={"q": typed, **on} if on and typed else {},
        others_href=url_for(endpoint) if ended else url_for(endpoint, ended=1),
    )


def _offices(caller: Caller, typed: str) -> tuple[str, ...]:
    found = found_by(typed, services().shelf.offices(), caller.scope) if typed else ()
    return tuple(each.code for each in found) if len(found) <= _MOST_OFFICES else ()
