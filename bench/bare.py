"""The yardstick: the same documents, written by pymongo and nothing else."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from bson.binary import Binary
from bson.int64 import Int64

from bench.material import FORM
from server.model.forms import FormKey
from server.model.people import Sender
from server.model.records import Record, RecordVersion
from server.model.sequence import new_seq
from server.processing.forms.shelf import Shelf
from server.processing.intake.derive import derive
from server.services import PROJECT, now
from server.storage import codec
from server.storage.blobs import CHUNK
from server.storage.database import Document, connect
from server.storage.indexes import create_indexes
from server.storage.stores import open_stores
from server.xforms.envelope import read_envelope
from tests.records import Made

DATABASE = "bench_bare"
KEY = FormKey(PROJECT, FORM)
SENDER = Sender("bench", "Bench", "phone", "TT")
WITHIN = ("*", "TT")


class Bare:
    """Writes into a database beside the house's, on the same server and with the same indexes."""

    def __init__(self, uri: str, house: str) -> None:
        stores = open_stores(connect(uri, house), Path("journal"), now, journal=False)
        self._shelf = Shelf(stores)
        self._db = connect(uri, DATABASE)
        self._like: dict[bytes, Document] = {}
        create_indexes(self._db)

    def prepare(self, made: Made) -> None:
        """Derive once what all records made from one sample have in common."""
        sample = _sample_of(made)
        if sample not in self._like:
            self._like[sample] = codec.record_document(self._record(made))

    def send(self, made: Made) -> None:
        at = now()
        media = [self._put(name, data, at) for name, data in made.files.items()]
        document = self._document(made, at) | {"media": media}
        if media:
            document |= {"todo": ["photos"], "due": codec.due_at(at)}
        self._db["submissions"].insert_one(document)

    def _document(self, made: Made, at: datetime) -> Document:
        like = self._like[_sample_of(made)]
        own = {"instance_id": made.instance_id, "xml": Binary(made.xml), "at": at}
        return {
            **like,
            "_id": codec.record_id(KEY, made.instance_id),
            "instance_ids": [made.instance_id],
            "seq": Int64(new_seq(at)),
            "at": at,
            "versions": [like["versions"][0] | own],
        }

    def _put(self, name: str, data: bytes, at: datetime) -> Document:
        sha256 = hashlib.sha256(data).hexdigest()
        chunks = [
            {
                "_id": f"{sha256}:{n}",
                "files_id": sha256,
                "n": n,
                "data": data[start : start + CHUNK],
            }
            for n, start in enumerate(range(0, len(data), CHUNK))
        ]
        self._db["blobs.chunks"].insert_many(chunks, ordered=False)
        self._db["blobs.files"].insert_one(
            {
                "_id": sha256,
                "length": len(data),
                "chunkSize": CHUNK,
                "uploadDate": at,
                "filename": sha256,
                "contentType": "image/jpeg",
            }
        )
        return {"name": name, "sha256": sha256, "size": len(data), "type": "image/jpeg", "at": at}

    def _record(self, made: Made) -> Record:
        at, envelope = now(), read_envelope(made.xml)
        version = RecordVersion(
            instance_id=envelope.instance_id,
            deprecated_id=None,
            xml=made.xml,
            digest=envelope.digest,
            at=at,
            sender=SENDER,
            device="",
            form_version=envelope.version,
        )
        return Record(
            key=KEY,
            instance_id=envelope.instance_id,
            seq=new_seq(at),
            at=at,
            within=WITHIN,
            office="TT",
            versions=(version,),
            derived=derive(
                envelope, self._shelf.on_hand(KEY, envelope.version), at, (), closed=False
            ),
        )


def _sample_of(made: Made) -> bytes:
    return made.xml.replace(made.instance_id.encode(), b"")
