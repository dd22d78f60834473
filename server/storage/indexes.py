"""Every index, each with the question it answers. Created on an empty collection or by a migration,
never on a request path."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo import IndexModel

from server.storage.database import Mongo
from server.storage.unsaid import UNSAID


@dataclass(frozen=True, slots=True)
class Index:
    collection: str
    keys: tuple[tuple[str, int], ...]
    question: str
    unique: bool = False
    sparse: bool = False
    expires: bool = False


INDEXES = (
    Index(
        "submissions",
        (("form", 1), ("instance_ids", 1)),
        "Which record has, or ever had, this instance id? Makes a twin impossible.",
        unique=True,
    ),
    Index(
        "submissions",
        (("form", 1), ("within", 1), ("seq", -1)),
        "Which records of this form came in, under this office, in this time?",
    ),
    Index(
        "submissions",
        (("form", 1), ("within", 1), ("review", 1), ("seq", -1)),
        "Which of them wait for review (or are in another state)?",
    ),
    Index(
        "submissions",
        (("form", 1), ("sender", 1), ("seq", -1)),
        "Which records did this phone send?",
    ),
    Index("submissions", (("charge", 1),), "Which records did somebody take over?", sparse=True),
    Index("submissions", (("worker.id", 1),), "Whom was which record given to?", sparse=True),
    Index(
        "submissions",
        (("erased.edits", 1),),
        "Is this an edit of an edit of something erased?",
        sparse=True,
    ),
    Index(
        "submissions", (("erasing", 1),), "Of which erased records is something left?", sparse=True
    ),
    Index(
        "submissions",
        (("emptying.due", 1),),
        "Of which records are erased photos still to be cleared away?",
        sparse=True,
    ),
    Index("submissions", (("due", 1),), "For which records is a follow-up due?", sparse=True),
    Index(
        "looks",
        (("form", 1), ("keys", 1), ("seq", -1)),
        "Which records of about this time show this picture, or one that may look like it?",
    ),
    Index("form_versions", (("form", 1), ("published_at", -1)), "Which versions has this form?"),
    Index("forms", (("project", 1), ("draft", 1)), "Which forms has this project?"),
    Index("forms", (("draft_token", 1),), "Which draft does this test link open?", sparse=True),
    Index("actors", (("token_hash", 1),), "Whose token is this?", unique=True, sparse=True),
    Index("actors", (("email", 1),), "Who signs in with this e-mail?", unique=True, sparse=True),
    Index("actors", (("kind", 1), ("created_at", -1)), "Which phones (or people) are there?"),
    Index(
        "actors",
        (("kind", 1), ("ended", 1), ("within", 1), ("order", 1)),
        "Which phones (or people) has this subtree, in the order of their list?",
    ),
    Index("sessions", (("actor", 1),), "Which sessions has this person, to end them all?"),
    Index("sessions", (("ends_at", 1),), "Which sessions are over?", expires=True),
    Index("links", (("actor", 1),), "Which links has this person, to end them all?"),
    Index("links", (("ends_at", 1),), "Which links are over?", expires=True),
    Index("feedback_codes", (("codes", 1),), "Of which batch is this code?"),
    Index("feedback_codes", (("form", 1), ("at", -1)), "Which codes were made for this form?"),
    Index("feedback_codes", (("office", 1),), "Were codes made for any of these offices?"),
    Index("tries", (("ends_at", 1),), "Which wrong tries are long ago?", expires=True),
    Index(
        "entities",
        (("shown", 1), ("within", 1), ("key", 1)),
        "Which entities of this list has this subtree, by label?",
    ),
    Index(
        "entities",
        (("list", 1), ("within", 1), ("conflict", 1), ("key", 1)),
        "Which entities of this list wait for a person to settle them, by label?",
    ),
    Index("entities", (("called", 1),), "Which entities of a list have this name?", sparse=True),
    Index("entity_workers", (("list", 1),), "Whose are the entries of this list to look after?"),
    Index("entity_workers", (("id", 1),), "Which entries are this person's to look after?"),
    Index("entity_orders", (("list", 1), ("uuid", 1)), "What did people order for this entity?"),
    Index("entity_orders", (("batch", 1),), "What did this import order?"),
    Index(
        "entity_orders",
        (("erasing", 1),),
        "Which erased orders may still be in the journal?",
        sparse=True,
    ),
    Index(
        "entity_imports",
        (("list", 1), ("within", 1), ("batch", -1)),
        "From which files was this list filled, by people of this subtree?",
    ),
    Index(
        "set_aside",
        (("within", 1), ("is_settled", 1), ("seq", -1)),
        "What was refused under this office, and waits for a person?",
    ),
    Index("set_aside", (("form", 1),), "What was set aside for this form?"),
    Index(
        "set_aside",
        (("sender", 1), ("is_settled", 1)),
        "What did this phone send that was refused, and waits for a person?",
    ),
    *(
        Index(each, ((UNSAID, 1),), "What was done that the journal may lack?", sparse=True)
        for each in ("approvals", "data_requests", "form_versions", "incidents", "set_aside")
    ),
    Index("openings", (("actor", 1), ("until", 1)), "What has this person open with a reason?"),
    Index("openings", (("key", 1), ("instance_id", 1)), "Who opened this record with a reason?"),
    Index(
        "openings", (("within", 1), ("at", -1)), "What was opened with a reason in this subtree?"
    ),
    Index("audit", (("within", 1), ("n", -1)), "What was done and looked at under this office?"),
    Index("audit", (("who", 1), ("n", -1)), "What did this person or phone do and look at?"),
    Index("audit", (("things", 1), ("n", -1)), "Who opened, changed or carried off this record?"),
    Index("audit", (("origin", 1), ("n", -1)), "What was done and looked at from this address?"),
    Index(
        "data_requests",
        (("within", 1), ("is_open", 1), ("seq", -1)),
        "What did people ask about their data, under this office, and which of it waits?",
    ),
    Index(
        "approvals",
        (("within", 1), ("state", 1), ("lapses_at", 1)),
        "What waits for a second person under this office?",
    ),
    Index(
        "approvals",
        (("within", 1), ("asked_at", -1)),
        "What was asked for and decided under this office?",
    ),
    Index("approvals", (("asked_by", 1), ("asked_at", -1)), "What did this person ask for?"),
    Index("approvals", (("asked_by", 1), ("lapses_at", 1)), "What may this person do now?"),
    Index("approvals", (("unfinished", 1),), "What was granted and is not done yet?", sparse=True),
    Index("taken_out", (("ends_at", 1),), "Which days are over?", expires=True),
    Index(
        "incidents",
        (("within", 1), ("is_open", 1), ("seq", -1)),
        "Which incidents with personal data happened under this office, and which are open?",
    ),
    Index(
        "withheld",
        (("kind", 1), ("key", 1), ("kept_back", 1)),
        "Which records of this form, or entries of this list, are shared no more?",
    ),
    Index(
        "blobs.chunks", (("files_id", 1), ("n", 1)), "The bytes of a file (GridFS).", unique=True
    ),
    Index("blobs.files", (("filename", 1), ("uploadDate", 1)), "Where GridFS tools look."),
    Index(
        "counters",
        (("form", 1), ("month", 1)),
        "How many records has this form, by day and state, before some month?",
    ),
)


def create_indexes(db: Mongo) -> None:
    """Make all indexes that are missing; cheap when none is."""
    by_collection: dict[str, list[IndexModel]] = {}
    for index in INDEXES:
        options: dict[str, object] = {"unique": True} if index.unique else {}
        options |= {"sparse": True} if index.sparse else {}
        options |= {"expireAfterSeconds": 0} if index.expires else {}
        model = IndexModel(list(index.keys), **options)
        by_collection.setdefault(index.collection, []).append(model)
    for collection, models in by_collection.items():
        db[collection].create_indexes(models)
