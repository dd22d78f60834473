"""What a case manager finds in the morning."""

from __future__ import annotations

from flask.testing import FlaskClient

from server.model.forms import FormKey
from server.model.records import ReviewState
from server.processing.follow_ups.run import run_due
from server.processing.records.counting import count_news
from server.processing.records.review import Judgement, review
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.records import Made, record_of
from tests.world import World

VISITS, SURVEYS = FormKey(PROJECT, "vang_gia"), FormKey(PROJECT, "khao_sat_nhu_cau")
REPORTS = FormKey(PROJECT, "bao_cao_thang")


def arrive(world: World, form: str = "vang_gia", number: int = 1) -> Made:
    made = record_of(form, number).without_files()
    world.send(made.xml)
    return made


def count(world: World) -> None:
    """What the worker does each second."""
    for key in (VISITS, SURVEYS, REPORTS):
        count_news(world.house.stores, key, world.clock())


def judge(world: World, made: Made, state: ReviewState) -> None:
    stores, lan = world.house.stores, world.lan.actor
    judgement = Judgement(state.value, "Xem lại giúp.", made.instance_id)
    scope, key, _ = world.everything(VISITS)
    review(stores, scope, lan, key, made.instance_id, judgement, world.clock())


def waiting(client: FlaskClient) -> list[str]:
    """Instance ids, most urgent first."""
    found = open_page(client, "/").xpath("//ul[@class='waiting']//a/@href")
    return [each.rpartition("/")[2].replace("%3A", ":") for each in found]


def test_an_empty_house_says_what_to_do_next(world: World, enter: Enter) -> None:
    page = open_page(enter(world.lan), "/")
    assert "Chưa có phiếu nào" in words(page)
    assert links(page, "Kết nối một điện thoại") == ["/phones"]


def test_only_who_may_connect_a_phone_is_sent_to_the_phones(world: World, enter: Enter) -> None:
    school = enter(world.hire("truong@ctxh.example", "Đỗ Thị Thu", "school_office", "VP02"))
    for path in ("/", "/records/vang_gia"):
        page = open_page(school, path)
        assert "Chưa có phiếu nào" in words(page)
        assert "/phones" not in links(page, "")


def test_a_quiet_morning_is_no_empty_house(world: World, enter: Enter) -> None:
    made = arrive(world)
    count(world)
    judge(world, made, ReviewState.APPROVED)
    world.clock.move(days=3)
    count(world)
    page = words(open_page(enter(world.lan), "/"))
    assert "Không còn việc nào chờ bạn" in page
    assert "Kết nối một điện thoại" not in page


def test_nothing_waits_for_whoever_only_reads(world: World, enter: Enter) -> None:
    arrive(world, "bao_cao_thang")
    arrive(world)
    count(world)
    leader = enter(world.hire("doi@ctxh.example", "Chìu Văn Phúc", "team_leader", "VP02"))
    assert waiting(leader) == []
    page = open_page(leader, "/")
    assert words(page.xpath("//h1")[0]) == "1 phiếu gửi về từ hôm qua đến nay"
    assert not page.xpath("//*[@id='waiting-title']")
    inspector = world.hire("kt@ctxh.example", "Bùi Đức Anh", "inspector", "VP01")
    both = words(open_page(enter(inspector), "/").xpath("//h1")[0])
    assert both == "0 phiếu chờ bạn duyệt"  # case files she only counts
    assert len(waiting(enter(world.lan))) == 2


def test_the_most_urgent_stands_first_and_says_why(world: World, enter: Enter) -> None:
    """Late ones, then what was sent again on request, then the others, older ones first."""
    late = arrive(world)
    world.clock.move(days=4)
    returned = arrive(world)
    count(world)
    judge(world, returned, ReviewState.HAS_ISSUES)
    world.clock.move(days=3)
    fresh = [arrive(world, number=number) for number in (2, 3)]
    again = returned.edited()
    world.send(again.xml)
    run_due(world.house.stores, world.house.shelf, world.clock())
    count(world)

    lan = enter(world.lan)
    assert waiting(lan)[:2] == [late.instance_id, returned.instance_id]
    assert set(waiting(lan)[2:]) == {each.instance_id for each in fresh}
    page = open_page(lan, "/")
    assert words(page.xpath("//h1")[0]) == "4 phiếu chờ duyệt, 1 phiếu quá 5 ngày"
    items = [words(each) for each in page.xpath("//ul[@class='waiting']/li")]
    assert "1 tuần trước" in items[0]
    assert "đã sửa và gửi lại" in items[1]


def test_an_edit_of_an_old_record_waits_though_nothing_new_arrives(
    world: World, enter: Enter
) -> None:
    returned = arrive(world)
    count(world)
    judge(world, returned, ReviewState.HAS_ISSUES)
    assert waiting(enter(world.lan)) == []
    world.clock.move(days=30)
    world.send(returned.edited().xml)
    run_due(world.house.stores, world.house.shelf, world.clock())
    count(world)
    lan = enter(world.lan)
    assert waiting(lan) == [returned.instance_id]
    assert words(open_page(lan, "/").xpath("//h1")[0]) == "1 phiếu chờ duyệt"


def test_the_longest_waiting_are_shown_however_many_came_after(world: World, enter: Enter) -> None:
    first = arrive(world)
    for _ in range(60):
        world.clock.move(hours=5)
        arrive(world)
    count(world)
    found = waiting(enter(world.lan))
    assert len(found) == 12
    assert found[0] == first.instance_id


def test_days_on_which_no_worker_ran_are_counted_later(world: World, enter: Enter) -> None:
    for _ in range(5):
        arrive(world)
        world.clock.move(days=3)
    count(world)
    assert words(open_page(enter(world.lan), "/").xpath("//h1")[0]).startswith("5 phiếu chờ duyệt")


def test_what_came_since_yesterday_is_counted_by_form(world: World, enter: Enter) -> None:
    arrive(world)
    world.clock.move(days=3)
    for _ in range(3):
        arrive(world)
    arrive(world, "khao_sat_nhu_cau")
    count(world)
    page = open_page(enter(world.lan), "/")
    counts = [words(each) for each in page.xpath("//dl[@class='counts']/dd")]
    assert sorted(counts) == ["1 phiếu", "3 phiếu"]
    [visits] = links(page, "Phiếu vãng gia")
    assert len(open_page(enter(world.lan), visits).xpath("//a[@class='row-link']")) == 3


def test_minh_in_another_cluster_has_another_morning(world: World, enter: Enter) -> None:
    arrive(world)
    count(world)
    page = open_page(enter(world.minh), "/")
    assert words(page.xpath("//h1")[0]) == "0 phiếu chờ duyệt"
    assert page.xpath("//ul[@class='waiting']") == []
