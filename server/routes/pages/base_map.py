"""What a page lays under its map: tiles of a host, or of a file that is served from here."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, g, request, send_file
from werkzeug.datastructures import Range

from server.access.verbs import Verb
from server.errors import AttachmentUnknown
from server.model.base_map import TileHost
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.ways import address

blueprint = Blueprint("base_map", __name__)

_KIND = "application/vnd.pmtiles"


def offer_tiles(app: Flask) -> None:
    """Templates say ``map_tiles()`` where they draw a map."""
    app.jinja_env.globals["map_tiles"] = map_tiles


def map_tiles() -> str:
    """What web/src/tiles.js needs, as JSON; "" where only the outlines are drawn.

    Who asks draws a map: this page, and no other, may ask the tiles' host.
    """
    base = services().base_map
    if base is None:
        return ""
    if isinstance(base, TileHost):
        g.tiles_origin = base.origin
        return json.dumps({"template": base.template, "credit": base.credit})
    if not base.path.is_file():
        return ""
    changed = base.path.stat()
    return json.dumps(
        {
            # Browsers keep pieces of it: those of another file must not be mixed with its own.
            "file": address("base_map.tiles", v=f"{changed.st_mtime_ns}-{changed.st_size}"),
            "isVector": base.is_vector,
            "bounds": base.bounds,
            "credit": base.credit,
        }
    )


@blueprint.get("/map/tiles.pmtiles")
@allow(Verb.READ_RECORDS, by=By.SESSION, quiet="a map of the country shows nobody")
def tiles(caller: Caller) -> Response:
    """The one file of the settings, in the pieces that a browser asks for."""
    base = services().base_map
    if base is None or isinstance(base, TileHost) or not base.path.is_file():
        raise AttachmentUnknown
    _mean_all_by_more(base.path.stat().st_size)
    answer = send_file(base.path, mimetype=_KIND, conditional=True)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _mean_all_by_more(size: int) -> None:
    """Who asks for more last bytes than there are means all of them (RFC 9110 §14.1.2); werkzeug
    would refuse."""
    asked = request.range
    if asked is not None:
        there = [(max(first, -size), end) for first, end in asked.ranges]
        request.environ["HTTP_RANGE"] = Range(asked.units, there).to_header()
