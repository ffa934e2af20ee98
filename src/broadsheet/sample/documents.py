"""Documents promised to customers: when they were due and whether they were sent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample.catalog import TEAM_NAMES
from broadsheet.sample.deals import Deals
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import chance, lognormal, pick, text
from broadsheet.sample.moments import at_hour, days_of, end_local, known, moment, office, to_utc
from broadsheet.sample.world import World

IN_TIME = 0.85
"""The part of the documents sent by the day they are due, without the planted effect."""
DOCUMENTS = ("offer", "data sheet", "contract draft", "certificate")
SYSTEMS = ("CRM", "document management")


def documents_frame(world: World, deals: Deals) -> pd.DataFrame:
    """The table documents: what was promised in deals, when it was due, whether it was sent."""
    rng = world.rng("documents")
    stay = np.flatnonzero(chance(rng, 0.12, len(deals.stay_deal)))
    promised = office(rng, deals.stay_entered[stay] + days_of(rng.uniform(0.05, 3.0, len(stay))))
    inside = (promised >= moment(world.start)) & (promised < end_local(world))
    order = np.argsort(promised[inside], kind="stable")
    stay, promised = stay[inside][order], promised[inside][order]
    count, deal = len(stay), deals.stay_deal[stay]
    due = office(rng, promised + days_of(rng.choice((1.0, 2.0, 3.0, 5.0), count)))
    due = at_hour(due, 17)
    effect = world.effects["late-documents"]
    team = deals.team[deal]
    hit = (team == TEAM_NAMES.index(effect.place)) & (due >= moment(effect.start))
    in_time = chance(rng, IN_TIME - np.where(hit, effect.size, 0.0), count)
    span = (due - promised).astype(np.float64) / 86_400
    early = promised + days_of(span * rng.uniform(0.1, 0.98, count))
    late = office(rng, due + days_of(0.3 + lognormal(rng, 2.0, 0.8, count)))
    never = ~in_time & chance(rng, 0.25, count)
    sent = np.where(never, np.datetime64("NaT", "s"), np.where(in_time, early, late))
    undated = chance(rng, share("no-due-document"), count)
    return pd.DataFrame(
        {
            "document_id": np.arange(count),
            "type": text(DOCUMENTS, pick(rng, (0.4, 0.35, 0.15, 0.1), count)),
            "source_system": text(SYSTEMS, pick(rng, (0.65, 0.35), count)),
            "promised_at": to_utc(promised),
            "due_at": to_utc(np.where(undated, np.datetime64("NaT", "s"), due)),
            "sent_at": to_utc(known(world, sent)),
            "owner": deals.owner[deal],
            "team_id": team,
            "golden_id": deals.customer[deal],
            "opportunity_id": deal,
        }
    )
