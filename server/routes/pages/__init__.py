"""What people see. Each page answers one question; templates get flat values, already worded."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask

from server.routes.pages import (
    account,
    approval_ask,
    approvals,
    aside,
    audit,
    base_map,
    break_glass,
    consents,
    data_copy,
    data_request,
    data_requests,
    draft,
    draft_record,
    fill,
    filled,
    form,
    form_bin,
    form_upload,
    form_versions,
    forms,
    hand_over,
    import_undo,
    incident,
    incidents,
    inventory,
    invitation,
    language,
    office_import,
    offices,
    oidc,
    paper,
    people,
    person,
    phone,
    phones,
    record,
    record_data,
    record_files,
    record_worker,
    records,
    register_entry,
    register_import,
    register_options,
    register_worker,
    register_workers,
    registers,
    retention,
    second_factor,
    sign_in,
    succession_undo,
    successions,
    today,
    unit_changes,
    working_days,
)
from server.routes.pages.shell import dress, to_person

__all__ = ["add_pages", "to_person"]

_PAGES = (
    account,
    approval_ask,
    approvals,
    aside,
    audit,
    base_map,
    break_glass,
    consents,
    data_copy,
    data_request,
    data_requests,
    draft,
    draft_record,
    fill,
    filled,
    form,
    form_bin,
    form_upload,
    form_versions,
    forms,
    hand_over,
    import_undo,
    incident,
    incidents,
    inventory,
    invitation,
    language,
    office_import,
    offices,
    oidc,
    paper,
    people,
    person,
    phone,
    phones,
    record,
    record_data,
    record_files,
    record_worker,
    records,
    register_entry,
    register_import,
    register_options,
    register_worker,
    register_workers,
    registers,
    retention,
    second_factor,
    sign_in,
    succession_undo,
    successions,
    today,
    unit_changes,
    working_days,
)


def add_pages(app: Flask, credentials_in_each_request: Iterable[Blueprint]) -> None:
    """All pages; the blueprints named do without protection against forged forms."""
    # What a filled form sends has its token in a header, and checks it itself.
    dress(app, [*credentials_in_each_request, filled.blueprint])
    base_map.offer_tiles(app)
    oidc.offer_other_house(app)
    for each in _PAGES:
        app.register_blueprint(each.blueprint)
