"""What a phone sent comes out of every format, answer by answer, for every form of the library."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geojson
import pytest
from lxml import etree
from pyxform.xls2xform import convert

from exports.formats import FORMATS
from server.model.records import Media, Record
from server.xforms.read_form import read_form
from tests.exports.making import (
    LIBRARY,
    export,
    library_form,
    media,
    read_csv,
    record,
    samples,
    source,
    unzipped,
)
from tests.exports.reading import Questions, Steps, leaves, rows
from tests.javarosa.filler import fill, xform
from tests.javarosa.test_filler import EVERYTHING

PLACE = ("Latitude", "Longitude", "Altitude", "Accuracy")
FACTS = {"SubmissionDate", "KEY", "PARENT_KEY"}
every_form = pytest.mark.parametrize("name", LIBRARY)


def cells(questions: Questions, table: Steps, answers: dict[Steps, str]) -> dict[str, str]:
    """The columns an answer should be in, read from the XForm and nothing else."""
    wanted: dict[str, str] = {}
    for steps, text in answers.items():
        name = "-".join(steps[len(table) :])
        if any(each[: len(steps)] == steps for each in questions.repeats):
            continue  # a group whose repetitions were all removed
        if questions.types.get(steps) == "geopoint":
            parts = [*text.split(), "", "", "", ""]
            wanted |= {f"{name}-{part}": parts[at] for at, part in enumerate(PLACE)}
        else:
            wanted[name] = text
    return wanted


def assert_tables_say_what_the_phones_said(
    name: str, questions: Questions, records: list[Record], files: dict[str, bytes]
) -> None:
    tables = {row["KEY"]: (file, row) for file, data in files.items() for row in read_csv(data)}
    total = 0
    for each in records:
        root = etree.fromstring(each.current.xml)
        for table, key, parent, answers in rows(questions, root, each.instance_id):
            file, row = tables[key]
            total += 1
            assert file == (f"{name}-{table[-1]}.csv" if table else f"{name}.csv")
            assert row.get("PARENT_KEY", "") == parent
            wanted = cells(questions, table, answers)
            assert {column: row[column] for column in wanted} == wanted
            own = list(row)[1 : list(row).index("KEY")] if not table else list(row)
            others = set(own) - set(wanted) - FACTS
            assert {column: row[column] for column in others} == dict.fromkeys(others, "")
    assert total == len(tables)


def assert_features_say_what_the_phones_said(
    questions: Questions, records: list[Record], data: bytes
) -> None:
    assert geojson.loads(data.decode()).is_valid
    collection = json.loads(data)
    assert [feature["id"] for feature in collection["features"]] == [
        each.instance_id for each in records
    ]
    for each, feature in zip(records, collection["features"], strict=True):
        root = etree.fromstring(each.current.xml)
        said = sorted(
            (steps, plain(questions, steps, text)) for steps, text in leaves(root) if text.strip()
        )
        kept = sorted(
            (tuple(path), as_said(value))
            for path, value in spread(feature["properties"])
            if not path[0].startswith("__system")
        )
        assert kept == said


def plain(questions: Questions, steps: Steps, text: str) -> str:
    """An answer in the words of a comparison: as JSON of what its type makes of it."""
    kind = questions.types.get(steps, "string")
    if steps in questions.multiple:
        value: Any = [unicodedata.normalize("NFC", each) for each in text.split()]
    elif kind == "int":
        value = int(text)
    elif kind == "decimal":
        value = float(text)
    elif kind in ("geopoint", "geotrace", "geoshape"):
        value = sorted(
            [round(float(each), 7) for each in position.split()[:3]]
            for position in set(text.strip("; ").split("; "))
        )
    else:
        value = unicodedata.normalize("NFC", text)
    return json.dumps(value, ensure_ascii=False)


def as_said(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(sorted(positions(value["coordinates"])))
    return json.dumps(value, ensure_ascii=False)


def positions(coordinates: Any) -> list[list[float]]:
    """Latitude first, as ODK writes; a ring's last position is its first."""
    if isinstance(coordinates[0], (int, float)):
        return [[coordinates[1], coordinates[0], *coordinates[2:]]]
    found = [each for part in coordinates for each in positions(part)]
    return [each for at, each in enumerate(found) if each not in found[:at]]


def spread(properties: dict[str, Any], above: Steps = ()) -> Iterable[tuple[Steps, Any]]:
    for name, value in properties.items():
        steps = (*above, *name.split("/"))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for instance in value:
                yield from spread(instance, steps)
        elif value not in ([], [{}]):
            yield steps, value


def arrived(xmls: Iterable[bytes]) -> list[Record]:
    return [record(xml, number=number) for number, xml in enumerate(xmls, start=1)][::-1]


def assert_they_come_back_in_both(name: str, xmls: Iterable[bytes]) -> None:
    """As the writers alone make them of records of a form of the library."""
    questions, records = Questions.of(xform(name)), arrived(xmls)
    about = source(library_form(name))
    files = unzipped(export("csv.zip", about, records))
    assert_tables_say_what_the_phones_said(name, questions, records, files)
    assert_features_say_what_the_phones_said(questions, records, export("geojson", about, records))


@every_form
def test_the_samples_come_back_in_both(name: str) -> None:
    assert len(samples(name)) >= 5
    assert_they_come_back_in_both(name, samples(name))


@pytest.mark.java
def test_every_kind_of_question_comes_back_in_both(tmp_path: Path) -> None:
    (tmp_path / "ngoai.csv").write_text("name,label\n06862,Tiên Yên\n06877,Đông Ngũ\n", "utf-8")
    xml = convert(EVERYTHING).xform.encode()
    filled = fill(xml, tmp_path, count=50, seed=5)
    questions, records = Questions.of(xml), arrived(each.xml for each in filled)
    about = source(read_form(xml))
    files = unzipped(export("csv.zip", about, records))
    assert_tables_say_what_the_phones_said("du_thu", questions, records, files)
    data = export("geojson", about, records)
    assert_features_say_what_the_phones_said(questions, records, data)
    kinds = {feature["geometry"]["type"] for feature in json.loads(data)["features"]}
    assert kinds == {"Point"}


@every_form
@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize("safe", [False, True])
def test_every_format_takes_every_form_with_every_sample(
    name: str, format: str, safe: bool
) -> None:
    contents = {path: f"photo {path}".encode() for path in photo_names(name)}
    records = [
        record(xml, number=number, files=files_in(xml, contents))
        for number, xml in enumerate(samples(name), start=1)
    ][::-1]
    about = source(library_form(name), files=contents)
    data = export(format, about, records, safe=safe, split_select_multiples=True)
    for each in records:
        assert each.instance_id.encode() in (
            unzipped(data)[f"{name}.csv"] if format == "csv.zip" else data
        )
    if format == "csv.zip":
        files = unzipped(data)
        assert {path: files[f"media/{path}"] for path in contents} == contents


def photo_names(name: str) -> list[str]:
    return [found.decode() for xml in samples(name) for found in re.findall(rb">(\d+\.jpg)<", xml)]


def files_in(xml: bytes, contents: dict[str, bytes]) -> list[Media]:
    return [media(path, data) for path, data in contents.items() if path.encode() in xml]
