"""What people did that no record says again, out of the journal, kind by kind.

Each says whether anything of it was missing, and does it in whatever order entries come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from server.processing.approvals.two_people import approve_again
from server.processing.duties.data_requests import request_again
from server.processing.duties.incidents import incident_again
from server.processing.duties.keep_longer import keep_again
from server.processing.duties.withholding import withhold_again
from server.processing.records.break_glass import open_again
from server.processing.recovery.orders_again import order_again
from server.processing.registers.assign_entry import KIND as ENTRY_WORKER
from server.processing.registers.assign_entry import give_again
from server.storage.approvals import KIND as APPROVAL
from server.storage.aside import SETTLED
from server.storage.charges import KIND as CHARGE
from server.storage.data_requests import KIND as DATA_REQUEST
from server.storage.entity_lists import OPTION
from server.storage.erased_photos import KIND as PHOTOS
from server.storage.feedback_codes import MADE as CODES_MADE
from server.storage.feedback_codes import REVOKED as CODES_REVOKED
from server.storage.feedback_codes import USED as CODE_USED
from server.storage.forms import STATE as FORM_STATE
from server.storage.incidents import KIND as INCIDENT
from server.storage.journal import Entry
from server.storage.keepings import KIND as KEEPING
from server.storage.office_imports import KIND as OFFICE_IMPORT
from server.storage.office_imports import read_journalled as read_office_import
from server.storage.openings import KIND as OPENING
from server.storage.own_days import KIND as OWN_DAY
from server.storage.stores import Stores
from server.storage.successions import KIND as SUCCESSION
from server.storage.successions import read_journalled as read_succession
from server.storage.withheld import KIND as WITHHOLDING

Again = Callable[[Stores, Entry], bool]


def _said(again: Callable[[Stores, bytes], bool]) -> Again:
    """Of which all stands in the entry's body."""
    return lambda stores, entry: again(stores, entry.body)


BEFORE_RECORDS: Mapping[str, Again] = {
    OPTION: _said(lambda stores, body: stores.entity_lists.choose_again(body)),
    OWN_DAY: _said(lambda stores, body: stores.own_days.say_again(body)),
}
"""How registers take what records say."""

AFTER_RECORDS: Mapping[str, Again] = {
    "orders": order_again,
    "import": _said(lambda stores, body: stores.entity_imports.put_again(body)),
    DATA_REQUEST: _said(request_again),
    INCIDENT: _said(incident_again),
    WITHHOLDING: _said(withhold_again),
    APPROVAL: _said(approve_again),
    ENTRY_WORKER: _said(give_again),
    OPENING: _said(open_again),
    SUCCESSION: _said(lambda stores, body: stores.successions.put_again(read_succession(body))),
    OFFICE_IMPORT: _said(
        lambda stores, body: stores.office_imports.put_again(read_office_import(body))
    ),
    FORM_STATE: _said(lambda stores, body: stores.forms.say_again(body)),
    PHOTOS: _said(lambda stores, body: stores.erased_photos.erase_again(body)),
    KEEPING: _said(keep_again),
    CHARGE: _said(lambda stores, body: stores.charges.give_again(body)),
    SETTLED: _said(lambda stores, body: stores.aside.settle_again(body)),
    CODES_MADE: _said(lambda stores, body: stores.feedback_codes.add_again(body)),
    CODE_USED: _said(lambda stores, body: stores.feedback_codes.use_again(body)),
    CODES_REVOKED: _said(lambda stores, body: stores.feedback_codes.revoke_again(body)),
}
"""In this order, after all records: what these say follows from the set, whenever it came."""
