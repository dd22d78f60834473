"""Who reads which registers, and which of their properties: it follows from the forms that read or
change them, and from how sensitive the answers are that they are filled with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from server.model.scope import Reach, Scope
from server.processing.shelf import OnHand, Shelf
from server.xforms.form import META
from server.xforms.levels import Level

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


def register_reach(shelf: Shelf, forms: Iterable[OnHand]) -> RegisterReach:
    used: dict[str, set[str]] = {}
    levels: dict[str, dict[str, Level]] = {}
    labels: dict[str, Level] = {}
    for each in forms:
        key, form = each.entry.key, each.form
        named = (name.removesuffix(_ENDING) for name in form.media if name.endswith(_ENDING))
        for name in (*form.entity_lists, *named):
            used.setdefault(name, set()).add(key.form_id)
        for block in form.entities:
            of_list, of_form = levels.setdefault(block.list, {}), shelf.levels(key)
            label = (*block.within, META, "entity", "label")
            if label in of_form.by_path:
                labels[block.list] = max(of_form.of(label), labels.get(block.list, Level.NORMAL))
            for name, path in block.saves:
                level = of_form.of((*block.within, *path))
                of_list[name] = max(level, of_list.get(name, Level.NOTHING))
    return RegisterReach({name: frozenset(by) for name, by in used.items()}, levels, labels)
