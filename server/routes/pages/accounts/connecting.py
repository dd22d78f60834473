"""The QR code of a phone, as the page that just made its token shows it."""

from __future__ import annotations

from dataclasses import dataclass

from server.model.people import Actor
from server.routes.pages.accounts.reach import root
from server.routes.pages.words import centre_name
from server.services import PROJECT
from server.wire.collect_settings import CollectSettings, qr_picture


@dataclass(frozen=True, slots=True)
class Connected:
    name: str
    qr: str
    server_url: str


def connected(phone: Actor, token: str) -> Connected:
    server_url = f"{root()}/v1/key/{token}/projects/{PROJECT}"
    settings = CollectSettings(server_url, centre_name(), phone.name)
    return Connected(phone.name, qr_picture(settings), root())
