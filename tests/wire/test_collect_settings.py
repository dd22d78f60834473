"""The QR code, read the way Collect reads it (collect.md §8)."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from server.wire.collect_settings import CollectSettings, encode, qr_picture, qr_terminal

URL = f"https://phieu.ctxh.example/v1/key/{'a' * 64}/projects/1"
SETTINGS = CollectSettings(URL, "Cầu Nối", "Máy của Hồng")


def scanned(code: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(code, validate=True)))


def test_scanning_the_code_connects_the_phone() -> None:
    found = scanned(encode(SETTINGS))
    assert found["general"]["server_url"] == URL
    assert found["general"]["metadata_username"] == "Máy của Hồng"
    assert found["project"]["name"] == "Cầu Nối"
    assert isinstance(found["admin"], dict), "required, though empty"


def test_a_collaborator_s_phone_keeps_its_forms_up_to_date_and_sends_by_itself() -> None:
    general = scanned(encode(SETTINGS))["general"]
    assert (general["form_update_mode"], general["autosend"]) == (
        "match_exactly",
        "wifi_and_cellular",
    )


def test_a_designer_s_phone_does_not_remove_other_forms() -> None:
    draft = scanned(encode(CollectSettings(URL, "Thử", draft=True)))
    assert draft["general"]["form_update_mode"] == "manual"


def test_the_code_is_small_enough_for_an_old_camera() -> None:
    """Collect's limit is about 2,900 characters."""
    assert len(encode(SETTINGS)) < 500
    assert "\n" not in encode(SETTINGS)


def test_the_code_can_be_drawn_on_a_page_and_in_a_terminal() -> None:
    assert qr_picture(SETTINGS).startswith("data:image/svg+xml")
    assert "█" in qr_terminal(SETTINGS) or "\x1b" in qr_terminal(SETTINGS)
