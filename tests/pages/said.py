"""What a reader gets of records, beside what the phones sent: answer by answer, read with lxml."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from flask.testing import FlaskClient
from lxml import etree

from exports.harmless import harmless
from server.model.records import Record
from tests.exports.making import read_csv, unzipped
from tests.exports.reading import Questions, leaves, rows
from tests.exports.test_round_trip import (
    as_said,
    assert_features_say_what_the_phones_said,
    cells,
    plain,
)


def assert_a_reader_gets_all(
    client: FlaskClient, form: str, questions: Questions, records: Sequence[Record]
) -> None:
    """From each record's page, from the CSV and from the GeoJSON. ``records`` newest first."""
    here = f"/records/{form}"
    for record in records:
        data = client.get(f"{here}/{record.instance_id}/data.json").get_json()
        _assert_data_say(questions, record, data["answers"])
        assert (data["unknown"], data["missing"]) == ([], [])
    archive = unzipped(client.get(f"{here}/export/csv.zip").get_data())
    _assert_tables_say(questions, records, archive)
    features = client.get(f"{here}/export/geojson").get_data()
    assert_features_say_what_the_phones_said(questions, list(records), features)


def _assert_data_say(
    questions: Questions, record: Record, answers: list[dict[str, object]]
) -> None:
    sent = [
        (steps, text, plain(questions, steps, text))
        for steps, text in leaves(etree.fromstring(record.current.xml))
        if text.strip()
    ]
    got = [
        (tuple(str(each["path"]).split("/")), each["text"], as_said(each["value"]))
        for each in answers
    ]
    assert sorted(got) == sorted(sent)


def _assert_tables_say(
    questions: Questions, records: Sequence[Record], archive: dict[str, bytes]
) -> None:
    """A page's download is for spreadsheets: a byte order mark in front, and an apostrophe before
    what looks like a formula."""
    tables = [
        read_csv(data.removeprefix(codecs.BOM_UTF8))
        for name, data in archive.items()
        if name.endswith(".csv")
    ]
    found = {row["KEY"]: row for table in tables for row in table if "KEY" in row}
    for record in records:
        root = etree.fromstring(record.current.xml)
        for table, key, _, answers in rows(questions, root, record.instance_id):
            wanted = cells(questions, table, answers)
            row = found[key]
            assert {name: row[name] for name in wanted} == {
                name: harmless(text) for name, text in wanted.items()
            }
