"""All collaborators of one process, as one frozen value. Made once, handed down everywhere."""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from server.access.verbs import ROLES
from server.config import Config
from server.engine import DiskGuard, choose
from server.engine.private import make_private
from server.errors import BadSettings
from server.mailing import Mailer, mailer_of
from server.model.base_map import BaseMap, TileHost
from server.model.calendar import day_of
from server.model.people import Actor, ActorKind
from server.processing.accounts.guesses import Guesses
from server.processing.accounts.sign_in import Door
from server.processing.approvals.two_people import TwoPeople
from server.processing.duties.noting import Noting
from server.processing.forms.choice_labels import ChoiceLabels
from server.processing.forms.shelf import Shelf
from server.processing.intake.receive import Intake
from server.processing.registers.registers import Registers
from server.storage.database import connect
from server.storage.map_file import read_map_file
from server.storage.stores import Stores, open_stores
from server.wire.entity_csv import entity_csv

log = logging.getLogger(__name__)

PROJECT = 1  # the one programme of an installation, until there are several


@dataclass(frozen=True, slots=True)
class Services:
    config: Config
    clock: Callable[[], datetime]
    stores: Stores
    shelf: Shelf
    door: Door
    guesses: Guesses
    guard: DiskGuard
    noting: Noting
    intake: Intake
    labels: ChoiceLabels
    registers: Registers
    two_people: TwoPeople
    base_map: BaseMap | None
    mailer: Mailer | None

    def second_factor_missing(self, actor: Actor) -> bool:
        """Whether the house asks somebody of this role for what they have not set up."""
        if actor.kind is not ActorKind.PERSON or actor.second_factor is not None:
            return False
        return any(each.role in self.config.second_factor_roles for each in actor.grants)


def now() -> datetime:
    """The time, in milliseconds like MongoDB keeps it: what is stored comes back equal."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def build_services(config: Config, uri: str, clock: Callable[[], datetime] = now) -> Services:
    """``uri`` is what ``server.engine`` yields. Nothing is asked of the database yet."""
    stores = open_stores(
        connect(uri, config.db), config.data / "journal", clock, journal=keeps_journal(config)
    )
    shelf = Shelf(stores)
    registers = Registers(stores, shelf, entity_csv)
    guard = DiskGuard(config.data, config.disk_reserve, config.max_upload)
    return Services(
        config=config,
        clock=clock,
        stores=stores,
        shelf=shelf,
        door=Door(stores, clock),
        guesses=Guesses(stores, clock),
        guard=guard,
        noting=Noting(stores.audit),
        intake=Intake(stores, shelf, guard, day_of, clock),
        labels=ChoiceLabels(stores.blobs),
        registers=registers,
        two_people=TwoPeople(stores, PROJECT, registers.known_to),
        base_map=_base_map_if_well(config),
        mailer=mailer_of(config),
    )


def base_map(config: Config) -> BaseMap | None:
    """What lies under maps; raises BadSettings where it is a file that cannot be drawn."""
    if config.tiles_file:
        return read_map_file(config.tiles_file, config.tiles_credit)
    if config.tiles:
        return TileHost(config.tiles, config.tiles_credit or "")
    return None


def _base_map_if_well(config: Config) -> BaseMap | None:
    """A process that starts again beside phones that send must not end over a broken map."""
    try:
        return base_map(config)
    except BadSettings as trouble:
        log.error("maps are drawn without tiles: %s", trouble.words("en"))
        return None


def refuse_unknown_roles(config: Config) -> None:
    """A role that is written wrongly would go without its second factor. Raises BadSettings."""
    unknown = sorted(config.second_factor_roles - set(ROLES))
    if unknown:
        listed = ", ".join(sorted(ROLES))
        raise BadSettings((f"CAUNOI_SECOND_FACTOR_ROLES must be of {listed}",))


def keeps_journal(config: Config) -> bool:
    """On the beta engines always; with a real MongoDB only when asked for (mongo.md §2.4)."""
    return choose(config).beta if config.journal is None else config.journal


def secret_key(config: Config) -> str:
    """What signs cookies: given, else made once and kept in the data folder for this user alone."""
    if config.secret_key:
        return config.secret_key
    path: Path = config.data / "secret-key"
    if path.exists() and not path.read_text():
        path.unlink()  # what a crash left of it in earlier releases: no page would open with it
    if not path.exists():
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(path, secrets.token_urlsafe(48))
    return path.read_text()


def entry_secret(config: Config) -> bytes:
    """From which ids of imported entries are made: it signs nothing else."""
    return hmac.digest(secret_key(config).encode(), b"ids of imported entries", "sha256")
