"""What is remarked on a record."""

from __future__ import annotations

from server.model.records import Record


def remarks(record: Record) -> list[str]:
    """The codes of all remarks."""
    return [each.code for each in record.all_issues]
