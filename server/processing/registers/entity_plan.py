"""What a file would make of a register: looked at before it is done.

``name`` is the entry's UUID (without one a line makes a new entry), ``label`` its name,
``__office`` the code of a new entry's office; other columns that begin with ``__`` are left alone,
and every other column is a property. Who imports reaches the offices of their scope, and no other.
Whoever does not read an entry learns nothing of it by what would change: all is new to them but
what they said themselves.
"""

from __future__ import annotations

import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from server.model.entities import Entity, ListKey, Origin
from server.model.offices import within
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.forms.shelf import Shelf
from server.processing.registers.entity_file import Line
from server.storage.stores import Stores
from server.xforms.entities import entity_id
from server.xforms.levels import Level

_TAKEN = ("name", "label")
_FROM_FILES = (Origin.IMPORT, Origin.PROGRAM)
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
    """One entry that would be made (``seen`` None) or changed; ``changed`` are its new words.
    ``waits``: there are some that only the centre may say, which this importer is not."""

    id: str
    label: str
    data: dict[str, str]
    office: str | None
    seen: Entity | None
    changed: dict[str, str]
    waits: bool = False


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
    return stores.blobs.keep(data, type="application/octet-stream")


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports, in the name of which office, and where they may; ``reading`` is where they read
    registers. ``secret`` is the house's, from which ids of new entries are made."""

    name: str
    office: str | None
    scope: Scope
    secret: bytes = field(repr=False)
    id: str = ""
    reading: Scope = WHOLE_HOUSE

    def knows(self, entity: Entity) -> tuple[str, Mapping[str, str]]:
        """The label and the words of an entry, as far as they are known to who imports."""
        reading = self.reading.reading(Level.SPECIAL).on_list(entity.key.name)
        if reading.sees_office(entity.chain):
            return entity.state.label, entity.state.data
        label, data = "", dict[str, str]()
        for said in sorted(entity.contributions, key=lambda each: each.at):
            if said.sender == self.id and said.origin in _FROM_FILES:
                for order in said.orders:
                    label = order.label or label
                    data |= order.data
        return label, data


def plan_import(
    stores: Stores,
    shelf: Shelf,
    importer: Importer,
    key: ListKey,
    lines: Sequence[Line],
    *,
    office: str | None,
    known_columns: Sequence[str],
) -> Plan:
    """Nothing is written. ``office`` is for lines that name none; without it, that of an importer
    who has but one."""
    if office is None and not importer.scope.everywhere and len(importer.scope.offices) == 1:
        office = next(iter(importer.scope.offices))
    reserved = stores.entity_lists.get(key).reserved
    entries: list[Planned] = []
    problems: list[tuple[int, Wrong]] = []
    seen: set[str] = set()
    same = 0
    for number, line in enumerate(lines, start=2):
        planned = _plan_line(stores, shelf, importer, key, line, office)
        if isinstance(planned, Wrong):
            problems.append((number, planned))
            continue
        if planned.id in seen:
            problems.append((number, _twice(planned.id)))
        elif planned.seen is not None and not planned.changed:
            same += 1
        else:
            waits = _waits(shelf, importer.scope, planned, reserved)
            entries.append(replace(planned, waits=waits))
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


def _waits(shelf: Shelf, scope: Scope, planned: Planned, reserved: Sequence[str]) -> bool:
    """As ``entity_state`` will hold it."""
    seen = planned.seen
    chain = within(planned.office, shelf.offices()) if seen is None else seen.within
    if scope.is_centre_of(chain):
        return False
    said = {f"{name}={value}" for name, value in planned.changed.items()}
    said |= planned.changed.keys() if seen is not None else set()
    return not said.isdisjoint(reserved)


def _plan_line(
    stores: Stores, shelf: Shelf, importer: Importer, key: ListKey, line: Line, office: str | None
) -> Planned | Wrong:
    """The plan for one line, or what is wrong with it."""
    scope = importer.scope
    named, label = line.get("name", ""), line.get("label", "")
    data = {name: value for name, value in line.items() if _is_property(name)}
    code = line.get("__office") or office
    if code is not None and code not in shelf.offices():
        return Wrong(f"không có văn phòng {code}", f"there is no office {code}")
    if not scope.sees_office(within(code, shelf.offices())):
        return _elsewhere(code)
    bare = entity_id(named)
    if named and not bare:
        return Wrong(f"{named} không phải là UUID", f"{named} is no UUID")
    if not bare:
        bare = _id_of_line(stores, scope, importer.secret, key, [code, label, sorted(data.items())])
    seen = stores.entities.find(WHOLE_HOUSE, key, bare)
    if seen is not None and not scope.sees_office(seen.chain):
        return Wrong(
            f"mục {bare} không thuộc các văn phòng của bạn",
            f"the entry {bare} belongs to none of your offices",
        )
    if seen is None or not seen.state.exists:
        if not label:
            return Wrong("mục mới phải có tên (label)", "a new entry needs a label")
        return Planned(bare, label, data, code, None, data)
    called, now = importer.knows(seen)
    changed = {name: value for name, value in data.items() if now.get(name, "") != value}
    relabelled = {"label": label} if label and label != called else {}
    return Planned(bare, label, data, code, seen, changed | relabelled)


def _id_of_line(
    stores: Stores, scope: Scope, secret: bytes, key: ListKey, said: Sequence[object]
) -> str:
    """The same line of an office is the same entry: a file that is imported again makes no second
    one, and two communes may each have a child of one name. Whoever guesses a line must not know
    the entry's id by that."""
    text = json.dumps([key.text, *said])
    # Until 2026-11 an id followed from the line alone; entries that have one keep it.
    before = str(uuid.uuid5(_NAMES, text))
    if stores.entities.find(scope, key, before) is not None:
        return before
    digest = hmac.digest(secret, text.encode(), "sha256")
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _elsewhere(code: str | None) -> Wrong:
    if code is None:
        return Wrong("phải ghi mã văn phòng (__office)", "an office is needed (__office)")
    return Wrong(f"văn phòng {code} không phải của bạn", f"the office {code} is not yours")


def _twice(entry: str) -> Wrong:
    return Wrong(f"mục {entry} có hai lần trong tệp", f"the entry {entry} is in the file twice")


def _is_property(column: str) -> bool:
    return column not in _TAKEN and not column.startswith("__")
