"""Each form says for how long its records are kept; a list says which are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from server.errors import NotUnderstood
from server.errors.duties import RecordErased, RetentionChanged
from server.model.calendar import day_of
from server.model.erasures import Word
from server.model.forms import FormKey
from server.model.keeping import Keeping
from server.model.records import Record, Worker
from server.model.retention import Retention
from server.model.scope import WHOLE_HOUSE, Reach, Scope
from server.model.sequence import LAST_SEQ
from server.processing.duties.erase import erase_record
from server.processing.duties.keep_longer import keep_longer, keep_no_longer
from server.processing.duties.retention import Number, number_over, over, retention_of
from server.processing.duties.retention_rule import set_rule
from server.processing.records.counting import count_news
from server.processing.records.reading import reading_of
from server.processing.records.record_lists import lists_of
from server.processing.recovery.replay import replay
from server.services import PROJECT
from server.xforms.levels import Level
from server.xforms.xlsform import convert_xlsform
from tests.journeys.healing import Fresh
from tests.journeys.test_erasure import places_of, worker_for_days
from tests.sheets import answers_to, workbook_of
from tests.world import World

pytestmark = pytest.mark.journey

KEY = FormKey(PROJECT, "x")
IDS = [f"uuid:{number:08d}-0000-4000-8000-000000000000" for number in (1, 2, 3)]
WHY = "Vu viec cua chau Sinh con dang xet xu"
ERASED = Word("Lan", "Minh", "Hết hạn")
SHEETS = {
    "survey": [
        ("type", "name", "label", "sensitivity"),
        ("date", "sinh", "Ngày sinh", "dac_biet"),
        ("text", "ten", "Tên", ""),
    ],
    "settings": [("form_id", "version"), ("tre", "1")],
}


@pytest.fixture
def old(small_world: World) -> World:
    """Three records that came 800 days ago."""
    world = small_world
    for each, by in zip(IDS, (world.hong, world.thao, world.hong), strict=True):
        world.send(answers_to("x", "<ten>Na</ten>", instance_id=each), by=by)
    count_news(world.house.stores, KEY, world.clock())
    world.clock.move(days=800)
    return world


def listed(world: World, scope: Scope = WHOLE_HOUSE, top: int = LAST_SEQ) -> list[str]:
    house = world.house
    found, _ = over(house.stores, house.shelf, scope, KEY, world.clock(), top=top, most=9)
    return [each.line.instance_id for each in found]


def record(world: World, id: str) -> Record:
    found = world.record("x", id)
    assert found is not None
    return found


def kept(world: World, id: str, days: int, reason: str = WHY) -> None:
    until = day_of(world.clock() + timedelta(days=days))
    by, stores = world.admin.actor, world.house.stores
    keep_longer(stores, WHOLE_HOUSE, by, [record(world, id)], until, reason, world.clock())


def test_what_is_over_is_listed_page_by_page_until_it_is_erased(old: World, fresh: Fresh) -> None:
    world, stores, shelf = old, old.house.stores, old.house.shelf
    assert listed(world) == [], "a form without a rule keeps its records"
    assert set_rule(stores, shelf, KEY, " 24 ") == "24"
    assert listed(world) == [IDS[2], IDS[1], IDS[0]]
    _, on = over(stores, shelf, WHOLE_HOUSE, KEY, world.clock(), top=LAST_SEQ, most=1)
    assert on is not None
    assert listed(world, top=on) == [IDS[1], IDS[0]]
    assert listed(world, Scope.of(("VP01",))) == [IDS[2], IDS[0]]
    before = world.clock() - timedelta(days=100)
    assert over(stores, shelf, WHOLE_HOUSE, KEY, before, top=LAST_SEQ, most=9) == ([], None)
    erase_record(stores, KEY, IDS[2], ERASED, world.clock())
    assert listed(world) == [IDS[1], IDS[0]]
    with fresh() as house:
        replay(house.intake, lambda _: None)
        rule = retention_of(house.stores, KEY)
        assert rule is not None
        assert rule.text == "24"


def test_how_many_are_over_is_known_before_a_rule_is_set(old: World) -> None:
    world, house = old, old.house

    def number(months: int, scope: Scope = WHOLE_HOUSE, most_read: int = 9) -> Number:
        rule, now = Retention(months=months), world.clock()
        lists = lists_of(house.stores, house.shelf, scope, KEY, now)
        return number_over(lists, rule, most_read=most_read)

    assert number(24) == Number(3, is_all=True)
    assert number(27) == Number(0, is_all=True)
    assert number(24, Scope.of(("VP01",))) == Number(2, is_all=True)
    assert number(24, most_read=0) == Number(0, is_all=False)
    kept(world, IDS[0], 30)
    erase_record(house.stores, KEY, IDS[2], ERASED, world.clock())
    assert number(24) == Number(1, is_all=True)


def test_what_is_kept_longer_stands_on_the_list_again_when_its_day_is_over(
    old: World, fresh: Fresh
) -> None:
    world, stores = old, old.house.stores
    set_rule(stores, world.house.shelf, KEY, "24")
    for until, reason in (("", WHY), ("2020-01-01", WHY), ("9999-12-31", WHY), ("2090-01-01", "")):
        with pytest.raises(NotUnderstood):
            keep_longer(
                stores,
                WHOLE_HOUSE,
                world.admin.actor,
                [record(world, IDS[0])],
                until,
                reason,
                world.clock(),
            )
    kept(world, IDS[0], 30)
    assert listed(world) == [IDS[2], IDS[1]]
    said = record(world, IDS[0]).keeping
    assert said is not None
    assert (said.reason, said.by_name) == (WHY, world.admin.actor.name)
    with fresh() as house:
        replay(house.intake, lambda _: None)
        found = house.stores.erasures.find(KEY, IDS[0])
        assert found is not None
        assert found.keeping == said
        assert replay(house.intake, lambda _: None).healed == 0
    world.clock.move(days=30)
    assert listed(world) == [IDS[2], IDS[1]]
    world.clock.move(days=1)
    assert listed(world) == IDS[::-1]
    kept(world, IDS[0], 30)
    by = world.admin.actor
    keep_no_longer(stores, WHOLE_HOUSE, by, record(world, IDS[0]), WHY, world.clock())
    assert listed(world) == IDS[::-1]
    last = record(world, IDS[0]).keeping
    assert last is not None
    assert not stores.keepings.keep(
        WHOLE_HOUSE, record(world, IDS[0]), replace(last, until="2099-01-01")
    ), "what was said before, or at once, changes nothing"


def test_why_it_was_kept_goes_with_whom_it_was_about(old: World, fresh: Fresh) -> None:
    world, stores = old, old.house.stores
    kept(world, IDS[0], 30)
    before = record(world, IDS[0])
    assert before.keeping is not None
    erase_record(stores, KEY, IDS[0], ERASED, world.clock())
    assert record(world, IDS[0]).keeping is None
    with fresh() as house:
        assert replay(house.intake, lambda _: None).refused == 0
        assert "submissions" not in places_of(WHY.encode(), house)
    worker_for_days(world)
    assert places_of(WHY.encode(), world.house) == []
    # Somebody says it who looked at it before.
    keep_longer(
        stores,
        WHOLE_HOUSE,
        world.admin.actor,
        [before],
        day_of(world.clock() + timedelta(days=9)),
        WHY,
        world.clock(),
    )
    assert places_of(WHY.encode(), world.house)
    worker_for_days(world)
    assert places_of(WHY.encode(), world.house) == []
    with pytest.raises(RecordErased):
        kept(world, IDS[0], 30)


def test_the_reason_is_as_sensitive_as_a_reviewer_s_words(old: World) -> None:
    world, shelf = old, old.house.shelf
    world.publish(convert_xlsform(workbook_of(SHEETS), validate=False).xform)
    world.send(answers_to("tre", "<sinh>2001-02-03</sinh><ten>Na</ten>", instance_id="uuid:a"))
    key = FormKey(PROJECT, "tre")
    found = world.record("tre", "uuid:a")
    assert found is not None
    keeping = Keeping("2090-01-01", WHY, world.lan.actor.id, "Lan", world.clock())
    assert world.house.stores.keepings.keep(WHOLE_HOUSE, found, keeping)
    found = world.record("tre", "uuid:a")
    assert found is not None

    def told(level: Level, actor: str = "") -> str:
        scope = Scope(frozenset((Reach("*", clearance=level),)), actor=actor)
        shown = reading_of(shelf, scope, key).record(found).keeping
        assert shown is not None
        assert shown.until == "2090-01-01"
        return shown.reason

    assert told(Level.NORMAL) == ""
    assert told(Level.NORMAL, world.lan.actor.id) == WHY
    assert told(Level.SENSITIVE) == told(Level.SPECIAL) == WHY


def test_a_birthday_is_told_to_nobody_who_may_not_read_it(old: World) -> None:
    world, stores, shelf = old, old.house.stores, old.house.shelf
    key = FormKey(PROJECT, "tre")
    world.publish(convert_xlsform(workbook_of(SHEETS), validate=False).xform)
    for number, born in enumerate(("2001-02-03", "", "2010-01-01")):
        inside = f"<sinh>{born}</sinh><ten>Na</ten>"
        world.send(answers_to("tre", inside, instance_id=f"uuid:{number}"))
    for odd in ("18+5 ten", "18+5 khac", "năm năm"):
        with pytest.raises(NotUnderstood):
            set_rule(stores, shelf, key, odd)
    set_rule(stores, shelf, key, "18+5 sinh")
    count_news(stores, key, world.clock())

    def days(level: Level) -> list[str]:
        scope = Scope(frozenset((Reach("*", clearance=level),)))
        found, _ = over(stores, shelf, scope, key, world.clock(), top=LAST_SEQ, most=9)
        return [str(each.last_day) for each in found]

    assert days(Level.SPECIAL) == ["2024-02-03"]
    assert days(Level.SENSITIVE) == ["None"]
    rule = Retention(born="sinh", years=5)
    lists = lists_of(stores, shelf, WHOLE_HOUSE, key, world.clock())
    assert number_over(lists, rule) == Number(1, is_all=True)
    # Nor to who was named to work on it, in a role that may no more of own work.
    named = replace(world.records("tre")[0], worker=Worker("lan", "Lan", "Hà", world.clock()))
    for most in (Level.NOTHING, Level.SENSITIVE, Level.SPECIAL):
        reach = Reach("*", clearance=Level.NORMAL, named=most)
        reading = reading_of(shelf, Scope(frozenset((reach,)), actor="lan"), key)
        assert reading.mask(named).hides(("sinh",)) is (most < Level.SPECIAL)


def test_a_rule_that_somebody_changed_later_is_another_error_than_no_form(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = small_world.house.stores
    monkeypatch.setattr(stores.forms, "_keep", lambda _: False)
    with pytest.raises(RetentionChanged):
        stores.forms.set_retention(KEY, "24")
