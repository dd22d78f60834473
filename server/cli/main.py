"""``caunoi <command>``: one group, a module for each errand."""

from __future__ import annotations

import sys

import click

from server.cli import (
    access,
    accounts,
    aside,
    audit,
    data,
    drafts,
    engine,
    entities,
    exports,
    form_versions,
    forms,
    offices,
    people,
    retention,
    serve,
)
from server.errors import CauNoiError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Cầu Nối: field records for social-work centres."""


for each in (
    serve.serve,
    serve.worker,
    people.user,
    offices.office,
    people.token,
    forms.form,
    engine.engine,
    engine.doctor,
    exports.export,
    entities.entities,
    data.replay,
    data.rebuild,
    data.sweep,
    aside.aside,
    audit.audit,
    access.access,
):
    commands.add_command(each)

for each in (
    drafts.draft,
    drafts.publish_it,
    drafts.set_state,
    form_versions.versions,
    form_versions.compare,
    form_versions.go_back,
    form_versions.copy,
    form_versions.delete,
    form_versions.restore,
    retention.set_retention,
    retention.review_list,
):
    forms.form.add_command(each)


for each in (accounts.link, accounts.remove_second_factor, accounts.end):
    people.user.add_command(each)


def main() -> None:
    """Errors of ours are one sentence and exit code 1; a stack is for what nobody foresaw."""
    try:
        commands(prog_name="caunoi")
    except CauNoiError as error:
        click.echo(f"caunoi: {error.words('en')}", err=True)
        sys.exit(1)
