"""File names leave the house whole, and never as a path."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from exports.formats import FORMATS
from exports.names import content_disposition, safe_name
from exports.source import Options


def test_a_browser_saves_a_vietnamese_name_as_it_is() -> None:
    """R62"""
    assert content_disposition("Phiếu vãng gia.csv") == (
        'attachment; filename="Phi-u v-ng gia.csv"; '
        "filename*=UTF-8''Phi%E1%BA%BFu%20v%C3%A3ng%20gia.csv"
    )
    assert content_disposition("a.jpg", inline=True).startswith("inline; ")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("../../etc/passwd", "....etcpasswd"),
        ("..\\x.jpg", "..x.jpg"),
        ("/a/b.jpg", "ab.jpg"),
        ('a"b\r\nSet-Cookie: x.jpg', "abSet-Cookie x.jpg"),
        ("a\x00b.jpg", "ab.jpg"),
        ("ảnh nhà số 5.jpg", "ảnh nhà số 5.jpg"),
        ("a\u0301nh.jpg", "a\u0301nh.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("..", "file"),
        ("", "file"),
        (" . ", "file"),
        ("con.jpg", "_con.jpg"),
        ("Aux", "_Aux"),
        ("console.jpg", "console.jpg"),
    ],
)
def test_a_name_from_outside_is_a_label_and_never_a_path(label: str, name: str) -> None:
    assert safe_name(label) == name


def test_a_name_too_long_for_a_disk_keeps_its_ending() -> None:
    name = safe_name("ả" * 300 + ".jpg")
    assert len(name.encode()) <= 255
    assert name.endswith("ả.jpg")
    assert len(safe_name("x." + "y" * 300).encode()) == 255


@given(some.text())
def test_no_label_breaks_out_of_the_header(label: str) -> None:
    """R62"""
    value = content_disposition(label)
    found = re.fullmatch(r"attachment; filename=\"([ -~]*)\"; filename\*=UTF-8''([!-~]+)", value)
    assert found
    assert '"' not in found[1]
    assert "/" not in found[1]
    assert unquote(found[2]) == safe_name(label)


@given(some.text())
def test_a_safe_name_is_safe_again(label: str) -> None:
    once = safe_name(label)
    assert safe_name(once) == once


@pytest.mark.parametrize(
    ("name", "attachments", "file"),
    [
        ("csv", True, "vang_gia.csv"),
        ("csv.zip", True, "vang_gia.zip"),
        ("csv.zip", False, "vang_gia.csv.zip"),
        ("geojson", True, "vang_gia.geojson"),
    ],
)
def test_a_download_is_named_as_on_central(name: str, attachments: bool, file: str) -> None:
    assert FORMATS[name].file_name("vang_gia", Options(attachments=attachments)) == file
