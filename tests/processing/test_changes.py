"""What a designer is told before publishing: which collected answers a change touches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.errors import AnswersUnreadable
from server.model.calendar import day_of
from server.model.forms import FormVersion
from server.processing.forms.change_words import change_words, refusal_words
from server.processing.forms.changes import WhatWillChange, Why, refuse_unreadable, what_will_change
from server.processing.records.counting import recount_day
from server.xforms.compare import What
from tests.sheets import answers_to, xform_of
from tests.world import World

CHOICES = """
| choices |
| | list_name | name | label |
| | muc | thap | Thấp |
| | muc | cao  | Cao  |
"""
FIRST = """
| | begin_group          | g_ho   | Hộ          |
| | text                 | ten    | Họ tên      |
| | integer              | tuoi   | Tuổi        |
| | end_group            |        |             |
| | select_one muc       | nguyco | Mức nguy cơ |
| | select_multiple muc  | nhieu  | Các mức     |
| | image                | anh    | Ảnh         |
| | begin_repeat         | tre    | Trẻ         |
| | text                 | ten_tre | Tên trẻ    |
| | end_repeat           |        |             |
"""
ANSWERS = (
    "<g_ho><ten>Bùi Thị Lan</ten><tuoi>{at}</tuoi></g_ho><nguyco>{muc}</nguyco>"
    "<nhieu>thap cao</nhieu><anh/><tre><ten_tre>An</ten_tre></tre><tre><ten_tre>Bé</ten_tre></tre>"
)


def xform(rows: str = FIRST, choices: str = CHOICES, version: str = "1") -> bytes:
    return xform_of(f"""
| survey |
| | type | name | label |
{rows.strip()}
{choices.strip()}
| settings |
| | form_title | form_id | version |
| | Thăm | tham | {version} |
""")


@pytest.fixture
def live(world: World) -> FormVersion:
    """Published, with four records that answer everything but the photo: three from Hạ Long, one
    from Tiên Yên."""
    version = world.publish(xform())
    for at in range(4):
        inside = ANSWERS.format(at=at, muc="cao" if at == 3 else "thap")
        by = world.thao if at == 0 else world.hong
        world.send(answers_to("tham", inside, instance_id=f"uuid:{at}"), by=by)
    return version


def looked_at(world: World, live: FormVersion, xml: bytes, version: str = "2") -> WhatWillChange:
    new = replace(live, xml=xml, sha256="another", version=version)
    house = world.house
    return what_will_change(house.stores, house.shelf, new, world.clock())


def edited(*edits: tuple[str, str], choices: str = CHOICES) -> bytes:
    rows = FIRST
    for old, new in edits:
        assert old in rows
        rows = rows.replace(old, new)
    return xform(rows, choices, version="2")


def told(found: WhatWillChange) -> list[tuple[What, str, int]]:
    return [(each.change.what, each.change.field.name, each.answers) for each in found.changes]


def test_a_designer_hears_how_many_answers_each_change_touches(
    world: World, live: FormVersion
) -> None:
    found = looked_at(
        world,
        live,
        edited(
            ("| integer              | tuoi   | Tuổi        |", "| text | tuoi | Tuổi |"),
            ("ten_tre | Tên trẻ ", "ho_ten | Tên trẻ "),
            ("Họ tên ", "Tên chủ hộ "),
            ("| image                | anh    | Ảnh         |", "| date | ngay | Ngày |"),
        ),
    )
    assert told(found) == [
        (What.TYPE, "tuoi", 4),
        (What.REMOVED, "anh", 0),
        (What.RENAMED, "ho_ten", 8),
        (What.ADDED, "ngay", 0),
        (What.LABEL, "ten", 4),
    ]
    assert found.refusals == ()
    assert found.base == "1"


def test_records_that_are_counted_already_and_newer_ones_count_once_each(
    world: World, live: FormVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows from mark to mark: none is left out between two of them, none is read twice."""
    monkeypatch.setattr("server.model.counts._BETWEEN_MARKS", 1)
    monkeypatch.setattr("server.processing.forms.changes._AT_A_TIME", 1)
    recount_day(world.house.stores, live.key, day_of(world.clock()))
    inside = ANSWERS.format(at=9, muc="thap")
    world.send(answers_to("tham", inside, instance_id="uuid:9"))
    assert told(looked_at(world, live, edited(("Họ tên ", "Tên ")))) == [(What.LABEL, "ten", 5)]


def test_a_choice_that_goes_counts_the_answers_that_chose_it(
    world: World, live: FormVersion
) -> None:
    found = looked_at(world, live, edited(choices=CHOICES.replace("cao  | Cao ", "nang | Nặng ")))
    lost = [each for each in told(found) if each[0] is What.CHOICES_REMOVED]
    assert lost == [(What.CHOICES_REMOVED, "nguyco", 1), (What.CHOICES_REMOVED, "nhieu", 4)]


def test_a_removed_repeat_counts_all_its_answers(world: World, live: FormVersion) -> None:
    rows = "\n".join(FIRST.strip().splitlines()[:7])
    assert told(looked_at(world, live, xform(rows, version="2"))) == [(What.REMOVED, "tre", 8)]


@pytest.mark.parametrize(
    ("edits", "why", "answers"),
    [
        ([("begin_repeat ", "begin_group "), ("end_repeat ", "end_group ")], Why.SHAPE, 8),
        ([("| text                 | ten ", "| image | ten ")], Why.FILE, 4),
        ([("| text                 | ten ", "| geopoint | ten ")], Why.PLACE, 4),
    ],
)
def test_what_would_make_answers_unreadable_is_refused_with_the_reason(
    world: World, live: FormVersion, edits: list[tuple[str, str]], why: Why, answers: int
) -> None:
    found = looked_at(world, live, edited(*edits))
    assert [(each.why, each.answers) for each in found.refusals] == [(why, answers)]
    assert str(answers) in refusal_words(found.refusals[0], "vi")
    with pytest.raises(AnswersUnreadable) as refused:
        refuse_unreadable(found)
    assert str(answers) in refused.value.words("vi")


def test_a_question_nobody_has_answered_may_become_anything(
    world: World, live: FormVersion
) -> None:
    found = looked_at(world, live, edited(("| image  ", "| text ")))
    assert told(found) == [(What.TYPE, "anh", 0)]
    assert found.refusals == ()
    refuse_unreadable(found)


def test_a_name_that_an_earlier_version_used_otherwise_is_not_taken_again(
    world: World, live: FormVersion
) -> None:
    """The answers of the first version are still there, though the second has no such question."""
    rows = FIRST.replace("| | text                 | ten    | Họ tên      |\n", "")
    world.publish(xform(rows, version="2"))
    again = rows.replace("| | image  ", "| | text | moi | Mới |\n| | image  ")
    harmless = looked_at(world, live, xform(again, version="3"), version="3")
    assert harmless.refusals == ()
    back = FIRST.replace("| text                 | ten ", "| image | ten ")
    found = looked_at(world, live, xform(back, version="3"), version="3")
    assert [(each.why, each.answers) for each in found.refusals] == [(Why.FILE, 4)]


def test_a_version_number_that_was_used_for_other_content_is_refused(
    world: World, live: FormVersion
) -> None:
    found = looked_at(world, live, edited(("Họ tên ", "Tên ")), version="1")
    assert [each.why for each in found.refusals] == [Why.VERSION_EXISTS]
    same = what_will_change(world.house.stores, world.house.shelf, live, world.clock())
    assert (same.changes, same.refusals) == ((), ())


def test_a_form_that_phones_do_not_have_yet_changes_nothing(
    world: World, live: FormVersion
) -> None:
    new = replace(live, key=replace(live.key, form_id="moi"))
    house = world.house
    found = what_will_change(house.stores, house.shelf, new, world.clock())
    assert found == WhatWillChange()


def test_each_change_is_one_sentence_in_each_language(world: World, live: FormVersion) -> None:
    found = looked_at(
        world, live, edited(("| text                 | ten    | Họ tên ", "| date | ten | Ngày "))
    )
    said = [change_words(each.change, "vi") for each in found.changes]
    assert said == [
        "“Ngày” (ten) đổi kiểu: từ chữ thành ngày.",
        "“Ngày” (ten) đổi lời: từ “Họ tên” thành “Ngày”.",
    ]
    assert change_words(found.changes[0].change, "en") == (
        "“Ngày” (ten) changes its type: from text to date."
    )
