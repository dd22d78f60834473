"""The load, in a process of its own: phones that send over HTTP, or bare pymongo.

`python -m bench.load TASK` prints `ready`, waits for a line, works, and prints its outcome; task
and outcome are JSON.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from urllib.parse import urlsplit

from bench.bare import Bare
from bench.installation import ROOT
from bench.material import body_of, records
from server.config import read_config
from server.engine import open_database
from tests.records import Made

HTTP, PROTOTYPE, PYMONGO = "HTTP", "prototype", "pymongo"
_WARM_UP = 5  # records of each sender that are not counted: connections, caches

Send = Callable[[Made], None]


@dataclass(frozen=True)
class Task:
    """``address`` is the project's, for phones."""

    way: str
    address: str
    senders: int
    seconds: float
    photo_kilobytes: int


@dataclass(frozen=True)
class Outcome:
    """``waits`` are the milliseconds that each submission took."""

    seconds: float
    waits: list[float]


def main(task: Task) -> None:
    with ExitStack() as opened:
        make_sender = _pymongo(opened) if task.way == PYMONGO else _phones(task, opened)
        sends = [make_sender() for _ in range(task.senders)]
        with ThreadPoolExecutor(task.senders) as pool:
            # All at once, so that the web processes share the connections as they do under load.
            list(pool.map(lambda send: _warm_up(send, task.photo_kilobytes), sends))
            print("ready", flush=True)
            sys.stdin.readline()
            began = time.monotonic()
            work = partial(_send_until, began + task.seconds, task.photo_kilobytes)
            waits = [each for waits in pool.map(work, sends) for each in waits]
            outcome = Outcome(time.monotonic() - began, waits)
        print(json.dumps(asdict(outcome)), flush=True)


def _warm_up(send: Send, photo_kilobytes: int) -> None:
    for made in islice(records(photo_kilobytes), _WARM_UP):
        send(made)


def _send_until(end: float, photo_kilobytes: int, send: Send) -> list[float]:
    """Milliseconds of each submission."""
    waits: list[float] = []
    for made in records(photo_kilobytes):
        began = time.monotonic()
        if began >= end:
            break
        send(made)
        waits.append((time.monotonic() - began) * 1000)
    return waits


def _phones(task: Task, opened: ExitStack) -> Callable[[], Send]:
    server = urlsplit(task.address)

    def connect() -> Send:
        connection = http.client.HTTPConnection(server.netloc, timeout=120)
        opened.callback(connection.close)

        def send(made: Made) -> None:
            body, kind = body_of(made)
            connection.request("POST", f"{server.path}/submission", body, {"Content-Type": kind})
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 201:
                raise RuntimeError(f"{answer.status}: {said.decode()}")

        return send

    return connect


def _pymongo(opened: ExitStack) -> Callable[[], Send]:
    config = read_config(os.environ, ROOT)
    bare = Bare(opened.enter_context(open_database(config)), config.db)
    for made in islice(records(0), 100):
        bare.prepare(made)
    return lambda: bare.send


if __name__ == "__main__":
    main(Task(**json.loads(sys.argv[1])))
