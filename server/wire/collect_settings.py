"""Collect's settings QR code: base64 of zlib of JSON (collect.md §8)."""

from __future__ import annotations

import base64
import io
import json
import zlib
from dataclasses import dataclass
from urllib.parse import quote

import segno


@dataclass(frozen=True, slots=True)
class CollectSettings:
    """``server_url`` is the project's address with the token in it: scanning is signing in."""

    server_url: str
    project_name: str
    user_name: str = ""
    draft: bool = False


def draft_settings(root: str, project: int, form_id: str, token: str, name: str) -> CollectSettings:
    """For the phone that tries a form's draft out: ``root`` is the server's address."""
    form = quote(form_id, safe="")
    return CollectSettings(
        f"{root}/v1/test/{token}/projects/{project}/forms/{form}/draft", name, draft=True
    )


def encode(settings: CollectSettings) -> str:
    """The text of the QR code. Collect syncs forms by itself and sends when it has a network."""
    general: dict[str, object] = {
        "server_url": settings.server_url,
        "form_update_mode": "manual" if settings.draft else "match_exactly",
        "autosend": "wifi_and_cellular",
        "metadata_username": settings.user_name,
    }
    project = {"name": settings.project_name, "icon": "📝" if settings.draft else "🌉"}
    text = json.dumps({"general": general, "admin": {}, "project": project}, ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def qr_picture(settings: CollectSettings) -> str:
    """The code as a ``data:`` URI of an SVG, black on white."""
    return qr_of(encode(settings))


def qr_of(text: str) -> str:
    """Any text as such a picture."""
    code = segno.make(text, error="l", micro=False)
    return str(code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff"))


def qr_terminal(settings: CollectSettings) -> str:
    """The code in half blocks for a terminal."""
    out = io.StringIO()
    segno.make(encode(settings), error="l", micro=False).terminal(out, compact=True, border=2)
    return out.getvalue()
