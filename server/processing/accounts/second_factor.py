"""A second factor: set up, asked for, lost. ``secret`` is the house's secret key."""

from __future__ import annotations

from datetime import datetime

from server.access.credentials import hash_token, second_factor_seed
from server.access.second_factor import bare_code, new_recovery_codes, step_of
from server.errors.sign_in import WrongCode
from server.model.people import Actor, SecondFactor
from server.processing.accounts.guesses import Guesses
from server.storage.stores import Stores


def turn_on(
    stores: Stores, person: Actor, *, secret: str, salt: str, code: str, at: datetime
) -> tuple[str, ...]:
    """With a first code of the app that was given the seed of ``salt``. Answers the recovery codes,
    which are shown once. Raises WrongCode."""
    step = step_of(bare_code(code), second_factor_seed(secret, person.id, salt), at)
    if step is None:
        raise WrongCode
    codes = new_recovery_codes()
    stores.actors.set_second_factor(person.id, SecondFactor(salt, at, step, _hashed(codes)))
    return codes


def check(
    stores: Stores,
    guesses: Guesses,
    person: Actor,
    *,
    secret: str,
    code: str,
    at: datetime,
    device: str = "",
) -> None:
    """A code of the app, or a recovery code; each is good once. Raises WrongCode, TooManyTries.

    ``device`` names one on which they were signed in before, both factors given: whoever knows the
    password alone has none, and makes its owner wait on new ones at most.
    """
    # Never by address: nobody gets here who does not know a password.
    attempt = guesses.begin("code", person.id, "", device=device or "a new one")
    if not _is_spent(stores, person, secret, bare_code(code), at):
        guesses.was_wrong(attempt)
        raise WrongCode
    guesses.was_right(attempt)


def new_recovery(stores: Stores, person: Actor) -> tuple[str, ...]:
    """The earlier ones end."""
    codes = new_recovery_codes()
    stores.actors.set_recovery(person.id, _hashed(codes))
    return codes


def turn_off(stores: Stores, person: Actor, *, but: str = "") -> None:
    """Ends all sessions and tokens: whoever has the lost phone may be signed in on it. ``but`` is
    the id of a session that goes on."""
    stores.actors.set_second_factor(person.id, None)
    stores.sessions.end_all(person.id, but=but)


def _is_spent(stores: Stores, person: Actor, secret: str, code: str, at: datetime) -> bool:
    factor = person.second_factor
    if factor is None:
        return False
    step = step_of(code, second_factor_seed(secret, person.id, factor.salt), at)
    if step is not None:
        return stores.actors.use_step(person.id, step)
    return stores.actors.use_recovery(person.id, hash_token(code))


def _hashed(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(hash_token(bare_code(each)) for each in codes)
