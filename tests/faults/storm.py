"""Phones that send for as long as it takes, while processes of the server are killed under them."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from bench.installation import Installation, Process
from tests.multipart import Body
from tests.okhttp import Answer
from tests.phone import Phone
from tests.records import Made

WORKER, MASTER, DATABASE = "web worker", "web master", "database"
PATIENCE = 120.0  # seconds within which somebody must serve again
_PAUSE = 0.2
_BATCH = 150_000  # bytes: a record's second photo goes in a second post


class Persistent(Phone):
    """Its user taps "send" again and again, until Collect says that the record is sent."""

    tries = 0

    def insist(self, made: Made) -> None:
        self.batch = _BATCH
        for body in self.posts(made.xml, made.files):
            self._insist(body)

    def _insist(self, body: Body) -> None:
        limit = time.monotonic() + PATIENCE
        while True:
            answer = self._try(body)
            if answer is not None:
                if answer.status in (201, 202):
                    return
                assert answer.status >= 500, f"{answer.status} {answer.message}"
            assert time.monotonic() < limit, "nobody served again"
            self.tries += 1
            time.sleep(_PAUSE)

    def _try(self, body: Body) -> Answer | None:
        try:
            return self.post(body)
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return None


@dataclass
class Storm:
    """``thanked``: records for which each post was answered 201 or 202. ``tries``: posts that had
    to be sent again."""

    thanked: list[Made] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    tries: int = 0


def storm(
    installation: Installation,
    records: Sequence[Made],
    targets: Sequence[str],
    *,
    senders: int,
    chance: random.Random,
) -> Storm:
    """Send all ``records`` from several phones, and kill each of ``targets`` on the way."""
    result, waiting, turn = Storm(), iter(records), Lock()

    def send() -> None:
        with Persistent(installation.address_for_phones()) as phone:
            while made := _next(waiting, turn):
                phone.insist(made)
                with turn:
                    result.thanked.append(made)
            with turn:
                result.tries += phone.tries

    with ThreadPoolExecutor(senders) as phones:
        sending = [phones.submit(send) for _ in range(senders)]
        # Somewhere in its share of the way each, never when all is over.
        share = len(records) / (len(targets) + 1)
        for number, target in enumerate(targets):
            moment = int(share * (number + chance.random()))
            while len(result.thanked) < moment and not all(each.done() for each in sending):
                time.sleep(0.01)
            time.sleep(chance.random() * 0.1)
            kill(installation, target, chance)
            result.killed.append(target)
        for each in sending:
            each.result()
    return result


def _next(records: Iterable[Made], turn: Lock) -> Made | None:
    with turn:
        return next(iter(records), None)


def kill(installation: Installation, target: str, chance: random.Random) -> None:
    """`kill -9`, as soon as there is one to kill: it may just be starting again."""
    limit = time.monotonic() + PATIENCE
    while True:
        found = _find(installation, target)
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(chance.choice(found).pid, signal.SIGKILL)
            return
        assert time.monotonic() < limit, f"no {target} came back"
        time.sleep(0.05)


def _find(installation: Installation, target: str) -> Sequence[Process]:
    if target == DATABASE:
        return installation.database()
    return installation.web() if target == WORKER else installation.web_master()
