"""What an arriving record means. Pure: a value in, a value out; nothing is looked up or stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.errors import EditOutdated, OriginalUnknown, SameIdOtherAnswers
from server.errors.sending import EditNotGiven
from server.model.records import Holding
from server.model.scope import Scope
from server.xforms.envelope import Envelope

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Create:
    """A record nobody has seen; ``new`` are all its files."""

    new: Names


@dataclass(frozen=True, slots=True)
class Revise:
    """An edit of the latest version of ``held``. ``differing`` files keep their first content
    (R08)."""

    held: Holding
    new: Names
    differing: Names


@dataclass(frozen=True, slots=True)
class AddMedia:
    """A version that is there already, with files that are not: the next part, or a late photo."""

    held: Holding
    new: Names
    differing: Names


@dataclass(frozen=True, slots=True)
class Same:
    """A retry: nothing new, but perhaps files under a known name with other content."""

    held: Holding
    differing: Names


@dataclass(frozen=True, slots=True)
class Deleted:
    """A record that a person deleted comes again; it stays deleted (R82). ``is_news``: as a version
    or with a file that it never had, which exist nowhere else once the phone was thanked."""

    held: Holding
    is_news: bool


@dataclass(frozen=True, slots=True)
class Erased:
    """A record whose answers were erased comes again, or an edit of it: nothing of it is kept
    (docs/decisions/0021)."""

    held: Holding


@dataclass(frozen=True, slots=True)
class Taken:
    """Other answers under the id of a record that the sender may not see: they are kept aside, and
    the phone is thanked as if the id were free (docs/decisions/0013)."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """More than a document holds. The phone cannot mend it, and would send it for ever."""


Decision = Create | Revise | AddMedia | Same | Deleted | Erased | Taken | Unfit


def any_of_reach(_: Holding) -> bool:
    """A phone edits whatever its office sent."""
    return True


def decide(
    envelope: Envelope,
    files: Mapping[str, str],
    known: Sequence[Holding],
    reach: Scope,
    edits: Callable[[Holding], bool] = any_of_reach,
) -> Decision:
    """``files`` are the SHA-256 by name; ``known`` what the house holds of these instance ids;
    ``reach`` is where the sender sends, and all that an edit learns of; ``edits`` says which of it
    they may edit.

    Raises SameIdOtherAnswers (R12, R34), EditOutdated (R31, R33), OriginalUnknown (R32) and
    EditNotGiven.
    """
    held = _having(known, envelope.instance_id)
    erased = held or next((each for each in known if each.erased), None)
    if erased is not None and erased.erased:
        return Erased(erased)
    if held is None:
        return _first(envelope, files, known, reach, edits)
    if held.digests[envelope.instance_id] == envelope.digest:
        return _again(files, held)
    if reach.sees(held.within, held.key.form_id):
        raise SameIdOtherAnswers
    as_if_free = _first(envelope, files, known, reach, edits)
    return as_if_free if isinstance(as_if_free, Deleted) else Taken()


def _first(
    envelope: Envelope,
    files: Mapping[str, str],
    known: Sequence[Holding],
    reach: Scope,
    edits: Callable[[Holding], bool],
) -> Decision:
    """Of an instance id that nothing had before."""
    if envelope.deprecated_id is None:
        return Create(tuple(files))
    bases = [
        each
        for each in known
        if envelope.deprecated_id in each.digests and reach.sees(each.within, each.key.form_id)
    ]
    if not bases:
        raise OriginalUnknown
    if len(bases) > 1:
        # In a database without its unique index: never the first match.
        raise SameIdOtherAnswers
    [base] = bases
    if base.deleted:
        return Deleted(base, is_news=True)
    if not edits(base):
        raise EditNotGiven
    if base.latest != envelope.deprecated_id:
        raise EditOutdated
    return Revise(base, *_compare(files, base))


def _again(files: Mapping[str, str], held: Holding) -> Decision:
    new, differing = _compare(files, held)
    if held.deleted:
        return Deleted(held, is_news=bool(new or differing))
    return AddMedia(held, new, differing) if new else Same(held, differing)


def _having(known: Sequence[Holding], instance_id: str | None) -> Holding | None:
    return next((each for each in known if instance_id in each.digests), None)


def _compare(files: Mapping[str, str], held: Holding) -> tuple[Names, Names]:
    new = tuple(name for name in files if name not in held.files)
    differing = tuple(name for name in files if held.files.get(name, files[name]) != files[name])
    return new, differing
