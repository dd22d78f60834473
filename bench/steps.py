"""Where the intake's processor time goes: the application in this process, one record at a time.

Each step is watched from outside, so that the product carries no clocks.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any
from unittest.mock import patch

from bench.material import body_of, records
from server.app import create_app
from server.processing.accounts.sign_in import Door
from server.processing.forms.shelf import Shelf
from server.processing.intake import receive
from server.routes import arrivals, openrosa
from server.services import Services
from server.storage.blobs import Blobs
from server.storage.journal import Journal
from server.storage.submissions import Submissions

REST = "Flask, routing"
# What a reader calls it → where it happens.
STEPS: tuple[tuple[str, object, str], ...] = (
    ("know the phone", Door, "phone"),
    ("parse multipart", arrivals, "read_parts"),
    ("read envelope", arrivals, "read_envelope"),
    ("look up form version", Shelf, "on_hand"),
    ("look up twins", Submissions, "holding"),
    ("decide", receive, "decide"),
    ("derive", receive, "derive"),
    ("hash files", receive, "digest"),
    ("blobs", Blobs, "put"),
    ("journal", Journal, "append"),
    ("make document, write", Submissions, "create"),
    ("answer", openrosa, "_thanks"),
)
_WARM_UP = 20


def steps(services: Services, path: str, photo_kilobytes: int, number: int) -> dict[str, float]:
    """Milliseconds of processor time for each record by step, the whole under ``all``."""
    app = create_app(services)
    bodies = [body_of(each) for each in islice(records(photo_kilobytes), _WARM_UP + number)]
    for body, kind in bodies[:_WARM_UP]:
        _post(app.wsgi_app, path, body, kind)
    with _watched() as spent:
        began = time.thread_time()
        for body, kind in bodies[_WARM_UP:]:
            _post(app.wsgi_app, path, body, kind)
        total = time.thread_time() - began
    spent[REST] = total - sum(spent.values())
    return {name: seconds / number * 1000 for name, seconds in {**spent, "all": total}.items()}


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """Seconds by step; a step inside another counts for itself alone."""
    spent: dict[str, float] = dict.fromkeys((name for name, _, _ in STEPS), 0.0)
    inner = [0.0]

    def watch(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            outside, inner[0] = inner[0], 0.0
            began = time.thread_time()
            try:
                return work(*args, **kwargs)
            finally:
                took = time.thread_time() - began
                spent[name] += took - inner[0]
                inner[0] = outside + took

        return watched

    with ExitStack() as patches:
        for name, owner, attribute in STEPS:
            work = getattr(owner, attribute)
            patches.enter_context(patch.object(owner, attribute, watch(name, work)))
        yield spent


def _post(app: Any, path: str, body: bytes, kind: str) -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "RAW_URI": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    answers: list[str] = []
    chunks = app(environ, lambda status, *_: answers.append(status))
    said = b"".join(chunks)
    chunks.close()
    if not answers[0].startswith("201"):
        raise RuntimeError(f"{answers[0]}: {said.decode()}")
