"""The link by which somebody chooses a password: its address, and the letter that brings it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import force_locale

from server.mailing import Letter
from server.model.links import LinkKind
from server.model.people import Actor
from server.routes.allow import services
from server.routes.pages.accounts.reach import root
from server.routes.pages.words import centre_name, gettext, moment_words


@dataclass(frozen=True, slots=True)
class SentLink:
    """``mailed`` is None where the house has no mail server."""

    name: str
    email: str
    href: str
    until: str
    mailed: bool | None


def send_link(person: Actor, token: str, kind: LinkKind) -> SentLink:
    """By mail where there is a mail server; shown in any case, to be passed on by hand.

    A letter's link leads to the address of the settings: what a request says of its host may be
    anybody's. The page shows the one by which it was asked for itself.
    """
    house, path = services(), url_for("invitation.form", link_token=token)
    until = moment_words(house.clock() + kind.lasts)
    mailed = None
    if house.mailer:
        there = f"{house.config.public_url}{path}"
        mailed = house.mailer.send(_letter(person, there, until, kind))
    return SentLink(person.name, person.email or "", f"{root()}{path}", until, mailed)


def _letter(person: Actor, href: str, until: str, kind: LinkKind) -> Letter:
    """In the language of whoever gets it."""
    with force_locale(person.language):
        facts = {"name": person.name, "centre": centre_name(), "href": href, "until": until}
        if kind is LinkKind.INVITATION:
            subject = gettext("Your account at %(centre)s", centre=centre_name())
            text = gettext(
                "Dear %(name)s,\n\nan account was made for you at %(centre)s. Open this link and "
                "choose a password:\n\n%(href)s\n\nIt works once, until %(until)s.\n",
                **facts,
            )
        else:
            subject = gettext("A new password at %(centre)s", centre=centre_name())
            text = gettext(
                "Dear %(name)s,\n\na new password was asked for at %(centre)s. Open this link and "
                "choose it:\n\n%(href)s\n\nIt works once, until %(until)s. If you asked for none, "
                "tell your administrator; your password stays as it is.\n",
                **facts,
            )
    return Letter(person.email or "", subject, text)
