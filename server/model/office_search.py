"""Units as people look for them: right below another one, or by a piece of their name or code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from server.model.alphabet import bare
from server.model.offices import Office, below, tops
from server.model.scope import Scope


def right_below(
    here: Office | None, offices: Mapping[str, Office], scope: Scope
) -> Sequence[Office]:
    """What ``here`` answers for at first hand; at the top, the roots of what ``scope`` may see.
    Those that stand come first, by code."""
    if here is not None:
        found = [each for each in offices.values() if _answers(each, offices) == here.code]
    elif scope.everywhere:
        found = [each for each in offices.values() if each.above not in offices]
    else:
        found = [offices[code] for code in tops(scope.offices, offices) if code in offices]
    return _in_order(found)


def found_by(words: str, offices: Mapping[str, Office], scope: Scope) -> Sequence[Office]:
    """Those in ``scope`` of whose name, group and code some word begins with each of ``words``,
    marks left aside; first those whose name has them as they were typed."""
    return best_first(words, below(scope.offices, offices))


def best_first(words: str, units: Iterable[Office]) -> Sequence[Office]:
    """The same among these units."""
    wanted = bare(words)
    found = [each for each in units if all(f" {word}" in _said(each) for word in wanted.split())]
    return sorted(_in_order(found), key=lambda each: f" {wanted} " not in f" {bare(each.label)} ")


def meant(code: str, words: str, units: Iterable[Office]) -> Sequence[Office]:
    """The units that somebody may mean: those that fit the words, or the one of them that was
    chosen, or that alone is called exactly so."""
    found = best_first(words, units)
    chosen = [each for each in found if each.code == code]
    exactly = [each for each in found if words in (each.code, each.label)]
    return next((few for few in (chosen, exactly) if len(few) == 1), found)


def numbers_below(codes: Iterable[str], offices: Mapping[str, Office]) -> dict[str, int]:
    """How many units stand below each of ``codes``, at first hand or further down."""
    children: dict[str, list[str]] = {}
    for each in offices.values():
        if each.above:
            children.setdefault(each.above, []).append(each.code)
    return {code: _number_below(code, children) for code in codes}


def _said(office: Office) -> str:
    return " " + bare(f"{office.code} {office.label} {office.cluster}")


def _number_below(code: str, children: Mapping[str, Sequence[str]]) -> int:
    passed, waiting = {code}, [code]
    while waiting:
        fresh = [each for each in children.get(waiting.pop(), ()) if each not in passed]
        passed.update(fresh)
        waiting += fresh
    return len(passed) - 1


def _answers(office: Office, offices: Mapping[str, Office]) -> str | None:
    """Who answers for it today: what stands below a unit that ended is its successor's."""
    passed, above = {office.code}, offices.get(office.above or "")
    while above is not None and above.successor and above.valid_to:
        if above.code in passed:
            return None
        passed.add(above.code)
        above = offices.get(above.above or "")
    return above.code if above else None


def _in_order(offices: Iterable[Office]) -> Sequence[Office]:
    return sorted(offices, key=lambda each: (bool(each.valid_to), each.code))
