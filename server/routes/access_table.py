"""Every route and every role in one table, made of what the routes themselves declare.

``caunoi access`` prints it, and ``docs/access.md`` is that print: a test compares them, so that the
document cannot say anything else than the code does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule as Route

from server.access.verbs import FEEDBACK_SENDER, ROLES, TABLE
from server.routes.allow import By, Rule
from server.xforms.levels import Level

_HEAD = """\
# Who may call what

Printed by `caunoi access`; do not edit it by hand.

## Roles

Of `server/access/roles.toml`. A line is one power of a role: what it may do, with which forms, and
the most sensitive answers that it reads of them, by the column `sensitivity` of a form: `thuong`
the ordinary ones, `nhay_cam` also health, ethnicity, family and place, `dac_biet` also abuse, HIV,
trafficking, offending, drugs and informants; `khong` reads no answer. The last column is how much
it reads of a record that somebody was named to work on. What is more sensitive reads “(hidden)” on
pages and is empty in files; the XML as it came is for those who read all of it. A role holds in the
office of its grant and all below it. `counts.read` alone is told no number that
could tell of single people (docs/decisions/0027). `feedback_sender` has no account and no token: a
code that is good once opens one form in the office that it was made for, to be sent without a name,
and nothing else of the house (docs/decisions/0028).

%s
## Routes

A cell says whose data a role reaches by a route: **own** is the offices of its grants and all below
them, **–** is nothing (403). What lies outside is answered like what does not exist (404). Whoever
is not known at all is sent to sign in, or gets 401.
"""

_KNOWN_BY = {
    By.PHONE: "token, bearer, Basic",
    By.PROGRAM: "bearer, Basic",
    By.DRAFT: "draft link",
    By.CODE: "code, good once",
    By.SESSION: "session",
    By.ANYONE: "–",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A route as its ``@allow`` declares it."""

    endpoint: str
    method: str
    path: str
    rule: Rule
    names: tuple[str, ...]


def lines(app: Flask) -> Iterator[Line]:
    """By path, then method. A route that declares nothing is left to the test of that name."""
    routes = sorted(app.url_map.iter_rules(), key=lambda each: str(each))
    for route in routes:
        rule = getattr(app.view_functions[route.endpoint], "rule", None)
        if rule is not None:
            for method in _methods(route):
                yield Line(route.endpoint, method, str(route), rule, tuple(route.arguments))


def _methods(route: Route) -> list[str]:
    return sorted((route.methods or set()) - {"HEAD", "OPTIONS"}) or ["HEAD"]


def access_table(app: Flask) -> str:
    """Markdown."""
    routes = _table(
        ("Route", "Known by", "Verb", *(role.replace("_", " ") for role in ROLES)),
        map(_row, lines(app)),
    )
    roles = _table(("Role", "", "May", "With", "Reads up to", "Where named"), _powers())
    return _HEAD % roles + "\n" + routes


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    whole = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in whole)


def _powers() -> Iterator[tuple[str, ...]]:
    for role in TABLE.values():
        names = (f"{role.en} (`{role.name}`)", role.vi)
        for power in role.powers:
            forms = "every form" if power.forms is None else _listed(power.forms)
            most = max(power.clearance, power.named, key=Level.of)
            levels = (f"`{power.clearance}`", f"`{most}`")
            yield (*names, _listed(power.verbs), forms, *levels)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(words))


def _row(line: Line) -> tuple[str, ...]:
    rule = line.rule
    cells = (_cell(rule, role) for role in ROLES)
    verb = f"`{rule.verb}`" if rule.verb else "–"
    return (f"{line.method} `{line.path}`", _KNOWN_BY[rule.by], verb, *cells)


def _cell(rule: Rule, role: str) -> str:
    if rule.by is By.ANYONE:
        return "open"
    if rule.by is By.DRAFT:
        return "by link"
    if rule.by is By.CODE:
        return "by code" if role == FEEDBACK_SENDER else "–"
    if rule.verb is None:
        return "self"
    return "own" if rule.verb in ROLES[role] else "–"
