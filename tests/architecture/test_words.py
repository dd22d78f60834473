"""All that a user reads is there in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "server" / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
PLACE = re.compile(r"%\((\w+)\)")


def is_ours(folder: str) -> bool:
    return not Path(folder).name.startswith((".", "_")) and "node_modules" not in folder


def sentences_in_the_source() -> set[str]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found: set[str] = set()
    for _file, _line, message, _notes, _context in extract_from_dir(
        str(ROOT), methods, options, directory_filter=is_ours
    ):
        found.add(message if isinstance(message, str) else message[0])
    return found


def vietnamese() -> dict[str, tuple[str, ...]]:
    with CATALOG.open("rb") as file:
        catalog = read_po(file, locale="vi")
    words: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            said = message.string
            words[key] = (said,) if isinstance(said, str) else tuple(said)
    return words


def test_a_reader_of_vietnamese_meets_no_english_sentence() -> None:
    catalog = vietnamese()
    missing = {each for each in sentences_in_the_source() if not all(catalog.get(each, ("",)))}
    assert missing == set()


def test_no_sentence_is_kept_that_nobody_says_any_more() -> None:
    assert set(vietnamese()) - sentences_in_the_source() == set()


def test_a_translation_fills_in_the_same_facts() -> None:
    wrong = {
        english
        for english, said in vietnamese().items()
        if any(set(PLACE.findall(each)) - set(PLACE.findall(english)) for each in said)
    }
    assert wrong == set()


def test_no_sentence_is_said_in_two_ways() -> None:
    """Where two branches add the same one, both stay, and whoever reads meets either."""
    text = CATALOG.read_text(encoding="utf-8")
    said: dict[str, set[str]] = {}
    for entry in re.split(r"^(?=msgid )", text, flags=re.MULTILINE)[2:]:
        head, _, _ = entry.partition("msgstr")
        said.setdefault(head, set()).update(
            re.findall(r"^msgstr.*(?:\n\".*)*", entry, re.MULTILINE)
        )
    assert {head: each for head, each in said.items() if len(each) > 1} == {}
