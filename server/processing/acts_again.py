"""What people did that no record says again, out of the journal, kind by kind.

Each says whether anything of it was missing, and does it in whatever order entries come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from server.processing.assign_entry import KIND as ENTRY_WORKER
from server.processing.assign_entry import give_again
from server.processing.break_glass import open_again
from server.processing.data_requests import request_again
from server.processing.incidents import incident_again
from server.processing.orders_again import order_again
from server.processing.two_people import approve_again
from server.processing.withholding import withhold_again
from server.storage.approvals import KIND as APPROVAL
from server.storage.aside import SETTLED
from server.storage.charges import KIND as CHARGE
from server.storage.data_requests import KIND as DATA_REQUEST
from server.storage.entity_lists import OPTION
from server.storage.forms import STATE as FORM_STATE
from server.storage.incidents import KIND as INCIDENT
from server.storage.journal import Entry
from server.storage.openings import KIND as OPENING
from server.storage.own_days import KIND as OWN_DAY
from server.storage.stores import Stores
from server.storage.successions import KIND as SUCCESSION
from server.storage.successions import read_journalled as read_succession
from server.storage.withheld import KIND as WITHHOLDING

Again = Callable[[Stores, Entry], bool]


def _succession(stores: Stores, entry: Entry) -> bool:
    return stores.successions.put_again(read_succession(entry.body))


def _import(stores: Stores, entry: Entry) -> bool:
    return stores.entity_imports.put_again(entry.body)


def _request(stores: Stores, entry: Entry) -> bool:
    return request_again(stores, entry.body)


def _incident(stores: Stores, entry: Entry) -> bool:
    return incident_again(stores, entry.body)


def _withholding(stores: Stores, entry: Entry) -> bool:
    return withhold_again(stores, entry.body)


def _approval(stores: Stores, entry: Entry) -> bool:
    return approve_again(stores, entry.body)


def _entry_worker(stores: Stores, entry: Entry) -> bool:
    return give_again(stores, entry.body)


def _opening(stores: Stores, entry: Entry) -> bool:
    return open_again(stores, entry.body)


def _option(stores: Stores, entry: Entry) -> bool:
    return stores.entity_lists.choose_again(entry.body)


def _own_day(stores: Stores, entry: Entry) -> bool:
    return stores.own_days.say_again(entry.body)


def _form_state(stores: Stores, entry: Entry) -> bool:
    return stores.forms.say_again(entry.body)


def _charge(stores: Stores, entry: Entry) -> bool:
    return stores.charges.give_again(entry.body)


def _dealt_with(stores: Stores, entry: Entry) -> bool:
    return stores.aside.settle_again(entry.body)


BEFORE_RECORDS: Mapping[str, Again] = {OPTION: _option, OWN_DAY: _own_day}
"""How registers take what records say."""

AFTER_RECORDS: Mapping[str, Again] = {
    "orders": order_again,
    "import": _import,
    DATA_REQUEST: _request,
    INCIDENT: _incident,
    WITHHOLDING: _withholding,
    APPROVAL: _approval,
    ENTRY_WORKER: _entry_worker,
    OPENING: _opening,
    SUCCESSION: _succession,
    FORM_STATE: _form_state,
    CHARGE: _charge,
    SETTLED: _dealt_with,
}
"""In this order, after all records: what these say follows from the set, whenever it came."""
