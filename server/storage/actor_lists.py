"""What actors are listed by, kept with each: where it stands in its list, and how it is found.

A list is people by their given names, or phones with the newest first; those whose access has ended
are a list of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.model.alphabet import by_given_name
from server.model.name_search import beginnings
from server.model.people import Actor, ActorKind, ActorList
from server.storage.database import Document

_LATEST = 10**13  # milliseconds since 1970: in the year 2286


def question(
    listed: ActorList, root: str, passed: Sequence[str] = (), after: str = ""
) -> list[Document]:
    """Those below ``root``, and not below what was asked for before. What no index knows stands in
    a stage of its own, and in ``$or``: the small engines would read everything else."""
    first: Document = {"kind": listed.kind.value, "ended": listed.ended, "within": root}
    stages = [first | ({"order": {"$gt": after}} if after else {})]
    if passed:
        stages.append({"$or": [{"within": {"$nin": list(passed)}}]})
    if listed.words:
        fitting: list[Document] = [{"words": {"$all": list(listed.words)}}]
        if listed.offices:
            fitting.append({"grants.office": {"$in": list(listed.offices)}})
        stages.append({"$or": fitting})
    return [{"$match": each} for each in stages]


def keys_of(actor: Actor) -> Document:
    return {
        "ended": not actor.active and not actor.leaving,
        "order": f"{_place(actor)}\t{actor.id}",
        "words": beginnings(f"{actor.name} {actor.email or ''}"),
    }


def _place(actor: Actor) -> str:
    if actor.kind is ActorKind.PERSON:
        return by_given_name(actor.name)
    made = actor.created_at.timestamp() * 1000 if actor.created_at else 0.0
    return f"{_LATEST - int(made):014}"
