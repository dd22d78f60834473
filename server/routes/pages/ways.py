"""Where to go next."""

from __future__ import annotations

from typing import Any

from flask import url_for


def address(endpoint: str, **values: Any) -> str:
    """``url_for`` for values that are gathered in a mapping: what is no part of the path stands
    behind the question mark."""
    return url_for(endpoint, **values)


def safe_next(wanted: str) -> str:
    """A path of this site, else the first page: nobody is sent elsewhere by a crafted link."""
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    clean = not any(each in wanted for each in "\r\n\t\\")
    return wanted if ours and clean else "/"
