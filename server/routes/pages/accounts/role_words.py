"""What roles are called, and where somebody has them."""

from __future__ import annotations

from server.access.verbs import TABLE
from server.model.people import Actor, Grant
from server.model.scope import EVERYWHERE
from server.routes.allow import services
from server.routes.pages.words import gettext, reader


def role_title(role: str) -> str:
    return TABLE[role].title(reader()) if role in TABLE else role


def office_title(code: str) -> str:
    if code == EVERYWHERE:
        return gettext("All offices")
    office = services().shelf.offices().get(code)
    return office.label if office else code


def grant_words(grant: Grant) -> str:
    """``Cán bộ quản lý trường hợp, Văn phòng Hạ Long``."""
    return f"{role_title(grant.role)}, {office_title(grant.office)}"


def grants_words(actor: Actor) -> tuple[str, ...]:
    return tuple(grant_words(each) for each in actor.grants)


def phone_role_words(phone: Actor) -> str:
    """What a phone was connected as, and whose reading bounds it."""
    words = []
    for each in phone.grants:
        title = role_title(each.role)
        if each.under:
            others = ", ".join(map(role_title, each.under))
            title = gettext("%(role)s, no more than %(others)s reads", role=title, others=others)
        words.append(title)
    return "; ".join(words)
