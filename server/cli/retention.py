"""How long records are kept, and which of them are over."""

from __future__ import annotations

import click

from server.cli.house import answer, services
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import LAST_SEQ
from server.processing.duties.retention import over
from server.processing.duties.retention_rule import set_rule
from server.services import PROJECT

_AT_A_TIME = 200


@click.command("retention")
@click.argument("form_id")
@click.argument("rule")
@click.option("--json", "as_json", is_flag=True)
def set_retention(form_id: str, rule: str, as_json: bool) -> None:
    """Keep records of FORM_ID for RULE: months since they came (60), or until the 18th birthday and
    years more by a question for a date of birth ("18+5 g_tre/ngay_sinh"); either with "photos 24"
    behind it, or that alone, for their photos; "" for no end."""
    with services() as house:
        text = set_rule(house.stores, house.shelf, FormKey(PROJECT, form_id), rule)
    facts = {"form_id": form_id, "retention": text}
    answer(facts, as_json=as_json, words=f"{form_id}: {text or 'kept without an end'}")


@click.command("review-list")
@click.argument("form_id")
@click.option("--before", type=int, default=LAST_SEQ, help="The seq of the last one seen.")
@click.option("--photos", is_flag=True, help="Those of which the photos are over.")
@click.option("--json", "as_json", is_flag=True)
def review_list(form_id: str, before: int, photos: bool, as_json: bool) -> None:
    """Records of FORM_ID whose time is over, the newest 200: erasing each takes two people."""
    with services() as house:
        key = FormKey(PROJECT, form_id)
        found, on = over(
            house.stores,
            house.shelf,
            WHOLE_HOUSE,
            key,
            house.clock(),
            top=before,
            most=_AT_A_TIME,
            photos=photos,
        )
    facts = [
        {
            "seq": each.line.seq,
            "instance_id": each.line.instance_id,
            "office": each.line.office,
            "kept_until": each.last_day.isoformat() if each.last_day else "",
        }
        for each in found
    ]
    lines = ("\t".join(str(said) for said in each.values()) for each in facts)
    answer(facts, as_json=as_json, words="\n".join(lines) or "nothing is over")
    if on is not None:
        click.echo(f"look on with --before {on}", err=True)
