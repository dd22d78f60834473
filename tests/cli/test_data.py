"""What an operator hears of a disk that fails."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from server.cli.main import commands
from server.services import Services
from server.storage.healing import Failure


def test_damage_in_the_journal_is_named_without_anybody_s_name(
    bare_house: Services, mongo_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, journal = bare_house.config, bare_house.stores.journal
    monkeypatch.setenv("CAUNOI_DATA", str(config.data))
    monkeypatch.setenv("CAUNOI_MONGO_URI", mongo_uri)
    monkeypatch.setenv("CAUNOI_DB", config.db)
    journal.append("record", "2026-11-24", {"seq": 1, "sender": "Hồng"}, b"<ten>Na</ten>")
    [post] = journal.folder.rglob("*.post")
    post.write_bytes(post.read_bytes().replace(b"Na", b"N\xff"))
    place = f"2026-11-24/{post.name}"

    doctor = CliRunner().invoke(commands, ["doctor", "--json"])
    assert doctor.exit_code == 1
    [said] = [each for each in json.loads(doctor.stdout) if place in each["words"]]
    assert said["serious"]
    replay = CliRunner().invoke(commands, ["replay", "--json"], catch_exceptions=False)
    assert json.loads(replay.stdout) == {
        "entries": 1,
        "healed": 0,
        "refused": 0,
        "damaged": [place],
    }
    assert place in CliRunner().invoke(commands, ["replay"]).stdout
    assert "Hồng" not in doctor.output + replay.output

    # The worker, too, had something to say of healing, until it was done.
    bare_house.stores.healing.failed(Failure(bare_house.clock(), "PermissionError"))
    told = CliRunner().invoke(commands, ["doctor"]).output
    assert "!! At 20" in told
    assert "PermissionError" in told
    CliRunner().invoke(commands, ["replay"], catch_exceptions=False)
    assert "PermissionError" not in CliRunner().invoke(commands, ["doctor"]).output
