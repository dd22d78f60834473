"""Versions and the bin, as an operator types them."""

from __future__ import annotations

import pytest

from server.errors import FormUnknown, VersionUnknown
from tests.cli.conftest import Run
from tests.sheets import answers_to, xform_named
from tests.world import World


def test_an_operator_goes_back_to_the_first_version_and_sees_it(world: World, run: Run) -> None:
    world.publish(xform_named("tham"))
    world.clock.move(minutes=1)
    world.publish(xform_named("tham", version="2").replace("Họ tên".encode(), b"Ai"))
    [change] = run("form", "compare", "tham", "1")
    assert change["words"] == "“Ai” (ten) is worded otherwise: from “Họ tên” to “Ai”."
    made = run("form", "return", "tham", "1")
    assert run("form", "compare", "tham", "1", made["version"]) == []
    found = {each["version"]: each for each in run("form", "versions", "tham")}
    assert [each for each in found if found[each]["current"]] == [made["version"]]
    assert found[made["version"]]["published_by"] == "command line"
    with pytest.raises(VersionUnknown):
        run("form", "return", "tham", "7")


def test_an_operator_deletes_a_form_and_thinks_better_of_it(world: World, run: Run) -> None:
    world.publish(xform_named("tham"))
    world.send(answers_to("tham", "<ten>An</ten>"))
    run("form", "delete", "tham")
    assert "tham" not in {each["form_id"] for each in run("form", "list")}
    assert run("sweep")["forms"] == []
    run("form", "restore", "tham")
    assert "tham" in {each["form_id"] for each in run("form", "list")}
    assert len(world.records("tham")) == 1
    with pytest.raises(FormUnknown):
        run("form", "restore", "tham")


def test_an_operator_begins_another_form_with_a_copy(world: World, run: Run) -> None:
    world.publish(xform_named("tham"))
    made = run("form", "duplicate", "tham", "tham_truong", "Thăm trường")
    assert made["draft_token"]
    assert "tham_truong" not in {each["form_id"] for each in run("form", "list")}
