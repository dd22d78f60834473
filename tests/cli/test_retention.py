"""How long records are kept, and which are over, as an operator says and asks it."""

from __future__ import annotations

import pytest

from server.errors import FormUnknown, NotUnderstood
from tests.cli.conftest import Run
from tests.records import record_of
from tests.world import World


def test_a_rule_is_set_and_what_is_over_by_it_is_listed(world: World, run: Run) -> None:
    made = record_of("vang_gia", 1).without_files()
    world.send(made.xml)
    assert run("form", "review-list", "vang_gia") == []
    assert run("form", "retention", "vang_gia", " 24 ") == {
        "form_id": "vang_gia",
        "retention": "24",
    }
    assert run("form", "review-list", "vang_gia") == []
    world.clock.move(days=800)
    [line] = run("form", "review-list", "vang_gia")
    assert (line["instance_id"], line["office"]) == (made.instance_id, "VP02")
    assert run("form", "review-list", "vang_gia", "--before", str(line["seq"])) == []
    assert run("form", "retention", "vang_gia", "")["retention"] == ""
    assert run("form", "review-list", "vang_gia") == []


def test_what_is_no_rule_of_that_form_is_refused(world: World, run: Run) -> None:
    for odd in ("0", "five years", "18+5 g_khac/ngay_sinh"):
        with pytest.raises(NotUnderstood):
            run("form", "retention", "vang_gia", odd)
    with pytest.raises(FormUnknown):
        run("form", "retention", "khong_co", "24")
