"""The spreadsheet column ``sensitivity``: how a designer says who may read an answer."""

from __future__ import annotations

COLUMN = "sensitivity"
NORMAL, SENSITIVE, SPECIAL = "thuong", "nhay_cam", "dac_biet"
WORDS = (NORMAL, SENSITIVE, SPECIAL)
