"""Forms change while their records stay: no answer loses its column."""

from __future__ import annotations

from server.xforms.form import Form
from tests.exports.making import (
    answered,
    export,
    form_of,
    header,
    read_csv,
    record,
    source,
    unzipped,
)


def form(version: int, rows: str, choices: str = "ngo san") -> Form:
    listed = "\n".join(f"| | cay | {name} | {name} |" for name in choices.split())
    return form_of(f"""
| survey |
| | type | name | label |
{rows.strip()}
| choices |
| | list_name | name | label |
{listed}
| settings |
| | form_title | form_id | version |
| | Thăm | tham | {version} |
""")


OLD = form(
    1,
    """
| | text                | ten  | A |
| | select_multiple cay | cay  | B |
| | begin_group         | g    | G |
| | text                | cu   | C |
| | text                | doi  | D |
| | end_group           |      |   |
| | begin_repeat        | tre  | T |
| | text                | tuoi | E |
| | end_repeat          |      |   |
""",
)
NEW = form(
    2,
    """
| | text                | moi  | M |
| | text                | ten  | A |
| | select_multiple cay | cay  | B |
| | begin_group         | g    | G |
| | text                | nua  | N |
| | end_group           |      |   |
| | text                | doi  | D |
""",
    choices="san",
)
OLD_RECORD = record(
    answered(
        OLD,
        "<ten>An</ten><cay>ngo san</cay><g><cu>c</cu><doi>d</doi></g><tre><tuoi>7</tuoi></tre>",
    )
)
NEW_RECORD = record(
    answered(NEW, "<moi>m</moi><cay>san</cay><g><nua>n</nua></g><doi>đ</doi>", number=2), number=2
)


def answers(row: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in row.items() if text and name[0].islower()}


def test_a_question_that_was_dropped_is_still_exported() -> None:
    """R51: at the end of its group, where Central has it; the repeat that was dropped too."""
    files = unzipped(export("csv.zip", source(NEW, OLD), [NEW_RECORD, OLD_RECORD]))
    names = header(files["tham.csv"])
    assert names[1 : names.index("KEY")] == [
        "moi",
        "ten",
        "cay",
        "g-nua",
        "g-cu",
        "g-doi",
        "doi",
        "meta-instanceID",
    ]
    new, old = read_csv(files["tham.csv"])
    assert answers(old) == {
        "ten": "An",
        "cay": "ngo san",
        "g-cu": "c",
        "g-doi": "d",
        "meta-instanceID": "uuid:1",
    }
    assert answers(new)["g-nua"] == "n"
    assert read_csv(files["tham-tre.csv"])[0]["tuoi"] == "7"


def test_a_question_that_moved_out_of_its_group_has_both_columns() -> None:
    """R54"""
    new, old = read_csv(export("csv", source(NEW, OLD), [NEW_RECORD, OLD_RECORD]))
    assert (new["g-doi"], new["doi"]) == ("", "đ")
    assert (old["g-doi"], old["doi"]) == ("d", "")


def test_a_choice_that_was_removed_shifts_no_column() -> None:
    """R50"""
    data = export("csv", source(NEW, OLD), [NEW_RECORD, OLD_RECORD], split_select_multiples=True)
    new, old = read_csv(data)
    assert (new["cay"], new["cay/ngo"], new["cay/san"], new["g-nua"]) == ("san", "0", "1", "n")
    assert (old["cay"], old["cay/ngo"], old["cay/san"], old["g-cu"]) == ("ngo san", "1", "1", "c")


def test_a_reader_who_wants_the_current_questions_only_gets_them() -> None:
    only_new = source(NEW)
    data = export("csv", only_new, [NEW_RECORD, OLD_RECORD])
    assert "g-cu" not in header(data)
    assert read_csv(data)[1]["ten"] == "An"


def test_a_record_of_a_version_nobody_published_is_exported_and_shows_it() -> None:
    """R52"""
    stray = record(OLD_RECORD.current.xml.replace(b'version="1"', b'version="77"'))
    (row,) = read_csv(export("csv", source(NEW, OLD), [stray]))
    assert (row["ten"], row["cay"], row["FormVersion"]) == ("An", "ngo san", "77")


def test_a_form_that_was_exported_and_imported_again_shows_its_version() -> None:
    """R53: the question ``__version__`` stands twice, once empty."""
    twice = form(3, "| | text | __version__ | V |\n| | text | ten | A |")
    xml = answered(twice, "<__version__/><ten>An</ten><__version__>v8</__version__>")
    (row,) = read_csv(export("csv", source(twice), [record(xml)]))
    assert (row["__version__"], row["ten"]) == ("v8", "An")


def test_names_with_dots_and_vietnamese_letters_are_columns_like_any_other() -> None:
    """R54"""
    dotted = form(
        4, "| | begin_group | g.1 | G |\n| | text | tên.chủ_hộ | A |\n| | end_group | | |"
    )
    xml = answered(dotted, "<g.1><tên.chủ_hộ>Mạnh</tên.chủ_hộ></g.1>")
    (row,) = read_csv(export("csv", source(dotted), [record(xml)]))
    assert row["g.1-tên.chủ_hộ"] == "Mạnh"


def test_a_group_that_became_a_question_keeps_the_answers_of_both() -> None:
    """R54"""
    was = form(1, "| | begin_group | nha | G |\n| | text | mai | A |\n| | end_group | | |")
    now = form(2, "| | text | nha | A |")
    records = [
        record(answered(now, "<nha>gạch</nha>", number=2), number=2),
        record(answered(was, "<nha><mai>ngói</mai></nha>")),
    ]
    new, old = read_csv(export("csv", source(now, was), records))
    assert (new["nha"], new["nha-mai"]) == ("gạch", "")
    assert (old["nha"], old["nha-mai"]) == ("", "ngói")
