"""Records of forms that are closed, changed or unknown by now, and sealed ones."""

from __future__ import annotations

import csv
import io

import pytest

from exports.source import Options
from server.exporting import export
from server.model.filters import Filters
from server.model.forms import FormKey, FormState
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import seq_at
from server.processing.follow_ups.run import run_due
from server.processing.recovery.rebuild import rebuild
from server.services import PROJECT
from tests.javarosa.encrypter import PUBLIC_KEY, encrypt
from tests.journeys.remarks import remarks
from tests.phone import Phone
from tests.records import Made, another_photo, record_of
from tests.sheets import answers_to, xform_named, xform_of
from tests.world import World

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("state", [FormState.CLOSING, FormState.CLOSED])
def test_a_record_of_a_form_that_was_closed_meanwhile_is_taken_and_marked(
    world: World, phone: Phone, state: FormState
) -> None:
    """R27: the collaborator was offline; Kobo strands such records on the phone."""
    world.set_state("vang_gia", state)
    made = record_of("vang_gia")
    assert phone.send(made.xml, made.files).statuses == [201]
    [record] = world.records("vang_gia")
    assert "form_closed" in remarks(record)
    assert {name: world.file(record, name) for name in made.files} == made.files


def test_a_record_of_an_older_version_is_read_by_that_version(world: World, phone: Phone) -> None:
    """collect.md 7.7: phones keep old versions for weeks; nothing is remarked on it."""
    world.publish(xform_named("x", version="1"))
    newer = xform_named("x", version="2").replace(b"<ten/>", b"<ho_ten/>")
    world.publish(newer.replace(b"/data/ten", b"/data/ho_ten"))
    assert phone.send(answers_to("x", "<ten>Na</ten>", version="1")).statuses == [201]
    [record] = world.records("x")
    assert record.derived.answers["ten"] == "Na"
    assert remarks(record) == []


def test_a_record_of_a_version_that_nobody_knows_is_kept_and_flagged(
    world: World, phone: Phone
) -> None:
    """R52: what the current version knows is exported, the rest is named."""
    world.publish(xform_named("x"))
    xml = answers_to("x", "<ten>Na</ten><tuoi>9</tuoi>", version="bản lạ")
    assert phone.send(xml).statuses == [201]
    [record] = world.records("x")
    assert record.derived.answers["ten"] == "Na"
    assert remarks(record) == ["version_unknown", "answer_unknown"]
    assert [each.field for each in record.all_issues] == [None, "tuoi"]
    filters = Filters(top=seq_at(world.clock()))
    made = export(world.house, WHOLE_HOUSE, FormKey(PROJECT, "x"), "csv", filters, Options())
    [row] = csv.DictReader(io.StringIO(b"".join(made.pieces).decode()))
    assert row["ten"] == "Na"


def test_a_version_that_is_published_later_is_read_at_the_rebuild(
    world: World, phone: Phone
) -> None:
    """R52: the flag goes when the reason has gone."""
    world.publish(xform_named("x"))
    assert phone.send(answers_to("x", "<tuoi>9</tuoi>", version="2")).done
    later = xform_named("x", version="2").replace(b"<ten/>", b"<tuoi/>")
    world.publish(later.replace(b"/data/ten", b"/data/tuoi"))
    house = world.house
    done = rebuild(house.stores, house.shelf, FormKey(PROJECT, "x"), world.clock(), lambda _: None)
    assert (done.records, done.changed) == (1, 1)
    [record] = world.records("x")
    assert (remarks(record), record.derived.answers["tuoi"]) == ([], "9")


SEALED = """
| survey |
| | type  | name | label |
| | text  | ten  | Tên   |
| | image | anh  | Ảnh   |
| settings |
| | form_title | form_id | version | public_key |
| | Kín        | kin     | 1       | KEY        |
""".replace("KEY", PUBLIC_KEY)


@pytest.fixture
def sealed(world: World) -> Made:
    """A record that only the holder of a private key can read."""
    world.publish(xform_of(SEALED))
    identity = "uuid:5f2c2f7b-7c13-4a58-9c25-54d1b06cc1a7"
    plain = answers_to("kin", "<ten>Bé Na</ten><anh>1.jpg</anh>", instance_id=identity)
    photos = {"1.jpg": another_photo(1), "2.jpg": another_photo(2)}
    manifest, files = encrypt("kin", "1", identity, plain, photos)
    assert sorted(files) == ["1.jpg.enc", "2.jpg.enc", "submission.xml.enc"]
    assert "Bé Na".encode() not in manifest
    return Made("kin", manifest, files)


@pytest.mark.java
def test_a_sealed_record_is_kept_whole(world: World, phone: Phone, sealed: Made) -> None:
    """collect.md 7.9: nothing is opened, nothing validated, every file is expected and kept."""
    assert phone.send(sealed.xml, sealed.files).statuses == [201]
    run_due(world.house.stores, world.house.shelf, world.clock())
    [record] = world.records("kin")
    assert record.current.xml == sealed.xml
    assert {each.name: world.file(record, each.name) for each in record.media} == sealed.files
    assert set(record.derived.expected) == set(sealed.files)
    assert (record.missing, record.derived.answers, remarks(record)) == ((), {}, [])


@pytest.mark.java
def test_a_sealed_record_comes_in_parts_and_again(world: World, phone: Phone, sealed: Made) -> None:
    """All its files are waited for, not the first alone (collect.md §9.39)."""
    for name, content in sealed.files.items():
        assert all(record.missing for record in world.records("kin"))
        assert phone.send(sealed.xml, {name: content}).statuses == [201]
    assert phone.send(sealed.xml, sealed.files).statuses == [202]
    assert [record.missing for record in world.records("kin")] == [()]
