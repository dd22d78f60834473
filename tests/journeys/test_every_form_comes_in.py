"""The samples of every form of the library, over HTTP to one server, each sent twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.app import create_app
from tests.exports.reading import Questions
from tests.javarosa.filler import xform
from tests.journeys.reading import read_answers
from tests.phone import Phone
from tests.records import LIBRARY, record_of
from tests.serving import serving
from tests.world import World

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def shared_phone(shared_world: World) -> Iterator[Phone]:
    """Hồng's, for all forms."""
    with (
        serving(create_app(shared_world.house)) as address,
        Phone(address + shared_world.hong.path) as phone,
    ):
        yield phone


@pytest.mark.parametrize("form", LIBRARY)
def test_hong_sends_five_records_and_then_all_of_them_again(
    shared_world: World, shared_phone: Phone, form: str
) -> None:
    """R01: no answer and no file is lost, and what comes again changes nothing."""
    questions = Questions.of(xform(form))
    made = [record_of(form, number) for number in range(1, 6)]
    for each in made:
        assert shared_phone.send(each.xml, each.files).statuses == [201]
    stored = shared_world.records(form)
    assert [each.instance_id for each in reversed(stored)] == [each.instance_id for each in made]
    for record, each in zip(reversed(stored), made, strict=True):
        assert record.current.xml == each.xml
        assert record.derived.answers == read_answers(questions, each.xml)
        files = {file.name: shared_world.file(record, file.name) for file in record.media}
        assert files == each.files
        assert record.missing == ()
    for each in made:
        assert shared_phone.send(each.xml, each.files).statuses == [202]
    assert shared_world.records(form) == stored
