"""Documents that stand in an office, with all above it in ``within``, the office itself last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pymongo.collection import Collection

from server.storage.database import Document


def move_all(
    documents: Collection[Document], found: Iterable[Document], office: str, chain: Sequence[str]
) -> None:
    """Those of ``found`` that are this office's own and do not stand where it stands now."""
    for each in found:
        if each["within"][-1] == office and each["within"] != list(chain):
            documents.update_one({"_id": each["_id"]}, {"$set": {"within": list(chain)}})
