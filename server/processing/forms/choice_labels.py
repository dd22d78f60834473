"""What a chosen code says to a person, whether the form holds the list or an attached CSV does."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from threading import Lock

from cachetools import LRUCache

from server.model.forms import FormVersion
from server.storage.blobs import Blobs
from server.xforms.form import Choices

Labels = Mapping[str, str]


class ChoiceLabels:
    """One per process; a CSV is read once for each of its contents."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._lock = Lock()
        self._read: LRUCache[tuple[str, str, str], Labels] = LRUCache(64)

    def label(self, version: FormVersion, choices: Choices, code: str, language: str) -> str:
        """The label of a code; "" where the list does not know it."""
        if choices.file is None:
            words = choices.items.get(code)
            return words.in_(language) if words else ""
        return self._of_file(version, choices).get(code, "")

    def _of_file(self, version: FormVersion, choices: Choices) -> Labels:
        media = next((each for each in version.media if each.name == choices.file), None)
        if media is None:
            return {}
        key = (media.sha256, choices.value_ref, choices.label_ref)
        with self._lock:
            found = self._read.get(key)
        if found is None:
            found = _labels(self._blobs.read(media.sha256), choices)
            with self._lock:
                self._read[key] = found
        return found


def _labels(data: bytes, choices: Choices) -> Labels:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace")))
    return {row.get(choices.value_ref) or "": row.get(choices.label_ref) or "" for row in rows}
