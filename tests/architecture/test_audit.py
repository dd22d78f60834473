"""A route is in the access log unless it says nothing about anybody, or why it is not."""

from __future__ import annotations

from flask import Flask

from server.access.verbs import Verb
from server.model.audit import Act
from server.routes.access_table import lines
from server.routes.allow import By
from server.routes.audit_entry import PERSONAL

# Questionnaires, and what was sent: the record itself says who sent it.
_SAYS_NOTHING = (None, Verb.FETCH_FORMS, Verb.PUBLISH_FORMS, Verb.SEND_RECORDS)


def test_every_route_about_people_is_noted_or_says_why_not(app: Flask) -> None:
    unnoted = {
        f"{each.method} {each.path}"
        for each in lines(app)
        if each.rule.act_by(each.method, each.names) is None
        and not each.rule.quiet
        and each.rule.by not in (By.ANYONE, By.DRAFT)
        and (each.rule.verb not in _SAYS_NOTHING or PERSONAL & set(each.names))
    }
    assert unnoted == set()


def test_whatever_changes_something_is_noted(app: Flask) -> None:
    unnoted = {
        each.endpoint
        for each in lines(app)
        if each.method not in ("GET", "HEAD")
        and each.rule.verb not in (Verb.SEND_RECORDS, Verb.SEND_FEEDBACK)
        and each.rule.act_by(each.method, each.names) is None
    }
    # A test record of a draft; the language of a page.
    assert {each for each in unnoted if not each.startswith("openrosa.")} == {"language.switch"}


def test_signing_in_is_noted(app: Flask) -> None:
    noted = {each.endpoint for each in lines(app) if each.rule.act is Act.SIGNED_IN}
    assert noted == {
        "sign_in.enter",
        "sign_in.confirm",
        "oidc.back",
        "api_sessions.begin",
    }
