"""The formats of the house. A new one is a file here and a line in ``FORMATS``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from exports import answers_csv, csv_zip, geo_json, unnamed_csv
from exports.names import safe_name
from exports.source import Options, Source
from server.model.records import Record

Stream = Callable[[Source, Iterable[Record], Options], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """``stream`` is given records newest first, once. It yields the first bytes before it has seen
    the last record, and raises what stops it: whoever sends the bytes then breaks the connection,
    so that half a file is never taken for a whole one."""

    media_type: str
    ending: str
    stream: Stream
    ending_with_media: str = ""

    def file_name(self, form_id: str, options: Options) -> str:
        """As ODK Central names it: an archive with media is a plain ``.zip``."""
        whole = options.attachments and self.ending_with_media
        return safe_name(form_id, fallback="form") + (whole or self.ending)


FORMATS: Mapping[str, Format] = {
    "csv": Format("text/csv; charset=utf-8", ".csv", answers_csv.stream),
    "csv.zip": Format("application/zip", ".csv.zip", csv_zip.stream, ending_with_media=".zip"),
    "geojson": Format("application/geo+json", ".geojson", geo_json.stream),
}

# Of people and not about them: apart from the others, since it heeds no filters.
WITHOUT_NAMES = "without-names"
EVERY_FORMAT: Mapping[str, Format] = {
    **FORMATS,
    WITHOUT_NAMES: Format("text/csv; charset=utf-8", "-without-names.csv", unnamed_csv.stream),
}
