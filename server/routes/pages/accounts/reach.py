"""The address by which phones reach this server, as the QR codes hold it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, request

from server.routes.allow import services
from server.routes.pages.words import gettext


def root() -> str:
    """What phones must use: as set, else the address by which this browser came."""
    return services().config.base_url or request.url_root.rstrip("/")


def warn_if_out_of_reach() -> None:
    """Said on the page, before a code is made that no phone can use."""
    host = urlsplit(root()).hostname or ""
    if host in ("localhost", "::1") or host.startswith("127."):
        flash(
            gettext(
                "This address is known only to this computer: phones cannot reach it. "
                "The operator sets CAUNOI_BASE_URL (docs/phones.md)."
            ),
            "late",
        )
