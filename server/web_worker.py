"""gunicorn's threads, one of which stays with a phone that sends one form after the other, and none
with whoever sends nothing.

gunicorn hands a kept-alive connection back to its main thread after every answer, which watches
it and gives it to a thread again: a tenth of the intake's processor time. Here the thread that
answered waits a moment for the next request itself; whoever is not back by then is watched as
before.

gunicorn itself waits for ever for the second half of a request. Here a request's head, TLS
included, has twenty seconds, and its body may be slow, but not silent for a minute nor slower than
any network in use. Who takes nothing of an answer for two minutes is left as well. And gunicorn's
main thread waits up to two seconds for each client to close what was said to be closed, during
which nobody else is let in: here the thread that answered waits.

No address has more than three quarters of the threads, nor of the connections of which no thread
knows anything yet: the others are for others. A proxy that the settings name is no client: there
counts for whom it asks (``server.shares``).
"""

from __future__ import annotations

import contextlib
import select
import socket
from collections import Counter
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker

from server.routes.paths import Proxies
from server.shares import Shares, household

_MOMENT = (
    20  # milliseconds: a round trip on a good network, and a thread's while not worth counting
)
# Seconds. The first: for the first byte of a connection, before the main thread watches it.
_GLANCE = 0.5
_HEAD = 20.0
_SILENCE = 60.0
_SLOWEST = 1024  # bytes a second, beyond a minute of waiting
_FAREWELL = 2.0
_NOT_TAKEN = 120_000  # milliseconds
_SHARE = 0.75
_PUT_OFF = object()


class StayingWorker(ThreadWorker):  # type: ignore[misc]
    """``gunicorn --worker-class server.web_worker.StayingWorker``."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._heads: dict[Any, float] = {}
        """Connections of which a thread awaits a request's head, and since when."""
        self._shares = Shares(max(1, int(self.cfg.threads * _SHARE)))

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self._proxies: Proxies = self.wsgi.extensions.get("proxies", Proxies(()))

    def enqueue_req(self, conn: Any) -> None:
        """By the main thread, as whatever is done with who waits."""
        if not hasattr(conn, "whose"):
            peer = conn.client[0] if isinstance(conn.client, tuple) else ""
            conn.whose = "" if self._proxies.trust(peer) else household(peer)
            conn.put_off = ""
        if not conn.whose or self._shares.take(conn.whose, conn):
            super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        if conn.whose:
            self._pass_on(conn.whose)
        if not conn.put_off:
            super().finish_request(conn, fs)
        elif self._shares.take(conn.put_off, conn):
            super().enqueue_req(conn)

    def _pass_on(self, whose: str) -> None:
        """A thread that they had, to who waits for it."""
        following = self._shares.give_back(whose)
        if following is not None:
            self.method_queue.defer(super().enqueue_req, following)

    def handle(self, conn: Any) -> Any:
        """Requests of one connection until it pauses; what gunicorn is to do with it then."""
        if not conn.initialized and not conn.wait_for_data(_GLANCE):
            return _DEFER
        again = self._answer(conn)
        while again is True and self._has_a_thread_for_each() and _is_back(conn):
            again = self._answer(conn)
        if again is False:
            _until_closed(conn.sock)
        return again

    def _answer(self, conn: Any) -> Any:
        self._heads[conn] = monotonic()
        try:
            return super().handle(conn)
        except _PutOff:
            return _PUT_OFF
        finally:
            self._heads.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Its head is here."""
        self._heads.pop(conn, None)
        client = "" if conn.whose else self._behind_a_proxy(req)
        if client and not conn.put_off and not self._shares.take(client):
            conn.put_off, conn.parser = client, _Again(conn, req)
            raise _PutOff
        conn.put_off = ""
        try:
            return self._paced(req, conn)
        finally:
            if client:
                self._pass_on(client)

    def _behind_a_proxy(self, req: Any) -> str:
        """For whom it asks, or ""."""
        told = ",".join(value for name, value in req.headers if name == "X-FORWARDED-FOR")
        return household(self._proxies.client(told)) if told else ""

    def _paced(self, req: Any, conn: Any) -> Any:
        if hasattr(socket, "TCP_USER_TIMEOUT") and conn.sock.family != socket.AF_UNIX:
            conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _NOT_TAKEN)
        unreader = conn.parser.unreader
        unreader.chunk = paced(partial(type(unreader).chunk, unreader), conn.sock)
        try:
            return super().handle_request(req, conn)
        finally:
            del unreader.chunk

    def murder_pending(self) -> None:
        """Once a second, by the main thread: whose head is late is cut off, and its thread sees the
        end of it."""
        super().murder_pending()
        latest = monotonic() - _HEAD
        for conn, since in self._heads.copy().items():
            if since < latest:
                with contextlib.suppress(OSError):
                    # Of the connection below TLS, which its thread is in the middle of.
                    socket.socket.shutdown(conn.sock, socket.SHUT_RDWR)
        most = max(1, int(self.worker_connections * _SHARE))
        if self.nr_conns > most:
            self._bound_the_silent(most)

    def _bound_the_silent(self, most: int) -> None:
        """Else one address could have all connections there may be: what it has beyond its share is
        closed, the longest silent first."""
        silent = [*self.pending_conns, *self.keepalived_conns]
        held = Counter(each.whose for each in silent if each.whose) + self._shares.waiting()
        for whose, many in held.items():
            theirs = iter([each for each in silent if each.whose == whose])
            for _ in range(many - most):
                if (conn := next(theirs, None)) is not None:
                    self._forget(conn)
                else:
                    conn = self._shares.turn_away(whose)
                self.nr_conns -= 1
                conn.close()

    def _forget(self, conn: Any) -> None:
        here = self.pending_conns if conn in self.pending_conns else self.keepalived_conns
        here.remove(conn)
        self.poller.unregister(conn.sock)

    def _has_a_thread_for_each(self) -> bool:
        """Else somebody would wait for one that stays with somebody else."""
        return bool(self.alive and self.nr_conns <= self.cfg.threads and not self._shares)


class _PutOff(BaseException):
    """Out through gunicorn, which handles what is an Exception: this request is answered later."""


class _Again:
    """In the place of a connection's parser: the request that was read already, once more."""

    def __init__(self, conn: Any, req: Any) -> None:
        self._conn, self._parser, self._req = conn, conn.parser, req

    def __next__(self) -> Any:
        self._conn.parser = self._parser
        return self._req


def paced(
    chunk: Callable[[int | None], bytes],
    sock: socket.socket,
    clock: Callable[[], float] = monotonic,
) -> Callable[[int | None], bytes]:
    """``chunk``, which gives the next bytes of a body, as long as they come. It raises TimeoutError
    when they do not, and goes on doing so."""
    waited, received, is_over = 0.0, 0, False

    def next_bytes(size_hint: int | None = None) -> bytes:
        nonlocal waited, received, is_over
        if is_over or waited > _SILENCE + received / _SLOWEST:
            raise TimeoutError
        began, is_over = clock(), True
        sock.settimeout(_SILENCE)
        try:
            data = chunk(size_hint)
        finally:
            sock.settimeout(None)  # an answer may take its time
        waited, received, is_over = waited + clock() - began, received + len(data), False
        return data

    return next_bytes


def _until_closed(sock: socket.socket) -> None:
    """What a client has still sent is taken, or it would lose the end of the answer; then nobody
    need wait for it. Below TLS, which is over."""
    end = monotonic() + _FAREWELL
    with contextlib.suppress(OSError, ValueError):
        socket.socket.shutdown(sock, socket.SHUT_WR)
        while (left := end - monotonic()) > 0:
            sock.settimeout(left)
            if not socket.socket.recv(sock, 65536):
                break
    with contextlib.suppress(OSError, ValueError):
        socket.socket.shutdown(sock, socket.SHUT_RD)


def _is_back(conn: Any) -> bool:
    """Whether the next request, or the connection's end, is here within a moment."""
    if conn.parser.unreader.buf.getvalue() or _decrypted(conn.sock):
        return True
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(_MOMENT))


def _decrypted(sock: Any) -> int:
    """Bytes that TLS has read ahead of us: the socket itself is silent about them."""
    pending = getattr(sock, "pending", None)
    return pending() if pending else 0
