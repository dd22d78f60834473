"""The database is lost, and the journal is not."""

from __future__ import annotations

import shutil
from itertools import islice

import pytest

from bench.installation import Installation
from bench.material import records
from tests.faults.accounts import ADDED_LATER, contents, shortfalls
from tests.faults.storm import Persistent


@pytest.mark.slow
def test_an_operator_who_lost_the_database_folder_gets_every_record_and_photo_back(
    installation: Installation,
) -> None:
    sent = list(islice(records(photo_kilobytes=100, photos=2), 20))
    edits = [each.edited() for each in sent[:5]]
    with Persistent(installation.address_for_phones()) as phone:
        for made in (*sent, *sent[:3], *edits):
            phone.insist(made)
    kept = [*sent[5:], *edits]
    assert shortfalls(installation.config, kept) == []
    before = contents(installation.config, without=ADDED_LATER)["submissions"]
    installation.end()

    shutil.rmtree(installation.data / "db")
    first = installation.command("replay")
    assert first["refused"] == 0
    assert first["healed"] == first["entries"]
    assert shortfalls(installation.config, kept) == []
    assert contents(installation.config, without=ADDED_LATER)["submissions"] == before

    after = contents(installation.config)
    second = installation.command("replay")
    assert second == {"entries": first["entries"], "healed": 0, "refused": 0, "damaged": []}
    assert contents(installation.config) == after
