"""The list of a form's records."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from lxml import html

from server.model.forms import FormKey
from server.processing.records.counting import count_news
from server.routes.pages.records import records as records_page
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.questions import heard
from tests.records import record_of
from tests.world import World, forgery_token

ROW = re.compile(r'class="row-link" href="/records/vang_gia/([^"?]+)["?]')
MORE = re.compile(r'<p class="more" id="more">\s*<a class="btn btn-quiet" href="([^"]+)"')


def ids(page: str) -> list[str]:
    return [each.replace("%3A", ":") for each in ROW.findall(page)]


def send_many(world: World, n: int) -> list[str]:
    """Newest last."""
    found = []
    for _ in range(n):
        made = record_of("vang_gia").without_files()
        world.send(made.xml)
        world.clock.move(minutes=7)
        found.append(made.instance_id)
    return found


def test_pages_show_each_record_once_while_new_ones_arrive(
    world: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R64."""
    monkeypatch.setattr(records_page, "PAGE", 4)
    sent = send_many(world, 10)
    lan = enter(world.lan)
    page = lan.get("/records/vang_gia").get_data(as_text=True)
    seen = ids(page)
    send_many(world, 3)
    while found := MORE.search(page):
        page = lan.get(found[1].replace("&amp;", "&")).get_data(as_text=True)
        seen += ids(page)
    assert seen == sent[::-1]


def test_the_title_never_says_less_than_the_rows_below_it(world: World, enter: Enter) -> None:
    """The counters follow a second later."""
    lan, minh, key = enter(world.lan), enter(world.minh), FormKey(PROJECT, "vang_gia")

    def title(client: FlaskClient) -> str:
        return words(open_page(client, "/records/vang_gia").xpath("//h1")[0])

    send_many(world, 2)
    assert title(lan).endswith(": 2 phiếu, 2 chờ duyệt")
    count_news(world.house.stores, key, world.clock())
    assert title(lan).endswith(": 2 phiếu, 2 chờ duyệt")
    send_many(world, 1)
    assert title(lan).endswith(": 3 phiếu, 3 chờ duyệt")
    assert title(minh).endswith(": 0 phiếu, 0 chờ duyệt")


def test_a_list_is_found_whole_after_a_year_of_silence(world: World, enter: Enter) -> None:
    sent = send_many(world, 3)
    count_news(world.house.stores, FormKey(PROJECT, "vang_gia"), world.clock())
    world.clock.move(days=400)
    page = enter(world.lan).get("/records/vang_gia").get_data(as_text=True)
    assert ids(page) == sent[::-1]


def test_filters_bound_by_office_sender_day_and_state(world: World, enter: Enter) -> None:
    first = record_of("vang_gia").without_files()
    world.send(first.xml, by=world.hong)
    world.clock.move(days=2)
    second = record_of("vang_gia").without_files()
    world.send(second.xml, by=world.cuong)
    lan = enter(world.lan)

    def asked(query: str) -> list[str]:
        return ids(lan.get(f"/records/vang_gia?{query}").get_data(as_text=True))

    day = f"{world.clock():%Y-%m-%d}"
    assert asked("office=VP02") == [first.instance_id]
    assert asked("office=VP01") == [second.instance_id, first.instance_id]
    assert asked(f"collaborator={world.cuong.actor.id}") == [second.instance_id]
    assert asked(f"from={day}") == [second.instance_id]
    assert asked(f"to={day}") == [second.instance_id, first.instance_id]
    assert asked("state=approved") == []
    assert len(asked("state=received")) == 2


@pytest.mark.parametrize(
    "query",
    ["office=VP99", "from=hôm qua", "to=9999-12-31", "from=0001-01-01", "state=x", "before=-1",
     "before=99999999999999999999", "collaborator='", "office=%00"],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_left_out(world: World, enter: Enter, query: str) -> None:
    sent = send_many(world, 1)
    answer = enter(world.lan).get(f"/records/vang_gia?{query}")
    assert answer.status_code == 200
    assert ids(answer.get_data(as_text=True)) == sent


def test_the_way_back_from_a_record_leads_to_the_list_as_it_was_filtered(
    world: World, enter: Enter
) -> None:
    send_many(world, 2)
    lan = enter(world.lan)
    asked = "/records/vang_gia?office=VP02&state=received"
    [first, _] = open_page(lan, asked).xpath("//a[@class='row-link']/@href")
    record = open_page(lan, first)
    assert record.xpath("//a[@class='back']/@href") == [asked]


def test_whoever_reviews_is_led_from_one_waiting_record_to_the_next(
    world: World, enter: Enter
) -> None:
    """The older one first; at the end to the newest; within the filters; then back to the list."""
    sent = send_many(world, 3)
    elsewhere = record_of("vang_gia").without_files()
    world.send(elsewhere.xml, by=world.cuong)
    key = FormKey(PROJECT, "vang_gia")
    count_news(world.house.stores, key, world.clock())
    lan, seen = enter(world.lan), []
    here = f"/records/vang_gia/{sent[1]}?office=VP02"
    while here.startswith("/records/vang_gia/uuid"):
        seen.append(here.partition("?")[0].rpartition("/")[2].replace("%3A", ":"))
        [form] = open_page(lan, here).xpath("//section[@id='review']/form")
        fields = {each.get("name"): each.get("value") for each in form.xpath(".//input[@value]")}
        done = lan.post(form.get("action"), data={**fields, "decision": "approved"})
        assert done.status_code == 303
        after = open_page(lan, done.headers["Location"])
        [focus] = after.xpath("//*[@data-focus]")
        here = lan.get(focus.get("href")).headers["Location"]
    assert seen == [sent[1], sent[0], sent[2]]
    assert here == "/records/vang_gia?office=VP02"
    assert "Không còn phiếu nào khác" in words(open_page(lan, here))


def test_what_waits_is_one_filter(world: World, enter: Enter) -> None:
    """Received and edited ones alike."""
    first, second = send_many(world, 2)
    made = record_of("vang_gia").without_files()
    world.send(made.xml)
    world.send(made.edited().xml)
    lan = enter(world.lan)
    judged = f"/records/vang_gia/{first}"
    token = forgery_token(lan, judged)
    fields = {"csrf_token": token, "seen": first, "decision": "approved"}
    assert lan.post(judged, data=fields).status_code == 303
    page = lan.get("/records/vang_gia?state=waiting").get_data(as_text=True)
    assert ids(page) == [made.instance_id, second]


def test_what_a_phone_sent_is_found_among_all_others(world: World, enter: Enter) -> None:
    """And only as far as the reader sees: a phone may have been elsewhere before."""
    mine = send_many(world, 2)
    theirs = record_of("vang_gia").without_files()
    world.send(theirs.xml, by=world.cuong)
    query = f"/records/vang_gia?collaborator={world.hong.actor.id}"
    page = open_page(enter(world.lan), query)
    assert ids(html.tostring(page, encoding="unicode")) == mine[::-1]
    # By the Vietnamese alphabet; by code points the schools would come first.
    offices = [words(each) for each in page.xpath("//select[@id='filter-office']/option")]
    assert [each.removeprefix("Văn phòng CTXH ") for each in offices] == [
        *("Tất cả", "phường Bãi Cháy", "phường Cao Thắng", "phường Đại Yên", "thành phố Hạ Long"),
        *("Trường THCS Nguyễn Văn Thuộc", "Trường THCS Việt Hưng"),
    ]
    assert ids(enter(world.lan).get(f"{query}&office=VP03").get_data(as_text=True)) == []
    assert ids(enter(world.minh).get(query).get_data(as_text=True)) == []


def test_a_list_asks_the_database_six_times(world: World, enter: Enter) -> None:
    """Who asks, the counters and the phones of the filter are four of them."""
    send_many(world, 3)
    count_news(world.house.stores, FormKey(PROJECT, "vang_gia"), world.clock())
    world.clock.move(days=90)
    lan = enter(world.lan)
    open_page(lan, "/records/vang_gia")
    before = heard.count
    open_page(lan, "/records/vang_gia")
    assert heard.count - before <= 6


def test_a_form_that_is_not_there_is_said_in_words(world: World, enter: Enter) -> None:
    answer = enter(world.lan).get("/records/khong_co")
    assert answer.status_code == 404
    assert "khong_co" in answer.get_data(as_text=True)
