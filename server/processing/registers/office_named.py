"""Which office an entry is about, as the form that makes it says, and who answers for that one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from server.model.entities import Contribution, ListKey, Origin
from server.model.offices import Office, within
from server.model.scope import EVERYWHERE
from server.model.sequence import moment_of
from server.processing.forms.shelf import Shelf
from server.storage.stores import Stores
from server.xforms.entities import entity_id


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an office stands: ``chain`` answers for it now, ``stood`` did until ``moved_at``."""

    code: str
    chain: tuple[str, ...]
    stood: tuple[str, ...] = ()
    moved_at: datetime | None = None

    def was_given_by(self, contribution: Contribution) -> bool:
        """Whether it was its maker's own office or one below: nobody gives an entry to others."""
        maker = contribution.office or EVERYWHERE
        stood = self.stood if self.moved_at and contribution.at < self.moved_at else ()
        return maker in (*self.chain, *stood)

    def of(self, contribution: Contribution) -> Contribution:
        return replace(
            contribution,
            about=self.code,
            about_within=self.chain,
            about_stood=self.stood,
            about_moved_at=self.moved_at,
        )


def office_named(
    stores: Stores, shelf: Shelf, key: ListKey, said: Mapping[str, str]
) -> Standing | None:
    """As the tree stands now; None where nothing names one."""
    if not said:
        return None
    by = stores.entity_lists.get(key).office_by
    named = said.get(by, "") if by else ""
    code = named if named in shelf.offices() else _by_id(stores, key.project, entity_id(named))
    return standing_of(stores, shelf.offices(), code) if code in shelf.offices() else None


def standing_of(stores: Stores, offices: Mapping[str, Office], code: str) -> Standing:
    chain = within(code, offices)
    left = {
        each: seq for each, seq in stores.offices.stood_above(code).items() if each not in chain
    }
    until = moment_of(max(left.values())) if left else None
    return Standing(code, chain, tuple(sorted(left)), until)


def _by_id(stores: Stores, project: int, uuid: str) -> str:
    """Forms choose offices from a register, by ids; "" for one that is in none."""
    registers = stores.entity_lists.all(project) if uuid else []
    for each in registers:
        for ordered in stores.entity_lists.own(each.key, uuid) if each.offices else ():
            if ordered.origin is Origin.OFFICES and ordered.orders:
                return ordered.office or ""
    return ""
