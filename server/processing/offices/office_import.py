"""A file of units put into the tree of offices."""

from __future__ import annotations

import uuid
from datetime import datetime

from server.errors import NotUnderstood
from server.model.past_import import PastImport, Said
from server.model.scope import Scope
from server.processing.forms.shelf import Shelf
from server.processing.offices.office_file import read_units
from server.processing.offices.office_plan import UnitPlan, plan_units
from server.storage.offices import Change
from server.storage.stores import Stores


def plan_file(stores: Stores, scope: Scope, data: bytes) -> UnitPlan:
    """What the file would change, by whoever may change these units. Raises NotUnderstood."""
    return plan_units(read_units(data), stores.offices.tree(), stores.offices.areas(), scope)


def apply_plan(stores: Stores, shelf: Shelf, plan: UnitPlan, by: str, at: datetime) -> None:
    """All of it or nothing. Raises NotUnderstood for a file with problems."""
    if plan.problems:
        raise NotUnderstood(
            why_vi="tệp còn chỗ sai; chưa có gì thay đổi.",
            why_en="the file has problems; nothing was changed.",
        )
    if plan.changes:
        offices = [each.after for each in plan.changes]
        # Before the tree: of one that broke off in between nothing is there to be undone.
        stores.office_imports.add(
            PastImport(
                id=str(uuid.uuid4()),
                at=at,
                by=by,
                new=tuple(each.after.code for each in plan.new),
                changed=tuple(
                    Said(each.before, each.after) for each in plan.changes if each.before
                ),
            )
        )
        stores.offices.change(Change(offices, dict(plan.areas)), at)
        shelf.forget()
