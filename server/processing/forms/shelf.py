"""Forms on hand: published versions, parsed once per process.

A version never changes, so it may be kept for ever; what may change (which version is current, open
or closed) is asked for again after two seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from cachetools import LRUCache, TTLCache

from server.errors import FormUnknown, VersionUnknown
from server.model.forms import FormEntry, FormKey, FormState, FormVersion
from server.model.offices import Office, below
from server.storage.stores import Stores
from server.xforms.calculated import Calculations
from server.xforms.form import Form
from server.xforms.levels import Levels, RegisterLevels, levels_of
from server.xforms.read_form import read_form
from server.xforms.register_levels import register_levels

_FRESH_SECONDS = 2


@dataclass(frozen=True)
class OnHand:
    """A form version ready to use. ``known`` is False when another version was asked for and this,
    the current one, stands in."""

    entry: FormEntry
    version: FormVersion
    form: Form
    known: bool

    @property
    def closed(self) -> bool:
        """Whether what comes now comes late."""
        return self.entry.state is not FormState.OPEN or self.entry.deleted_at is not None

    @cached_property
    def calculations(self) -> Calculations:
        """What the form says of the values that it computes."""
        return Calculations(self.form)


class Shelf:
    """One per process; safe for its threads."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._lock = Lock()
        self._entries: TTLCache[str, FormEntry] = TTLCache(512, _FRESH_SECONDS)
        self._versions: LRUCache[tuple[str, str], tuple[FormVersion, Form]] = LRUCache(128)
        self._levels: LRUCache[tuple[str, str], tuple[RegisterLevels, Levels]] = LRUCache(128)
        self._asked: TTLCache[int, RegisterLevels] = TTLCache(8, _FRESH_SECONDS)
        self._registers: LRUCache[tuple[str, ...], RegisterLevels] = LRUCache(4)
        self._offices: TTLCache[str, Mapping[str, Office]] = TTLCache(1, _FRESH_SECONDS)
        self._below: TTLCache[str, tuple[Office, ...]] = TTLCache(4096, _FRESH_SECONDS)

    def entry(self, key: FormKey) -> FormEntry:
        """Raises FormUnknown."""
        with self._lock:
            entry = self._entries.get(key.text)
        return entry or self.newest_entry(key)

    def newest_entry(self, key: FormKey) -> FormEntry:
        """Whoever has just published hears of nothing older, nor does what asks after them. Raises
        FormUnknown."""
        entry = self._stores.forms.entry(key)
        if entry is None:
            raise FormUnknown(form_id=key.form_id)
        with self._lock:
            self._entries[key.text] = entry
        return entry

    def on_hand(self, key: FormKey, version: str) -> OnHand:
        """The version a record was made with, else the current one. Raises FormUnknown."""
        entry = self.entry(key)
        found = self._version(entry, version)
        if found is not None:
            return OnHand(entry, *found, known=True)
        current = self._version(entry, entry.version)
        if current is None:
            raise FormUnknown(form_id=key.form_id)
        return OnHand(entry, *current, known=False)

    def exactly(self, key: FormKey, version: str) -> OnHand:
        """This version and no other. Raises FormUnknown and VersionUnknown."""
        found = self.on_hand(key, version)
        if not found.known:
            raise VersionUnknown(form_id=key.form_id)
        return found

    def current(self, key: FormKey) -> OnHand:
        return self.on_hand(key, self.entry(key).version)

    def published(self, project: int) -> list[OnHand]:
        """The current versions of all forms, asked for together."""
        entries = self._stores.forms.entries(project)
        with self._lock:
            self._entries.update((each.key.text, each) for each in entries)
        return [self.on_hand(each.key, each.version) for each in entries]

    def all_versions(self, key: FormKey) -> list[OnHand]:
        """Newest first, for exports over all versions."""
        entry = self.entry(key)
        versions = self._stores.forms.versions(key)
        return [OnHand(entry, *self._parsed(each), known=True) for each in versions]

    def levels(self, key: FormKey) -> Levels:
        """How sensitive its answers are, by what its newest version says. Raises FormUnknown."""
        entry, registers = self.entry(key), self.register_levels(key.project)
        mark = (key.text, entry.sha256)
        with self._lock:
            found = self._levels.get(mark)
        if found is None or found[0] is not registers:
            found = registers, levels_of(self._forms(key), registers)
            with self._lock:
                self._levels[mark] = found
        return found[1]

    def register_levels(self, project: int) -> RegisterLevels:
        """How sensitive the registers are, by all forms there are or were, the binned too."""
        with self._lock:
            known = self._asked.get(project)
        if known is None:
            entries = self._stores.forms.with_binned(project)
            mark = tuple(part for each in entries for part in (each.key.text, each.sha256))
            with self._lock:
                known = self._registers.get(mark)
            if known is None:
                known = register_levels(self._forms(each.key) for each in entries)
            with self._lock:
                self._registers[mark] = self._asked[project] = known
        return known

    def _forms(self, key: FormKey) -> list[Form]:
        return [each.form for each in self.all_versions(key)]

    def offices(self) -> Mapping[str, Office]:
        with self._lock:
            tree = self._offices.get("tree")
        if tree is None:
            tree = self._stores.offices.tree()
            with self._lock:
                self._offices["tree"] = tree
        return tree

    def below(self, code: str) -> tuple[Office, ...]:
        """The office and all that stand below it: walking the tree for each record is too dear."""
        with self._lock:
            found = self._below.get(code)
        if found is None:
            found = below((code,), self.offices())
            with self._lock:
                self._below[code] = found
        return found

    def forget(self) -> None:
        """After this process itself has changed something."""
        with self._lock:
            self._entries.clear()
            self._asked.clear()
            self._offices.clear()
            self._below.clear()

    def _version(self, entry: FormEntry, version: str) -> tuple[FormVersion, Form] | None:
        with self._lock:
            found = self._versions.get((entry.key.text, version))
        if found is None:
            stored = self._stores.forms.version(entry.key, version)
            if stored is None:
                return None
            found = self._parsed(stored)
            # A draft's bytes and files change under one number.
            if not entry.key.draft:
                with self._lock:
                    self._versions[entry.key.text, version] = found
        return found

    @staticmethod
    def _parsed(version: FormVersion) -> tuple[FormVersion, Form]:
        return version, read_form(version.xml)
