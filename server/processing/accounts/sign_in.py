"""Who is there? Tokens of phones, passwords, sessions of people and programs.

Looking a token up costs a database round trip and a password 28 ms, on every request of every
phone; both answers are remembered for a few seconds. An ended phone's connection ends within that
time; a person's at once, since the account is looked up each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from cachetools import TTLCache

from server.access.credentials import hash_token, looks_like_token, new_token, password_fits
from server.errors import NotSignedIn, TokenRefused, WrongPassword
from server.errors.sign_in import SecondFactorNeeded
from server.model.people import Actor, ActorKind
from server.model.sessions import Session, SessionKind, Whence, public_id
from server.processing.accounts.guesses import Guesses
from server.storage.stores import Stores

_TOKEN_SECONDS = 3
_PASSWORD_SECONDS = 60
SESSION = timedelta(hours=12)
HALFWAY = timedelta(minutes=10)
TOKEN = timedelta(days=365)
_SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that has just begun. Its token is said once; only the hash is kept."""

    token: str
    at: datetime
    ends_at: datetime


class Door:
    """One per process; safe for its threads."""

    def __init__(self, stores: Stores, clock: Callable[[], datetime]) -> None:
        self._stores, self._clock = stores, clock
        self._guesses = Guesses(stores, clock)
        self._lock = Lock()
        self._tokens: TTLCache[str, Actor] = TTLCache(4096, _TOKEN_SECONDS)
        self._passwords: TTLCache[str, str] = TTLCache(4096, _PASSWORD_SECONDS)

    def phone(self, token: str, app: str = "") -> Actor:
        """Who carries this token; ``app`` is the version it comes with, "" for unknown. Raises
        TokenRefused."""
        if not looks_like_token(token):
            raise TokenRefused
        hashed = hash_token(token)
        with self._lock:
            actor = self._tokens.get(hashed)
        if actor is None:
            actor = self._stores.actors.by_token(hashed)
            if actor is None or not actor.active:
                raise TokenRefused
            actor = self._seen(actor, app)
            with self._lock:
                self._tokens[hashed] = actor
        return actor

    def password(self, email: str, password: str, whence: Whence, device: str = "") -> Actor:
        """Who signs in so; ``device`` names one on which they were signed in before.

        Raises WrongPassword, or TooManyTries.
        """
        who = email.strip().lower()
        attempt = self._guesses.begin("password", who, whence.address, device)
        actor = self._stores.actors.by_email(who)
        fits = actor is not None and self._remembered(actor, password)
        if not fits:
            fits = password_fits(password, actor.password_hash if actor else None)
        if actor is None or not fits or not actor.active or actor.kind is not ActorKind.PERSON:
            self._guesses.was_wrong(attempt)
            raise WrongPassword
        self._guesses.was_right(attempt)
        with self._lock:
            self._passwords[actor.id] = self._mark(actor, password)
        return actor

    def confirm(self, person: Actor, password: str) -> None:
        """That it is they who sit there, before a change to the account. Raises WrongPassword, or
        TooManyTries."""
        attempt = self._guesses.begin("password", person.email or "", "", device=person.id)
        if not password_fits(password, person.password_hash):
            self._guesses.was_wrong(attempt)
            raise WrongPassword
        self._guesses.was_right(attempt)

    def program(self, email: str, password: str, whence: Whence) -> tuple[Actor, str]:
        """Who a program signs in for, with the password or a token in its place, and the id of that
        token or "". Raises SecondFactorNeeded where the password alone does not do."""
        if looks_like_token(password) and (found := self._token_of(email, password)):
            return found
        actor = self.password(email, password, whence)
        if actor.second_factor is not None:
            raise SecondFactorNeeded
        return actor, ""

    def open_session(
        self,
        actor: Actor,
        whence: Whence,
        kind: SessionKind = SessionKind.PAGES,
        *,
        name: str = "",
        parent: str = "",
    ) -> Opened:
        now = self._clock()
        lasts = {SessionKind.HALFWAY: HALFWAY, SessionKind.TOKEN: TOKEN}.get(kind, SESSION)
        opened = Opened(new_token(), now, now + lasts)
        hashed = hash_token(opened.token)
        session = Session(
            public_id(hashed), actor.id, kind, whence, now, opened.ends_at, now, name, parent
        )
        self._stores.sessions.start(hashed, session)
        return opened

    def session(self, token: str) -> Actor:
        """Who has this session. Raises NotSignedIn when it is over."""
        return self._holder(token, halfway=False)

    def halfway(self, token: str) -> Actor:
        """Whose password was right, before the second factor. Raises NotSignedIn."""
        return self._holder(token, halfway=True)

    def close_session(self, token: str) -> None:
        self._stores.sessions.end(hash_token(token))

    def forget(self, actor_id: str) -> None:
        """After this process itself has ended somebody's access."""
        with self._lock:
            self._passwords.pop(actor_id, None)
            for hashed in [key for key, actor in self._tokens.items() if actor.id == actor_id]:
                del self._tokens[hashed]

    def _holder(self, token: str, *, halfway: bool) -> Actor:
        hashed, now = hash_token(token), self._clock()
        session = self._stores.sessions.find(hashed, now)
        if session is None or (session.kind is SessionKind.HALFWAY) is not halfway:
            raise NotSignedIn
        actor = self._stores.actors.by_id(session.actor)
        if actor is None or not actor.active:
            raise NotSignedIn
        if halfway:
            return actor
        if now - session.used_at >= _SEEN_EVERY:
            self._stores.sessions.used(hashed, now)
        return self._seen(actor)

    def _token_of(self, email: str, token: str) -> tuple[Actor, str] | None:
        hashed = hash_token(token)
        session = self._stores.sessions.find(hashed, self._clock())
        if session is None or session.kind is not SessionKind.TOKEN:
            return None
        actor = self._holder(token, halfway=False)
        return (actor, session.id) if actor.email == email.strip().lower() else None

    def _seen(self, actor: Actor, app: str = "") -> Actor:
        """Notes now and then that somebody is there; a write for each request would be too dear."""
        now, app = self._clock(), app or actor.app
        is_recent = actor.last_seen_at is not None and now - actor.last_seen_at < _SEEN_EVERY
        if is_recent and app == actor.app and actor.code_is_used:
            return actor
        self._stores.actors.seen(actor.id, now, app)
        return replace(actor, last_seen_at=now, app=app)

    def _remembered(self, actor: Actor, password: str) -> bool:
        with self._lock:
            return self._passwords.get(actor.id) == self._mark(actor, password)

    @staticmethod
    def _mark(actor: Actor, password: str) -> str:
        return hashlib.sha256(f"{actor.password_hash}\0{password}".encode()).hexdigest()
