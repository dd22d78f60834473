"""Where to go next."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next(wanted: str) -> str:
    """A path of this site, else the first page: nobody is sent elsewhere by a crafted link."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    clean = not any(each in wanted for each in "\r\n\t\\")
    return wanted if ours and clean and not parts.netloc else "/"
