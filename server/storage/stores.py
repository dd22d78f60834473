"""All repositories of one installation, as one value to hand down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from server.storage.aside import Aside
from server.storage.blobs import Blobs
from server.storage.collected import Collected
from server.storage.counters import Counters
from server.storage.database import Mongo
from server.storage.drafts import Drafts
from server.storage.entities import Entities
from server.storage.entity_imports import EntityImports
from server.storage.entity_lists import EntityLists
from server.storage.follow_ups import FollowUps
from server.storage.forms import Forms
from server.storage.journal import Journal
from server.storage.looks import Looks
from server.storage.openings import Openings
from server.storage.people import Actors, Offices, Sessions
from server.storage.submissions import Submissions


@dataclass(frozen=True, slots=True)
class Stores:
    submissions: Submissions
    follow_ups: FollowUps
    collected: Collected
    forms: Forms
    drafts: Drafts
    blobs: Blobs
    looks: Looks
    aside: Aside
    entities: Entities
    entity_lists: EntityLists
    entity_imports: EntityImports
    counters: Counters
    actors: Actors
    sessions: Sessions
    offices: Offices
    openings: Openings
    journal: Journal


def open_stores(
    db: Mongo, journal_folder: Path, clock: Callable[[], datetime], *, journal: bool
) -> Stores:
    """``journal`` says whether accepted posts are also kept on disk (mongo.md §2.4)."""
    kept = Journal(journal_folder, on=journal)
    return Stores(
        submissions=Submissions(db),
        follow_ups=FollowUps(db),
        collected=Collected(db),
        forms=Forms(db),
        drafts=Drafts(db),
        blobs=Blobs(db, clock),
        looks=Looks(db),
        aside=Aside(db),
        entities=Entities(db),
        entity_lists=EntityLists(db, kept),
        entity_imports=EntityImports(db),
        counters=Counters(db),
        actors=Actors(db),
        sessions=Sessions(db),
        offices=Offices(db),
        openings=Openings(db),
        journal=kept,
    )
