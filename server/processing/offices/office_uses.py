"""Whether anything hangs on a unit of the tree: what nothing hangs on may be taken out again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from server.model.entities import Origin
from server.model.offices import Office
from server.model.scope import WHOLE_HOUSE
from server.storage.stores import Stores


def used(
    stores: Stores, project: int, codes: Collection[str], tree: Mapping[str, Office]
) -> frozenset[str]:
    """Those of these units that somebody works for, that something came from or is about, or below
    which others stand that are not among them."""
    asked = frozenset(codes)
    held = _held(stores, project, asked)
    for each in tree.values():
        if each.code not in asked:
            held |= asked.intersection((each.parent, each.successor))
    found = held | _with_things(stores, project, sorted(asked - held))
    return found | _above(found, asked, tree)


def _above(
    found: frozenset[str], asked: frozenset[str], tree: Mapping[str, Office]
) -> frozenset[str]:
    """What stays keeps those that it stands below."""
    kept = set(found)
    waiting = [each for each in found if each in tree]
    while waiting:
        office = tree[waiting.pop()]
        more = asked.intersection((office.parent, office.successor)) - kept
        kept |= more
        waiting += more
    return frozenset(kept)


def _held(stores: Stores, project: int, asked: frozenset[str]) -> frozenset[str]:
    """Where somebody works or has worked, and for which people ordered something."""
    workers = {code for each in stores.actors.all(WHOLE_HOUSE) for code in each.offices}
    ordered = stores.entity_lists.offices()
    return asked & (ordered | workers | _inspected(stores, project, asked))


def _inspected(stores: Stores, project: int, asked: frozenset[str]) -> frozenset[str]:
    """Units that records say something of in a register of offices."""
    found = set()
    for its_list in stores.entity_lists.all(project):
        if not its_list.offices:
            continue
        for key, uuid, ordered in stores.entity_lists.batch(f"offices:{its_list.key.text}"):
            if ordered.office not in asked:
                continue
            entry = stores.entities.find(WHOLE_HOUSE, key, uuid)
            givers = entry.contributions if entry else ()
            if any(each.origin is not Origin.OFFICES for each in givers):
                found.add(ordered.office)
    return frozenset(found)


def _with_things(stores: Stores, project: int, codes: Sequence[str]) -> frozenset[str]:
    """By halves: of thousands that came in with a file most have nothing."""
    if not codes or not stores.office_uses.any_within(
        codes,
        [each.key for each in stores.forms.all(project)],
        [each.key for each in stores.entity_lists.all(project) if not each.offices],
    ):
        return frozenset()
    if len(codes) == 1:
        return frozenset(codes)
    half = len(codes) // 2
    return _with_things(stores, project, codes[:half]) | _with_things(stores, project, codes[half:])
