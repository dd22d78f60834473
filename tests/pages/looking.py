"""A page as its reader sees it, and a form of it sent off."""

from __future__ import annotations

from flask.testing import FlaskClient
from lxml import html

from tests.world import post


def open_page(client: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return html.fromstring(answer.get_data(as_text=True))


def sent(client: FlaskClient, path: str, given: dict[str, str], status: int = 303) -> str:
    """Where it leads to, or the page that says what is wrong."""
    answer = post(client, path, **given)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.headers["Location"] if status == 303 else answer.get_data(as_text=True)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def headings(page: html.HtmlElement) -> list[str]:
    """Those of the sheets, in order, with their rank."""
    found = page.xpath("//section[contains(@class, 'sheet')]/*[self::h2 or self::h3 or self::h4]")
    return [f"{each.tag} {words(each)}" for each in found]


def said(page: html.HtmlElement) -> list[tuple[str, str]]:
    """(question, answer) in the order of the page; lines of an answer divided by a slash."""
    pairs = page.xpath("//dl[@class='answers']/div")
    return [(words(each.find("dt")), _answer(each.find("dd"))) for each in pairs]


def answer_to(page: html.HtmlElement, question: str) -> str:
    return dict(said(page))[question]


def evidence(page: html.HtmlElement) -> list[str]:
    return [words(each) for each in page.xpath("//ul[@class='evidence']/li")]


def links(page: html.HtmlElement, text: str) -> list[str]:
    return [each.get("href") for each in page.iter("a") if text in words(each)]


def _answer(element: html.HtmlElement) -> str:
    lines = (" ".join(each.split()) for each in element.text_content().splitlines())
    return " / ".join(each for each in lines if each)
