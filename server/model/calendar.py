"""Days and times as the centre lives them: Vietnam is seven hours ahead of UTC, without summer
time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def day_of(moment: datetime) -> str:
    """``2026-11-24``: the day in the centre's zone."""
    return moment.astimezone(ZONE).date().isoformat()


def day_bounds(day: str) -> tuple[datetime, datetime]:
    """From midnight to midnight. Raises ValueError for what is no ISO date."""
    start = datetime.fromisoformat(f"{day[:10]}T00:00:00").replace(tzinfo=ZONE)
    return start, start + timedelta(days=1)
