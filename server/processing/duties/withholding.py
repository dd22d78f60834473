"""Sharing stopped for what a person asks about, and begun again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from server.model.consents import consent_of
from server.model.data_requests import Concern
from server.model.entities import EntityList, ListKey
from server.model.records import Record
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.withholding import LISTS, RECORDS, Target, Withholding, is_kept_back
from server.processing.duties.concerns import reached
from server.processing.forms.shelf import Shelf
from server.processing.registers.entity_orders import Ordered
from server.storage.stores import Stores
from server.storage.withheld import read_journalled


def withhold(
    stores: Stores, shelf: Shelf, project: int, concerns: Iterable[Concern], act: Withholding
) -> None:
    """All that these reach, unless it is done already."""
    targets = reached(stores, shelf, project, concerns)
    if targets and not any(act in stores.withheld.acts(each) for each in targets):
        stores.withheld.add(targets, act)
        _touch(stores, targets)


def withhold_late(
    stores: Stores, shelf: Shelf, record: Record, ordered: Ordered, at: datetime
) -> None:
    """What hangs on something that is kept back and came later: a record made before that, on a
    phone without a network, or an entry that an edit names. A record with a consent given after it,
    or with a reason why it needs none, is shared as that says."""
    own = Target(RECORDS, record.key.text, record.instance_id)
    entries = [
        Target(LISTS, ListKey(record.key.project, each.list).text, each.id)
        for each in ordered.by_target
    ]
    if not entries:
        return
    acts = {target: stores.withheld.acts(target) for target in (own, *entries)}
    in_force = {max(each, key=_when) for each in acts.values() if is_kept_back(each)}
    for act in sorted(in_force, key=_when):
        lacking = [target for target in acts if act not in acts[target]]
        reach = _reach_of(stores, shelf, record.key.project, act) if lacking else ()
        late = [each for each in lacking if each in reach]
        if own in late and _is_shared_anew(record, act):
            late.remove(own)
        if late and stores.withheld.add(late, act, at):
            _touch(stores, late)


def _when(act: Withholding) -> datetime:
    return act.at


def _reach_of(stores: Stores, shelf: Shelf, project: int, act: Withholding) -> Collection[Target]:
    """All that hangs by now on what the request had named when it was acted on."""
    request = stores.data_requests.find(WHOLE_HOUSE, act.request)
    done = request.acts if request else ()
    named = (concern for each in done if each.at <= act.at for concern in each.concerns)
    return reached(stores, shelf, project, named)


def _is_shared_anew(record: Record, act: Withholding) -> bool:
    made = record.derived.ended_at or record.derived.started_at
    return made is not None and made > act.at and consent_of(record.derived.answers) is not None


def withhold_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether it was missing."""
    targets, act = read_journalled(body)
    if not stores.withheld.add_again(targets, act):
        return False
    _touch(stores, targets)
    return True


def kept_from(stores: Stores, scope: Scope, its_list: EntityList) -> frozenset[str]:
    """The entries of a list that every office has, which are shared no more and so stay with
    offices outside this scope."""
    if not its_list.shared:
        return frozenset()
    kept_back = sorted(stores.withheld.ids(LISTS, its_list.key.text))
    known = stores.entities.known(its_list.key, kept_back) if kept_back else {}
    return frozenset(uuid for uuid, each in known.items() if not scope.sees_office(each.within))


def _touch(stores: Stores, targets: Iterable[Target]) -> None:
    """Phones that have a list must hear that it is another."""
    for text in {each.key for each in targets if each.kind == LISTS}:
        key = ListKey.parse(text)
        stores.entity_lists.touch(key, filled=False)
