"""The language switch."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from server.routes.allow import By, allow
from server.routes.pages.shell import LANGUAGES
from server.routes.pages.ways import safe_next

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
@allow(None, by=By.ANYONE)
def switch() -> Response:
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(safe_next(request.form.get("next", "")), 303)
