"""Tokens and passwords. Only hashes are ever stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second setting for Argon2id: 28 ms here, 19 MiB, so that sign-ins do not exhaust a small
# machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex())
_LETTERS = string.ascii_letters + string.digits
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read aloud wrongly
LEAST_PASSWORD = 10


def new_token() -> str:
    """64 letters and digits, as ODK Central's clients expect of an app user's token."""
    return "".join(secrets.choice(_LETTERS) for _ in range(64))


def looks_like_token(text: str) -> bool:
    return len(text) == 64 and text.isascii() and text.replace("!", "a").replace("$", "a").isalnum()


def new_code() -> str:
    """Good once, for whoever has it on paper: 89 bits, in an address that can be typed."""
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(6)) for _ in range(3))


def hash_token(token: str) -> str:
    """Tokens are random and long: one round of SHA-256 is enough, and a look-up needs no secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def sealing_key(secret: str, actor_id: str) -> str:
    """What one person's browser locks unfinished forms with: 256 bits in base64, the same at each
    sign-in, and nowhere but on that person's pages (decision 0015)."""
    key = hmac.digest(secret.encode(), b"unfinished forms of " + actor_id.encode(), "sha256")
    return base64.b64encode(key).decode()


def filling_mark(code: str, filling: str, instance_id: str) -> str:
    """By what a code that was used knows the record again that it was used for. Neither who made
    the code nor who reads the record has ``filling``, so nobody finds one by the other."""
    told = f"{filling} {instance_id}".encode()
    return hmac.digest(code.encode(), told, "sha256").hex()


def second_factor_seed(secret: str, actor_id: str, salt: str) -> str:
    """What a person's app counts its codes from, in base32. It is kept nowhere: whoever copies the
    database alone can make no code."""
    told = f"second factor of {actor_id} {salt}".encode()
    return base64.b32encode(hmac.digest(secret.encode(), told, "sha256")[:20]).decode()


def new_password() -> str:
    """A first password that can be read out on the telephone."""
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_fits(password: str, password_hash: str | None) -> bool:
    """Takes equally long for somebody who does not exist: existence must not show in time."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        # A hash that cannot be read is one that nothing fits (R85).
        return False
