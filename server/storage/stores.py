"""All repositories of one installation, as one value to hand down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from server.storage.actors import Actors
from server.storage.approvals import Approvals
from server.storage.aside import Aside
from server.storage.audit import AuditLog
from server.storage.audit_marks import AuditMarks
from server.storage.blobs import Blobs
from server.storage.charges import Charges
from server.storage.collected import Collected
from server.storage.counters import Counters
from server.storage.data_requests import DataRequests
from server.storage.database import Mongo
from server.storage.drafts import Drafts
from server.storage.entities import Entities
from server.storage.entity_imports import EntityImports
from server.storage.entity_lists import EntityLists
from server.storage.entity_workers import EntityWorkers
from server.storage.erased_photos import ErasedPhotos
from server.storage.erasures import Erasures
from server.storage.feedback_codes import FeedbackCodes
from server.storage.follow_ups import FollowUps
from server.storage.forms import Forms
from server.storage.healing import Healing
from server.storage.incidents import Incidents
from server.storage.journal import Journal
from server.storage.keepings import Keepings
from server.storage.links import Links
from server.storage.looks import Looks
from server.storage.office_imports import OfficeImports
from server.storage.office_uses import OfficeUses
from server.storage.offices import Offices
from server.storage.openings import Openings
from server.storage.own_days import OwnDays
from server.storage.sessions import Sessions
from server.storage.submissions import Submissions
from server.storage.successions import Successions
from server.storage.taken_out import TakenOut
from server.storage.tries import WrongTries
from server.storage.withheld import Withheld


@dataclass(frozen=True, slots=True)
class Stores:
    submissions: Submissions
    follow_ups: FollowUps
    erasures: Erasures
    erased_photos: ErasedPhotos
    collected: Collected
    forms: Forms
    drafts: Drafts
    blobs: Blobs
    looks: Looks
    aside: Aside
    audit: AuditLog
    entities: Entities
    entity_lists: EntityLists
    entity_imports: EntityImports
    entity_workers: EntityWorkers
    counters: Counters
    actors: Actors
    charges: Charges
    keepings: Keepings
    sessions: Sessions
    links: Links
    tries: WrongTries
    feedback_codes: FeedbackCodes
    offices: Offices
    office_imports: OfficeImports
    office_uses: OfficeUses
    openings: Openings
    successions: Successions
    own_days: OwnDays
    data_requests: DataRequests
    approvals: Approvals
    taken_out: TakenOut
    incidents: Incidents
    withheld: Withheld
    healing: Healing
    journal: Journal


def open_stores(
    db: Mongo, journal_folder: Path, clock: Callable[[], datetime], *, journal: bool
) -> Stores:
    """``journal`` says whether accepted posts are also kept on disk (mongo.md §2.4)."""
    kept = Journal(journal_folder, on=journal)
    return Stores(
        submissions=Submissions(db),
        follow_ups=FollowUps(db),
        erasures=Erasures(db, kept),
        erased_photos=ErasedPhotos(db, kept),
        collected=Collected(db),
        forms=Forms(db, kept, clock),
        drafts=Drafts(db),
        blobs=Blobs(db, clock),
        looks=Looks(db),
        aside=Aside(db, kept),
        audit=AuditLog(db, AuditMarks(journal_folder.with_name("audit"))),
        entities=Entities(db),
        entity_lists=EntityLists(db, kept, clock),
        entity_imports=EntityImports(db, kept),
        entity_workers=EntityWorkers(db),
        counters=Counters(db),
        actors=Actors(db),
        charges=Charges(db, kept, clock),
        keepings=Keepings(db),
        sessions=Sessions(db),
        links=Links(db),
        tries=WrongTries(db),
        feedback_codes=FeedbackCodes(db, kept),
        offices=Offices(db, kept),
        office_imports=OfficeImports(db, kept),
        office_uses=OfficeUses(db),
        openings=Openings(db, kept),
        successions=Successions(db, kept),
        own_days=OwnDays(db, kept, clock),
        data_requests=DataRequests(db, kept),
        approvals=Approvals(db, kept),
        taken_out=TakenOut(db),
        incidents=Incidents(db, kept),
        withheld=Withheld(db, kept),
        healing=Healing(journal_folder.with_name("healing")),
        journal=kept,
    )
