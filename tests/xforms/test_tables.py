"""Records as tables: all versions of a form side by side, and keys that join them."""

from __future__ import annotations

from server.xforms.form import Path
from server.xforms.tables import Table, rows_of, tables_of
from tests.xforms.making import form_of, tree_of

OLD = form_of(
    """
| | text         | a   | A |
| | begin_group  | g   | G |
| | text         | b   | B |
| | text         | c   | C |
| | end_group    |     |   |
| | begin_repeat | tre | T |
| | text         | d   | D |
| | end_repeat   |     |   |
""",
    version="1",
)
NEW = form_of(
    """
| | text         | moi | M |
| | begin_group  | g   | G |
| | integer      | c   | C |
| | text         | e   | E |
| | end_group    |     |   |
| | text         | a   | A |
| | text         | b   | B |
| | begin_repeat | xe  | X |
| | text         | f   | F |
| | end_repeat   |     |   |
""",
    version="2",
)
META: list[Path] = [("meta", "instanceID")]


def paths(table: Table) -> list[Path]:
    return [field.path for field in table.columns]


def test_a_table_has_the_columns_of_all_versions_the_newest_first() -> None:
    """R51, R54"""
    root, *repeats = tables_of([NEW, OLD])
    assert paths(root) == [("moi",), ("g", "c"), ("g", "e"), ("g", "b"), ("a",), ("b",), *META]
    assert [(table.path, table.name, paths(table)) for table in repeats] == [
        (("xe",), "xe", [("xe", "f")]),
        (("tre",), "tre", [("tre", "d")]),
    ]


def test_a_column_has_the_type_of_its_newest_version() -> None:
    """R50"""
    assert tables_of([NEW, OLD])[0].columns[1].type == "int"
    assert {field.type for field in tables_of([OLD])[0].columns} == {"string"}


def test_one_version_gives_its_own_columns() -> None:
    assert paths(tables_of([OLD])[0]) == [("a",), ("g", "b"), ("g", "c"), *META]


def test_a_name_that_changed_its_kind_has_a_column_for_each() -> None:
    """R54"""
    question = form_of("| | text | g | G |", version="3")
    repeat = form_of("| | begin_repeat | g | G |\n| | text | b | B |\n| | end_repeat | | |")
    root, table, _ = tables_of([question, OLD, repeat])
    assert [path for path in paths(root) if path[0] == "g"] == [("g",), ("g", "b"), ("g", "c")]
    assert (table.path, paths(table)) == (("g",), [("g", "b")])


NESTED = form_of("""
| | begin_group  | g   | G |
| | begin_repeat | tre | T |
| | text         | a   | A |
| | begin_group  | h   | H |
| | begin_repeat | lop | L |
| | text         | b   | B |
| | end_repeat   |     |   |
| | end_group    |     |   |
| | end_repeat   |     |   |
| | end_group    |     |   |
""")


def test_rows_know_their_own_key_and_their_parents() -> None:
    inside = (
        "<g><tre><a>1</a><h><lop><b>x</b></lop><lop/></h></tre>"
        "<tre><h><lop><b>y</b></lop></h></tre></g>"
    )
    rows = list(rows_of(tree_of(NESTED, inside), "uuid:1"))
    assert [(row.table, row.key, row.parent_key) for row in rows] == [
        ((), "uuid:1", None),
        (("g", "tre"), "uuid:1/g/tre[1]", "uuid:1"),
        (("g", "tre", "h", "lop"), "uuid:1/g/tre[1]/h/lop[1]", "uuid:1/g/tre[1]"),
        (("g", "tre", "h", "lop"), "uuid:1/g/tre[1]/h/lop[2]", "uuid:1/g/tre[1]"),
        (("g", "tre"), "uuid:1/g/tre[2]", "uuid:1"),
        (("g", "tre", "h", "lop"), "uuid:1/g/tre[2]/h/lop[1]", "uuid:1/g/tre[2]"),
    ]
    assert rows[1].values == {("g", "tre", "a"): "1"}
    assert rows[3].values == {}


def test_a_cell_is_the_raw_text_of_the_answer() -> None:
    (row,) = rows_of(tree_of(OLD, "<a> =1+1\n</a><g><b>2.50</b></g>"), "k")
    assert row.values == {("a",): " =1+1\n", ("g", "b"): "2.50"}


def test_ten_thousand_children_are_ten_thousand_rows() -> None:
    rows = list(rows_of(tree_of(OLD, "<tre><d>x</d></tre>" * 10_000), "k"))
    assert len(rows) == 10_001
    assert rows[-1].key == "k/tre[10000]"
