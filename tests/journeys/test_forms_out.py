"""Forms on their way to the phones: listed, fetched, replaced, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import md5
from urllib.parse import urlsplit

import pytest

from server.app import create_app
from server.model.forms import FormKey, FormState
from server.services import PROJECT, Services, build_services
from tests.phone import CollectError, Phone
from tests.records import LIBRARY, record_of
from tests.serving import serving
from tests.sheets import answers_to, xform_named
from tests.world import Clock, Handset, World, close

pytestmark = pytest.mark.journey

PhoneOf = Callable[[Handset], Phone]
ODD_IDS = (
    "a/b",
    "100 % đủ",
    "c+d e",
    "✅ xong",
    "phiếu?x=1&y=2#z",
    "a%2Fb",
    "x.xml",
    "manifest",
)


def test_a_new_phone_gets_the_three_forms_with_their_media(world: World, phone: Phone) -> None:
    phone.sync()
    assert sorted(phone.installed) == LIBRARY
    for form_id, form in phone.installed.items():
        current = world.house.shelf.current(FormKey(PROJECT, form_id))
        assert form.xml == current.version.xml
        assert set(form.media) == set(current.form.media)
        for media in current.version.media:
            content = world.house.stores.blobs.read(media.sha256)
            # A register with a head alone is filled by the house, which may know more columns.
            is_head = content.startswith(b"name,label,__version") and content.count(b"\n") == 1
            given = form.media[media.name]
            assert given.startswith(content.rstrip(b"\n")) if is_head else given == content
            assert len(content) == media.size


def test_the_hash_in_the_list_is_that_of_the_bytes_served(phone: Phone) -> None:
    """collect.md 4.1: else the form vanishes at every second check."""
    for entry in phone.form_list():
        form = phone.download(entry)
        assert entry.hash == f"md5:{md5(form.xml).hexdigest()}"
        assert phone.download(entry).xml == form.xml


def test_a_second_check_fetches_no_form_again(phone: Phone) -> None:
    phone.sync()
    before = {form_id: form.xml for form_id, form in phone.installed.items()}
    asked: list[str] = []
    request = phone.request

    def watched(method: str, path: str, *rest: object, **more: object) -> object:
        answer = request(method, path, *rest, **more)  # type: ignore[arg-type]
        asked.append(f"{answer.status} {urlsplit(path).path.rpartition('/')[2]}")
        return answer

    phone.request = watched  # type: ignore[method-assign,assignment]
    phone.sync()
    assert {form_id: form.xml for form_id, form in phone.installed.items()} == before
    assert {each.split()[1] for each in asked} == {"formList", "manifest"}


def test_the_list_may_be_kept_by_nobody(phone: Phone) -> None:
    """collect.md 2.4: a list that a cache holds hides updates."""
    for path in ("formList", "forms/vang_gia/manifest"):
        answer = phone.get(f"{phone.path}/{path}")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"


def test_an_unchanged_form_is_not_sent_again(phone: Phone) -> None:
    """304 for what the phone has, and the whole form for what it has not."""
    path = f"{phone.path}/forms/vang_gia.xml"
    first = phone.request("GET", path)
    mark = first.headers["ETag"]
    again = phone.request("GET", path, headers={"If-None-Match": mark})
    assert (again.status, again.body) == (304, b"")
    other = phone.request("GET", path, headers={"If-None-Match": '"another"'})
    assert (other.status, other.body) == (200, first.body)


def test_a_publish_between_list_and_download_mixes_no_versions(world: World, phone: Phone) -> None:
    """collect.md §9.10: the addresses of a list belong to its version."""
    old = {"hinh.png": b"cu" * 40}
    world.publish(xform_named("x", version="1", media=("hinh.png",)), old)
    [entry] = [each for each in phone.form_list() if each.form_id == "x"]
    world.publish(xform_named("x", version="2", media=("hinh.png",)), {"hinh.png": b"moi" * 40})
    form = phone.download(entry)
    assert entry.is_of(form.xml)
    assert form.media == old
    phone.sync()
    assert phone.installed["x"].entry.version == "2"
    assert phone.installed["x"].media == {"hinh.png": b"moi" * 40}


def test_a_form_that_is_closed_disappears_from_phones_and_others_stay(
    world: World, phone: Phone
) -> None:
    phone.sync()
    world.set_state("vang_gia", FormState.CLOSED)
    phone.sync()
    assert sorted(phone.installed) == [each for each in LIBRARY if each != "vang_gia"]


@pytest.mark.parametrize("form_id", ODD_IDS)
def test_a_form_with_an_odd_name_goes_out_and_its_records_come_in(
    world: World, phone: Phone, form_id: str
) -> None:
    """Slashes, percent signs, spaces and pictures, in the form's id and in its media's names."""
    media = {"hình 1 + 2%.png": b"png" * 30, "✅.jpg": b"jpg" * 30}
    xform = xform_named(form_id, title=f"Phiếu {form_id}", media=tuple(media))
    world.publish(xform, media)
    phone.sync()
    assert phone.installed[form_id].xml == xform
    assert phone.installed[form_id].media == media
    assert phone.send(answers_to(form_id, "<ten>Na</ten>")).statuses == [201]
    assert [each.derived.answers["ten"] for each in world.records(form_id)] == ["Na"]


def test_a_form_without_media_has_no_manifest_to_ask_for(world: World, phone: Phone) -> None:
    world.publish(xform_named("x", media=("chua_co.png",)))
    [entry] = [each for each in phone.form_list() if each.form_id == "x"]
    assert entry.manifest_url is None, "a file that is not there would block the form (§9.16)"


def test_a_form_without_a_version_goes_out_and_its_records_come_in(
    world: World, phone: Phone
) -> None:
    """An empty element would cost the phone its whole list."""
    world.publish(xform_named("x", version=""))
    phone.sync()
    assert phone.installed["x"].entry.version == ""
    assert phone.send(answers_to("x", "<ten>Na</ten>", version="")).statuses == [201]
    assert world.records("x")[0].all_issues == ()


def test_what_is_not_there_is_said_in_both_languages(phone: Phone) -> None:
    for path in (
        "forms/khong_co.xml",
        "forms/khong_co/manifest",
        "forms/vang_gia.xml?version=1999",
        "forms/vang_gia/attachments/khong_co.csv",
    ):
        answer = phone.get(f"{phone.path}/{path}")
        assert answer.status == 404
        assert len(answer.message.splitlines()) == 2


def test_another_project_has_nothing(phone: Phone) -> None:
    for path in ("formList", "submission", "forms/vang_gia.xml"):
        answer = phone.get(phone.path.replace("/projects/1", "/projects/2") + f"/{path}")
        assert (answer.status, "program" in answer.message or "project" in answer.message) == (
            404,
            True,
        )


# -- the database is away --------------------------------------------------------------------------


@pytest.fixture
def orphaned(world: World, clock: Clock) -> Iterator[str]:
    """A second web process whose database is not there."""
    with ExitStack() as closing:
        dead = "mongodb://127.0.0.1:9/?directConnection=true&serverSelectionTimeoutMS=200"
        house: Services = build_services(world.house.config, dead, clock)
        closing.callback(close, house)
        yield closing.enter_context(serving(create_app(house)))


def test_forms_stay_on_the_phone_while_the_database_is_down(
    world: World, phone: Phone, orphaned: str
) -> None:
    """collect.md 3.3: 503, never an empty list, which would erase them all."""
    phone.sync()
    with Phone(orphaned + world.hong.path) as cut_off:
        cut_off.installed = phone.installed
        with pytest.raises(CollectError, match="server error 503"):
            cut_off.sync()
        assert sorted(cut_off.installed) == LIBRARY
        answer = cut_off.get(f"{cut_off.path}/formList")
        assert b"xforms" not in answer.body
        assert "gửi lại sau" in answer.message
        assert "again later" in answer.message


def test_a_record_stays_on_the_phone_while_the_database_is_down(
    world: World, orphaned: str
) -> None:
    """R19."""
    made = record_of("vang_gia")
    with Phone(orphaned + world.hong.path) as cut_off:
        sent = cut_off.send(made.xml, made.files)
        assert (sent.statuses, sent.done) == ([503], False)
        assert "an toàn trên điện thoại" in sent.message
        assert sent.answers[0].headers["Retry-After"] == "120"
    assert world.records("vang_gia") == []


# -- drafts ----------------------------------------------------------------------------------------

DRAFT_TOKEN = "d" * 64


@pytest.fixture
def tester(world: World, server: str) -> Iterator[Phone]:
    """A designer's phone that tries out the draft of ``x``."""
    world.publish(xform_named("x", title="Bản thật"))
    draft = xform_named("x", version="2", title="Bản nháp", media=("a.png",))
    world.publish(draft, {"a.png": b"nhap" * 10}, draft_token=DRAFT_TOKEN)
    with Phone(f"{server}/v1/test/{DRAFT_TOKEN}/projects/1/forms/x/draft") as phone:
        yield phone


def test_a_designer_tries_a_draft_that_no_other_phone_sees(
    world: World, phone: Phone, tester: Phone
) -> None:
    tester.sync()
    assert [(form.entry.name, form.media) for form in tester.installed.values()] == [
        ("Bản nháp", {"a.png": b"nhap" * 10})
    ]
    phone.sync()
    assert phone.installed["x"].entry.name == "Bản thật"


def test_what_is_sent_with_a_draft_is_no_real_record(world: World, tester: Phone) -> None:
    assert tester.send(answers_to("x", "<ten>Thử</ten>", version="2")).statuses == [201]
    assert world.records("x") == []
    [tried] = world.house.stores.submissions.records(
        *world.everything(FormKey(PROJECT, "x", draft=True))
    )
    assert tried.derived.answers["ten"] == "Thử"
    # Its link is for this form alone: neither for another draft nor for what is published.
    world.publish(xform_named("y"), draft_token="e" * 64)
    for form_id in ("y", "vang_gia"):
        refused = tester.send(answers_to(form_id, "<ten>Thử</ten>"))
        assert refused.statuses == [400]
        assert "không thuộc biểu mẫu này" in refused.message
        asked = world.everything(FormKey(PROJECT, form_id, draft=True))
        assert list(world.house.stores.submissions.records(*asked)) == []


def test_a_draft_that_is_replaced_under_one_version_comes_anew(world: World, tester: Phone) -> None:
    tester.sync()
    world.publish(xform_named("x", version="2", title="Bản nháp 2"), draft_token=DRAFT_TOKEN)
    tester.sync()
    assert tester.installed["x"].entry.name == "Bản nháp 2"


def test_a_wrong_draft_link_opens_nothing(server: str, tester: Phone) -> None:
    for path in (
        f"/v1/test/{'e' * 64}/projects/1/forms/x/draft",
        f"/v1/test/{DRAFT_TOKEN}/projects/1/forms/vang_gia/draft",
    ):
        with Phone(server + path) as stranger:
            assert stranger.get(f"{path}/formList").status in (403, 404)
            assert stranger.send(answers_to("x", "<ten>Thử</ten>")).statuses[0] in (403, 404)
