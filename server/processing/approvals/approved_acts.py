"""What takes two people: by its name, the verb that both must hold, and what does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from server.access.verbs import Verb
from server.model.approvals import Approval
from server.model.forms import FormKey
from server.model.records import Deletion
from server.model.scope import WHOLE_HOUSE
from server.processing.duties.erase import erase
from server.processing.duties.erase_photos import erase_photos
from server.storage.stores import Stores

DELETE = "delete"
EXPORT = "export"
ERASE = "erase"
PHOTOS = "photos"

CarryOut = Callable[[Stores, Approval, datetime], None]


@dataclass(frozen=True, slots=True)
class Act:
    """``carry_out`` may be called again after a break: it leaves alone what is done already. None
    for what the machine does not do: whoever asked may, while the approval is in force. ``again``:
    nothing else in the journal brings it back, so a replay does it again. ``final``: it ends what
    somebody may want to keep."""

    verb: Verb
    carry_out: CarryOut | None = None
    again: bool = False
    final: bool = False


def _delete(stores: Stores, approval: Approval, at: datetime) -> None:
    granted_by = approval.decision.by_name if approval.decision else ""
    deletion = Deletion(at, approval.asked_by_name, granted_by)
    for each in approval.about.things:
        record = stores.submissions.find(WHOLE_HOUSE, FormKey(approval.project, each.name), each.id)
        if record is not None:  # else it is deleted already
            stores.submissions.mark_deleted(WHOLE_HOUSE, record, at, deletion)


ACTS: Mapping[str, Act] = {
    DELETE: Act(Verb.DELETE_RECORDS, _delete, again=True, final=True),
    EXPORT: Act(Verb.EXPORT_RECORDS),
    PHOTOS: Act(Verb.DELETE_RECORDS, erase_photos, final=True),
    ERASE: Act(Verb.DELETE_RECORDS, erase, final=True),
}
