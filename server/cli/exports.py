"""``caunoi export`` (see ``exports/``)."""

from __future__ import annotations

import click


@click.command()
@click.argument("form_id")
def export(form_id: str) -> None:
    """Records of a form as a file."""
    raise click.ClickException(form_id)
