"""An entry of a register in its reader's words: properties by the questions that fill them, codes
by their labels, other entries by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from server.model.entities import ListKey
from server.model.scope import Scope
from server.processing.registers.register_names import names_now
from server.processing.registers.register_words import Filling
from server.routes.allow import services
from server.routes.pages.labels import label_of
from server.routes.pages.records.answers import Reader
from server.xforms.chosen import Chosen, chosen_by


class RegisterWords:
    """Of one page in one language, for a reader of this scope; ``said`` is every (property, value)
    that the page shows."""

    def __init__(
        self, scope: Scope, key: ListKey, said: Iterable[tuple[str, str]], language: str
    ) -> None:
        self._scope, self._key, self._language = scope, key, language
        self._said = tuple(said)
        self._fillings = services().registers.fillings(key)

    def label(self, name: str) -> str:
        """Its own name where no form has words for it; beside the words where two have the same."""
        words = self._labels.get(name, "")
        if not words:
            return name
        return f"{words} ({name})" if self._alike[words] > 1 else words

    def value(self, name: str, text: str) -> str:
        """As the first form says it that knows it."""
        fillings = self._fillings.get(name, ()) if text else ()
        said = (self._readers[_form_of(each)].words(each.field, text) for each in fillings)
        return next((words for words in said if words != text), text)

    @cached_property
    def _readers(self) -> Mapping[str, Reader]:
        labels = services().labels
        return {
            _form_of(each): Reader(labels, each.on_hand, self._language, self._names)
            for fillings in self._fillings.values()
            for each in fillings
        }

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        names = dict.fromkeys(name for name, _ in self._said)
        return {name: self._label(self._fillings.get(name, ())) for name in names}

    @cached_property
    def _alike(self) -> Counter[str]:
        return Counter(self._labels.values())

    def _label(self, fillings: Iterable[Filling]) -> str:
        asked = (each.on_hand.calculations.asked(each.field) for each in fillings)
        said = (label_of(each, self._language, {}) for each in asked)
        return next(filter(None, said), "")

    @cached_property
    def _names(self) -> Mapping[Chosen, str]:
        chosen = {
            each
            for name, text in self._said
            for filling in self._fillings.get(name, ())
            for each in chosen_by(filling.field, text, filling.on_hand.calculations)
        }
        return names_now(services().stores, self._scope, self._key.project, chosen)


def _form_of(filling: Filling) -> str:
    return filling.on_hand.entry.key.form_id
