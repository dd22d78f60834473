"""For operators and their watchdogs: alive, ready, and how it goes."""

from __future__ import annotations

from flask import Blueprint, Response

from server.routes.allow import By, allow, services

blueprint = Blueprint("health", __name__)


@blueprint.get("/-/alive")
@allow(None, by=By.ANYONE)
def alive() -> Response:
    """This process answers; nothing else is looked at."""
    return Response("alive\n", mimetype="text/plain")


@blueprint.get("/-/ready")
@allow(None, by=By.ANYONE)
def ready() -> Response:
    """The database answers and there is room on the disk; 503 in words otherwise."""
    house = services()
    house.stores.actors.any_person()
    house.guard()
    return Response("ready\n", mimetype="text/plain")
