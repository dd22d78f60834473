"""What a browser or program is called, from what it says of itself."""

from __future__ import annotations

import pytest

from server.wire.user_agents import client_words, collect_version

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (WINDOWS + "Chrome/142.0.0.0 Safari/537.36", "Chrome · Windows"),
        (WINDOWS + "coc_coc_browser/130.0 Chrome/124.0.0.0 Safari/537.36", "Cốc Cốc · Windows"),
        (WINDOWS + "Chrome/142.0.0.0 Safari/537.36 Edg/142.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
            "Samsung Internet · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("python-requests/2.32.3", "python-requests"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_its_owner_recognises_it(said: str, words: str) -> None:
    assert client_words(said) == words


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("org.odk.collect.android/v2026.3.0 Dalvik/2.1.0 (Linux; U; Android 14)", "2026.3.0"),
        ("org.odk.collect.android/2026.3.0-beta.1 Dalvik/2.1.0", "2026.3.0-beta.1"),
        (WINDOWS, ""),
    ],
)
def test_the_version_of_collect_is_read(said: str, version: str) -> None:
    assert collect_version(said) == version
