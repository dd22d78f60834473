"""Where to go next."""

from __future__ import annotations

from typing import Any, Protocol

from flask import url_for

from server.model.forms import FormKey


def address(endpoint: str, **values: Any) -> str:
    """``url_for`` for values that are gathered in a mapping: what is no part of the path stands
    behind the question mark."""
    return url_for(endpoint, **values)


class OfRecord(Protocol):
    """A record, or what is about one."""

    @property
    def key(self) -> FormKey: ...
    @property
    def instance_id(self) -> str: ...


def of_record(endpoint: str, its: OfRecord, **values: Any) -> str:
    """A page of one record."""
    return address(endpoint, form_id=its.key.form_id, instance_id=its.instance_id, **values)


def safe_next(wanted: str) -> str:
    """A path of this site, else the first page: nobody is sent elsewhere by a crafted link."""
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    clean = not any(each in wanted for each in "\r\n\t\\")
    return wanted if ours and clean else "/"
