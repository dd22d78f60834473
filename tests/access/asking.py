"""Whom attacks are made as, and what routes are asked with, by the map of routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from flask import Flask

from server.access.verbs import ADMINISTRATOR
from server.model.scope import EVERYWHERE
from server.routes.access_table import Line, lines
from server.routes.allow import By
from tests.world import Person, World

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def person(
    world: World,
    email: str,
    role: str = ADMINISTRATOR,
    office: str = EVERYWHERE,
    name: str = "Vũ Thị Thử",
) -> Person:
    return world.hire(email, name, role, office)


def asked_by(app: Flask, *by: By) -> Iterator[Line]:
    return (each for each in lines(app) if each.rule.by in by)


def filled(path: str, value: Callable[[str, str], str]) -> str:
    """A route's path with what ``value`` gives for each parameter, by its converter and name."""
    return _PARAMETER.sub(lambda found: value(found[1] or "", found[2]), path)


def of_nobody(line: Line) -> str:
    """An address that the route takes, of nothing that exists."""
    return filled(line.path, lambda kind, _: of_no_thing(kind))


def of_no_thing(kind: str) -> str:
    """What the converter takes."""
    return "1" if kind == "int" else "vang_gia"
