"""Entities as MongoDB documents, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from bson import json_util

from server.model.entities import (
    Contribution,
    Entity,
    EntityRow,
    EntityTold,
    ListKey,
    Order,
    Origin,
    Voice,
    told,
)
from server.model.entity_state import state_of
from server.model.name_search import beginnings
from server.model.whole_names import whole_names
from server.storage.database import Document

_JSON = json_util.JSONOptions(json_mode=json_util.JSONMode.RELAXED, tz_aware=True)
# Of a contribution: tuples, which a document has as lists.
_MANY = ("within", "later", "reserved", "stood", "about_within", "about_stood")
VOICE = ("source", "creates", "at", "later", "by", "sender")  # of a contribution, for a list
_ESCAPES = (("%", "%25"), (".", "%2E"), ("$", "%24"))


def entity_id(key: ListKey, uuid: str) -> str:
    return f"{key.text}/{uuid}"


def entity_document(entity: Entity) -> Document:
    state = entity.state
    document: Document = {
        "_id": entity_id(entity.key, entity.id),
        "list": entity.key.text,
        "uuid": entity.id,
        "revision": entity.revision,
        "office": entity.office,
        "within": list(entity.within),
        "key": f"{state.label.casefold()}\t{entity.id}",
        "label": state.label,
        "data": _escaped(state.data),
        "version": state.version,
        "gone": state.gone,
        "contributions": [contribution_document(each) for each in entity.contributions],
    }
    # Absent where not so: an index over them is as small as what it finds.
    if state.exists:
        document["shown"] = entity.key.text
        document |= finding_document(document)
    if state.conflict:
        document["conflict"] = state.conflict.value
    if state.held:
        document["held"] = state.held.value
    return document


def finding_document(document: Document) -> Document:
    """By what an entry of a list is found: by whole names of people, in all of it, and by what its
    words begin with, within one's own."""
    key, label = ListKey.parse(document["list"]), document["label"]
    return {
        "called": [called_so(key, each) for each in whole_names(label)],
        "words": beginnings(label or document["uuid"]),
    }


def called_so(key: ListKey, name: str) -> str:
    return f"{key.text}\t{name}"


def contribution_document(contribution: Contribution) -> Document:
    return asdict(contribution) | {
        "origin": contribution.origin.value,
        "orders": [_order_document(each) for each in contribution.orders],
        **{name: list(getattr(contribution, name)) for name in _MANY},
    }


def _order_document(order: Order) -> Document:
    return asdict(order) | {
        "data": _escaped(order.data),
        "settles": list(order.settles),
        "admits": list(order.admits),
    }


def read_entity(found: Document) -> Entity:
    contributions = tuple(read_contribution(each) for each in found["contributions"])
    return Entity(
        key=ListKey.parse(found["list"]),
        id=found["uuid"],
        contributions=contributions,
        # Derived, and cheap: the steps need not be kept.
        state=state_of(contributions),
        revision=found["revision"],
        office=found["office"],
        within=tuple(found["within"]),
    )


def read_contribution(found: Document) -> Contribution:
    return Contribution(
        **{
            **found,
            "origin": Origin(found["origin"]),
            "orders": tuple(_order(each) for each in found["orders"]),
            **{name: tuple(found.get(name, ())) for name in _MANY},
        }
    )


def orders_text(orders: Sequence[tuple[str, Contribution]]) -> bytes:
    """(uuid, what is ordered) each, as the journal keeps it."""
    said = [[uuid, contribution_document(each)] for uuid, each in orders]
    return json_util.dumps(said, json_options=_JSON, ensure_ascii=False, sort_keys=True).encode()


def read_orders(text: bytes) -> list[tuple[str, Contribution]]:
    found = json_util.loads(text, json_options=_JSON)
    return [(uuid, read_contribution(each)) for uuid, each in found]


def read_row(found: Document) -> EntityRow:
    return EntityRow(found["uuid"], found["label"], found["version"], _plain(found["data"]))


def read_told(found: Document) -> EntityTold:
    voices = [
        Voice(
            source=each["source"],
            creates=each["creates"],
            at=each["at"],
            last=max([each["at"], *each.get("later", ())]),
            by=each["by"],
            sender=each.get("sender", ""),
        )
        for each in found["contributions"]
    ]
    return told(read_row(found), found.get("conflict", ""), voices)


def _order(found: Document) -> Order:
    looked = {name: tuple(found.get(name, ())) for name in ("settles", "admits")}
    return Order(**{**found, "data": _plain(found["data"]), **looked})


def _escaped(data: Mapping[str, str]) -> dict[str, str]:
    return {_escape(name): value for name, value in data.items()}


def _escape(name: str) -> str:
    for plain, escaped in _ESCAPES:
        name = name.replace(plain, escaped)
    return name


def _plain(data: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in data.items():
        if "%" in name:
            for plain, escaped in reversed(_ESCAPES):
                name = name.replace(escaped, plain)
        found[name] = value
    return found
