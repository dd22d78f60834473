"""A reason that somebody must give, as it is kept."""

from __future__ import annotations

from server.processing.filled_in import wrong

LEAST_REASON = 15
LONGEST_REASON = 1000


def given_reason(text: str) -> str:
    """Raises NotUnderstood for one that says nothing."""
    said = " ".join(text.split())
    if len(said) < LEAST_REASON:
        raise wrong(
            "reason",
            f"hãy ghi rõ lý do, ít nhất {LEAST_REASON} ký tự.",
            f"give a reason of at least {LEAST_REASON} characters.",
        )
    return said[:LONGEST_REASON]
