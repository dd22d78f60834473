"""Going back to an earlier version, and beginning another form with a copy."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from server.errors import AlreadyThere, AnswersUnreadable, NotUnderstood, VersionUnknown
from server.model.forms import FormKey, FormVersion
from server.processing.forms.publish import Publication, publish
from server.processing.forms.versions import duplicate, return_to
from server.services import PROJECT
from server.xforms.read_form import read_form
from server.xforms.xlsform import convert_xlsform
from tests.sheets import answers_to, xform_named
from tests.world import World

KEY = FormKey(PROJECT, "tham")


def workbook(label: str, version: str) -> bytes:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label"])
    survey.append(["text", "ten", label])
    survey.append(["image", "anh", "Ảnh"])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "version", "id_string"])
    settings.append(["Thăm hộ", version, "tham"])
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def publish_workbook(world: World, label: str, version: str) -> FormVersion:
    house = world.house
    published = publish(
        house.stores,
        Publication(
            project=PROJECT,
            file_name="tham.xlsx",
            source=workbook(label, version),
            media={"huong_dan.png": b"PNG"},
            by=world.admin.actor.id,
            at=world.clock(),
        ),
    )
    house.shelf.forget()
    return published.version


def go_back(world: World, version: str) -> FormVersion:
    house, by = world.house, world.admin.actor.id
    args = house.stores, house.shelf, KEY, version
    return return_to(*args, by=by, at=world.clock()).version


def copy(world: World, form_id: str, title: str = "Thăm trường") -> FormVersion:
    house, by = world.house, world.admin.actor.id
    args = house.stores, house.shelf, KEY, form_id, title
    return duplicate(*args, by=by, at=world.clock()).version


def test_phones_get_the_earlier_questions_under_a_number_of_their_own(world: World) -> None:
    """A phone that has the first version installed would not take its hash for an update."""
    first = publish_workbook(world, "Họ tên", "1")
    publish_workbook(world, "Tên", "2")
    back = go_back(world, "1")
    current = world.house.shelf.current(KEY)
    assert current.version == back
    assert current.form.by_path["ten",].label.in_("vi") == "Họ tên"
    assert back.version == f"{world.clock():%Y%m%d}01"
    assert current.form.version == back.version
    assert back.md5 not in (first.md5, "")
    assert back.media == first.media
    assert "1" in back.notes
    assert [each.version for each in world.house.stores.forms.versions(KEY)] == [
        back.version,
        "2",
        "1",
    ]


def test_the_workbook_of_a_version_gone_back_to_makes_exactly_that_form(world: World) -> None:
    publish_workbook(world, "Họ tên", "1")
    publish_workbook(world, "Tên", "2")
    back = go_back(world, "1")
    assert back.xlsx_sha256 is not None
    converted = convert_xlsform(world.house.stores.blobs.read(back.xlsx_sha256), validate=False)
    assert read_form(converted.xform) == read_form(back.xml)


def test_going_back_and_forth_never_uses_a_number_twice(world: World) -> None:
    publish_workbook(world, "Họ tên", "1")
    publish_workbook(world, "Tên", "2")
    numbers = [go_back(world, each).version for each in ("1", "2", "1")]
    assert len(set(numbers)) == 3


def test_going_back_is_refused_where_answers_would_become_unreadable(world: World) -> None:
    world.publish(xform_named("tham"))
    photo = xform_named("tham", version="2").replace(
        b'<bind nodeset="/data/ten" type="string"/>', b'<bind nodeset="/data/ten" type="binary"/>'
    )
    world.publish(photo)
    world.send(answers_to("tham", "<ten>1.jpg</ten>", version="2"))
    with pytest.raises(AnswersUnreadable):
        go_back(world, "1")
    assert world.house.shelf.current(KEY).version.version == "2"


def test_a_version_that_never_was_cannot_be_gone_back_to(world: World) -> None:
    publish_workbook(world, "Họ tên", "1")
    with pytest.raises(VersionUnknown):
        go_back(world, "7")


def test_a_copy_is_a_draft_with_its_own_name_and_the_same_files(world: World) -> None:
    original = publish_workbook(world, "Họ tên", "1")
    made = copy(world, "tham_truong")
    assert made.key == FormKey(PROJECT, "tham_truong", draft=True)
    assert (made.title, made.media) == ("Thăm trường", original.media)
    form = read_form(made.xml)
    assert (form.form_id, form.title, form.root) == ("tham_truong", "Thăm trường", "data")
    assert "tham_truong" not in [
        each.key.form_id for each in world.house.stores.forms.entries(PROJECT)
    ]
    entry = world.house.stores.forms.entry(made.key)
    assert entry is not None
    assert entry.draft_token
    assert made.xlsx_sha256 is not None
    book = load_workbook(BytesIO(world.house.stores.blobs.read(made.xlsx_sha256)))
    assert [cell.value for cell in book["settings"][2]] == [
        "Thăm trường",
        made.version,
        "tham_truong",
    ]


def test_a_copy_never_takes_the_place_of_another_form(world: World) -> None:
    publish_workbook(world, "Họ tên", "1")
    copy(world, "tham_truong")
    for taken in ("vang_gia", "tham", "tham_truong"):
        with pytest.raises(AlreadyThere):
            copy(world, taken)


@pytest.mark.parametrize(
    ("form_id", "title"), [("", "Thăm"), ("thăm trường", "Thăm"), ("1a", "Thăm"), ("moi", " ")]
)
def test_a_name_that_no_spreadsheet_could_bear_is_refused_in_words(
    world: World, form_id: str, title: str
) -> None:
    publish_workbook(world, "Họ tên", "1")
    with pytest.raises(NotUnderstood):
        copy(world, form_id, title)
