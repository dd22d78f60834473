"""The rules of the house that a machine can check: routes, errors, files."""

from __future__ import annotations

import ast
import re
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from bench.steps import STEPS
from server import errors
from server.errors import duties, programs, sending, sign_in, two_people
from server.routes.allow import By, Rule
from server.routes.dialects import STATUS, status_of

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = (
    errors.BadInput,
    errors.NotAllowed,
    errors.NotFound,
    errors.Clash,
    errors.Unavailable,
    errors.Trouble,
)
# Whoever asks may have these. A new line here is a decision about confidentiality.
FOR_ANYONE = {
    "api_sessions.begin",
    "health.alive",
    "health.ready",
    "language.switch",
    "sign_in.form",
    "sign_in.enter",
    "sign_in.code",
    "sign_in.confirm",
    "oidc.go",
    "oidc.back",
    "invitation.form",
    "invitation.choose",
    "oidc.accept",
    "feedback.thanks",
}
SERVED_WITHOUT_A_VIEW = {"static"}
REGISTRIES = re.compile(
    r"pypi\.org|files\.pythonhosted|registry\.npmjs|npmmirror|crates\.io|repo\.maven|deb\.debian"
)


def rules(app: Flask) -> Iterator[tuple[str, Rule | None]]:
    for endpoint, view in app.view_functions.items():
        if endpoint not in SERVED_WITHOUT_A_VIEW:
            yield endpoint, getattr(view, "rule", None)


def test_every_route_says_who_may(app: Flask) -> None:
    silent = [endpoint for endpoint, rule in rules(app) if rule is None]
    assert silent == []


def test_only_these_routes_are_for_anyone(app: Flask) -> None:
    open_to_all = {each for each, rule in rules(app) if rule and rule.by is By.ANYONE}
    assert open_to_all == FOR_ANYONE


def test_whoever_signs_in_needs_a_verb_to_see_anything(app: Flask) -> None:
    """Without a verb stand only one's own account and the way out."""
    signed_in = (By.SESSION, By.PROGRAM)
    bare = {each for each, rule in rules(app) if rule and not rule.verb and rule.by in signed_in}
    assert bare == {
        "account.overview",
        "account.password",
        "account.choose",
        "account.end_session",
        "account.end_others",
        "account.make_token",
        "second_factor.page",
        "second_factor.begin",
        "second_factor.recovery",
        "second_factor.remove",
        "api_sessions.end",
        "api_sessions.end_this",
        "api_sessions.who_am_i",
        "sign_in.leave",
    }


def all_errors() -> list[type[errors.CauNoiError]]:
    modules = (errors, programs, sign_in, duties, two_people, sending)
    named = tuple(each for module in modules for each in vars(module).values())
    found = dict.fromkeys(each for each in named if isinstance(each, type))
    return [each for each in found if issubclass(each, errors.CauNoiError)]


@pytest.mark.parametrize("error", all_errors(), ids=lambda each: each.__name__)
def test_an_error_has_words_in_both_languages_and_one_status(
    error: type[errors.CauNoiError],
) -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    bare = {each.removesuffix("_vi") for each in places(error.vi)}
    assert bare == {each.removesuffix("_en") for each in places(error.en)}
    assert error.vi != error.en
    own = error is errors.CauNoiError or error in FAMILIES or "vi" in vars(error)
    assert own, "an error that a user may meet has words of its own"
    assert STATUS[next(each for each in error.__mro__ if each in STATUS)] >= 400


def test_an_error_belongs_to_exactly_one_family() -> None:
    for error in all_errors():
        if error is not errors.CauNoiError:
            assert sum(issubclass(error, family) for family in FAMILIES) == 1, error


def test_what_is_only_for_now_is_never_answered_as_final() -> None:
    """R07, R19: the phone deletes after a success and gives up after some refusals."""
    assert status_of(errors.DatabaseDown()) == 503
    assert status_of(errors.DiskNearlyFull()) == 503


def test_what_the_bench_watches_is_where_it_looks() -> None:
    gone = [name for name, owner, attribute in STEPS if not hasattr(owner, attribute)]
    assert gone == []


def committed(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [each for each in paths if each.is_file() and (not endings or each.suffix in endings)]


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in committed(".py")
        if path.name not in ("__init__.py", "__main__.py")
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_a_file_fits_in_the_head() -> None:
    long = {
        name: lines
        for path in committed(".py", ".js", ".html")
        for name, lines in [(str(path.relative_to(ROOT)), path.read_text("utf-8").count("\n"))]
        if lines > (450 if name.startswith("tests/") else 300)
    }
    assert long == {}


def test_no_committed_file_names_a_registry() -> None:
    this = Path(__file__)
    named = [
        str(path.relative_to(ROOT))
        for path in committed(".py", ".lock", ".in", ".toml", ".json", ".js", ".md", ".yml", "")
        if path != this and REGISTRIES.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert named == []
