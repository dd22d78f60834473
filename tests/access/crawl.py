"""Follows every link of the pages and fills in every form that ends nothing, with hostile words: a
new page is looked at by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from server.routes.allow import By
from server.services import PROJECT
from tests.access.asking import asked_by, filled
from tests.access.hostile import CHILD, FORM, PICTURE, REGISTER, said
from tests.world import PASSWORD, Person, basic

# What would end the crawl, or be seen nowhere afterwards.
_NOT_FILLED_IN = (
    "sign_in.", "language.", "second_factor.", "account.change", "account.end", "person.end",
    "person.take", "hand_over.", "forms.", "form.", "form_bin.", "draft.clear", "draft.discard",
    "working_days.drop", "approvals.", "phone.", "draft.publish",
)  # fmt: skip
_AT_MOST = 3


@dataclass(frozen=True)
class Told:
    """One answer; ``endpoint`` is the route's."""

    endpoint: str
    method: str
    path: str
    answer: TestResponse

    @property
    def data(self) -> bytes:
        return self.answer.get_data()


@dataclass
class Crawl:
    """``fills`` in the forms it finds, or only looks."""

    app: Flask
    client: FlaskClient
    fills: bool = True
    told: list[Told] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _often: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._map = self.app.url_map.bind("localhost")

    def walk(self, *starts: str) -> None:
        waiting = list(starts)
        self._often.clear()
        while waiting:
            path = waiting.pop(0)
            endpoint = self._new(path)
            if not endpoint:
                continue
            one = self._note(endpoint, "GET", path, self.client.get(path))
            if one.answer.status_code == 303:
                waiting.append(one.answer.headers["Location"])
            if one.answer.mimetype == "text/html" and one.data:
                page = html.fromstring(one.data)
                waiting += self._links(path, page)
                waiting += self._filled_in(path, page) if self.fills else ()

    def _note(self, endpoint: str, method: str, path: str, answer: TestResponse) -> Told:
        one = Told(endpoint, method, path, answer)
        self.told.append(one)
        return one

    def _endpoint(self, path: str, method: str = "GET") -> str:
        try:
            found, _ = self._map.match(urlsplit(path).path, method)
        except HTTPException:
            return ""
        return str(found)

    def _new(self, path: str) -> str:
        """The endpoint, or "" where that was asked, or often enough."""
        endpoint = self._endpoint(path)
        if not endpoint or endpoint == "static" or path in self._seen:
            return ""
        self._seen.add(path)
        self._often[endpoint] += 1
        return endpoint if self._often[endpoint] <= _AT_MOST else ""

    @staticmethod
    def _links(path: str, page: html.HtmlElement) -> Iterator[str]:
        for each in page.xpath("//@href | //@src | //@data-href | //@data-src"):
            whole = urljoin(f"http://localhost{path}", each)
            if whole.startswith("http://localhost/"):
                yield whole.removeprefix("http://localhost").partition("#")[0]

    def _filled_in(self, path: str, page: html.HtmlElement) -> Iterator[str]:
        for form in page.forms:
            action = urljoin(path, form.get("action") or path)
            method = (form.get("method") or "get").upper()
            endpoint = self._endpoint(action, method)
            files = form.xpath(".//input[@type='file']")
            if not endpoint or files or endpoint.startswith(_NOT_FILLED_IN):
                continue
            for valid in (False, True):
                if (action_of := f"{method} {endpoint} {valid}") in self._seen:
                    continue
                self._seen.add(action_of)
                fields = dict(_typed(form, valid=valid))
                if method == "GET":
                    action = action.partition("?")[0]
                    answer = self.client.get(action, query_string=fields)
                else:
                    answer = self.client.post(action, data=fields)
                self._note(endpoint, method, action, answer)
                if answer.status_code == 303:
                    yield answer.headers["Location"]


def _typed(form: html.FormElement, *, valid: bool) -> Iterator[tuple[str, str]]:
    """What a hostile reader types into it: where ``valid``, what its boxes ask for."""
    plain = {
        "date": "2026-11-02",
        "datetime-local": "2026-11-02T08:00",
        "number": "1",
        "email": "xau@ctxh.example",
    }
    for each in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        kind = each.get("type", "text") if each.tag == "input" else each.tag
        if kind == "select":
            values = [option.get("value") for option in each.iter("option")]
            yield each.name, next(filter(None, reversed(values)), "")
        elif kind == "password":
            yield each.name, PASSWORD
        elif kind in ("hidden", "radio", "checkbox", "submit"):
            yield each.name, each.get("value") or "on"
        else:
            yield each.name, plain.get(kind, said()) if valid else said()
    for button in form.xpath("(.//button[@name])[last()]"):
        yield button.get("name"), button.get("value") or ""


def asked_by_programs(app: Flask, someone: Person) -> Iterator[Told]:
    """What the API tells of it by GET."""
    given = {
        "project": str(PROJECT), "form_id": FORM, "uuid": CHILD, "version": "2099010101",
        "instance_id": f"uuid:{CHILD}", "version_id": f"uuid:{CHILD}",
    }  # fmt: skip
    client = app.test_client()
    for line in asked_by(app, By.PROGRAM, By.PHONE):
        if line.method != "GET" or "token>" in line.path:
            continue
        named = REGISTER if "/datasets/" in line.path else quote(PICTURE)
        path = filled(line.path, lambda _, name, named=named: given.get(name, named))  # type: ignore[misc]
        yield Told(line.endpoint, "GET", path, client.get(path, headers=basic(someone)))
