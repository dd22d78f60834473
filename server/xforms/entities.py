"""ODK Entities (specification 2022.1 to 2025.1): what a form promises to do to lists of entities,
and what a record of it orders.

A block stands in the ``meta`` of the record, of a group or of a repeat; a question saves to the
nearest block around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from server.xforms.form import META, EntityBlock, Form, Path
from server.xforms.values import nfc, read_moment
from server.xforms.xml import Element, child, local, text_of

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TRUE = frozenset(("1", "true"))


@dataclass(frozen=True, slots=True)
class EntityOrder:
    """One entity that a record makes or changes (both: whichever is needed).

    ``label`` and ``data`` hold what the record says: a question that was not relevant says nothing
    and changes nothing, an empty one empties. ``base`` and ``trunk`` are versions, None where the
    phone knew none; ``place`` is where it stands in the record: ``tre_gap[2]``.
    """

    list: str
    id: str
    create: bool
    update: bool
    label: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    base: int | None = None
    trunk: int | None = None
    branch: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class EntityOrders:
    """What one record orders; ``odd`` are the places of blocks that name no entity. ``made_at`` is
    when it was finished, else begun, by the phone's clock."""

    orders: tuple[EntityOrder, ...]
    odd: tuple[str, ...] = ()
    made_at: datetime | None = None


# -- the form -------------------------------------------------------------------------------------


def entity_blocks(primary: Element, binds: Mapping[str, Element]) -> tuple[EntityBlock, ...]:
    """The blocks below a form's primary instance, in form order."""
    # A repeat stands twice, as its template and its first round: one block.
    lists = {within: name for within, name in _datasets(primary, ())}
    saves: dict[Path, list[tuple[str, Path]]] = {within: [] for within in lists}
    root = f"/{local(primary)}/"
    for nodeset, bind in binds.items():
        name = _save_to(bind)
        if not name or not nodeset.startswith(root):
            continue
        path = tuple(nodeset.removeprefix(root).split("/"))
        within = _nearest(path, lists)
        if within is not None:
            saves[within].append((name, path[len(within) :]))
    return tuple(EntityBlock(name, within, tuple(saves[within])) for within, name in lists.items())


def _datasets(node: Element, within: Path) -> Iterator[tuple[Path, str]]:
    for each in node:
        name = local(each)
        if name == META:
            entity = child(each, "entity")
            dataset = (entity.get("dataset") or "").strip() if entity is not None else ""
            if dataset:
                yield within, dataset
        elif len(each):
            yield from _datasets(each, (*within, name))


def _save_to(bind: Element) -> str:
    attributes = ((str(name), str(value)) for name, value in bind.items())
    return next((v.strip() for name, v in attributes if name.rpartition("}")[2] == "saveto"), "")


def _nearest(path: Path, lists: Mapping[Path, str]) -> Path | None:
    around = (path[:length] for length in range(len(path) - 1, -1, -1))
    return next((each for each in around if each in lists), None)


# -- a record -------------------------------------------------------------------------------------


def read_entity_orders(form: Form, root: Element) -> EntityOrders:
    """What the record below ``root`` orders, in form order. Blocks whose conditions were not met
    order nothing."""
    orders: list[EntityOrder] = []
    odd: list[str] = []
    for block in form.entities:
        for place, part in _parts(root, block.within, ""):
            entity = entity_in(part)
            if entity is None:
                continue
            create, update = (_is_true(entity.get(each)) for each in ("create", "update"))
            if not create and not update:
                continue
            uuid = entity_id(entity.get("id"))
            if not uuid:
                odd.append(place)
                continue
            orders.append(
                EntityOrder(
                    list=block.list,
                    id=uuid,
                    create=create,
                    update=update,
                    label=nfc(text_of(child(entity, "label"))),
                    data=dict(_saved(part, block)),
                    base=_version(entity.get("baseVersion")),
                    trunk=_version(entity.get("trunkVersion")),
                    branch=(entity.get("branchId") or "").strip().lower(),
                    place=place,
                )
            )
    return EntityOrders(tuple(orders), tuple(odd), _made_at(root))


def _made_at(root: Element) -> datetime | None:
    moments = (read_moment(text_of(child(root, name))) for name in ("end", "start"))
    return next((each for each in moments if each), None)


def entity_id(text: str | None) -> str:
    """A UUID of any version in lower case, '' for anything else: lists from elsewhere may have
    made theirs from names."""
    bare = (text or "").strip().lower().removeprefix("uuid:")
    return bare if _UUID.fullmatch(bare) else ""


def _parts(node: Element, within: Path, place: str) -> Iterator[tuple[str, Element]]:
    if not within:
        yield place, node
        return
    found = [each for each in node if local(each) == within[0]]
    for number, each in enumerate(found, start=1):
        here = f"{within[0]}[{number}]" if len(found) > 1 else within[0]
        yield from _parts(each, within[1:], f"{place}/{here}" if place else here)


def entity_in(part: Element) -> Element | None:
    """Of the block of this part of a record."""
    meta = child(part, META)
    return child(meta, "entity") if meta is not None else None


def _saved(part: Element, block: EntityBlock) -> Iterator[tuple[str, str]]:
    for name, path in block.saves:
        found = [each for _, each in _parts(part, path, "")]
        if found:
            texts = [nfc((each.text or "").strip()) for each in found]
            yield name, next((each for each in texts if each), "")


def _is_true(text: str | None) -> bool:
    return (text or "").strip().lower() in _TRUE


def _version(text: str | None) -> int | None:
    bare = (text or "").strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 10 else None
