"""What kind an office is of, in words.

Kinds are data of the centre (``server.model.offices``): one that is not known here stands as it was
written.
"""

from __future__ import annotations

import re

from server.routes.pages.words import gettext
from server.xforms.form import Field

REGISTER, COLUMN = "van_phong", "cap"

_PASSED_ON = re.compile(rf"instance\(\s*'{REGISTER}'\s*\)\s*/.*/\s*{COLUMN}\s*", re.DOTALL)


def office_kind_words(kind: str) -> str:
    match kind:
        case "tinh":
            return gettext("Provincial centre")
        case "huyen":
            return gettext("District or area office")
        case "xa":
            return gettext("Commune office")
        case "truong":
            return gettext("School office")
        case _:
            return kind


def passes_on_a_kind(field: Field) -> bool:
    """A calculation that takes the kind of the office that was chosen out of the register."""
    return _PASSED_ON.fullmatch(field.calculation) is not None
