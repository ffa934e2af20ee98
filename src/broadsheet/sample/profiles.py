"""The customer tables: dated versions with merged duplicates, contacts, segment memberships."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import DISTRICTS
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, pick, text
from broadsheet.sample.moments import Bools, Ints, at_midnight, clock, to_utc
from broadsheet.sample.people import SEGMENTS, Customers, Staff
from broadsheet.sample.world import World

YEAR = 365
CLASSES = ("A", "B", "C", "new")
OCCASIONAL = SEGMENTS.index("Occasional angler")
LIST_SOURCES = ("web visit", "web questionnaire", "flyer", "customer list")


def customers_frame(world: World, customers: Customers, staff: Staff) -> pd.DataFrame:
    """All versions of all customers, and the closed rows of merged duplicates.

    A newcomer's class is settled after a year, some consumers change segment, and a merge renews the survivor.
    """
    rng = world.rng("customers.versions")
    count = len(customers)
    switched = np.where(
        chance(rng, 0.05, count) & ~customers.business & (customers.acquired < world.days - 200),
        rng.integers(np.maximum(customers.acquired, 0) + 30, world.days + 30),
        NONE,
    )
    merges = np.flatnonzero(chance(rng, share("merged"), count) & (customers.acquired < world.days - 60))
    merge_day = rng.integers(np.maximum(customers.acquired[merges], 0) + 30, world.days)
    graduates = np.flatnonzero((customers.acquired > -YEAR) & (customers.acquired + YEAR < world.days))
    movers = np.flatnonzero((switched >= 0) & (switched < world.days))
    golden = np.concatenate([np.arange(count), graduates, movers, merges])
    day = np.concatenate(
        [customers.acquired, customers.acquired[graduates] + YEAR, switched[movers], merge_day]
    )
    order = np.unique(golden * 10_000 + day + 2_500)
    golden, day = order // 10_000, order % 10_000 - 2_500
    following = np.append(day[1:], 0)
    last = np.append(golden[1:] != golden[:-1], True)
    until = at_midnight(world, following)
    until[last] = np.datetime64("NaT")
    beginner = np.isin(golden, movers) & (switched[golden] > day)
    segment = np.where(beginner, OCCASIONAL, customers.segment[golden])
    frame = _versions(world, customers, staff, (golden, day, segment))
    frame["valid_to"] = to_utc(until)
    return _number(
        pd.concat([frame, _duplicates(world, frame, golden, merges, merge_day)], ignore_index=True)
    )


def _number(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(customer_key=np.arange(1, len(frame) + 1))


def _duplicates(
    world: World, frame: pd.DataFrame, golden: Ints, merges: Ints, merge_day: Ints
) -> pd.DataFrame:
    """The merged records: copies of the survivor's first version, closed on the day of the merge."""
    rng = world.rng("customers.merged")
    copies = frame.iloc[np.searchsorted(golden, merges)].copy()
    opened = np.maximum(merge_day - rng.integers(5, 30, len(merges)), 0)
    opened = np.maximum(opened, merge_day - 25)
    copies["customer_id"] = golden[-1] + 1 + np.arange(len(merges)) if len(golden) else NONE
    copies["status"] = "merged"
    copies["merged_into_id"] = merges
    copies["valid_from"] = to_utc(at_midnight(world, opened))
    copies["valid_to"] = to_utc(at_midnight(world, merge_day))
    return copies


def _versions(
    world: World, customers: Customers, staff: Staff, version: tuple[Ints, Ints, Ints]
) -> pd.DataFrame:
    """What a version says: what never changes, and segment, class and owner as at its day."""
    golden, day, segment = version
    rng = world.rng("customers.profile")
    ranks = np.argsort(np.argsort(-customers.activity)) / len(customers)
    settled = np.searchsorted((0.1, 0.35), ranks)
    fresh = (customers.acquired[golden] > -YEAR) & (day < customers.acquired[golden] + YEAR)
    unsegmented = chance(rng, share("no-segment"), len(customers))
    owner = np.where(customers.business[golden], staff.at_desk(rng, customers.team[golden], day), NONE)
    frame = _lasting(world, customers, rng).iloc[golden].reset_index(drop=True)
    return frame.assign(
        customer_id=golden,
        golden_id=golden,
        segment=text(SEGMENTS, np.where(unsegmented[golden], NONE, segment)),
        owner_user_id=owner,
        value_class=text(CLASSES, np.where(fresh, CLASSES.index("new"), settled[golden])),
        is_key_account=(customers.business & (ranks < 0.04))[golden],
        status="active",
        merged_into_id=NONE,
        valid_from=to_utc(at_midnight(world, day)),
    )


def _lasting(world: World, customers: Customers, rng: np.random.Generator) -> pd.DataFrame:
    """What never changes about a customer, one row each."""
    count, business, city = len(customers), customers.business, customers.city
    nowhere = chance(rng, share("no-region"), count)
    groups = np.flatnonzero(business)[:20]
    parents = np.where(business & chance(rng, 0.06, count), rng.choice(groups, count), NONE)
    parents[groups] = NONE
    district = np.array([DISTRICTS.index(c.district) for c in names.CITIES])
    abroad = np.array([c.country != "DE" for c in names.CITIES])
    countries = np.array([names.COUNTRIES.index(c.country) for c in names.CITIES])
    born = np.datetime64("1940-01-01", "D") + rng.integers(0, 365 * 64, count)
    born[business] = np.datetime64("NaT")
    gender = np.where(business | chance(rng, 0.3, count), NONE, pick(rng, (0.3, 0.45, 0.02), count))
    unit = np.where(business, rng.integers(-1, 2, count), NONE)
    department = np.where(business, rng.integers(0, 3, count), NONE)
    return pd.DataFrame(
        {
            "parent_id": parents,
            "customer_type": text(("consumer", "business"), business.astype(np.int64)),
            "name": _names(world, customers),
            "company_unit": text(("head office", "branch"), unit),
            "department": text(("purchasing", "fleet", "management"), department),
            "industry": text(names.BUSINESS_SEGMENTS, np.where(business, customers.segment, NONE)),
            "nationality": text(names.COUNTRIES, np.where(business, NONE, countries[city])),
            "gender": text(("female", "male", "diverse"), gender),
            "birth_date": born,
            "acquired_at": np.datetime64(world.start, "D") + customers.acquired,
            "geo_id": np.where(nowhere, NONE, city),
            "territory_id": np.where(nowhere, NONE, district[city]),
            "is_international": abroad[city],
            "is_test": customers.is_test,
        }
    )


def _names(world: World, customers: Customers) -> list[str]:
    rng = world.rng("customers.names")
    count = len(customers)
    given, family = (
        rng.integers(len(names.FIRST_NAMES), size=count),
        rng.integers(len(names.LAST_NAMES), size=count),
    )
    firm = rng.integers(len(names.FIRM_FIRST), size=count)
    result = []
    for row in range(count):
        if customers.business[row]:
            kind = names.FIRM_LAST[SEGMENTS[customers.segment[row]]]
            result.append(f"{names.FIRM_FIRST[firm[row]]} {kind} {names.CITIES[customers.city[row]].name}")
        else:
            result.append(f"{names.FIRST_NAMES[given[row]]} {names.LAST_NAMES[family[row]]}")
    return result


def segments_frame(customers: pd.DataFrame) -> pd.DataFrame:
    """Memberships in the scheme 'business', one row per unbroken stay, from the customer versions."""
    rows = customers[customers["status"] == "active"]
    label = rows["segment"].astype(object).where(rows["segment"].notna(), "")
    begins = (rows["golden_id"] != rows["golden_id"].shift()) | (label != label.shift())
    stays = rows.loc[begins, ["golden_id", "segment"]].copy()
    local = rows["valid_from"].dt.tz_localize("UTC").dt.tz_convert(names.ZONE).dt.tz_localize(None)
    stays["valid_from"] = local.dt.normalize()[begins]
    same = stays["golden_id"].shift(-1) == stays["golden_id"]
    stays["valid_to"] = stays["valid_from"].shift(-1).where(same)
    return stays[stays["segment"].notna()].assign(scheme="business")


def contacts_frame(world: World, customers: Customers) -> pd.DataFrame:
    """One person of each company and of one consumer in seven."""
    rng = world.rng("contacts")
    chosen: Bools = customers.business | chance(rng, 0.15, len(customers))
    who = np.flatnonzero(chosen)
    count = len(who)
    created = to_utc(clock(rng, world, customers.acquired[who], "deals"))
    initial = rng.integers(97, 123, count)
    digits = rng.integers(10, 100, count)
    return pd.DataFrame(
        {
            "contact_id": np.arange(count),
            "customer_id": who,
            "role": text(
                ("private", "buyer", "owner"), np.where(customers.business[who], rng.integers(1, 3, count), 0)
            ),
            "email": [f"{chr(letter)}***@example.com" for letter in initial],
            "phone": [f"+49 *** **{pair}" for pair in digits],
            "fax": text(
                ("+49 *** **00",), np.where(customers.business[who] & chance(rng, 0.3, count), 0, NONE)
            ),
            "created_at": created,
            "first_contact_at": created,
            "source_channel": text(
                ("website", "shop", "trade show", "referral"), pick(rng, (0.4, 0.3, 0.2, 0.1), count)
            ),
            "source_campaign_id": np.full(count, NONE),
            "list_source": text(LIST_SOURCES, pick(rng, (0.5, 0.2, 0.1, 0.2), count)),
        }
    )
