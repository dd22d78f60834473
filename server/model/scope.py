"""Which records a question may touch. Every repository method about people takes one.

It stands here and not in ``server.access``, since storage needs it and may not import access:
access
decides which scope somebody has, storage only obeys it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """``offices`` are roots of office subtrees (``*`` for all); ``forms`` are form keys, None for
    all."""

    offices: frozenset[str]
    forms: frozenset[str] | None = None

    @classmethod
    def of(cls, offices: Iterable[str]) -> Scope:
        return cls(frozenset(offices))

    @property
    def everywhere(self) -> bool:
        return EVERYWHERE in self.offices

    def sees_office(self, within: Iterable[str]) -> bool:
        """``within`` is an office with all that stand above it, ``*`` included."""
        return not self.offices.isdisjoint(within)

    def is_centre_of(self, within: Sequence[str]) -> bool:
        """Whether it reaches the centre above this office: whatever that is called, above it there
        is everywhere."""
        return self.sees_office(within[:2])

    def sees_form(self, form_key: str) -> bool:
        return self.forms is None or form_key in self.forms


# A draft's link: it opens a form, and nothing about people.
NOWHERE = Scope.of(())

# The machine's own errands: intake, follow-ups, rebuild. Never handed to a request on behalf of a
# person.
WHOLE_HOUSE = Scope.of([EVERYWHERE])
