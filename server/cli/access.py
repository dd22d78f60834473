"""Who may call what, printed from the code."""

from __future__ import annotations

import click

from server.app import create_app
from server.cli.house import services
from server.routes.access_table import access_table


@click.command()
def access() -> None:
    """Print every route with every role, as docs/access.md has it."""
    with services() as house:
        click.echo(access_table(create_app(house)), nl=False)
