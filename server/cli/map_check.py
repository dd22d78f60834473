"""Whether the tiles that the maps are set to lie on can be had."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from http.client import HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from server.cli.finding import Finding
from server.config import Config
from server.errors import BadSettings
from server.model.base_map import MapFile, TileHost
from server.services import base_map

# The tile that holds Vietnam's north, where a host of the world or of the country has one.
_TRIED = {"{z}": "6", "{x}": "50", "{y}": "28"}
_PATIENCE = 10.0


def look_at_map(config: Config) -> Iterator[Finding]:
    """What lies under the maps, and whether it works. Asks the host for one tile."""
    try:
        base = base_map(config)
    except BadSettings as trouble:
        yield Finding(trouble.words("en"), serious=True)
        return
    if isinstance(base, MapFile):
        yield _of_file(base)
    elif base is not None:
        yield _of_host(base, config.public_url)


def _of_file(base: MapFile) -> Finding:
    kind = "vector" if base.is_vector else "raster"
    west, south, east, north = base.bounds
    megabytes = base.path.stat().st_size / 1024**2
    return Finding(
        f"Maps lie on {base.path}: {kind} tiles, zoom {base.zooms[0]} to {base.zooms[1]}, "
        f"longitude {west:g} to {east:g}, latitude {south:g} to {north:g}, {megabytes:.1f} MB, "
        f"{_credited(base.credit)}."
    )


def _credited(credit: str) -> str:
    return f"credited “{credit}”" if credit else "credited to nobody (CAUNOI_TILES_CREDIT)"


def _of_host(base: TileHost, site: str) -> Finding:
    """Never serious: readers may reach what this machine does not."""
    host = base.origin
    try:
        headers = _ask(base, site)
    except HTTPError as refused:
        why = f"answers {refused.code} to a tile of Vietnam"
    except (OSError, ValueError) as trouble:
        why = f"cannot be reached from here ({getattr(trouble, 'reason', trouble)})"
    else:
        why = _why_not_shown(headers)
    if why:
        return Finding(f"{host} {why}: maps show the built-in boundaries.")
    return Finding(
        f"Maps lie on raster tiles of {host}, {_credited(base.credit)}. "
        "It sees which places are looked at."
    )


def _ask(base: TileHost, site: str) -> Message:
    """As a page of ``site`` asks: some hosts allow only the sites that they know."""
    address = base.template
    for place, number in _TRIED.items():
        address = address.replace(place, number)
    parts = urlsplit(site)
    asked = Request(address, headers={"Origin": f"{parts.scheme}://{parts.netloc}"})
    with build_opener(_NoFurther).open(asked, timeout=_PATIENCE) as answer:
        headers: Message = answer.headers
        return headers


class _NoFurther(HTTPRedirectHandler):
    """To another host a page would not go either: its policy names the first alone."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        is_there = urlsplit(newurl)[:2] == urlsplit(req.full_url)[:2]
        return super().redirect_request(req, fp, code, msg, headers, newurl) if is_there else None


def _why_not_shown(headers: Message) -> str:
    if headers.get_content_maintype() != "image":
        return f"sends {headers.get_content_type()}, no picture"
    if headers.get("Access-Control-Allow-Origin") is None:
        return "does not let other sites use its tiles (no CORS)"
    return ""
