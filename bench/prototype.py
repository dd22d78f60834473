"""The least that could be called an intake, to see what everything else costs: it knows the token
and the form's version, looks for a twin, writes one document, and puts photos into files.

No journal, no answers, no registers, no edits, no limits, nothing kept of what is refused.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from types import TracebackType

from flask import Flask, Response, request
from lxml import etree

from bench.installation import ROOT, START_SECONDS, Installation, free_port
from server.access.credentials import hash_token
from server.config import read_config
from server.engine import join_database
from server.services import now
from server.storage.database import connect

DATABASE = "bench_prototype"
_OPENED = ExitStack()  # the database, as long as the process


class Prototype:
    """gunicorn with the prototype on an installation's database, as long as the context."""

    def __init__(self, installation: Installation) -> None:
        self.port = free_port()
        self._environment = installation.environment

    def __enter__(self) -> Prototype:
        bind = ("--bind", f"127.0.0.1:{self.port}", "--keep-alive", "75")
        threads = ("--workers", "2", "--worker-class", "gthread", "--threads", "16")
        self._gunicorn = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *bind, *threads, f"{__name__}:application()"],
            cwd=ROOT,
            env=self._environment,
            stderr=subprocess.DEVNULL,
        )
        limit = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._gunicorn.poll() is not None or time.monotonic() > limit:
                raise RuntimeError("the prototype did not start")
            time.sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._gunicorn.terminate()
        self._gunicorn.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == 404
        except OSError:
            return False
        finally:
            connection.close()


def application() -> Flask:
    """What gunicorn loads."""
    config = read_config(os.environ, ROOT)
    uri = _OPENED.enter_context(join_database(config))
    house, own = connect(uri, config.db), connect(uri, DATABASE)
    own["submissions"].create_index("instance_ids", unique=True)
    photos = config.data / "prototype-photos"
    photos.mkdir(exist_ok=True)
    app = Flask(__name__)

    @app.post("/v1/key/<token>/projects/1/submission")
    def submission(token: str) -> Response:
        actor = house["actors"].find_one({"token_hash": hash_token(token)})
        if actor is None:
            return Response(status=403)
        xml = request.files["xml_submission_file"].read()
        root = etree.fromstring(xml)
        instance_id = root.findtext(".//{*}instanceID")
        version = {"form": f"1/{root.get('id')}", "version": root.get("version")}
        if house["form_versions"].find_one(version, {"_id": 1}) is None:
            return Response(status=404)
        if own["submissions"].find_one({"instance_ids": instance_id}, {"_id": 1}) is not None:
            return Response(status=202)
        names = []
        for file in request.files.values():
            if file.name != "xml_submission_file":
                data = file.read()
                names.append(hashlib.sha256(data).hexdigest())
                (photos / names[-1]).write_bytes(data)
        record = {"instance_ids": [instance_id], "xml": xml, "media": names, "at": now()}
        own["submissions"].insert_one(record | version | {"actor": actor["_id"]})
        return Response(status=201)

    return app
