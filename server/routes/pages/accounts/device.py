"""A browser in which somebody signed in before: strangers' wrong tries do not make it wait.

It keeps a cookie for each of a few people, which says to nobody whose it is (OWASP calls them
device cookies).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

_COOKIE = "caunoi-known"
_SECONDS = 180 * 24 * 3600
_MOST = 5
_BETWEEN = "~"


def device_of(email: str) -> str:
    """Its name, where this person signed in here before; else ""."""
    return next((name for _, name in _own(email)), "")


def remember_device(answer: Response, email: str) -> None:
    own = {entry for entry, _ in _own(email)}
    others = [each for each in _entries() if each not in own][: _MOST - 1]
    fresh = _signs(email).dumps(device_of(email) or secrets.token_urlsafe(12))
    answer.set_cookie(
        _COOKIE,
        _BETWEEN.join([str(fresh), *others]),
        max_age=_SECONDS,
        path="/sign-in",
        httponly=True,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        samesite="Lax",
    )


def _own(email: str) -> Iterator[tuple[str, str]]:
    for entry in _entries():
        try:
            yield entry, str(_signs(email).loads(entry, max_age=_SECONDS))
        except BadSignature:
            continue


def _entries() -> list[str]:
    return request.cookies.get(_COOKIE, "").split(_BETWEEN)[:_MOST]


def _signs(email: str) -> URLSafeTimedSerializer:
    who = email.strip().lower()
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"device of {who}")
