"""What only the centre may say of an entry, whoever says it by whatever way; and what two people
decide at the same time."""

from __future__ import annotations

import pytest
from pymongo.collection import Collection

from server.errors import EntityChanged, EntitySettled, NotUnderstood
from server.model.entities import Entity, Held
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.recovery.replay import replay
from server.processing.registers import settle as settling
from server.processing.registers.entity_import import apply_import
from server.processing.registers.entity_plan import Importer, plan_import
from server.processing.registers.settle import settle
from server.storage.journal import Journal
from tests import registers
from tests.faster import overtaken
from tests.journeys.healing import Killed, killed
from tests.registers import CHILD, CHILDREN, changed, created, entry, said_of, worked_off
from tests.world import World

HA_LONG = Scope.of(["VP01"])


@pytest.fixture
def register(world: World) -> World:
    world.publish(registers.form())
    world.house.stores.entity_lists.set_option(CHILDREN, "reserved", ["muc=cao", "thon"])
    return world


def imported(world: World, scope: Scope, label: str = "", **words: str) -> Entity:
    """The child's entry after somebody of this scope has imported these words for it."""
    house = world.house
    importer = Importer("Hoa", None if scope.everywhere else "VP01", scope, b"bi mat")
    line = {"name": CHILD, "label": label, "__office": "VP02", **words}
    plan = plan_import(
        house.stores, house.shelf, importer, CHILDREN, [line], office=None, known_columns=()
    )
    assert [each.waits for each in plan.entries] == [not scope.everywhere]
    at = world.clock()
    apply_import(house.stores, house.shelf, importer, plan, at=at, progress=lambda _: None)
    found = entry(world)
    assert found is not None
    return found


def decided(world: World, scope: Scope, by: Actor, seen: int, **chosen: str) -> Entity:
    let_in = {name: True for name in chosen if "@" in name}
    return settle(
        world.house.stores,
        scope,
        by,
        CHILDREN,
        CHILD,
        seen=seen,
        chosen=chosen,
        let_in=let_in,
        at=world.clock(),
    )


def test_an_office_s_import_says_of_the_centre_s_words_no_more_than_its_phones(
    register: World,
) -> None:
    made = imported(register, HA_LONG, "Bé Na", muc="cao", thon="Khu 1")
    assert (made.state.data, made.state.held) == ({"thon": "Khu 1"}, Held.RESERVED)
    moved = imported(register, HA_LONG, thon="Khu 2")
    assert said_of(register)["thon"] == "Khu 1"
    saying = moved.state.steps[-1].saying
    with pytest.raises(NotUnderstood):
        decided(register, HA_LONG, register.lan.actor, moved.state.version, **{saying: "in"})
    imported(register, WHOLE_HOUSE, thon="Khu 3", muc="cao")
    assert said_of(register) == {"thon": "Khu 3", "muc": "cao"}


def test_an_office_does_not_settle_what_only_the_centre_may_say(register: World) -> None:
    """The centre said that it is urgent; an office's phone did not know of it, and denies it."""
    register.send(created(muc="thap", di_hoc="co").xml)
    for number, word in enumerate(("cao", "tb")):
        phone = register.spare if word == "cao" else register.hong
        at = f"2026-11-0{number + 1}T08:00:00.000+07:00"
        register.send(changed(1, "1", "", muc=word, end=at).xml, by=phone)
    worked_off(register)
    before = entry(register)
    assert before is not None
    assert before.state.data["muc"] == "tb"
    seen = before.state.version
    with pytest.raises(NotUnderstood):
        decided(register, HA_LONG, register.lan.actor, seen, muc="cao")
    after = decided(register, WHOLE_HOUSE, register.admin.actor, seen, muc="cao")
    assert (after.state.data["muc"], after.state.conflict) == ("cao", None)


def test_of_two_who_settle_at_once_the_slower_is_told(
    register: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was seen is what the journal brings back."""
    seen, slower = in_conflict(register), list[type[BaseException]]()
    lan, admin = register.lan.actor, register.admin.actor

    def meanwhile() -> None:
        with pytest.raises(EntitySettled):
            decided(register, WHOLE_HOUSE, admin, seen, muc="tb")
        slower.append(EntitySettled)

    overtaken(monkeypatch, settling, "bring_in_step", meanwhile)
    decided(register, HA_LONG, lan, seen, muc="thap")
    assert slower == [EntitySettled]
    assert said_of(register)["muc"] == "thap"
    with pytest.raises(EntityChanged):
        decided(register, WHOLE_HOUSE, admin, seen, muc="tb")
    orders = [each for each in register.journalled() if each.kind == "orders"]
    assert len(orders) == 1
    stores = register.house.stores
    stores.entities._entities.drop()
    stores.entity_lists._own.drop()
    replay(register.house.intake, lambda _: None)
    registers.rebuilt(register)
    assert said_of(register)["muc"] == "thap"


@pytest.mark.parametrize("breaks", ["append", "update_one"])
def test_a_settlement_that_broke_off_says_nothing_until_it_is_made_again(
    register: World, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    """Killed before the journal had it, or just after: a rebuild makes of the register what a
    replay does, and whoever settles then does it for good."""
    seen, lists = in_conflict(register), register.house.stores.entity_lists
    lan, admin = register.lan.actor, register.admin.actor
    broken = Journal if breaks == "append" else Collection
    with monkeypatch.context() as patch:
        patch.setattr(broken, breaks, killed)
        with pytest.raises(Killed):
            decided(register, HA_LONG, lan, seen, muc="thap")
    registers.rebuilt(register)
    assert said_of(register)["muc"] != "thap", "nobody was told that it is settled"
    if breaks == "append":
        with pytest.raises(EntitySettled):
            decided(register, WHOLE_HOUSE, admin, seen, muc="tb")
    else:
        replay(register.house.intake, lambda _: None)
    assert said_of(register)["muc"] == "thap"
    for _ in range(2):
        register.house.stores.entities._entities.drop()
        lists._own.drop()
        replay(register.house.intake, lambda _: None)
        registers.rebuilt(register)
        assert said_of(register)["muc"] == "thap"


def test_of_two_settlements_of_which_the_database_had_lost_one_the_first_stays(
    register: World,
) -> None:
    """A small engine that broke off had lost Lan's; the administrator settled it again. Whoever
    heals first, and however often, it is Lan's."""
    seen, lists = in_conflict(register), register.house.stores.entity_lists
    decided(register, HA_LONG, register.lan.actor, seen, muc="thap")
    lists._own.drop()
    register.house.stores.entities._entities.drop()
    registers.rebuilt(register)
    decided(register, WHOLE_HOUSE, register.admin.actor, seen, muc="tb")
    assert said_of(register)["muc"] == "tb"
    for _ in range(2):
        replay(register.house.intake, lambda _: None)
        assert said_of(register)["muc"] == "thap"
        assert replay(register.house.intake, lambda _: None).healed == 0
        lists._own.drop()


def in_conflict(register: World) -> int:
    """Two phones did not know of each other; the version that a person sees."""
    register.send(created(muc="thap").xml)
    for word in ("tb", "khong"):
        register.send(changed(1, "1", "", muc=word).xml)
    worked_off(register)
    before = entry(register)
    assert before is not None
    assert before.state.data["muc"] != "thap"
    return before.state.version


def test_whoever_presses_twice_has_settled_it(
    register: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, lan = in_conflict(register), register.lan.actor

    def again() -> None:
        decided(register, HA_LONG, lan, seen, muc="thap")

    overtaken(monkeypatch, settling, "bring_in_step", again)
    decided(register, HA_LONG, lan, seen, muc="thap")
    assert said_of(register)["muc"] == "thap"


def test_an_imported_line_s_id_is_not_told_by_the_line(register: World) -> None:
    """Another house makes another of it; this one the same each time."""
    house = register.house

    def planned(secret: bytes) -> str:
        importer, line = Importer("Hà", None, WHOLE_HOUSE, secret), {"label": "Bé Na", "muc": "tb"}
        plan = plan_import(
            house.stores, house.shelf, importer, CHILDREN, [line], office="VP02", known_columns=()
        )
        [one] = plan.entries
        return one.id

    assert planned(b"a") == planned(b"a") != planned(b"b")
    known = "5f4f0d6e-18ad-5f4a-a9a0-0f4c4f3a1b5e"
    assert planned(b"a") != known
