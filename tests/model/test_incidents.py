"""By when the agency must hear of an incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from server.model.incidents import Act, Deed, Incident, Told

NOTICED = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


def incident(*deeds: Deed) -> Incident:
    told = Told("Mất máy", "", "", "", "", NOTICED, ("p",), NOTICED, None)
    acts = tuple(
        Act(deed, "", "a", "Hà", NOTICED + timedelta(hours=number), None if number else told)
        for number, deed in enumerate((Deed.OPENED, *deeds))
    )
    return Incident("0" * 16, 1, "VP01", ("*", "VP01"), acts)


def test_it_is_late_after_72_hours_unless_the_agency_was_told_or_it_is_closed() -> None:
    end = NOTICED + timedelta(hours=72)
    assert incident().due == end
    for deeds, is_late in (
        ((), True),
        ((Deed.NOTED, Deed.AMENDED), True),
        ((Deed.NOTIFIED,), False),
        ((Deed.CLOSED,), False),
    ):
        its = incident(*deeds)
        assert not its.is_late(end)
        assert its.is_late(end + timedelta(seconds=1)) is is_late
    assert incident(Deed.NOTED, Deed.NOTIFIED).notified_at == NOTICED + timedelta(hours=2)
