"""Addresses of what people handed in for a look: a hash alone would open any file of the house."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from server.errors import PageUnknown
from server.processing.registers.entity_plan import keep_for_a_look
from server.routes.allow import services


def hand_in(errand: str, data: bytes, *whose: str) -> str:
    """Keeps the file; its slip says for what errand it is, and ``whose``."""
    return _slips(errand).dumps([*whose, keep_for_a_look(services().stores, data)])


def handed_in(errand: str, slip: str, *whose: str) -> str:
    """The file's SHA-256. Raises PageUnknown for a slip that was given for anything else."""
    try:
        *said, sha256 = _slips(errand).loads(slip)
    except (BadSignature, ValueError):
        raise PageUnknown from None
    if said != list(whose):
        raise PageUnknown
    return str(sha256)


def _slips(errand: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=errand)
