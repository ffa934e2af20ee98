"""The last edition for the same readers: what it told is kept with it, so that the next one says what changed."""

from __future__ import annotations

import json
from dataclasses import asdict

from broadsheet.archive.manifest import get_manifest
from broadsheet.document.told import Told
from broadsheet.errors import StorageError
from broadsheet.press.order import Order
from broadsheet.press.press import Press

TOLD = "told.json"
"""Its name in a manifest."""


def kept(told: Told) -> bytes:
    """What an edition told, as the archive keeps it."""
    return json.dumps(asdict(told), ensure_ascii=False).encode()


def former_of(press: Press, order: Order) -> Told | None:
    """What the last edition before this one told; None without one, or where the archive no longer has it."""
    if not press.has_ledger:
        return None
    record = next(iter(press.ledger.editions.former(order.key, order.as_of)), None)
    if record is None or record.manifest is None:
        return None
    if order.scope is None or record.scope != order.scope.digest:
        # It told of other rows than those that its readers may see now.
        return None
    try:
        files = get_manifest(press.archive, record.manifest).files
        found = json.loads(press.archive.get(files[TOLD]))
    except StorageError:
        return None
    figures = tuple((kpi, value) for kpi, value in found["figures"])
    return Told(found["period"], figures, tuple((label, text) for label, text in found["definitions"]))
