"""Moments, numbers and names as people read them here."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_timedelta
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _translate

from server.model.calendar import ZONE

_CENTRE = {"vi": "Cầu Nối", "en": "Cầu Nối"}


def gettext(sentence: str, **facts: object) -> str:
    """A sentence in the reader's language; English is what the catalogs are keyed by."""
    return str(_translate(sentence, **facts))


def centre_name(language: str) -> str:
    return _CENTRE[language]


def moment_words(moment: datetime) -> str:
    """``24/11/2026, 14:05`` in the centre's zone, in both languages."""
    return f"{moment.astimezone(ZONE):%d/%m/%Y, %H:%M}"


def ago(moment: datetime, now: datetime) -> str:
    """``3 ngày trước``."""
    return format_timedelta(moment - now, add_direction=True, locale=str(get_locale()))


def number(value: int) -> str:
    """``1.234`` in Vietnamese, ``1,234`` in English."""
    return format_decimal(value, locale=str(get_locale()))
