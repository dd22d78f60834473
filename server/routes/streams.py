"""Answers that are sent while they are made: a break ends the connection without the last bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from flask import Response

from exports.names import content_disposition
from server.exporting import Export


def streamed(made: Export) -> Response:
    answer = in_pieces(made.pieces, made.media_type)
    answer.headers["Content-Disposition"] = content_disposition(made.file_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def in_pieces(pieces: Iterator[bytes], media_type: str) -> Response:
    """What goes wrong at once is still answered in words."""
    first = next(pieces)
    return Response(chain((first,), pieces), content_type=media_type)
