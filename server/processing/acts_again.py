"""What people did that no record says again, out of the journal, kind by kind.

Each says whether anything of it was missing, and does it in whatever order entries come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from server.processing.break_glass import open_again
from server.processing.data_requests import request_again
from server.processing.orders_again import order_again
from server.processing.withholding import withhold_again
from server.storage.data_requests import KIND as DATA_REQUEST
from server.storage.journal import Entry
from server.storage.openings import KIND as OPENING
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


def _withholding(stores: Stores, entry: Entry) -> bool:
    return withhold_again(stores, entry.body)


def _opening(stores: Stores, entry: Entry) -> bool:
    return open_again(stores, entry.body)


AFTER_RECORDS: Mapping[str, Again] = {
    "orders": order_again,
    "import": _import,
    DATA_REQUEST: _request,
    WITHHOLDING: _withholding,
    OPENING: _opening,
    SUCCESSION: _succession,
}
"""In this order, after all records: what these say follows from the set, whenever it came."""
