"""`kill -9` of anything at any moment."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from bench.installation import Installation
from bench.material import records
from tests.faults.accounts import shortfalls
from tests.faults.storm import DATABASE, MASTER, WORKER, storm


@pytest.mark.slow
def test_what_a_phone_was_thanked_for_is_there_whatever_was_killed(
    installation: Installation,
) -> None:
    """R05, R06, R07, R20. `python -m bench.kill` does the same 2,000 times and more."""
    sent = list(islice(records(photo_kilobytes=100, photos=2), 120))
    chance = random.Random()
    weather = storm(installation, sent, [WORKER, DATABASE, MASTER], senders=6, chance=chance)
    assert weather.killed == [WORKER, DATABASE, MASTER]
    assert len(weather.thanked) == len(sent)
    assert shortfalls(installation.config, weather.thanked) == []
