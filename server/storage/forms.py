"""Forms and their immutable versions at rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from server.errors import FormUnknown, VersionExists
from server.errors.duties import RetentionChanged
from server.model.alphabet import alphabetical
from server.model.forms import FormEntry, FormKey, FormState, FormVersion, MediaFile
from server.model.sequence import later, seq_at
from server.storage.database import Document, Mongo, speaks_our_errors
from server.storage.form_codec import (
    read_entry,
    read_version,
    version_id,
    write_media,
    write_version,
)
from server.storage.journal import Journal
from server.storage.last_word import LastWord, read_word
from server.storage.unsaid import UNSAID, said, unsaid

STATE = "form_state"
REMOVED = "form_removed"


@speaks_our_errors
class Forms:
    def __init__(self, db: Mongo, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._words = LastWord(STATE, journal, clock)
        self._ends = LastWord(REMOVED, journal, clock)
        self._forms = db["forms"]
        self._versions = db["form_versions"]

    def add_version(self, version: FormVersion) -> bool:
        """Keep a version for ever. True when it is new; raises VersionExists for other bytes under
        a version that was published before."""
        try:
            self._versions.insert_one(write_version(version) | {UNSAID: True})
        except DuplicateKeyError:
            known = self.version(version.key, version.version)
            if known is None or known.sha256 != version.sha256 or known.media != version.media:
                raise VersionExists(form_id=version.key.form_id, version=version.version) from None
            return False
        return True

    def unsaid(self) -> list[FormVersion]:
        """Those that may not be in the journal, or not with phones."""
        return [read_version(each) for each in unsaid(self._versions)]

    def said(self, version: FormVersion) -> None:
        said(self._versions, version_id(version.key, version.version))

    def make_current(self, version: FormVersion, *, draft_token: str | None = None) -> None:
        """What phones get from now on."""
        current: Document = {
            "project": version.key.project,
            "draft": version.key.draft,
            "title": version.title,
            "version": version.version,
            "sha256": version.sha256,
        }
        first: Document = {"state": FormState.OPEN.value}
        if draft_token is not None:
            # A draft that is replaced keeps its link: the designer's phone is set up already.
            first["draft_token"] = draft_token
        self._forms.update_one(
            {"_id": version.key.text}, {"$set": current, "$setOnInsert": first}, upsert=True
        )

    def set_state(self, key: FormKey, state: FormState) -> bool:
        if self.entry(key) is None:
            return False
        return self._say(key, {"state": state.value})

    def set_retention(self, key: FormKey, text: str) -> None:
        """Raises FormUnknown, for one in the bin too, and RetentionChanged where somebody has said
        so later."""
        entry = self.entry(key)
        if entry is None or entry.deleted_at is not None:
            raise FormUnknown(form_id=key.form_id)
        if not self._say(key, {"retention": text}):
            raise RetentionChanged

    def put_in_bin(self, key: FormKey, at: datetime) -> bool:
        """False when there is no such form, or it lies there already."""
        entry = self.entry(key)
        if entry is None or entry.deleted_at is not None:
            return False
        return self._say(key, {"binned": at.isoformat()})

    def take_from_bin(self, key: FormKey) -> bool:
        entry = self.entry(key)
        if entry is None or entry.deleted_at is None:
            return False
        return self._say(key, {"binned": ""})

    def say_again(self, body: bytes) -> bool:
        """What was said of a form's state or the bin, out of the journal; whether it is news. What
        was published after it lay in the bin is another form, or was taken out."""
        word = read_word(body)
        if word.get("binned"):
            newest = self.newest(FormKey.parse(word["form"]))
            if newest and seq_at(newest.published_at) > word["seq"]:
                return False
        return self._keep(word)

    def _say(self, key: FormKey, said: Mapping[str, str]) -> bool:
        return self._keep(self._words.say({"form": key.text, **said}, self._last(key)))

    def _last(self, key: FormKey) -> int:
        """The last that was said of a form, or published of it."""
        found, newest = self._forms.find_one({"_id": key.text}, {"said": 1}) or {}, self.newest(key)
        published = seq_at(later(newest.published_at, newest.published_at)) if newest else 0
        return max(published, *map(int, found.get("said", {}).values()), 0)

    def _keep(self, word: Document) -> bool:
        """False when something was said later, or there is no such form."""
        what = next(each for each in ("state", "retention", "binned") if each in word)
        wanted = {"_id": word["form"], f"said.{what}": {"$not": {"$gte": word["seq"]}}}
        change: Document = {"$set": {f"said.{what}": word["seq"]}}
        if what != "binned":
            change["$set"][what] = word[what]
        elif word["binned"]:
            change["$set"]["deleted_at"] = datetime.fromisoformat(word["binned"])
        else:
            change["$unset"] = {"deleted_at": "", "shut_at": ""}
        return self._forms.update_one(wanted, change).modified_count == 1

    def shut(self, entry: FormEntry, at: datetime | None) -> None:
        """What lies in the bin as it was seen there takes nothing in from now on; or again, for
        None."""
        seen = {"_id": entry.key.text, "deleted_at": entry.deleted_at}
        change = {"$set": {"shut_at": at}} if at else {"$unset": {"shut_at": ""}}
        self._forms.update_one(seen, change)

    def remove(self, entry: FormEntry) -> bool:
        """For good, with all versions; only what still lies in the bin as it was seen there."""
        wanted = {"_id": entry.key.text, "deleted_at": entry.deleted_at}
        last = self._last(entry.key)
        if entry.deleted_at is None or self._forms.delete_one(wanted).deleted_count == 0:
            return False
        self._versions.delete_many({"form": entry.key.text})
        # After it is so: what is said here of a form that was restored meanwhile would be lost.
        self._ends.say({"form": entry.key.text}, last)
        # Another one that is published under its name begins as any other.
        for fresh in ({"state": FormState.OPEN.value}, {"retention": ""}):
            self._words.say({"form": entry.key.text, **fresh}, last)
        return True

    def entry(self, key: FormKey) -> FormEntry | None:
        found = self._forms.find_one({"_id": key.text})
        return read_entry(found) if found else None

    def current(self, key: FormKey) -> tuple[FormEntry, FormVersion] | None:
        """The form, and the version of it that phones get."""
        entry = self.entry(key)
        version = self.version(key, entry.version) if entry else None
        return (entry, version) if entry and version else None

    def draft_of(self, token: str) -> FormEntry | None:
        """The draft that a test link opens."""
        found = self._forms.find_one({"draft_token": token})
        return read_entry(found) if found else None

    def entries(self, project: int) -> list[FormEntry]:
        """The project's forms by title; drafts and what lies in the bin left out."""
        return [each for each in self.with_binned(project) if each.deleted_at is None]

    def binned(self, project: int) -> list[FormEntry]:
        """What lies in the bin, by title."""
        return [each for each in self.with_binned(project) if each.deleted_at is not None]

    def with_binned(self, project: int) -> list[FormEntry]:
        """Those in the bin too: for the machine's errands, since their records are kept."""
        return _by_title(self._forms.find({"project": project, "draft": False}))

    def drafts(self, project: int) -> list[FormEntry]:
        """What designers try out, by title."""
        return _by_title(self._forms.find({"project": project, "draft": True}))

    def all(self, project: int) -> list[FormEntry]:
        """Those in the bin and the drafts too."""
        return [*self.with_binned(project), *self.drafts(project)]

    def version(self, key: FormKey, version: str) -> FormVersion | None:
        found = self._versions.find_one({"_id": version_id(key, version)})
        return read_version(found) if found else None

    def newest(self, key: FormKey) -> FormVersion | None:
        found = self._versions.find({"form": key.text}).sort("published_at", -1).limit(1)
        return next(map(read_version, found), None)

    def versions(self, key: FormKey) -> list[FormVersion]:
        """All versions, newest first."""
        found = self._versions.find({"form": key.text}).sort("published_at", -1)
        return [read_version(each) for each in found]

    def first_versions(self, keys: Iterable[FormKey]) -> dict[FormKey, tuple[datetime, str]]:
        """When each of these forms came to be, and by whom."""
        wanted = {"form": {"$in": [each.text for each in keys]}}
        fields = {"form": 1, "published_at": 1, "published_by": 1}
        found = self._versions.find(wanted, fields)
        return {
            FormKey.parse(each["form"]): (each["published_at"], each["published_by"])
            for each in sorted(found, key=lambda each: each["published_at"], reverse=True)
        }

    def hashes(self, key: FormKey) -> dict[str, str]:
        """The SHA-256 of each version by its number."""
        found = self._versions.find({"form": key.text}, {"version": 1, "sha256": 1})
        return {each["version"]: each["sha256"] for each in found}

    def set_draft_media(
        self, seen: FormVersion, media: Sequence[MediaFile], warnings: Sequence[str]
    ) -> bool:
        """Other files for a draft, on exactly those that were seen; False when there are others
        meanwhile."""
        if not seen.key.draft:
            raise ValueError("a published version never changes")
        wanted = {
            "_id": version_id(seen.key, seen.version),
            "sha256": seen.sha256,
            "media": write_media(seen.media),
        }
        change = {"$set": {"media": write_media(media), "warnings": list(warnings)}}
        return self._versions.update_one(wanted, change).matched_count == 1

    def replace_draft(self, version: FormVersion) -> None:
        """A draft's version may be tried again and again under one number."""
        self._versions.replace_one(
            {"_id": version_id(version.key, version.version)},
            write_version(version),
            upsert=True,
        )


def _by_title(found: Iterable[Document]) -> list[FormEntry]:
    return sorted(map(read_entry, found), key=lambda each: alphabetical(each.title))
