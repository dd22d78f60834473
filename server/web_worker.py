"""gunicorn's threads, one of which stays with a phone that sends one form after the other.

gunicorn hands a kept-alive connection back to its main thread after every answer, which watches
it and gives it to a thread again: a tenth of the intake's processor time. Here the thread that
answered waits a moment for the next request itself; whoever is not back by then is watched as
before.
"""

from __future__ import annotations

import select
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_MOMENT = (
    20  # milliseconds: a round trip on a good network, and a thread's while not worth counting
)


class StayingWorker(ThreadWorker):  # type: ignore[misc]
    """``gunicorn --worker-class server.web_worker.StayingWorker``."""

    def handle(self, conn: Any) -> Any:
        """Requests of one connection until it pauses; what gunicorn is to do with it then."""
        again = super().handle(conn)
        while again is True and self._has_a_thread_for_each() and _is_back(conn):
            again = super().handle(conn)
        return again

    def _has_a_thread_for_each(self) -> bool:
        """Else somebody would wait for one that stays with somebody else."""
        return bool(self.alive and self.nr_conns <= self.cfg.threads)


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
