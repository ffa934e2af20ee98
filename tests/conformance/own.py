"""Questions of our own over the suite's tables: the families of which it lists few cases or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

GRAINS = ("day", "week", "month", "quarter", "year")
RANGE = ["2020-01-03", "2020-02-20"]
Case = dict[str, Any]


def cases() -> list[Case]:
    """All of them, in the form of a line of `cases.jsonl`."""
    found = [
        *_cumulative(),
        *_balances(),
        *_conversions(),
        *_totals(),
        *_moved(),
        *_shared(),
        *_dense(),
        *_sorted(),
    ]
    return [
        {**case, "id": f"own_{number:03}", "family": case["metrics"][0]} for number, case in enumerate(found)
    ]


def _ask(
    metrics: str | Sequence[str],
    *groups: dict[str, str],
    condition: str | None = None,
    days: Sequence[str] | None = None,
    order: Sequence[tuple[str, str]] = (),
    limit: int | None = None,
) -> Case:
    return {
        "metrics": [metrics] if isinstance(metrics, str) else list(metrics),
        "group_by": list(groups),
        "filter": condition,
        "time_range": days,
        "order": [{"by": by, "dir": direction} for by, direction in order],
        "limit": limit,
    }


def _time(grain: str = "day") -> dict[str, str]:
    return {"field": "time", "grain": grain, "as": f"time_{grain}"}


def _by(column: str) -> dict[str, str]:
    return {"field": column, "as": column.replace(".", "_")}


def _part(part: str) -> dict[str, str]:
    return {"field": "time", "part": part, "as": f"time_part_{part}"}


def _cumulative() -> Iterator[Case]:
    """Windows, to-date ranges, and all since the beginning; coarser than a day, cut, split and sorted."""
    for metric in (
        "revenue_to_date",
        "revenue_trailing_2m",
        "revenue_mtd",
        "guests_2d",
        "revenue_trailing_2m_less_10",
    ):
        flag = metric == "guests_2d"
        split, some = (
            ("bookings.is_instant",) * 2 if flag else ("users.home_state", "users.home_state = 'CA'")
        )
        for grain in GRAINS[1:4]:
            yield _ask(metric, _time(grain), days=RANGE if grain == "day" else ["2019-12-30", "2020-03-01"])
        yield _ask(metric, _time(), days=RANGE)
        yield _ask(metric, _time("month"), _by(split))
        yield _ask(metric, _time("week"), _time("month"))
        yield _ask(metric, _time(), condition=some, days=RANGE)
        yield _ask(metric, _time(), order=[(metric, "desc"), ("time_day", "asc")], limit=7)
    yield _ask("revenue_to_date")
    yield _ask("revenue_to_date", _by("revenue_entries.user_id"))
    yield _ask(["revenue_mtd", "booking_value"], _time(), days=RANGE)
    yield _ask("guests_2d_dense_zero", _time("month"))
    yield _ask("guests_2d_2d_ago", _time("week"))


def _balances() -> Iterator[Case]:
    """The first and last moment, of each user and of all, within units of time and without."""
    for metric in ("opening_balance", "closing_balance_per_user", "opening_month_balance"):
        yield _ask(metric)
        for grain in ("day", "week", "month"):
            yield _ask(metric, _time(grain))
        for column in ("account_balances.account_type", "account_balances.user_id", "users.home_state"):
            yield _ask(metric, _by(column))
        yield _ask(metric, _time("week"), _by("account_balances.user_id"))
        yield _ask(metric, condition="users.home_state IN ('CA', 'NY')")
        yield _ask(metric, days=["2020-01-02", "2020-01-05"])
    yield _ask(["opening_balance", "revenue"], _time("month"))
    yield _ask("west_to_east_opening_balance", _time("month"))


def _conversions() -> Iterator[Case]:
    """Rates with and without a window, of the same session, by any grain and condition."""
    for metric in ("purchase_rate", "purchase_rate_7d", "purchase_rate_7d_same_session"):
        yield _ask(metric)
        for grain in ("week", "month"):
            yield _ask(metric, _time(grain))
        yield _ask(metric, _by("site_visits.user_id"))
        yield _ask(metric, _time(), _by("site_visits.referrer_id"))
        yield _ask(metric, condition="site_visits.referrer_id = 'fb_ad_1'")
        yield _ask(metric, _time(), condition="site_visits.referrer_id IS NOT NULL")
        yield _ask(metric, _time(), days=["2020-01-02", "2020-01-04"])
        yield _ask([metric, "visit_count", "purchase_count"], _time())


def _totals() -> Iterator[Case]:
    """One total of nothing: counts are 0 there, also inside formulas; sums and ratios have no value."""
    formulas = ("bookings_minus_10", "non_instant_booking_count_x2", "booking_fees", "bookings_per_guest")
    for metric in (*formulas, "booking_count", "guest_count", "booking_value", "lux_value_rate"):
        yield _ask(metric, condition="listings.country = 'nowhere'")
        yield _ask(metric, condition="bookings.is_instant")
        yield _ask(metric, days=["1990-01-01", "1990-01-02"])


def _moved() -> Iterator[Case]:
    """Earlier days, alone and inside formulas; a part of the calendar is that of the day that is asked."""
    for metric in ("booking_count_5d_ago", "booking_change_14d", "booking_count_7d_ago_x4"):
        yield _ask(metric)
        yield _ask(metric, _time("month"), _by("listings.country"))
        yield _ask(metric, _time("week"), days=["2020-01-06", "2020-02-02"])
        yield _ask(metric, _part("isodow"))
        yield _ask(metric, _part("quarter"), _by("bookings.is_instant"))
        yield _ask(metric, _time(), condition="listings.is_lux")
    yield _ask("booking_change_since_month_start", _time("month"))
    yield _ask("month_start_vs_month_ago", _time(), _by("bookings.is_instant"))


def _shared() -> Iterator[Case]:
    """Accounts of several holders, each counted in full."""
    for column in ("customers.customer_name", "customer_profiles.country"):
        yield _ask("transaction_count", _by(column))
        yield _ask("transaction_count", _time(), _by(column))
        yield _ask("transaction_count", _by(column), _by("account_transactions.account_id"))
    yield _ask("transaction_count")
    yield _ask(
        "transaction_count", _by("customers.customer_name"), condition="customers.customer_name = 'thorium'"
    )


def _dense() -> Iterator[Case]:
    """A row for every period, with and without a value in place of none."""
    for metric in ("booking_count_dense", "booking_count_dense_zero", "instant_booking_count_dense"):
        yield _ask(metric, _time("quarter"))
        yield _ask(
            metric, _time(), condition="listings.country = 'nowhere'", days=["2019-12-25", "2020-01-10"]
        )
    yield _ask(["booking_count_zero", "view_count"], _by("listings.country"))


def _sorted() -> Iterator[Case]:
    """Several keys, in both directions, and the first rows."""
    keys = [
        ("booking_count", "desc"),
        ("booking_value", "asc"),
        ("bookings_host_id", "desc"),
        ("time_day", "asc"),
    ]
    yield _ask(["booking_value", "booking_count"], _by("bookings.host_id"), _time(), order=keys, limit=11)
    order = [("max_booking_value", "desc"), ("time_month", "asc")]
    yield _ask(["max_booking_value", "min_booking_value"], _time("month"), order=order, limit=2)
