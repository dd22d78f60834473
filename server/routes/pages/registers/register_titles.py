"""What registers are called."""

from __future__ import annotations

from flask import g

from server.model.entities import EntityList
from server.routes.allow import services
from server.routes.pages.words import gettext, reader
from server.services import PROJECT


def register_title(its_list: EntityList) -> str:
    """What the library says, or whoever runs the house; a designer's own list by its code."""
    return its_list.title.get(reader()) or gettext("Register %(name)s", name=its_list.key.name)


def register_called(name: str) -> str:
    """The same by its name, wherever a page has no more of it; asked once a request."""
    if "register_titles" not in g:
        found = services().stores.entity_lists.all(PROJECT)
        g.register_titles = {each.key.name: register_title(each) for each in found}
    called: str = g.register_titles.get(name) or gettext("Register %(name)s", name=name)
    return called
