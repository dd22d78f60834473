"""What a record's picture looks like, and by which keys a picture that looks so is found again."""

from __future__ import annotations

from dataclasses import dataclass

from server.model.forms import FormKey

# Bits of 64 that may differ: what a phone or a messenger does to a picture when it saves it anew.
# Four bands, so that of two such hashes one band at least is equal.
MOST_APART = 3
_BANDS = 4
_DIGITS = 4
# A signature or a blank form is white nearly everywhere, and so is every other.
_LEAST_TO_SEE = 10


@dataclass(frozen=True, slots=True)
class Look:
    """One picture of one record. ``dhash`` is None where nothing is to be seen."""

    form: FormKey
    instance_id: str
    seq: int
    within: tuple[str, ...]
    sha256: str
    dhash: str | None = None

    @property
    def exact(self) -> str:
        """The key that the same file has, in whatever office."""
        return f"={self.sha256}"

    @property
    def bands(self) -> tuple[str, ...]:
        """Keys of which a picture of the same office that looks alike has at least one."""
        if self.dhash is None or not _says_something(self.dhash):
            return ()
        parts = (self.dhash[at * _DIGITS : (at + 1) * _DIGITS] for at in range(_BANDS))
        return tuple(f"{self.within[-1]}/{at}{part}" for at, part in enumerate(parts))

    def is_like(self, other: Look) -> bool:
        """The same file, or nearly the same to see."""
        if self.sha256 == other.sha256:
            return True
        if self.dhash is None or other.dhash is None:
            return False
        return (int(self.dhash, 16) ^ int(other.dhash, 16)).bit_count() <= MOST_APART


def _says_something(dhash: str) -> bool:
    ones = int(dhash, 16).bit_count()
    return _LEAST_TO_SEE <= ones <= 64 - _LEAST_TO_SEE
