"""Which lists phones get, and what of them: each phone the entities of its own offices.

A cut is made when it is asked for and kept in memory, small and compressed, until its list changes;
it never lies in a file, since it is about people.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakValueDictionary

from cachetools import LRUCache, TTLCache

from server.model.entities import Entity, EntityList, EntityRow, EntityTold, ListKey, Members
from server.model.entity_hiding import row_without, without
from server.model.forms import MediaFile
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.duties.withholding import kept_from
from server.processing.forms.shelf import OnHand, Shelf
from server.processing.registers.members import member_counts
from server.processing.registers.phone_lists import AT_A_DESK, along_with, lacks, rows_along
from server.processing.registers.register_reach import RegisterReach, register_reach
from server.processing.registers.register_words import Filling, fillings_of
from server.storage.stores import Stores

_ENDING = ".csv"
_FRESH_SECONDS = 2
_MEMORY = 32 * 1024 * 1024
_HEAD = 64 * 1024
_NOT_PROPERTIES = frozenset(("name", "label"))

Write = Callable[[Sequence[str], Iterable[EntityRow]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Cut:
    """One phone's list as a file; ``md5`` is of its bytes."""

    md5: str
    size: int
    packed: bytes

    def pieces(self) -> Iterator[bytes]:
        unpacker = zlib.decompressobj()
        for at in range(0, len(self.packed), _HEAD):
            yield unpacker.decompress(self.packed[at : at + _HEAD])
        yield unpacker.flush()


@dataclass(frozen=True, slots=True)
class _Stub:
    """A CSV that a designer attached under a list's name: its columns, and whether it is more than
    a head."""

    columns: tuple[str, ...]
    has_rows: bool


class Registers:
    """One per process; safe for its threads."""

    def __init__(self, stores: Stores, shelf: Shelf, write: Write) -> None:
        self._stores, self._shelf, self._write = stores, shelf, write
        self._lock = Lock()
        self._at_work: WeakValueDictionary[tuple[str, ...], Lock] = WeakValueDictionary()
        self._columns: TTLCache[int, Mapping[str, tuple[str, ...]]] = TTLCache(8, _FRESH_SECONDS)
        self._reach: TTLCache[int, RegisterReach] = TTLCache(8, _FRESH_SECONDS)
        self._fillings: TTLCache[str, Mapping[str, tuple[Filling, ...]]] = TTLCache(
            64, _FRESH_SECONDS
        )
        self._counts: LRUCache[tuple[str, ...], tuple[int, Members, Counter[str]]] = LRUCache(64)
        self._stubs: LRUCache[str, _Stub] = LRUCache(256)
        self._cuts: LRUCache[tuple[str, ...], tuple[int, Cut]] = LRUCache(
            _MEMORY, getsizeof=lambda kept: len(kept[1].packed)
        )

    def lists_of(self, on_hand: OnHand) -> dict[str, EntityList]:
        """File name → the list that phones get under it with this form.

        A file that was attached under the name stands in for the list until there is an entity;
        one with a head alone only names columns. A draft gets no list: its link has no offices.
        """
        named = ((name, self.list_under(on_hand, name)) for name in on_hand.form.media)
        return {name: its_list for name, its_list in named if its_list is not None}

    def list_under(self, on_hand: OnHand, name: str) -> EntityList | None:
        """The list among them that phones get under this file name."""
        key, list_name = on_hand.entry.key, name.removesuffix(_ENDING)
        is_named = name.endswith(_ENDING) and name in on_hand.form.media
        if key.draft or not is_named or list_name not in self.columns(key.project):
            return None
        its_list = self._stores.entity_lists.get(ListKey(key.project, list_name))
        file = next((each for each in on_hand.version.media if each.name == name), None)
        stands_in = file is not None and not its_list.filled and self._stub(file).has_rows
        return None if stands_in else its_list

    def columns(self, project: int) -> Mapping[str, tuple[str, ...]]:
        """The properties of every list that a form of the project changes, or that was imported."""
        with self._lock:
            known = self._columns.get(project)
        if known is None:
            known = self._read_columns(project)
            with self._lock:
                self._columns[project] = known
        return known

    def reach(self, project: int) -> RegisterReach:
        """Who reads which registers, by the forms of today."""
        with self._lock:
            known = self._reach.get(project)
        if known is None:
            known = register_reach(self._shelf, project)
            with self._lock:
                self._reach[project] = known
        return known

    def known_to(self, scope: Scope, project: int) -> Scope:
        """The same with the registers that go with its forms."""
        if all(each.forms is None for each in scope.reaches):
            return scope
        return self.reach(project).known_to(scope)

    def shown(self, scope: Scope, entity: Entity) -> Entity:
        """As somebody of this scope may read it."""
        hidden = self.hidden(scope, entity)
        return without(entity, hidden) if hidden else entity

    def hidden(self, scope: Scope, entity: Entity) -> frozenset[str]:
        """The properties of it that somebody of this scope does not read."""
        clearance = scope.on_list(entity.key.name).best(entity.chain)
        return self.reach(entity.key.project).hidden(entity.key.name, clearance)

    def told(self, scope: Scope, key: ListKey) -> Iterator[EntityTold]:
        """All entries as somebody of this scope may read them; of several clearances the lowest
        counts, since the answer is one table."""
        hidden = self.reach(key.project).hidden(key.name, scope.on_list(key.name).least())
        for each in self._stores.entities.told(scope, key):
            yield each._replace(row=row_without(each.row, hidden)) if hidden else each

    def forget(self) -> None:
        """After this process itself has changed what lists there are, or their columns."""
        with self._lock:
            self._columns.clear()

    def cut(self, scope: Scope, its_list: EntityList, *, on_phone: bool = True) -> Cut:
        """What whoever has this scope gets of the list: on a phone, or at a desk."""
        seen = WHOLE_HOUSE if its_list.shared else scope
        columns = self.columns(its_list.key.project).get(its_list.key.name, ())
        kept_back = kept_from(self._stores, scope, its_list)
        # A phone has one clearance: of several, which it never has, the lowest would be taken.
        hidden = self.reach(its_list.key.project).hidden(its_list.key.name, scope.least())
        offices = seen.on_list(its_list.key.name).offices
        along = along_with(its_list, columns, scope) if on_phone else AT_A_DESK
        parts = (columns, sorted(hidden), sorted(offices), sorted(kept_back), along.mark)
        mark = (its_list.key.text, *(each for part in parts for each in (*part, "")))
        # When a list has changed all phones of an office ask at once: one makes it, the rest wait.
        with self._at_work_on(mark):
            with self._lock:
                kept = self._cuts.get(mark)
            if kept is not None and kept[0] == its_list.revision:
                return kept[1]
            # The revision was read before the rows: what comes in meanwhile makes the cut outdated.
            rows = rows_along(self._stores, seen, its_list, along)
            shared = (each for each in rows if each.id not in kept_back)
            shown = (row_without(each, hidden) for each in shared) if hidden else shared
            cut = _pack(self._write(columns, shown))
            with self._lock:
                if len(cut.packed) <= _MEMORY:
                    self._cuts[mark] = its_list.revision, cut
            return cut

    def _at_work_on(self, mark: tuple[str, ...]) -> Lock:
        """Gone again when nobody holds it."""
        with self._lock:
            return self._at_work.setdefault(mark, Lock())

    def deleted(
        self, caller: Actor, scope: Scope, its_list: EntityList, uuids: Sequence[str]
    ) -> dict[str, bool]:
        """Whether each of these is gone for this phone. What the house has never seen is left out:
        its record may not have been sent yet (collect.md §6.2), or waits. So is what only other
        offices have; of what the phone or its offices made themselves they may learn that it is
        not theirs any more."""
        seen = WHOLE_HOUSE if its_list.shared else scope
        hidden = kept_from(self._stores, scope, its_list)
        told: dict[str, bool] = {}
        asked = self._stores.entities.known(its_list.key, uuids)
        lacking = lacks(self._stores, its_list, asked, scope)
        for uuid, known in asked.items():
            is_here = seen.sees_office(known.within)
            sees_it = is_here and uuid not in lacking
            had_it = is_here or any(
                sender == caller.id or scope.sees_office(within) for sender, within in known.makers
            )
            if had_it and (known.exists or known.gone):
                told[uuid] = known.gone or uuid in hidden or not sees_it
        return told

    def fillings(self, key: ListKey) -> Mapping[str, tuple[Filling, ...]]:
        """What the properties of a list mean. All forms are walked for it, so not for each page."""
        with self._lock:
            known = self._fillings.get(key.text)
        if known is None:
            known = fillings_of(self._shelf, key)
            with self._lock:
                self._fillings[key.text] = known
        return known

    def members(self, scope: Scope, its_list: EntityList) -> Counter[str]:
        """How many belong to each entity of a list that says how many there should be, of those
        that the scope sees. All of them are read for it, so only when one has changed."""
        members = its_list.members
        if members is None:
            return Counter()
        theirs = self._stores.entity_lists.get(ListKey(its_list.key.project, members.list))
        mark = (its_list.key.text, *sorted(scope.on_list(members.list).offices))
        with self._lock:
            kept = self._counts.get(mark)
        if kept is None or kept[:2] != (theirs.revision, members):
            kept = theirs.revision, members, member_counts(self._stores, scope, its_list)
            with self._lock:
                self._counts[mark] = kept
        return kept[2]

    def _read_columns(self, project: int) -> Mapping[str, tuple[str, ...]]:
        published = self._shelf.published(project)
        forms = sorted(published, key=lambda each: each.entry.key.form_id)
        found: dict[str, list[str]] = {
            name: [] for each in forms for name in each.form.entity_lists
        }
        imported = self._stores.entity_lists.all(project)
        found |= {each.key.name: [] for each in imported if each.filled or each.columns}
        for each in forms:
            for file in each.version.media:
                if file.name.removesuffix(_ENDING) in found and file.name.endswith(_ENDING):
                    found[file.name.removesuffix(_ENDING)] += self._stub(file).columns
        for each in forms:
            for block in each.form.entities:
                found[block.list] += (name for name, _ in block.saves)
        for listed in imported:
            if listed.key.name in found:
                found[listed.key.name] += listed.columns
        return {name: tuple(dict.fromkeys(columns)) for name, columns in found.items()}

    def _stub(self, file: MediaFile) -> _Stub:
        with self._lock:
            known = self._stubs.get(file.sha256)
        if known is None:
            with self._stores.blobs.open(file.sha256) as content:
                known = _read_stub(content.read(_HEAD))
            with self._lock:
                self._stubs[file.sha256] = known
        return known


def _read_stub(head: bytes) -> _Stub:
    lines = csv.reader(io.StringIO(head.decode("utf-8-sig", errors="replace"), newline=""))
    names = (each.strip() for each in next(lines, []))
    columns = (each for each in names if each and not each.startswith("__"))
    return _Stub(
        columns=tuple(each for each in columns if each not in _NOT_PROPERTIES),
        has_rows=any(any(line) for line in lines),
    )


def _pack(pieces: Iterator[bytes]) -> Cut:
    packer, digest = zlib.compressobj(1), hashlib.md5(usedforsecurity=False)
    packed, size = bytearray(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        packed += packer.compress(piece)
    packed += packer.flush()
    return Cut(digest.hexdigest(), size, bytes(packed))
