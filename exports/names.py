"""Names of files as they leave the house: for HTTP headers, archives and other people's disks."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

# What Windows refuses, C0 and C1 control characters, and marks that turn the direction of reading.
_FORBIDDEN = re.compile(r'[/?<>\\:*|"\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_LONGEST = 255  # bytes; what common file systems allow


def safe_name(label: str, *, fallback: str = "file") -> str:
    """``label`` as the name of a file in one folder: never a path, never empty."""
    name = _FORBIDDEN.sub("", label).rstrip(". ")
    if _DEVICE.match(name):
        name = f"_{name}"
    return _shortened(name) or fallback


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header's value: an ASCII name for old clients, the real one beside it (RFC 6266; R62)."""
    clean = safe_name(name)
    plain = _NOT_ASCII.sub("-", clean)
    # attr-char of RFC 5987, less what ODK Central encodes too
    encoded = quote(clean, safe="!`|^~")
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def folded(name: str) -> str:
    """Equal for names that some file system takes for one: case and composed letters."""
    return unicodedata.normalize("NFC", name).casefold()


def _shortened(name: str) -> str:
    if len(name.encode()) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > 16:
        stem, dot, ending = name, "", ""
    room = _LONGEST - len(f"{dot}{ending}".encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + dot + ending
