"""Each form says for how long its records are kept; a list says which are over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.model.erasures import Word
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import LAST_SEQ
from server.processing.erase import erase_record
from server.processing.replay import replay
from server.processing.retention import over, retention_of
from server.services import PROJECT
from tests.journeys.healing import Fresh
from tests.sheets import answers_to
from tests.world import World

pytestmark = pytest.mark.journey

KEY = FormKey(PROJECT, "x")


def test_what_is_over_is_listed_page_by_page_until_it_is_erased(
    small_world: World, fresh: Fresh
) -> None:
    world, stores = small_world, small_world.house.stores
    ids = [f"uuid:{number:08d}-0000-4000-8000-000000000000" for number in (1, 2, 3)]
    for each, by in zip(ids, (world.hong, world.thao, world.hong), strict=True):
        world.send(answers_to("x", "<ten>Na</ten>", instance_id=each), by=by)
    later = world.clock() + timedelta(days=800)

    def listed(scope: Scope = WHOLE_HOUSE, top: int = LAST_SEQ, most: int = 2) -> list[str]:
        found, _ = over(stores, scope, KEY, later, top=top, most=most)
        return [each.record.instance_id for each in found]

    assert listed() == [], "a form without a rule keeps its records"
    assert stores.forms.set_retention(KEY, "24")
    assert listed() == [ids[2], ids[1]]
    _, on = over(stores, WHOLE_HOUSE, KEY, later, top=LAST_SEQ, most=1)
    assert on is not None
    assert listed(top=on) == [ids[1], ids[0]]
    assert listed(Scope.of(("VP01",)), most=9) == [ids[2], ids[0]]
    assert over(stores, WHOLE_HOUSE, KEY, world.clock(), top=LAST_SEQ, most=9) == ([], None)
    erase_record(stores, KEY, ids[2], Word("Lan", "Minh", "Hết hạn"), world.clock())
    assert listed() == [ids[1], ids[0]]
    with fresh() as house:
        replay(house.intake, lambda _: None)
        rule = retention_of(house.stores, KEY)
        assert rule is not None
        assert rule.text == "24"
