"""What was filled into a form of a page; what cannot be used raises NotUnderstood with a field."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from server.errors import NotUnderstood, OfficeUnknown
from server.model.offices import Office, within
from server.model.scope import EVERYWHERE, Scope

LONGEST_NAME = 200
LONGEST_WORDS = 4000

_Kind = TypeVar("_Kind", bound=StrEnum)


def wrong(field: str, vi: str, en: str) -> NotUnderstood:
    return NotUnderstood(field=field, why_vi=vi, why_en=en)


def written(text: str, field: str, longest: int, *, needed: bool = True) -> str:
    bare = text.strip()
    if needed and not bare:
        raise wrong(field, "hãy ghi vào đây.", "write something here.")
    if len(bare) > longest:
        raise wrong(field, f"tối đa {longest} ký tự.", f"{longest} characters at most.")
    return bare


def chosen(kind: type[_Kind], text: str, field: str) -> _Kind:
    try:
        return kind(text)
    except ValueError:
        raise wrong(field, "hãy chọn một mục.", "choose one.") from None


def chosen_office(code: str, offices: Mapping[str, Office], scope: Scope) -> tuple[str, ...]:
    """The office with all above it, or the whole house. Raises OfficeUnknown, out of scope too."""
    chain = within(code, offices)
    if (code != EVERYWHERE and code not in offices) or not scope.sees_office(chain):
        raise OfficeUnknown(code=code)
    return chain
