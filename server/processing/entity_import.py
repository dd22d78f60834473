"""A register filled and corrected from a file: looked at first, then applied, undone as one.

``name`` is the entry's UUID (without one a line makes a new entry), ``label`` its name,
``__office`` the code of its office; other columns that begin with ``__`` are left alone, and every
other column is a property.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from server.errors import NotUnderstood
from server.model.entities import Contribution, Entity, ListKey, Order, Origin
from server.model.offices import within
from server.model.scope import WHOLE_HOUSE
from server.processing.entities import bring_in_step
from server.processing.entity_file import Line
from server.processing.shelf import Shelf
from server.storage.blobs import digest
from server.storage.stores import Stores
from server.xforms.entities import entity_id

_Order = TypeVar("_Order")
_TAKEN = ("name", "label")
_AT_ONCE = 500
_NAMES = uuid.UUID("3b1f9f0e-5c8a-5b0e-9f57-6f1f7b4f6a10")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a line, in both languages."""

    vi: str
    en: str

    def words(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Planned:
    """One entry that would be made (``seen`` None) or changed; ``changed`` are its new words."""

    id: str
    label: str
    data: dict[str, str]
    office: str | None
    seen: Entity | None
    changed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. ``problems`` are (line of the file, what is wrong); with any,
    nothing is applied. Columns that the register did not have are ``new_columns``."""

    key: ListKey
    entries: tuple[Planned, ...]
    same: int
    problems: tuple[tuple[int, Wrong], ...]
    columns: tuple[str, ...]
    new_columns: tuple[str, ...]

    @property
    def new(self) -> tuple[Planned, ...]:
        return tuple(each for each in self.entries if each.seen is None)

    @property
    def changes(self) -> tuple[Planned, ...]:
        return tuple(each for each in self.entries if each.seen is not None)


def keep_for_a_look(stores: Stores, data: bytes) -> str:
    """A file between its two steps, by its hash: nothing points to it, so the sweeper takes it."""
    file = io.BytesIO(data)
    sha256, size = digest(file)
    stores.blobs.put(file, sha256=sha256, size=size, type="application/octet-stream")
    return sha256


def plan_import(
    stores: Stores,
    shelf: Shelf,
    key: ListKey,
    lines: Sequence[Line],
    *,
    office: str | None,
    known_columns: Sequence[str],
) -> Plan:
    """Nothing is written. ``office`` is for lines that name none."""
    entries: list[Planned] = []
    problems: list[tuple[int, Wrong]] = []
    seen: set[str] = set()
    same = 0
    for number, line in enumerate(lines, start=2):
        planned = _plan_line(stores, shelf, key, line, office)
        if isinstance(planned, Wrong):
            problems.append((number, planned))
            continue
        if planned.id in seen:
            problems.append((number, _twice(planned.id)))
        elif planned.seen is not None and not planned.changed:
            same += 1
        else:
            entries.append(planned)
        seen.add(planned.id)
    columns = tuple(each for each in (lines[0] if lines else ()) if _is_property(each))
    return Plan(
        key=key,
        entries=tuple(entries),
        same=same,
        problems=tuple(problems),
        columns=columns,
        new_columns=tuple(each for each in columns if each not in known_columns),
    )


def _plan_line(
    stores: Stores, shelf: Shelf, key: ListKey, line: Line, office: str | None
) -> Planned | Wrong:
    """The plan for one line, or what is wrong with it."""
    named, label = line.get("name", ""), line.get("label", "")
    data = {name: value for name, value in line.items() if _is_property(name)}
    code = line.get("__office") or office
    if code is not None and code not in shelf.offices():
        return Wrong(f"không có văn phòng {code}", f"there is no office {code}")
    bare = entity_id(named)
    if named and not bare:
        return Wrong(f"{named} không phải là UUID", f"{named} is no UUID")
    if not bare:
        # The same line is the same entry: a file that is imported again makes no second one.
        bare = str(uuid.uuid5(_NAMES, json.dumps([key.text, label, sorted(data.items())])))
    seen = stores.entities.find(WHOLE_HOUSE, key, bare)
    if seen is None or not seen.state.exists:
        if not label:
            return Wrong("mục mới phải có tên (label)", "a new entry needs a label")
        return Planned(bare, label, data, code, None, data)
    now = seen.state.data
    changed = {name: value for name, value in data.items() if now.get(name, "") != value}
    relabelled = {"label": label} if label and label != seen.state.label else {}
    return Planned(bare, label, data, code, seen, changed | relabelled)


def _twice(entry: str) -> Wrong:
    return Wrong(f"mục {entry} có hai lần trong tệp", f"the entry {entry} is in the file twice")


def _is_property(column: str) -> bool:
    return column not in _TAKEN and not column.startswith("__")


def apply_import(
    stores: Stores,
    shelf: Shelf,
    plan: Plan,
    *,
    by: str,
    at: datetime,
    progress: Callable[[int], None],
) -> str:
    """Do what was planned; the import's name, by which it is undone. Raises NotUnderstood for a
    plan with problems."""
    if plan.problems:
        number, why = plan.problems[0]
        raise NotUnderstood(
            why_vi=f"tệp có chỗ sai; dòng {number}: {why.vi}.",
            why_en=f"the file has mistakes; line {number}: {why.en}.",
        )
    batch = f"{at:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}"
    orders = [(each.id, _order(shelf, plan.key, each, batch, by, at)) for each in plan.entries]
    # First what was ordered, then what follows from it: a rebuild ends what was broken off.
    for part in _parts(orders):
        stores.entity_lists.add_own(plan.key, batch, part)
    for number, (entry, _) in enumerate(orders, start=1):
        bring_in_step(stores, plan.key, entry)
        progress(number)
    stores.entity_lists.touch(plan.key, filled=bool(orders), columns=plan.columns)
    return batch


def _order(
    shelf: Shelf, key: ListKey, planned: Planned, batch: str, by: str, at: datetime
) -> Contribution:
    new = planned.seen is None
    version = None if planned.seen is None else planned.seen.state.version
    said = planned.data if new else planned.changed
    order = Order(
        create=new,
        update=not new,
        label=planned.label,
        data={name: value for name, value in said.items() if name != "label"},
        trunk=version,
        base=version,
        made=at.isoformat(),
    )
    return Contribution(
        source=f"import:{batch}:{key.text}/{planned.id}",
        origin=Origin.IMPORT,
        orders=(order,),
        count=1,
        at=at,
        by=by,
        office=planned.office,
        within=within(planned.office, shelf.offices()),
        creates=new,
    )


def undo_import(
    stores: Stores, batch: str, *, at: datetime, progress: Callable[[int], None]
) -> int:
    """Take back all that it ordered; what records said since then stays. How many entries."""
    ordered = [each for each in stores.entity_lists.batch(batch) if each[2].orders]
    lists: dict[ListKey, bool] = {}
    # First that it is taken back, then what follows from it: a rebuild ends what was broken off.
    for part in _parts(ordered):
        said = [(entry, contribution) for _, entry, contribution in part]
        stores.entity_lists.withdraw(part[0][0], batch, said, at)
    for number, (key, entry, _) in enumerate(ordered, start=1):
        lists[key] = bring_in_step(stores, key, entry).state.exists or lists.get(key, False)
        progress(number)
    for key, filled in lists.items():
        stores.entity_lists.touch(key, filled=filled)
    return len(ordered)


def _parts(orders: Sequence[_Order]) -> Iterator[list[_Order]]:
    rest = iter(orders)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
