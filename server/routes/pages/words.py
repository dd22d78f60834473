"""Moments, numbers and names as people read them here."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _translate
from flask_babel import ngettext as _translate_number

from server.errors import CauNoiError, NotUnderstood
from server.model.calendar import ZONE

_CENTRE = "Cầu Nối"


def gettext(sentence: str, **facts: object) -> str:
    """A sentence in the reader's language; English is what the catalogs are keyed by."""
    return str(_translate(sentence, **facts))


def N_(sentence: str) -> str:  # the name by which extraction knows it
    """A sentence that stands in a table, to be said in the reader's language later."""
    return sentence


def ngettext(one: str, many: str, num: int, **facts: object) -> str:
    """``one`` or ``many``, with ``%(count)s`` written as a number is read."""
    return str(_translate_number(one, many, num, count=number(num), **facts))


def centre_name() -> str:
    return _CENTRE


def reader() -> str:
    """``vi`` or ``en``: the language of this request."""
    return str(get_locale())


def wrong_words(error: CauNoiError) -> str:
    """What is wrong with a field, to stand beside it: nobody need be told that a form was sent."""
    why = str(error.facts.get(f"why_{reader()}", "")) if isinstance(error, NotUnderstood) else ""
    return why[:1].upper() + why[1:] if why else error.words(reader())


def problems_of(refused: CauNoiError | None, otherwise: str) -> dict[str, str]:
    """By the field that is wrong, ``otherwise`` where the error names none; for a form."""
    if refused is None:
        return {}
    return {str(refused.facts.get("field", otherwise)): wrong_words(refused)}


def moment_words(moment: datetime) -> str:
    """``24/11/2026, 14:05`` in the centre's zone, in both languages."""
    return f"{moment.astimezone(ZONE):%d/%m/%Y, %H:%M}"


def day_words(day: str) -> str:
    """``24/11/2026`` for ``2026-11-24``, and "" for no day."""
    return f"{date.fromisoformat(day):%d/%m/%Y}" if day else ""


def weekday_words(day: date) -> str:
    """``Thứ Hai``, in the reader's language."""
    return str(format_date(day, "EEEE", locale=reader()))


def ago(moment: datetime, now: datetime) -> str:
    """``3 ngày trước``; within the last minute, "just now"."""
    if now - moment < timedelta(minutes=1):
        return gettext("just now")
    return format_timedelta(moment - now, add_direction=True, locale=reader())


def number(value: float) -> str:
    """``1.234`` in Vietnamese, ``1,234`` in English."""
    return format_decimal(value, locale=reader())


def decimal_words(digits: str, *, grouped: bool) -> str:
    """``digits`` with the reader's signs and not one digit less: a year or a house number is no
    quantity and is not grouped."""
    if grouped:
        return format_decimal(Decimal(digits), locale=reader(), decimal_quantization=False)
    return digits.replace(".", "," if reader() == "vi" else ".")


def size_words(size: int) -> str:
    """``1,2 MB``."""
    if size < 1024 * 1024:
        return f"{number(max(1, size // 1024))} KB"
    return f"{number(round(size / 1024**2, 1))} MB"
