"""What a browser or program calls itself, cut down to what its owner recognises."""

from __future__ import annotations

import re

# In this order: most claim to be others as well.
_BROWSERS = (
    ("coc_coc_browser/", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_COLLECT = re.compile(r"org\.odk\.collect\.android/v?([0-9][0-9A-Za-z.-]{0,20})")


def client_words(user_agent: str) -> str:
    """``Chrome · Windows``, ``pyodk``, or "" for who says nothing."""
    browser = _first(_BROWSERS, user_agent)
    if browser:
        system = _first(_SYSTEMS, user_agent)
        return f"{browser} · {system}" if system else browser
    program = _PROGRAM.match(user_agent)
    return program[0] if program else ""


def collect_version(user_agent: str) -> str:
    """``2026.1.2`` for ODK Collect, "" for whatever is none."""
    found = _COLLECT.search(user_agent)
    return found[1] if found else ""


def _first(signs: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in signs if sign in user_agent), "")
