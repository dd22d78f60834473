"""Drafts and states, as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.errors import AnswersUnreadable, FormUnreadable
from server.model.forms import FormKey
from server.services import PROJECT
from tests.cli.conftest import Run
from tests.sheets import answers_to
from tests.world import World
from tests.xforms.broken import BROKEN, FINE, HEAD, xlsx

LIVE = FormKey(PROJECT, "tham_ho")


def a_file(folder: Path, data: bytes) -> str:
    path = folder / "tham_ho.xlsx"
    path.write_bytes(data)
    return str(path)


def test_an_operator_tries_a_form_and_publishes_what_was_tried(
    world: World, run: Run, tmp_path: Path
) -> None:
    made = run("form", "draft", a_file(tmp_path, xlsx([HEAD, FINE])))
    assert made["server_url"].endswith(
        f"/v1/test/{made['draft_token']}/projects/1/forms/tham_ho/draft"
    )
    forms = world.house.stores.forms
    assert forms.entry(LIVE) is None
    tried = forms.version(FormKey(PROJECT, "tham_ho", draft=True), made["version"])
    run("form", "publish-draft", "tham_ho", "--notes", "Lần đầu")
    live = forms.version(LIVE, made["version"])
    assert tried is not None
    assert live is not None
    assert (live.xml, live.notes) == (tried.xml, "Lần đầu")
    assert run("form", "state", "tham_ho", "closing")["state"] == "closing"


@pytest.mark.parametrize("command", ["draft", "publish"])
def test_a_command_says_of_a_broken_spreadsheet_what_the_page_says(
    world: World, run: Run, tmp_path: Path, command: str
) -> None:
    broken = BROKEN["unknown type"]
    with pytest.raises(FormUnreadable) as refused:
        run("form", command, a_file(tmp_path, broken.data))
    assert refused.value.problems == ((broken.vi, broken.en),)
    assert world.house.stores.forms.entry(LIVE) is None


def test_a_command_does_not_make_answers_unreadable_either(
    world: World, run: Run, tmp_path: Path
) -> None:
    run("form", "publish", a_file(tmp_path, xlsx([HEAD, FINE])))
    world.send(answers_to("tham_ho", "<ten>Lan</ten>", version="2026112401"))
    settings = (("form_title", "form_id", "version"), ("Thăm hộ", "tham_ho", "2026112402"))
    other = xlsx([HEAD, ("image", "ten", "Ảnh")], settings=settings)
    with pytest.raises(AnswersUnreadable):
        run("form", "publish", a_file(tmp_path, other))
    assert len(world.house.stores.forms.versions(LIVE)) == 1
