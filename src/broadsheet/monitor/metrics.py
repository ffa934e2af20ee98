"""The figures of a schedule in the form of Prometheus: the ledger's are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from broadsheet.definitions.models.reports import Report
from broadsheet.errors import StorageError
from broadsheet.ledger.figures import Standing
from broadsheet.monitor.health import Status

SECONDS = (0.5, 1, 2, 5, 10, 20, 40, 80, 160)


class Metrics:
    """The registry of one process; `status` tells how it stands now."""

    def __init__(self, status: Callable[[], Status]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Ledger(status))
        self.render_seconds = Histogram(
            "broadsheet_render_seconds",
            "Asking for the numbers of an edition and drawing it, in this process.",
            buckets=SECONDS,
            registry=self._registry,
        )

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)


class _Ledger(Collector):
    def __init__(self, status: Callable[[], Status]) -> None:
        self._status = status

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: registering must not open the ledger."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The figures of now; of a ledger that cannot be read only that."""
        status = self._status()
        press = status.press
        yield _gauge(
            "definition_errors", "Problems that make a definition unusable.", len(press.workspace.errors)
        )
        yield _gauge("idle_seconds", "Since the schedule last got on with its work.", status.idle)
        try:
            standing = press.ledger.figures.standing(press.workspace.paused)
        except StorageError:
            yield _gauge("ledger_up", "Whether the ledger can be read.", 0)
            return
        yield _gauge("ledger_up", "Whether the ledger can be read.", 1)
        yield from _standing(standing, press.workspace.reports)


def _standing(standing: Standing, reports: Mapping[str, Report]) -> Iterator[Metric]:
    awaited = {name for name, report in reports.items() if report.schedule and not report.paused}
    yield _gauge("last_tick_timestamp", "When any serve last completed a tick.", standing.ticked)
    yield _labeled("editions_total", "Editions by state.", "state", standing.editions)
    yield _labeled("deliveries_total", "Letters by state.", "state", standing.deliveries)
    yield _labeled("alerts", "What is amiss now, by kind.", "kind", standing.alerts)
    yield _labeled(
        "source_away_seconds", "How long a data source has been out of reach.", "source", standing.away
    )
    yield _labeled(
        "edition_last_success_timestamp",
        "When an edition of a report that goes out by itself was last ready.",
        "report",
        {report: at for report, at in standing.succeeded.items() if report in awaited},
    )
    yield _gauge(
        "overdue_editions", "Editions that are due and not made, for no good reason.", standing.overdue
    )
    yield _gauge("oldest_due_age_seconds", "How long the oldest of them has been due.", standing.oldest_due)
    yield _gauge("outbox_depth", "Letters that wait.", standing.outbox)
    yield _gauge("outbox_oldest_seconds", "How long the oldest of them has waited.", standing.oldest_letter)
    yield _counter(
        "mail_uncertain", "Letters of which nobody knew whether they had been taken.", standing.uncertain
    )
    yield _counter("lease_lost", "Editions taken from a process that did not finish them.", standing.lost)


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"broadsheet_{name}", help_, value=value)


def _counter(name: str, help_: str, value: float) -> Metric:
    return CounterMetricFamily(f"broadsheet_{name}", help_, value=value)


def _labeled(name: str, help_: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"broadsheet_{name}", help_, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
