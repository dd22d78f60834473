"""The access log: many writers make one chain, and whoever tampers with it is found out."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.model.audit import Act, Entry, entry_in, line_of
from server.model.people import Sender
from server.model.scope import WHOLE_HOUSE, Scope
from server.processing.duties.audit_check import check, cut
from server.processing.duties.noting import Noting
from server.services import Services
from server.storage.audit import AuditLog
from server.storage.audit_marks import AuditMarks
from server.storage.database import connect

AT = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
LAN = Sender("lan", "Nguyễn Thị Lan", "person", "VP01")


def read(number: int, at: datetime = AT) -> Entry:
    return Entry(
        at=at,
        act=Act.READ,
        who=LAN,
        origin="203.0.113.7",
        verb="records.read",
        route="record.show",
        things=(f"1/vang_gia/uuid:{number}",),
        places=("VP01", "VP02"),
        given={"form_id": "vang_gia"},
        above=("*", "VP01"),
    )


@pytest.fixture
def log(bare_house: Services) -> AuditLog:
    return bare_house.stores.audit


def written(log: AuditLog, many: int) -> Any:
    for number in range(many):
        log.append(read(number, AT + timedelta(days=number)))
    return log._log


def test_an_entry_says_the_same_when_it_is_read_again() -> None:
    assert entry_in(line_of(7, read(1))) == read(1)


def test_many_threads_and_two_processes_make_one_chain(
    log: AuditLog, bare_house: Services, mongo_uri: str
) -> None:
    marks = AuditMarks(bare_house.config.data / "audit")
    other = AuditLog(connect(mongo_uri, bare_house.config.db), marks)
    with ThreadPoolExecutor(16) as many:
        list(many.map(lambda n: (log, other)[n % 2].append(read(n)), range(200)))
    other._log.database.client.close()
    found = check(log)
    assert (found.first, found.last, found.newest, found.trouble) == (1, 200, 200, "")
    things = {each["things"][0] for each in log.stretch(1, 201)}
    assert len(things) == 200, "each once"


def _write_for_ever(uri: str, name: str, folder: Path, told: Any) -> None:
    log = AuditLog(connect(uri, name), AuditMarks(folder))
    for number in range(100_000):
        log.append(read(number))
        told.value = number + 1


def test_what_a_killed_writer_was_told_is_there_and_the_chain_goes_on(
    log: AuditLog, bare_house: Services, mongo_uri: str
) -> None:
    """kill -9, twice, beside a writer that lives."""
    spawn = multiprocessing.get_context("spawn")
    folder, promised = bare_house.config.data / "audit", 0
    for turn in range(2):
        told = spawn.Value("i", 0)
        arguments = (mongo_uri, bare_house.config.db, folder, told)
        writer = spawn.Process(target=_write_for_ever, args=arguments, daemon=True)
        writer.start()
        while told.value < 8 + turn:
            log.append(read(-1))
            promised += 1
            time.sleep(0.001)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        promised += told.value
    log.append(read(-2))
    found = check(log)
    assert found.trouble == ""
    # One that was written and not yet told of may be there too, for each kill.
    assert promised + 1 <= found.newest <= promised + 3


def changed(log: Any) -> None:
    found = log.find_one({"_id": 5})
    log.update_one({"_id": 5}, {"$set": {"line": found["line"].replace("uuid:4", "uuid:9")}})


def removed(log: Any) -> None:
    log.delete_one({"_id": 5})


def swapped(log: Any) -> None:
    one, two = log.find_one({"_id": 5}), log.find_one({"_id": 6})
    log.replace_one({"_id": 5}, {**two, "_id": 5, "n": 5})
    log.replace_one({"_id": 6}, {**one, "_id": 6, "n": 6})


def cut_off(log: Any) -> None:
    log.delete_many({"_id": {"$gt": 7}})


def begun_later(log: Any) -> None:
    log.delete_many({"_id": {"$lt": 4}})


def hidden_from_a_reader(log: Any) -> None:
    """The line is right; nobody finds it."""
    log.update_one({"_id": 5}, {"$set": {"who": "minh"}})


def sealed_anew(log: Any) -> None:
    """By somebody who can compute, in the database alone."""
    from server.model.audit import seal

    before = log.find_one({"_id": 4})["seal"]
    for each in list(log.find({"_id": {"$gte": 5}}).sort("_id", 1)):
        line = each["line"].replace("Lan", "Mai")
        before = seal(before, line)
        log.update_one({"_id": each["_id"]}, {"$set": {"line": line, "seal": before}})


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (changed, "entry 5 was changed"),
        (removed, "entry 5 is missing"),
        (swapped, "entry 5 was changed"),
        (cut_off, "entries 8 to 10 were written and are gone"),
        (begun_later, "entry 1 is missing"),
        (hidden_from_a_reader, "entry 5 is filed under what it does not say"),
        (sealed_anew, "is not the one that was written"),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)
def test_whoever_tampers_is_found_out(
    log: AuditLog, tamper: Callable[[Any], None], said: str
) -> None:
    collection = written(log, 10)
    assert check(log).trouble == ""
    tamper(collection)
    assert said in check(log).trouble


@pytest.mark.parametrize("lacking", [0, 1, 3, 7])
def test_what_was_written_before_it_was_asked_from_where_is_found_so_too(
    log: AuditLog, lacking: int
) -> None:
    collection = written(log, 7)
    collection.update_many({"_id": {"$lte": lacking}}, {"$unset": {"origin": ""}})
    log.file_by_origin()
    assert check(log).trouble == ""
    assert len(log.entries(WHOLE_HOUSE, 0, 99, origin="203.0.113.7")) == 7


def test_an_empty_log_has_nothing_to_file(log: AuditLog) -> None:
    log.file_by_origin()
    assert log.newest().number == 0


def test_a_log_that_was_sealed_anew_stays_found_out_when_the_house_writes_on(
    log: AuditLog, bare_house: Services, mongo_uri: str
) -> None:
    sealed_anew(written(log, 10))
    marks = AuditMarks(bare_house.config.data / "audit")
    restarted = AuditLog(connect(mongo_uri, bare_house.config.db), marks)
    for number in range(3):
        restarted.append(read(number))
    restarted._log.database.client.close()
    assert "up to entry 10 is not the one" in check(log).trouble


def test_a_long_log_is_looked_through_in_stretches(log: AuditLog) -> None:
    written(log, 10)
    looks = [check(log, most=4) for _ in range(4)]
    assert [(each.first, each.last, each.is_all) for each in looks] == [
        (1, 4, False),
        (5, 8, False),
        (9, 10, True),
        (1, 4, False),
    ]


def test_what_is_older_than_it_must_be_kept_goes_and_the_rest_still_hangs_on_it(
    log: AuditLog,
) -> None:
    collection = written(log, 10)
    assert cut(log, AT + timedelta(days=4), AT + timedelta(days=20)) == 4
    assert [each["_id"] for each in collection.find().sort("_id", 1)] == [*range(5, 12)]
    found = check(log)
    assert (found.first, found.last, found.trouble) == (5, 11, "")
    assert cut(log, AT + timedelta(days=6), AT + timedelta(days=20)) == 2
    assert check(log).trouble == ""
    collection.delete_many({"_id": {"$lt": 9}})
    assert "entry 7 is missing" in check(log).trouble


def test_without_the_database_what_happened_is_owed_and_what_would_be_read_is_not_shown(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.errors import DatabaseDown

    noting = Noting(log)

    def down(*_: object, **__: object) -> None:
        raise DatabaseDown

    with monkeypatch.context() as patch:
        patch.setattr(log, "append", down)
        noting.note_what_happened(read(1))
        with pytest.raises(DatabaseDown):
            noting.note(read(2))
    noting.note(read(3))
    named = [each.entry.things[0] for each in log.entries(WHOLE_HOUSE, 1, 100)]
    assert named == ["1/vang_gia/uuid:3", "1/vang_gia/uuid:1"]
    assert not log.marks.owes()


def test_of_endless_guessing_twenty_a_minute_are_written_and_the_rest_are_counted(
    log: AuditLog,
) -> None:
    noting = Noting(log)
    for _ in range(50):
        noting.note_refusal(("refused", "203.0.113.9"), read(1))
    noting.note_refusal(("refused", "203.0.113.8"), read(1))
    found = [each.entry.again for each in log.entries(WHOLE_HOUSE, 1, 100)]
    assert (len(found), found[0]) == (21, 30)


def test_an_office_reads_what_is_about_it_or_was_done_by_it(log: AuditLog) -> None:
    log.append(read(1))
    assert len(log.entries(Scope.of(["VP02"]), 1, 100)) == 1
    assert log.entries(Scope.of(["VP09"]), 1, 100) == []
    assert log.entries(Scope.of(["VP09"]), 1, 100, who="lan") == []
    assert len(log.entries(Scope.of(["VP01"]), 1, 100, who="lan")) == 1
    assert len(log.entries(Scope.of(["VP01"]), 1, 100, thing="1/vang_gia/uuid:1")) == 1
