"""A download opened in a spreadsheet runs nothing that a record says (R63)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from exports.harmless import harmless
from tests.exports.making import answered, export, form_of, header, read_csv, record, source

FORM = form_of("""
| survey |
| | type                | name | label |
| | text                | loi  | A     |
| | select_multiple cay | cay  | B     |
| choices |
| | list_name | name | label |
| | cay       | ngo  | Ngô   |
| settings |
| | form_title | form_id | version |
| | Thăm       | tham    | 1       |
""")


@pytest.mark.parametrize(
    "cell",
    [
        "=cmd|'/C calc'!A0",
        "=1+1",
        "+84912345678",
        "-cmd|'/C calc'!A0",
        "@SUM(A1:A9)",
        "%0A=1+1",
        "\t=1+1",
        "\tchữ",
        "\rchữ",
        "\nchữ",
        " =1+1",
        "\u200b=1+1",
        "\u00a0\u00a0=1+1",
        "\ufeff@SUM(A1)",
        "\u2060\u200d \u200e+1+1",
        "\u00ad-1+1",
        "＝1+1",
        "- không có",
        "-12.5 kg",
        "-2-3",
    ],
)
def test_what_a_spreadsheet_could_run_gets_an_apostrophe(cell: str) -> None:
    """R63"""
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    ["", "0", "-12.5", "-3", "-1,5", "12", "1.0E7", "-2.5e-3", "0912345678", "Trần Văn Mạnh",
     "2026-11-24", "nhà = đất", "a@b.vn", "50%", "Tổ 3 - khu phố 2", "uuid:1-2"],
)  # fmt: skip
def test_what_it_could_not_stays_as_it_is(cell: str) -> None:
    """R63: a negative number stays a number."""
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("nhà;=1+1", "nhà;'=1+1"),
        ("nhà; \u200b=1+1", "nhà; \u200b'=1+1"),
        ("một\n=1+1", "một\n'=1+1"),
        ("một\r\n\t@A1;x-y", "một\r\n\t'@A1;x-y"),
    ],
)
def test_where_semicolons_part_cells_nothing_runs_either(cell: str, kept: str) -> None:
    """R63: a spreadsheet that writes 2,5 splits a comma file at semicolons and lines."""
    assert harmless(cell) == kept


@given(some.text(alphabet="=+-@%'; \t\n\u200b\ufeffa1.,"))
def test_only_apostrophes_are_added_and_the_first_sign_is_never_bare(cell: str) -> None:
    kept = harmless(cell)
    assert kept.replace("'", "") == cell.replace("'", "")
    assert kept == cell or kept.count("'") > cell.count("'")
    seen = kept.lstrip(" \t\n\u200b\ufeff")
    if seen[:1] in tuple("=+-@%"):
        assert kept == cell
        float(cell.replace(",", "."))


def test_a_hundred_thousand_line_breaks_are_read_in_one_go() -> None:
    cell = "x" + "\n" * 100_000 + "=1"
    assert harmless(cell) == cell[:-2] + "'=1"


def test_a_page_download_is_neutral_down_to_its_header_and_opens_as_utf8() -> None:
    """R63"""
    xml = answered(FORM, "<loi>=HYPERLINK(1)</loi><cay>=ngo</cay>")
    data = export("csv", source(FORM), [record(xml)], safe=True, split_select_multiples=True)
    assert data.startswith(b"\xef\xbb\xbfSubmissionDate,loi,cay,cay/=ngo,")
    (row,) = read_csv(data.removeprefix(b"\xef\xbb\xbf"))
    assert (row["loi"], row["cay"], row["cay/=ngo"]) == ("'=HYPERLINK(1)", "'=ngo", "1")


def test_an_export_through_the_api_is_exact() -> None:
    xml = answered(FORM, "<loi>=HYPERLINK(1)</loi>")
    data = export("csv", source(FORM), [record(xml)])
    assert header(data)[0] == "SubmissionDate"
    assert read_csv(data)[0]["loi"] == "=HYPERLINK(1)"
