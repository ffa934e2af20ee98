"""What names say: `primary_product_id` and `DimCustomer` taken apart."""

from __future__ import annotations

import re

Tokens = tuple[str, ...]

ID = frozenset(("id", "key", "no", "nr", "number", "code", "uuid", "guid", "sku"))
GENERIC = frozenset((*ID, "name", "date", "title", "type", "status", "email", "description", "value"))
DECORATION = frozenset(("dim", "fact", "tbl", "vw", "stg", "dataset", "table", "data", "export"))
MONEY = frozenset((
    "price", "amount", "revenue", "cost", "costs", "cogs", "fee", "total", "budget", "salary",
    "sales", "turnover", "tax", "discount", "margin", "profit", "usd", "eur", "gbp", "chf",
    "balance", "freight", "quota", "payment", "refund", "value",
))  # fmt: skip


AMOUNTLESS = frozenset((
    "pct", "percent", "rate", "ratio", "count", "qty", "quantity", "number", "year", "rank", "type", "method",
))  # fmt: skip
THINGS = frozenset((
    "customer", "client", "contact", "account", "company", "organization", "user", "employee", "person", "people",
    "agent", "seller", "supplier", "vendor", "partner", "team", "department", "store", "shop", "location", "product",
    "article", "category", "campaign", "currency", "country", "region", "territory", "calendar", "date", "dim",
))  # fmt: skip


def tokens(name: str) -> Tokens:
    """The words of a name in lower case, split at case changes and at everything that is no letter or digit."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(re.findall(r"[^\W_]+", spaced.lower()))


def singular(word: str) -> str:
    """An English plural without its ending; other words as they are."""
    if word in ("series", "species", "news") or word.endswith(("ss", "us", "is")):
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word.removesuffix("s")


def stem(table: str) -> Tokens:
    """What a table is about: `DimCustomers` and `customers` are about a customer."""
    words = tokens(table)
    about = tuple(word for word in words if word not in DECORATION) or words
    return (*about[:-1], singular(about[-1])) if about else ()


def without_id(words: Tokens) -> Tokens:
    """`customer_id` names a customer."""
    return words[:-1] if len(words) > 1 and words[-1] in ID else words


def is_id(words: Tokens) -> bool:
    """Whether a name says that its values name something."""
    return bool(words) and words[-1] in ID


def is_money(words: Tokens) -> bool:
    """Whether a name speaks of money."""
    return any(word in MONEY for word in words) and not any(word in AMOUNTLESS for word in words)


def resemblance(column: Tokens, key: Tokens, about: Tokens) -> int:
    """How much a column's name says that it refers to the key of a table: 3 plainly, 2 likely, 0 not at all.

    `about` is the table's stem. `product_id` and `primary_product_id` speak of the key `product_id`,
    `customer_id` and `customer` of a table of customers.
    """
    telling = not (len(key) == 1 and key[0] in GENERIC)
    if (telling and column == key) or (without_id(column) == about and is_id(column)):
        return 3
    named = column == about or column[-len(key) :] == key
    ends = is_id(column) and without_id(column)[-len(about) :] == about
    return 2 if (column == about or (telling and named) or ends) else 0
