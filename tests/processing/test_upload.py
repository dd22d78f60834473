"""An upload as the journal remembers it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from server.model.people import Sender
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.intake.upload import Upload, read_upload

UPLOAD = Upload(
    project=1,
    draft=False,
    xml=b"<data/>",
    files={},
    sender=Sender("p1", "Máy của Thảo", "phone", "VP10"),
    within=("*", "VP09", "VP10"),
    reach=Scope.of(("VP10",)),
    device="collect:q7Xw2LmN8rTb4KvZ",
    at=datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
    seq=1,
)


def test_a_replay_gives_an_upload_no_more_than_its_sender_had() -> None:
    facts = json.loads(json.dumps(UPLOAD.facts()))
    assert read_upload(facts, UPLOAD.xml, {}) == UPLOAD


def test_what_was_accepted_before_uploads_had_a_reach_is_accepted_again() -> None:
    facts = UPLOAD.facts()
    del facts["reach"]
    assert read_upload(facts, UPLOAD.xml, {}).reach == WHOLE_HOUSE
