"""The access log as an operator handles it."""

from __future__ import annotations

from datetime import timedelta

from click.testing import CliRunner

from server.app import create_app
from server.cli.main import commands
from server.model.audit import Act
from server.model.calendar import day_of
from server.model.scope import WHOLE_HOUSE
from tests.cli.conftest import Run
from tests.records import record_of
from tests.world import World, sign_in


def test_an_operator_asks_whose_data_are_out_and_whether_the_log_is_whole(
    world: World, run: Run
) -> None:
    made = record_of("vang_gia")
    world.send(made.xml, made.files)
    lan = create_app(world.house).test_client()
    sign_in(lan, world.lan)
    lan.get(f"/records/vang_gia/{made.instance_id}")
    today = day_of(world.clock())
    thing = f"1/vang_gia/{made.instance_id}"
    told = {
        (each["thing"], each["how"])
        for who in (world.lan.email, "Máy của Hồng")
        for each in run("audit", "seen", "--who", who, "--from", today, "--to", today)
    }
    assert {(thing, "read"), (thing, "sent")} <= told
    assert run("audit", "seen", "--who", world.lan.email, "--to", "2020-01-01") == []
    entries = world.house.stores.audit.entries(WHOLE_HOUSE, 0, 1000)
    assert entries[0].entry.act is Act.OPERATED
    assert entries[0].entry.route.endswith("audit seen")
    exported = CliRunner().invoke(commands, ["audit", "export"], catch_exceptions=False)
    assert f'"{thing}"' in exported.stdout.replace("\\", "")
    assert run("audit", "verify")["trouble"] == ""

    world.clock.move(days=6 * 366)
    assert run("audit", "cut")["removed"] >= len(entries)
    assert run("audit", "verify")["trouble"] == ""
    log = world.house.stores.audit
    newest = log.newest().number
    log._log.update_one({"_id": newest}, {"$set": {"at": world.clock() + timedelta(days=1)}})
    doctor = CliRunner().invoke(commands, ["doctor"], catch_exceptions=False)
    assert doctor.exit_code == 1
    assert f"entry {newest} is filed under what it does not say" in doctor.output
