"""What people see. Each page answers one question; templates get flat values, already worded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import walk_packages

from flask import Blueprint, Flask

from server.routes.pages import base_map
from server.routes.pages.accounts import oidc
from server.routes.pages.forms import feedback, filled
from server.routes.pages.shell import dress, to_person

__all__ = ["add_pages", "to_person"]


def add_pages(app: Flask, credentials_in_each_request: Iterable[Blueprint]) -> None:
    """All pages; the blueprints named do without protection against forged forms."""
    # What a filled form sends has its token in a header, and checks it itself; who sends by a code
    # has no session that another site could use.
    dress(app, [*credentials_in_each_request, filled.blueprint, feedback.blueprint])
    base_map.offer_tiles(app)
    oidc.offer_other_house(app)
    for each in _pages():
        app.register_blueprint(each)


def _pages() -> Iterator[Blueprint]:
    """Of each file here that has one, by name; the others hold what pages share."""
    for each in walk_packages(__path__, f"{__name__}."):
        blueprint = getattr(import_module(each.name), "blueprint", None)
        if blueprint is not None:
            yield blueprint
