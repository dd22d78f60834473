"""Errors in the numbers and details of ODK Central's REST API, which its clients compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server import errors
from server.errors import programs

# The nearest class in an error's family decides; the HTTP status is the number before the point.
CODES: Mapping[type[errors.CauNoiError], float] = {
    errors.NotSignedIn: 401.2,
    errors.WrongPassword: 401.2,
    errors.FormUnreadable: 400.15,
    errors.AlreadyThere: 409.3,
    errors.FormInBin: 409.3,
    errors.VersionExists: 409.6,
    errors.AnswersUnreadable: 400.17,
    programs.BodyUnreadable: 400.1,
    programs.FieldMissing: 400.2,
    programs.SignInIncomplete: 400.3,
    programs.ValueUnexpected: 400.8,
    programs.WrongType: 400.11,
    programs.NotCovered: 501.1,
    programs.XFormUnreadable: 400.2,
    programs.FormDoubtful: 400.16,
    programs.NeverPublished: 409.7,
    programs.EntityOutdated: 409.15,
    programs.EntityInvalid: 400.28,
    programs.NothingToResolve: 400.32,
    programs.BodyUnexpected: 400.31,
}


def code_of(error: errors.CauNoiError, status: int) -> float:
    """``status`` is what the error is elsewhere: what has no number of Central's is its first."""
    found = (CODES[each] for each in type(error).__mro__ if each in CODES)
    return next(found, float(f"{status}.1"))


def details_of(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    """Empty for none."""
    found = (_DETAILS[each] for each in type(error).__mro__ if each in _DETAILS)
    return next(found, _nothing)(error, language)


def _nothing(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    return {}


def _facts(*names: str) -> Callable[[errors.CauNoiError, str], dict[str, Any]]:
    def found(error: errors.CauNoiError, language: str) -> dict[str, Any]:
        return {name: error.facts[name] for name in names if name in error.facts}

    return found


def _value(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    facts = error.facts
    reason = facts[f"reason_{'vi' if language == 'vi' else 'en'}"]
    return {"field": facts["field"], "value": facts["value"], "reason": reason}


def _reason(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    return {"reason": error.facts[f"reason_{'vi' if language == 'vi' else 'en'}"]}


def _sign_in(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    """Without what was given: it may be a password."""
    return {"expected": ["email", "password"], "got": {}}


def _form_id(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    return {"field": "formId"}


def _unreadable(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    return {"error": error.words(language), "warnings": []}


def _doubtful(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    assert isinstance(error, programs.FormDoubtful)
    said = [vi if language == "vi" else en for vi, en in error.warnings]
    gone = {"type": "structureChanged", "details": list(error.gone)}
    return {"warnings": {"xlsFormWarnings": said, "workflowWarnings": [gone] if error.gone else []}}


def _version(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    return {"xmlFormId": error.facts["form_id"], "version": error.facts["version"]}


def _in_bin(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    values = [str(error.facts["project"]), error.facts["form_id"]]
    return {"fields": ["projectId", "xmlFormId"], "values": values, "table": "forms"}


def _types(error: errors.CauNoiError, language: str) -> dict[str, Any]:
    return {"path": error.facts["path"], "type": error.facts["type"]}


_DETAILS: Mapping[type[errors.CauNoiError], Callable[[errors.CauNoiError, str], dict[str, Any]]] = {
    errors.AlreadyThere: _facts("fields", "values"),
    errors.AnswersUnreadable: _types,
    errors.FormInBin: _in_bin,
    errors.FormUnreadable: _unreadable,
    errors.VersionExists: _version,
    programs.BodyUnexpected: _facts("expected", "actual"),
    programs.EntityInvalid: _reason,
    programs.EntityOutdated: _facts("current", "provided"),
    programs.FieldMissing: _facts("field"),
    programs.FormDoubtful: _doubtful,
    programs.NotCovered: _facts("feature"),
    programs.SignInIncomplete: _sign_in,
    programs.ValueUnexpected: _value,
    programs.WrongType: _facts("value", "expected"),
    programs.XFormUnreadable: _form_id,
}
