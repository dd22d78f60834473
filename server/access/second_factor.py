"""Codes of a second factor (RFC 6238, as every authenticator app makes them) and codes for when
the phone is gone."""

from __future__ import annotations

from datetime import datetime

from pyotp import TOTP
from pyotp.utils import strings_equal

from server.access.credentials import new_password

_RECOVERY_CODES = 10


def address_for_app(seed: str, email: str, house: str) -> str:
    """What the QR code holds that an app scans."""
    return TOTP(seed).provisioning_uri(name=email, issuer_name=house)


def step_of(code: str, seed: str, at: datetime) -> int | None:
    """The time step whose code this is, now or one step off, since clocks are; None for none."""
    app = TOTP(seed)
    now = app.timecode(at)
    fitting = [s for s in (now - 1, now, now + 1) if strings_equal(app.generate_otp(s), code)]
    return fitting[-1] if fitting else None


def new_recovery_codes() -> tuple[str, ...]:
    """Long enough that a plain hash keeps them, and nothing in them is read wrongly from paper."""
    return tuple(new_password() for _ in range(_RECOVERY_CODES))


def bare_code(typed: str) -> str:
    """As it is compared: people type blanks, dashes and capitals."""
    return "".join(each for each in typed.lower() if each.isalnum())
