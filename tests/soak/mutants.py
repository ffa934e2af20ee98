"""Planted faults: the scope, or one of the looks at it, is dropped or weakened in the source. Each must be noticed.

A mutant is the source with one text replaced. It is noticed when one of the tests named with it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
SCOPE = "tests/soundness/test_scope.py"
EVERYONE = "tests/soundness/test_everyone.py"
PRESS = "tests/press/test_faults_audiences.py"
NOT_POSTGRESQL = "not postgresql"


@dataclass(frozen=True)
class Mutant:
    """One text of a file below src/broadsheet/ replaced by another, and the test that is to notice it."""

    name: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = (
    Mutant("predicate dropped", "metrics/joins.py",
           "if fact is None or fact.shared or context.scope == WHOLE:", "if True:",
           f"{SCOPE}::test_every_measure_tells_readers_what_a_warehouse_of_their_rows_alone_would"),
    Mutant("only the first dimension permits", "metrics/joins.py",
           "for name, members in context.scope.permitted)", "for name, members in context.scope.permitted[:1])",
           f"{SCOPE}::test_a_scope_of_two_dimensions_permits_what_both_do"),
    Mutant("rows without a path are everyone's", "metrics/joins.py",
           "            lost = str(error)", '            return "id", "event"',
           f"{SCOPE}::test_fault_a22_scope_missing"),
    Mutant("rows over a bridge are told apart", "metrics/joins.py",
           "if context.catalog.dimension_route(fact, dimension).bridge:", "if False:",
           f"{SCOPE}::test_rows_over_a_bridge_are_nobodys"),
    Mutant("no members permit nothing silently", "metrics/joins.py",
           'elif not dict(context.scope.permitted).get(dimension, ("",)):', "elif False:",
           f"{SCOPE}::test_fault_a22_scope_missing"),
    Mutant("rows are not looked at from outside", "metrics/permitted.py",
           "if context.scope == WHOLE or context.catalog.facts[fact].shared:", "if True:",
           f"{SCOPE}::test_rows_that_slip_past_the_predicate_are_seen_from_outside"),
    Mutant("answers are not looked at", "metrics/permitted.py",
           "    for dimension, members in context.scope.permitted:\n        for level",
           "    for dimension, members in ():\n        for level",
           f"{SCOPE}::test_rows_that_slip_past_the_predicate_are_seen_from_outside"),
    Mutant("a refused question is only a failed block", "metrics/answers.py",
           "except (UnavailableError, RefusedError):", "except UnavailableError:",
           f"{SCOPE}::test_fault_a22_scope_missing"),
    Mutant("answers know no scope", "metrics/answers.py",
           "Context(catalog, calendar, source, as_of, scope)", "Context(catalog, calendar, source, as_of)",
           f"{SCOPE}::test_every_measure_tells_readers_what_a_warehouse_of_their_rows_alone_would"),
    Mutant("all scopes have one digest", "definitions/scope.py",
           "json.dumps(self.permitted, ensure_ascii=False)", "json.dumps([])",
           f"{SCOPE}::test_equal_permissions_have_equal_digests_and_no_permission_has_none"),
    Mutant("numbers are gathered of everyone", "press/gather.py",
           "warehouse, order.as_of, scope)\n        context", "warehouse, order.as_of)\n        context",
           f"{PRESS}::test_all_that_is_gathered_is_of_the_slice"),
    Mutant("freshness and flaws are everyone's", "press/gather.py",
           "circumstances(press, warehouse, order.as_of, scope)", "circumstances(press, warehouse, order.as_of)",
           f"{PRESS}::test_all_that_is_gathered_is_of_the_slice"),
    Mutant("no scope is every row", "press/order.py",
           "if self.scope is None:", "if False:",
           f"{PRESS}::test_fault_a22_scope_missing_at_the_press"),
    Mutant("a member's slice is the whole", "press/readers.py",
           "found = audience.fixed.also(audience.each, part.removeprefix(start))",
           "return audience.fixed",
           f"{PRESS}::test_each_member_of_a_dimension_gets_an_edition_of_its_rows_alone"),
    Mutant("a slice goes to the readers of all", "press/readers.py",
           "for group in self.groups(key.audience) if group.slice == key.slice}",
           "for group in self.groups(key.audience)}",
           f"{PRESS}::test_each_member_of_a_dimension_gets_an_edition_of_its_rows_alone"),
    Mutant("what was drawn for others is queued", "press/run.py",
           "if artifacts.edition != edition or", "if",
           f"{PRESS}::test_artifacts_that_were_drawn_for_others_are_not_queued"),
    Mutant("the last edition may be of other rows", "press/former.py",
           "if order.scope is None or record.scope != order.scope.digest:", "if False:",
           f"{PRESS}::test_an_edition_does_not_tell_what_one_of_other_rows_told"),
    Mutant("letters leave unseen", "press/batch.py",
           "if (against := objection(press, item, stored)) is not None:", "if (against := None) is not None:",
           f"{PRESS}::test_fault_d11_recipient_removed_after_queueing"),
    Mutant("entitled to any slice", "press/egress.py",
           "entitled = item.recipient.lower() in press.directory.entitled(key.audience, key.slice)",
           "entitled = True",
           f"{PRESS}::test_fault_a25_recipient_moved_team"),
    Mutant("a letter's own scope is not compared", "press/egress.py",
           "if not item.scope or item.scope != edition.scope:", "if False:",
           f"{PRESS}::test_fault_a24_audience_swapped_artefact"),
    Mutant("a letter's bundle is not compared", "press/egress.py",
           "if item.artifact != edition.manifest:", "if False:",
           f"{PRESS}::test_fault_a24_audience_swapped_artefact"),
    Mutant("a letter's headers are not compared", "press/egress.py",
           'if str(headers[SCOPE_HEADER]) != item.scope or headers["Message-ID"] != item.message_id:', "if False:",
           f"{PRESS}::test_fault_a24_audience_swapped_artefact"),
    Mutant("newcomers get what was made for other rows", "press/egress.py",
           "if scope is None or scope.digest != record.scope:", "if False:",
           f"{PRESS}::test_newcomers_do_not_get_what_was_made_for_other_rows"),
    Mutant("the archive's word is not doubted", "press/bundle.py",
           "if entries.scope != record.scope or entries.edition != asdict(key):", "if False:",
           f"{PRESS}::test_what_the_archive_mixed_up_is_not_sent_to_newcomers"),
    Mutant("any total is told of everyone", "definitions/sharing.py",
           "if not catalog.kpis[name].shareable:", "if False:",
           f"{EVERYONE}::test_what_is_not_shareable_in_all_its_parts_is_refused"),
    Mutant("only the KPI itself is shareable", "definitions/sharing.py",
           "in dict.fromkeys((kpi, *with_rows(kpi, catalog))):", "in (kpi,):",
           f"{EVERYONE}::test_what_is_not_shareable_in_all_its_parts_is_refused"),
    Mutant("everyone is asked for with conditions", "definitions/sharing.py",
           "    if where:", "    if False:",
           f"{EVERYONE}::test_only_whole_totals_are_told"),
    Mutant("everyone is asked for by members", "metrics/everyone.py",
           "question.levels != ((),)", "False",
           f"{EVERYONE}::test_only_whole_totals_are_told"),
    Mutant("groups are not counted", "metrics/everyone.py",
           "< least", "< 0",
           f"{EVERYONE}::test_fewer_than_five_groups_beside_their_own_withhold_it"),
    Mutant("the readers' own groups count", "metrics/everyone.py",
           "frame[~own & ", "frame[",
           f"{EVERYONE}::test_fewer_than_five_groups_beside_their_own_withhold_it"),
    Mutant("rows of no group are one", "metrics/everyone.py",
           " - {EMPTY}", "",
           f"{EVERYONE}::test_fewer_than_five_groups_beside_their_own_withhold_it"),
    Mutant("groups without a value count", "metrics/everyone.py",
           "(frame[kpi].fillna(0) != 0)", "True",
           f"{EVERYONE}::test_groups_with_nothing_to_add_do_not_count"),
    Mutant("groups of parts are not counted", "metrics/everyone.py",
           "for part in _counted(kpi, context))", "for part in (kpi,))",
           f"{EVERYONE}::test_every_part_of_a_kpi_rests_on_five_groups"),
    Mutant("one of the dimensions has enough groups", "metrics/everyone.py",
           "return min(", "return max(",
           f"{EVERYONE}::test_of_a_slice_by_two_dimensions_each_has_five_others"),
    Mutant("totals of everyone are not looked at again", "metrics/permitted.py",
           "if answer.question.everyone:", "if False:",
           f"{EVERYONE}::test_whatever_was_asked_is_looked_at_again"),
    Mutant("what everyone has beside the total is told", "metrics/everyone.py",
           "{(): totals.frames[()][columns]}", "totals.frames",
           f"{EVERYONE}::test_nothing_stands_beside_a_total_of_everyone"),
)  # fmt: skip


def noticed(mutant: Mutant) -> bool:
    """Plant a fault into a copy of the source; whether its test fails. AssertionError where the source moved on."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "src"
        shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
        file = copy / "broadsheet" / mutant.file
        text = file.read_text(encoding="utf-8")
        assert mutant.old in text, f"{mutant.name}: {mutant.file} does not say {mutant.old!r} any more"
        file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-k",
            NOT_POSTGRESQL,
            mutant.test,
        ]
        environ = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        # 1: a test failed; anything else (no test of that name) proves nothing.
        assert done.returncode in (0, 1), done.stdout
        return done.returncode == 1
