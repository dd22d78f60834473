"""Which records a question may touch, and how much of them. Every repository method about people
takes one.

It stands here and not in ``server.access``, since storage needs it and may not import access:
access decides which scope somebody has, storage only obeys it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from server.xforms.levels import Level

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Reach:
    """What one grant gives: an office and everything below it (``*`` for all), the forms by their
    ids (None for all), and up to which level answers are read; ``named`` of records whose worker
    somebody is, where that is more. ``lists`` are the registers that these forms read or change
    (None for all)."""

    office: str
    forms: frozenset[str] | None = None
    clearance: Level = Level.SPECIAL
    lists: frozenset[str] | None = None
    named: Level = Level.NOTHING

    @classmethod
    def of(
        cls, office: str, forms: frozenset[str] | None, clearance: str, named: str = "khong"
    ) -> Reach:
        """With levels in a spreadsheet's words. Which registers go with some forms alone is not
        known yet: none."""
        lists = None if forms is None else frozenset[str]()
        return cls(office, forms, Level.of(clearance), lists, Level.of(named))

    def is_no_less_than(self, other: Reach) -> bool:
        """In forms and clearance."""
        all_forms = self.forms is None or (other.forms is not None and other.forms <= self.forms)
        own = max(self.clearance, self.named)
        return all_forms and self.clearance >= other.clearance and own >= other.named

    def cut_to(self, forms: frozenset[str] | None, clearance: str) -> Reach | None:
        """What of it is about these forms, read up to this clearance; None for nothing."""
        both = forms if self.forms is None else self.forms
        if self.forms is not None and forms is not None:
            both = self.forms & forms
        if both is not None and not both:
            return None
        return Reach.of(self.office, both, min(self.clearance, Level.of(clearance)).word)

    def covers(self, form_id: str) -> bool:
        return self.forms is None or form_id in self.forms


@dataclass(frozen=True, slots=True)
class Scope:
    """All that somebody's grants give, each for itself: one grant's forms are not read in another
    grant's offices. ``opened`` are records that are read whole for now, whatever the grants say, as
    (form, record) each; ``actor`` is whose scope it is, "" for nobody's; ``assigned``
    whether they go by what is theirs to look after."""

    reaches: frozenset[Reach]
    opened: frozenset[tuple[str, str]] = frozenset()
    actor: str = field(default="", compare=False)
    assigned: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, offices: Iterable[str]) -> Scope:
        """Everything in these offices."""
        return cls(frozenset(Reach(each) for each in offices))

    @property
    def offices(self) -> frozenset[str]:
        """The roots of all subtrees that it reaches into, for whatever form."""
        return frozenset(each.office for each in self.reaches)

    @property
    def everywhere(self) -> bool:
        return EVERYWHERE in self.offices

    def on(self, form_id: str) -> Scope:
        """What of it is about this form."""
        return replace(
            self, reaches=frozenset(each for each in self.reaches if each.covers(form_id))
        )

    def on_list(self, name: str) -> Scope:
        """What of it is about this register."""
        return replace(
            self,
            reaches=frozenset(
                each for each in self.reaches if each.lists is None or name in each.lists
            ),
        )

    def around(self, within: Iterable[str]) -> Scope:
        """What of it reaches this office."""
        return replace(self, reaches=frozenset(self._around(within)))

    def reading(self, level: Level) -> Scope:
        """What of it reads answers of this level."""
        return replace(
            self, reaches=frozenset(each for each in self.reaches if each.clearance >= level)
        )

    def sees_office(self, within: Iterable[str]) -> bool:
        """``within`` is an office with all that stand above it, ``*`` included."""
        return any(True for _ in self._around(within))

    def is_centre_of(self, within: Sequence[str]) -> bool:
        """Whether it reaches the centre above this office: whatever that is called, above it there
        is everywhere."""
        return self.sees_office(within[:2])

    def sees_form(self, form_id: str) -> bool:
        return any(each.covers(form_id) for each in self.reaches)

    def sees(self, within: Iterable[str], form_id: str) -> bool:
        """Whether a record of this form in this office is reached."""
        return any(each.covers(form_id) for each in self._around(within))

    def clearance(self, within: Iterable[str], form_id: str, *, is_named: bool = False) -> Level:
        """Up to which level the answers of such a record are read, or of one whose worker its
        reader is: what that opens is bounded by what the role may of today."""
        covering = (each for each in self._around(within) if each.covers(form_id))
        return max(
            (max(each.clearance, each.named if is_named else each.clearance) for each in covering),
            default=Level.NOTHING,
        )

    def holds(self, within: Iterable[str], wanted: Reach) -> bool:
        """Whether one of its reaches gives at least as much in this office."""
        return any(each.is_no_less_than(wanted) for each in self._around(within))

    def least(self) -> Level:
        """The lowest clearance that it has anywhere."""
        return min((each.clearance for each in self.reaches), default=Level.NOTHING)

    def best(self, within: Iterable[str]) -> Level:
        """The highest clearance that it has in this office, for whatever form."""
        return max((each.clearance for each in self._around(within)), default=Level.NOTHING)

    def _around(self, within: Iterable[str]) -> Iterator[Reach]:
        """What of it reaches this office: asked of each record of a list."""
        here = frozenset(within)
        return (each for each in self.reaches if each.office in here)


# A draft's link: it opens a form, and nothing about people.
NOWHERE = Scope.of(())

# The machine's own errands: intake, follow-ups, rebuild. Never handed to a request on behalf of a
# person.
WHOLE_HOUSE = Scope.of([EVERYWHERE])
