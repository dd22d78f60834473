"""Keeping the data right: replay, rebuild, sweep."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
from tqdm import tqdm

from server.cli.house import answer, services
from server.model.forms import FormKey
from server.processing.forms.bin import empty_bin
from server.processing.recovery.rebuild import rebuild as rebuild_form
from server.processing.recovery.replay import replay as replay_journal
from server.processing.recovery.sweep import sweep as sweep_files
from server.processing.registers.entities import keep_own_orders
from server.services import PROJECT


@click.command()
@click.option("--json", "as_json", is_flag=True)
def replay(as_json: bool) -> None:
    """Send the journal through the intake again: heals what the database lacks."""
    with services() as house, progress("journal", "entry") as bar:
        done = replay_journal(house.intake, bar)
        house.stores.healing.succeeded()
    said = f"{done.entries} entries: {done.healed} healed, {done.refused} refused"
    lines = [said, *(f"{each}: damaged on the disk, stepped over" for each in done.damaged)]
    answer(asdict(done), as_json=as_json, words="\n".join(lines))


@click.command()
@click.option("--form", "form_id", help="One form; all of them by default.")
@click.option("--json", "as_json", is_flag=True)
def rebuild(form_id: str | None, as_json: bool) -> None:
    """Derive answers, places, remarks and counters again from the raw XML."""
    facts = []
    with services() as house:
        keys = (
            [FormKey(PROJECT, form_id)]
            if form_id
            else [each.key for each in house.stores.forms.with_binned(PROJECT)]
        )
        for key in keys:
            with progress(key.form_id, "record") as bar:
                done = rebuild_form(house.stores, house.shelf, key, house.clock(), bar)
            facts.append({"form_id": key.form_id, **asdict(done)})
        keep_own_orders(house.stores, house.shelf, PROJECT)
    lines = (
        f"{each['form_id']}: {each['records']} records, {each['changed']} changed" for each in facts
    )
    answer(facts, as_json=as_json, words="\n".join(lines))


@click.command()
@click.option("--json", "as_json", is_flag=True)
def sweep(as_json: bool) -> None:
    """Remove what is over: forms without records that lay in the bin for 30 days (shut by one run,
    removed by the next), and files older than a day that no record, form or set-aside points to."""
    with services() as house:
        forms = empty_bin(house.stores, PROJECT, house.clock())
        gone = sweep_files(house.stores, PROJECT, house.clock())
    facts = {"removed": gone, "forms": [each.form_id for each in forms]}
    lines = [*(f"{each.form_id}: removed from the bin" for each in forms), f"{gone} files removed"]
    answer(facts, as_json=as_json, words="\n".join(lines))


@contextmanager
def progress(what: str, unit: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, plain lines in a log; it hears how many are done."""
    terminal = sys.stderr.isatty()
    with tqdm(desc=what, unit=f" {unit}", mininterval=0.2 if terminal else 30) as bar:

        def heard(done: int) -> None:
            bar.update(done - bar.n)

        yield heard
