"""What an arriving record means: every case, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.errors import (
    CauNoiError,
    EditOutdated,
    OriginalUnknown,
    SameIdOtherAnswers,
)
from server.model.forms import FormKey
from server.model.records import Holding
from server.model.scope import Scope
from server.processing.intake.decide import AddMedia, Create, Decision, Deleted, Revise, Same, Taken
from server.processing.intake.decide import decide as decide_within
from server.xforms.envelope import Envelope, read_envelope

KEY = FormKey(1, "ho")


def arriving(instance_id: str, edits: str | None = None, says: str = "Na") -> Envelope:
    deprecated = f"<deprecatedID>{edits}</deprecatedID>" if edits else ""
    meta = f"<meta><instanceID>{instance_id}</instanceID>{deprecated}</meta>"
    return read_envelope(f'<data id="ho"><ten>{says}</ten>{meta}</data>'.encode())


def held(
    *versions: Envelope, files: Mapping[str, str] | None = None, deleted: bool = False
) -> Holding:
    digests = {each.instance_id: each.digest for each in versions}
    within = ("*", "VP01", "VP02")
    files = dict(files or {})
    return Holding(KEY, versions[0].instance_id, within, 1, digests, files, deleted=deleted)


def decide(envelope: Envelope, files: Mapping[str, str], known: Sequence[Holding]) -> Decision:
    """For a sender of the office that has all that is known."""
    return decide_within(envelope, files, known, Scope.of(("VP02",)))


A, B, C = arriving("a"), arriving("b", "a"), arriving("c", "b")
ONE = {"1.jpg": "hash of 1"}


def test_a_record_that_nobody_has_seen_is_new_with_all_its_files() -> None:
    assert decide(A, ONE, ()) == Create(("1.jpg",))


def test_a_retry_brings_nothing() -> None:
    known = held(A, files=ONE)
    assert decide(A, ONE, (known,)) == Same(known, ())
    assert decide(A, {}, (known,)) == Same(known, ())


def test_the_next_part_brings_its_files_alone() -> None:
    """R04, R06."""
    known = held(A, files=ONE)
    assert decide(A, {**ONE, "2.jpg": "hash of 2"}, (known,)) == AddMedia(known, ("2.jpg",), ())


def test_another_content_under_a_known_name_is_named_and_not_taken() -> None:
    """R08."""
    known = held(A, files=ONE)
    other = {"1.jpg": "another hash", "2.jpg": "hash of 2"}
    assert decide(A, other, (known,)) == AddMedia(known, ("2.jpg",), ("1.jpg",))
    assert decide(A, {"1.jpg": "another hash"}, (known,)) == Same(known, ("1.jpg",))


def test_other_answers_under_a_known_identity_are_refused() -> None:
    """R12."""
    with pytest.raises(SameIdOtherAnswers):
        decide(arriving("a", says="Mai"), ONE, (held(A),))


def test_an_edit_of_the_latest_version_is_taken() -> None:
    """R30, R35: with the files that are new."""
    known = held(A, files=ONE)
    assert decide(B, ONE, (known,)) == Revise(known, (), ())
    assert decide(B, {"2.jpg": "hash of 2"}, (known,)) == Revise(known, ("2.jpg",), ())
    two = held(A, B)
    assert decide(C, {}, (two,)) == Revise(two, (), ())


def test_an_edit_of_an_older_version_is_outdated() -> None:
    """R31, R33."""
    with pytest.raises(EditOutdated):
        decide(arriving("d", "a"), {}, (held(A, B),))


def test_an_edit_of_nothing_known_must_wait_for_its_original() -> None:
    """R32."""
    with pytest.raises(OriginalUnknown):
        decide(B, {}, ())


@pytest.mark.parametrize("deleted", [False, True])
def test_an_edit_from_elsewhere_learns_nothing(deleted: bool) -> None:
    """0013: whether it is there, or was; the centre reaches everything."""
    there = (held(A, deleted=deleted),)
    for elsewhere in ((), ("VP03",), ("VP09", "VP10")):
        with pytest.raises(OriginalUnknown):
            decide_within(B, {}, there, Scope.of(elsewhere))
    for above in (("VP01",), ("*",)):
        assert decide_within(B, {}, there, Scope.of(above)) == decide(B, {}, there)


def test_a_retry_from_elsewhere_is_a_retry() -> None:
    """0013: who has the very bytes of a version is who made it; a phone may be handed on."""
    there = held(A)
    assert decide_within(A, ONE, (there,), Scope.of(("VP10",))) == AddMedia(there, ("1.jpg",), ())


@pytest.mark.parametrize("deleted", [False, True])
def test_other_answers_under_an_identity_out_of_reach_are_treated_as_if_it_were_free(
    deleted: bool,
) -> None:
    """0013: whoever knows an id learns neither that the record is there nor that it was."""
    there, elsewhere = held(A, deleted=deleted), Scope.of(("VP10",))
    other = arriving("a", says="Mai")
    assert decide_within(other, ONE, (there,), elsewhere) == Taken()
    edit = arriving("a", "own", says="Mai")
    with pytest.raises(OriginalUnknown):
        decide_within(edit, {}, (there,), elsewhere)
    own = replace(held(arriving("own")), within=("*", "VP09", "VP10"))
    assert decide_within(edit, {}, (there, own), elsewhere) == Taken()
    own = replace(own, deleted=True)
    assert decide_within(edit, {}, (there, own), elsewhere) == Deleted(own, is_news=True)
    with pytest.raises(SameIdOtherAnswers):
        decide_within(other, ONE, (there,), Scope.of(("*",)))


@pytest.mark.parametrize("again", [A, B])
def test_versions_that_were_overtaken_come_again_as_retries(again: Envelope) -> None:
    """collect.md 7.8: A resent after B, B after C."""
    known = held(A, B, C)
    assert decide(again, {}, (known,)) == Same(known, ())


def test_a_late_photo_of_an_overtaken_version_is_kept() -> None:
    known = held(A, B)
    assert decide(A, ONE, (known,)) == AddMedia(known, ("1.jpg",), ())


def test_a_deleted_record_stays_deleted() -> None:
    """R82: whether it comes again or edited, or with files that are news."""
    gone = held(A, files=ONE, deleted=True)
    assert decide(A, ONE, (gone,)) == Deleted(gone, is_news=False)
    assert decide(B, ONE, (gone,)) == Deleted(gone, is_news=True)
    for files in ({"2.jpg": "hash of 2"}, {"1.jpg": "another hash"}):
        assert decide(A, files, (gone,)) == Deleted(gone, is_news=True)


def test_other_answers_under_a_deleted_identity_are_refused_all_the_same() -> None:
    with pytest.raises(SameIdOtherAnswers):
        decide(arriving("a", says="Mai"), {}, (held(A, deleted=True),))


def test_a_record_that_says_it_edits_itself_is_taken_by_its_own_identity() -> None:
    """A confused client: no version may stand above itself."""
    odd = arriving("a", "a")
    with pytest.raises(OriginalUnknown):
        decide(odd, {}, ())
    known = held(odd)
    assert decide(odd, {}, (known,)) == Same(known, ())


def test_an_edit_that_joins_two_known_records_stays_with_its_own() -> None:
    """R34: never the first match."""
    one, other = held(A), held(arriving("x"))
    assert decide(B, {}, (other, one)) == Revise(one, (), ())


def test_an_edit_of_two_records_with_one_identity_is_refused() -> None:
    """R34: rows of a database that lost its unique index; never the first match."""
    with pytest.raises(SameIdOtherAnswers):
        decide(B, {}, (held(A), held(arriving("x"), A)))


NAMES = some.sampled_from(["1.jpg", "2.jpg", "3.jpg"])
FILES = some.dictionaries(NAMES, some.sampled_from(["h1", "h2"]))


@given(
    envelope=some.sampled_from([A, B, C, arriving("a", says="Mai"), arriving("d", "a")]),
    versions=some.sampled_from([(), (A,), (A, B), (A, B, C)]),
    files=FILES,
    there=FILES,
    deleted=some.booleans(),
)
def test_whatever_comes_no_file_is_lost_and_none_is_replaced(
    envelope: Envelope,
    versions: tuple[Envelope, ...],
    files: dict[str, str],
    there: dict[str, str],
    deleted: bool,
) -> None:
    known = (held(*versions, files=there, deleted=deleted),) if versions else ()
    try:
        decision = decide(envelope, files, known)
    except CauNoiError:
        return  # set aside whole, by receive
    match decision:
        case Create(new):
            assert not known
            assert set(new) == set(files)
        case Revise(_, new, differing) | AddMedia(_, new, differing):
            assert set(new) == set(files) - set(there)
            assert set(differing) == {n for n in files if n in there and there[n] != files[n]}
        case Same(_, differing):
            assert set(files) <= set(there)
            assert set(differing) == {n for n in files if there[n] != files[n]}
        case Deleted(_, is_news):
            assert deleted
            is_all_there = all(there.get(name) == content for name, content in files.items())
            assert is_news or (envelope in versions and is_all_there)
