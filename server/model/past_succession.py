"""Units that became others, as it is remembered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.model.people import Grant


class Stage(StrEnum):
    """In the order in which they come: no succession goes back to an earlier one."""

    BEGUN = "begun"  # the tree is being changed, or records and people are still to follow
    DONE = "done"
    GIVEN_UP = "given_up"  # it broke off before the tree was changed


@dataclass(frozen=True, slots=True)
class Move:
    """A phone or a person goes to the unit ``office``: with this role out of the unit ``leaves``;
    where these are "", with all roles out of those that end."""

    actor: str
    office: str
    role: str = ""
    leaves: str = ""

    def is_about(self, grant: Grant, ends: Collection[str]) -> bool:
        left = (self.leaves,) if self.leaves else ends
        return self.role in ("", grant.role) and grant.office in left


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody who moves held before."""

    actor: str
    role: str
    office: str


@dataclass(frozen=True, slots=True)
class PastSuccession:
    """``ends`` became ``heirs``, of which some were ``new``; ``moves`` are done when the records
    stand right, and ``posts`` are what those who move held in these units. ``undoes``: it took that
    one back, whose new units are its ``ends``, and what is in force again its ``heirs``."""

    id: str
    at: datetime
    by: str
    day: str
    ends: tuple[str, ...]
    heirs: tuple[str, ...]
    moves: tuple[Move, ...]
    stage: Stage = Stage.BEGUN
    new: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    undoes: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
