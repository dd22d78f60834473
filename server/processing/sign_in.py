"""Who is there? Tokens of phones, Basic credentials, sessions of people.

Looking a token up costs a database round trip and a password 28 ms, on every request of every
phone;
both answers are remembered for a few seconds, so an ended connection ends within that time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from cachetools import TTLCache

from server.access.credentials import hash_token, looks_like_token, new_token, password_fits
from server.errors import NotSignedIn, TokenRefused, TooManyTries, WrongPassword
from server.model.people import Actor, ActorKind
from server.storage.stores import Stores

_TOKEN_SECONDS = 3
_PASSWORD_SECONDS = 60
SESSION = timedelta(hours=12)
_TRIES = 10
_SEEN_EVERY = timedelta(minutes=10)
_PAUSE_MINUTES = 5


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
        self._lock = Lock()
        self._tokens: TTLCache[str, Actor] = TTLCache(4096, _TOKEN_SECONDS)
        self._passwords: TTLCache[str, str] = TTLCache(4096, _PASSWORD_SECONDS)
        self._failures: TTLCache[str, int] = TTLCache(65536, _PAUSE_MINUTES * 60)

    def phone(self, token: str) -> Actor:
        """Who carries this token. Raises TokenRefused."""
        if not looks_like_token(token):
            raise TokenRefused
        hashed = hash_token(token)
        with self._lock:
            actor = self._tokens.get(hashed)
        if actor is None:
            actor = self._stores.actors.by_token(hashed)
            if actor is None or not actor.active:
                raise TokenRefused
            actor = self._seen(actor)
            with self._lock:
                self._tokens[hashed] = actor
        return actor

    def password(self, email: str, password: str, origin: str) -> Actor:
        """Who signs in so, from ``origin``. Raises WrongPassword, or TooManyTries after ten."""
        who = email.strip().lower()
        self._not_too_often(who, origin)
        actor = self._stores.actors.by_email(who)
        fits = actor is not None and self._remembered(actor, password)
        if not fits:
            fits = password_fits(password, actor.password_hash if actor else None)
        if actor is None or not fits or not actor.active or actor.kind is not ActorKind.PERSON:
            self._count_failure(who, origin)
            raise WrongPassword
        with self._lock:
            self._passwords[actor.id] = self._mark(actor, password)
        return actor

    def open_session(self, actor: Actor) -> Opened:
        now = self._clock()
        opened = Opened(new_token(), now, now + SESSION)
        self._stores.sessions.start(hash_token(opened.token), actor.id, now, opened.ends_at)
        return opened

    def session(self, token: str) -> Actor:
        """Who has this session. Raises NotSignedIn when it is over."""
        actor_id = self._stores.sessions.actor_of(hash_token(token), self._clock())
        actor = self._stores.actors.by_id(actor_id) if actor_id else None
        if actor is None or not actor.active:
            raise NotSignedIn
        return actor

    def close_session(self, token: str) -> None:
        self._stores.sessions.end(hash_token(token))

    def forget(self, actor_id: str) -> None:
        """After this process itself has ended somebody's access."""
        with self._lock:
            self._passwords.pop(actor_id, None)
            for hashed in [key for key, actor in self._tokens.items() if actor.id == actor_id]:
                del self._tokens[hashed]

    def _seen(self, actor: Actor) -> Actor:
        """Notes now and then that a phone is alive; a write for each request would be too dear."""
        now = self._clock()
        if actor.last_seen_at is not None and now - actor.last_seen_at < _SEEN_EVERY:
            return actor
        self._stores.actors.seen(actor.id, now)
        return replace(actor, last_seen_at=now)

    def _remembered(self, actor: Actor, password: str) -> bool:
        with self._lock:
            return self._passwords.get(actor.id) == self._mark(actor, password)

    @staticmethod
    def _mark(actor: Actor, password: str) -> str:
        return hashlib.sha256(f"{actor.password_hash}\0{password}".encode()).hexdigest()

    def _not_too_often(self, who: str, origin: str) -> None:
        with self._lock:
            if self._failures.get(self._tries_of(who, origin), 0) >= _TRIES:
                raise TooManyTries(minutes=_PAUSE_MINUTES)

    def _count_failure(self, who: str, origin: str) -> None:
        key = self._tries_of(who, origin)
        with self._lock:
            self._failures[key] = self._failures.get(key, 0) + 1

    @staticmethod
    def _tries_of(who: str, origin: str) -> str:
        """Short, however long a name somebody makes up: thousands of them are remembered."""
        return hashlib.sha256(f"{who}\0{origin}".encode(errors="replace")).hexdigest()
