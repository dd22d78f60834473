"""How sensitive the properties of registers are: as the answers that fill them.

A form may read a register that another form fills, and fill a third with it: so all are looked at
together, until nothing more is handed on. A version that phones have no more filled what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.xforms.form import META, Form
from server.xforms.levels import LABEL, Level, Levels, RegisterLevels, levels_of


def register_levels(forms: Iterable[Sequence[Form]]) -> RegisterLevels:
    """``forms`` are all versions of each, the newest first."""
    versions = list(forms)
    known: RegisterLevels = {}
    while True:
        found = _filled([(each, levels_of(each, known)) for each in versions])
        if found == known:
            return found
        known = found


def _filled(forms: Iterable[tuple[Sequence[Form], Levels]]) -> RegisterLevels:
    found: dict[str, dict[str, Level]] = {}
    for versions, levels in forms:
        for form in versions:
            for block in form.entities:
                of_list = found.setdefault(block.list, {})
                label = (*block.within, META, "entity", LABEL)
                fills = [(name, (*block.within, *path)) for name, path in block.saves]
                fills += [(LABEL, label)] if label in form.by_path else []
                for name, path in fills:
                    of_list[name] = max(levels.of(path), of_list.get(name, Level.NOTHING))
    return found
