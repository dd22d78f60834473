"""ODK Central's REST interface, as its clients use it (docs/api.md says what of it is here).

Credentials are in a header of each request; no cookie counts.
"""

from __future__ import annotations

from server.routes.api import (
    drafts,
    entities,
    entity_feed,
    exports,
    forms,
    projects,
    registers,
    sessions,
    submissions,
    versions,
    workbench,
)

BLUEPRINTS = tuple(
    each.blueprint
    for each in (
        drafts,
        entities,
        entity_feed,
        exports,
        forms,
        projects,
        registers,
        sessions,
        submissions,
        versions,
        workbench,
    )
)
