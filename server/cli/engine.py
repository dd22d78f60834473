"""The managed database, and what is wrong with this installation, in words."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from server.cli.audit import look_at_log
from server.cli.finding import Finding
from server.cli.house import answer, services, settings, tell
from server.cli.map_check import look_at_map
from server.config import Config
from server.engine import DiskGuard, Health, describe, health, install_rust, open_database
from server.errors import CauNoiError
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import LAST_SEQ
from server.services import PROJECT, Services, keeps_journal
from server.xforms.xlsform import java_found

_SMALL_ENGINE_RECORDS = 20_000


@click.group()
def engine() -> None:
    """The managed database."""


@engine.command("install")
def install() -> None:
    """Build the fast database server with cargo (about four minutes) into the data folder."""
    install_rust(settings(), tell)
    click.echo("installed; it serves new data folders from the next start")


@engine.command("status")
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Which database serves, from where, and whether it runs."""
    config = settings()
    facts = describe(config)
    running = facts.running
    found = {
        "engine": str(facts.rung),
        "folder": str(facts.folder) if facts.folder else None,
        "running": running is not None,
        "port": running.port if running else None,
        "free_disk_bytes": facts.free_disk,
        "better": str(facts.better) if facts.better else None,
        "journal": keeps_journal(config),
    }
    words = "\n".join(f"{name}: {value}" for name, value in found.items())
    answer(found, as_json=as_json, words=words)


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Say what is wrong with this installation, and what to do."""
    config = settings()
    found = [*_machine(config), *look_at_map(config), *_database(config)]
    facts = [{"words": each.words, "serious": each.serious} for each in found]
    lines = [f"{'!!' if each.serious else ' -'} {each.words}" for each in found]
    answer(facts, as_json=as_json, words="\n".join(lines) or "Nothing is wrong.")
    context.exit(1 if any(each.serious for each in found) else 0)


def _machine(config: Config) -> Iterator[Finding]:
    disk = DiskGuard(config.data, config.disk_reserve, config.max_upload).state()
    if disk.nearly_full:
        yield Finding(
            f"The disk of {config.data} has {disk.free // 1024**2} MB free and needs "
            f"{disk.needed // 1024**2}: uploads are turned away until there is room.",
            serious=True,
        )
    if config.data.exists() and config.data.stat().st_mode & 0o077:
        yield Finding(
            f"Other users of this machine can read {config.data}: chmod 700.", serious=True
        )
    if config.base_url is None and config.host not in ("127.0.0.1", "localhost", "::1"):
        yield Finding(
            "CAUNOI_BASE_URL is not set: QR codes would not lead phones here.", serious=True
        )
    if config.public_url.startswith("http://") and config.base_url:
        yield Finding("Phones send over plain http: put a proxy with TLS in front.")
    if not java_found():
        yield Finding("Java is not installed: forms are published without ODK Validate.")
    if os.geteuid() == 0:
        yield Finding("This runs as root; a user of its own is safer.")


def _database(config: Config) -> Iterator[Finding]:
    facts = describe(config)
    if facts.rung.beta:
        yield Finding(
            f"{facts.rung} is a beta product. An office should run MongoDB (docs/operations.md)."
        )
    try:
        with open_database(config, report=tell) as uri:
            if health(uri, config.db) is not Health.WELL:
                yield Finding("The database does not write and read as it should.", serious=True)
                return
        with services() as house:
            yield from _contents(house, beta=facts.rung.beta)
    except CauNoiError as trouble:
        yield Finding(trouble.words("en"), serious=True)


def _contents(house: Services, *, beta: bool) -> Iterator[Finding]:
    entries = house.stores.forms.entries(PROJECT)
    if not entries:
        yield Finding("No form is published: caunoi form publish FILE.xlsx", serious=True)
    counters = house.stores.counters
    records = sum(counters.counts(each.key).number(WHOLE_HOUSE.offices) for each in entries)
    if beta and records > _SMALL_ENGINE_RECORDS:
        yield Finding(
            f"{records} records are many for this database: caunoi move-database to MongoDB."
        )
    for place in house.stores.journal.damaged():
        yield Finding(
            f"The journal's {place} is damaged: the disk may be failing. What the database has of "
            "it is safe; back it up, and move the file away.",
            serious=True,
        )
    failure = house.stores.healing.failure()
    if failure is not None:
        when = f"{failure.at:%Y-%m-%d %H:%M} UTC" if failure.at else "its last start"
        yield Finding(
            f"At {when} the worker could not bring back what the database may have lost "
            f"({failure.kind}; data/logs). Stop the server, caunoi replay, start it again.",
            serious=True,
        )
    yield from look_at_log(house)
    if house.stores.aside.page(WHOLE_HOUSE, settled=False, top=LAST_SEQ, most=1):
        yield Finding("Refused uploads wait for a person: caunoi aside list, or the page /aside.")
    for entry in entries:
        on_hand = house.shelf.current(entry.key)
        missing = set(on_hand.form.media) - {each.name for each in on_hand.version.media}
        if missing:
            yield Finding(f"Form {entry.key.form_id} lacks {', '.join(sorted(missing))}.")
