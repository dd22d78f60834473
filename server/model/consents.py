"""What a record says of consent, by the questions of the forms' group "Thông tin và sự đồng ý".

A form has the group when it asks these questions by these names, whatever groups stand around them
(forms/README.md). The text that was read to the family is the form's version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

BASIS = "can_cu_xl"
CONSENT = "dong_y"
RELATION = "qh_nguoi_dong_y"
_YES, _NO = "co", "khong"


class Sharing(Enum):
    """Whether what is private about a child may be passed on, which from seven years needs the
    child's own yes beside the representative's. The forms say "not known" for a younger child."""

    ALLOWED = 1
    IF_UNDER_SEVEN = 2
    CHILD_REFUSES = 3
    NOT_AGREED = 4


@dataclass(frozen=True, slots=True)
class Consent:
    """``basis`` is the choice as the form has it: consent, or what stands for it, with ``reason``.
    ``child`` is a choice too, since under seven there is none to give."""

    basis: str
    person: str = ""
    relation: str = ""
    child: str = ""
    sharing: bool = False
    photos: bool = False
    reason: str = ""
    signature: str = ""

    @property
    def given(self) -> bool:
        return self.basis == CONSENT

    @property
    def may_be_shared(self) -> Sharing:
        if not (self.given and self.sharing):
            return Sharing.NOT_AGREED
        if self.child == _NO:
            return Sharing.CHILD_REFUSES
        return Sharing.ALLOWED if self.child == _YES else Sharing.IF_UNDER_SEVEN


def asks_consent(names: Iterable[str]) -> bool:
    """Whether a form whose questions have these names asks for consent."""
    return BASIS in names


def consent_of(answers: Mapping[str, Any]) -> Consent | None:
    """None where the record says nothing of it: nobody was met, or the form does not ask."""
    said = {path.rpartition("/")[2]: value for path, value in answers.items()}
    basis = _text(said, BASIS)
    if not basis:
        return None
    return Consent(
        basis=basis,
        person=_text(said, "nguoi_dong_y"),
        relation=_text(said, RELATION),
        child=_text(said, "tre_dong_y"),
        sharing=_text(said, "dong_y_chia_se") == _YES,
        photos=_text(said, "dong_y_anh") == _YES,
        reason=_text(said, "ly_do_khong_dy"),
        signature=_text(said, "chu_ky_dong_y"),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
