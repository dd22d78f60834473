"""Who reads which registers, and which of their properties: it follows from the forms that read or
change them, and from how sensitive the answers are that they are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from server.model.scope import Reach, Scope
from server.processing.forms.shelf import Shelf
from server.xforms.levels import LABEL, Level

_ENDING = ".csv"


@dataclass(frozen=True, slots=True)
class RegisterReach:
    """Of one project: ``used`` are the forms that read or change a register, ``levels`` how
    sensitive its properties are, and ``labels`` the names of its entries; what no answer fills is
    ordinary."""

    used: Mapping[str, frozenset[str]]
    levels: Mapping[str, Mapping[str, Level]]
    labels: Mapping[str, Level]

    def known_to(self, scope: Scope) -> Scope:
        """The same with the registers of its forms whose entries it may know by name."""
        return replace(scope, reaches=frozenset(map(self._with_lists, scope.reaches)))

    def hidden(self, name: str, clearance: Level) -> frozenset[str]:
        """The properties of a register that such a reader does not get."""
        levels = self.levels.get(name, {})
        return frozenset(each for each, level in levels.items() if level > clearance)

    def _with_lists(self, reach: Reach) -> Reach:
        if reach.forms is None:
            return reach
        return replace(
            reach,
            lists=frozenset(
                name
                for name, by in self.used.items()
                if by & reach.forms and reach.clearance >= self.labels.get(name, Level.NORMAL)
            ),
        )


def register_reach(shelf: Shelf, project: int) -> RegisterReach:
    used: dict[str, set[str]] = {}
    for each in shelf.published(project):
        form = each.form
        named = (name.removesuffix(_ENDING) for name in form.media if name.endswith(_ENDING))
        for name in (*form.entity_lists, *named):
            used.setdefault(name, set()).add(each.entry.key.form_id)
    found = shelf.register_levels(project)
    return RegisterReach(
        used={name: frozenset(by) for name, by in used.items()},
        levels={
            name: {each: level for each, level in levels.items() if each != LABEL}
            for name, levels in found.items()
        },
        labels={name: levels[LABEL] for name, levels in found.items() if LABEL in levels},
    )
