"""Sessions and tokens as rows of a list, on one's own page and on that of somebody one manages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.model.people import Actor
from server.model.sessions import Session, SessionKind
from server.routes.allow import services
from server.routes.pages.words import ago, day_words, gettext, moment_words


@dataclass(frozen=True, slots=True)
class SessionRow:
    what: str
    address: str
    since: str
    last: str
    last_title: str
    until: str
    is_this: bool
    end_action: str


def session_rows(
    actor: Actor, kinds: tuple[SessionKind, ...], end_href: Callable[[str], str], this: str = ""
) -> tuple[SessionRow, ...]:
    """The one in use first, then by last use. ``end_href`` gives the address that ends one."""
    found = services().stores.sessions.of(actor.id, services().clock())
    wanted = [each for each in found if each.kind in kinds]
    wanted.sort(key=lambda each: (each.id != this, -each.used_at.timestamp()))
    return tuple(_row(each, end_href, this) for each in wanted)


def _row(session: Session, end_href: Callable[[str], str], this: str) -> SessionRow:
    return SessionRow(
        what=session.name or session.whence.client or gettext("Unknown program"),
        address=session.whence.address,
        since=moment_words(session.started_at),
        last=ago(session.used_at, services().clock()),
        last_title=moment_words(session.used_at),
        until=day_words(session.ends_at.date().isoformat()),
        is_this=session.id == this,
        end_action="" if session.id == this else end_href(session.id),
    )
