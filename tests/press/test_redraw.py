"""A job as files and back: nothing of it is lost, whatever a report asks."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from broadsheet.clock import FixedClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.document.compose import compose
from broadsheet.document.material import Material
from broadsheet.errors import StorageError
from broadsheet.metrics.question import Answer
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.gather import gather
from broadsheet.press.job import RenderJob
from broadsheet.press.press import Press
from broadsheet.press.redraw import FRAMES, JOB, job_files, job_from
from broadsheet.press.render import render
from broadsheet.press.starter import create_workspace
from broadsheet.sample.build import build
from press.workspace import FILES, SETTINGS, House, report

SENT = """
  sent: {label: Sent, meaning: Orders that were sent., owner: Ada, count: orders, list: {columns: {Sent: sent_at},
    reason: "Sent {sent_at}", next_step: None., order: sent_at}}
"""
LATER = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RenderJob]:
    """Jobs of shipped reports: one full of charts and tables, one full of lists, in another language."""
    root = tmp_path_factory.mktemp("starter")
    create_workspace(root)
    build(root / "var" / "warehouse.duckdb", until=date(2026, 11, 22), seed=7, scale=0.05)
    press = Press(load_workspace(root), FixedClock(LATER), os.environ, root / "var")
    wishes = (Wish("sales-weekly"), Wish("customer-view", locale="de"))
    return {wish.report: gather(press, order_for(press, wish)).job for wish in wishes}


def answers(material: Material) -> list[Answer | None]:
    return [each.answer for data in material.data for each in data.every]


@pytest.mark.parametrize("name", ["sales-weekly", "customer-view"])
def test_a_job_comes_back_whole(jobs: dict[str, RenderJob], name: str) -> None:
    job = jobs[name]
    files = job_files(job)
    back = job_from(files, files.__getitem__)
    assert job_files(back) == files
    bare = [replace(each, material=replace(each.material, data=())) for each in (job, back)]
    for field in fields(RenderJob):
        assert getattr(bare[0], field.name) == getattr(bare[1], field.name), field.name
    for then, now in zip(answers(job.material), answers(back.material), strict=True):
        if then is None or now is None:
            assert then is now
            continue
        assert list(then.frames) == list(now.frames)
        for level, frame in then.frames.items():
            pd.testing.assert_frame_equal(frame, now.frames[level], check_exact=True)
        assert repr(then.rows) == repr(now.rows)
        assert replace(then, frames={}) == replace(now, frames={})


def test_the_same_bytes_are_drawn_from_the_files(house: House) -> None:
    with house.press() as press:
        job = gather(press, order_for(press, Wish("orders", "2025-W24")), ("workbook", "json", "png")).job
    files = job_files(job)
    assert render(job_from(files, files.__getitem__)) == render(job)


@pytest.mark.parametrize("stored", ["UTC", "Europe/Berlin", "America/New_York"])
def test_times_at_the_ends_of_the_calendar_are_listed_and_come_back(house: House, stored: str) -> None:
    house.write("config/settings.yaml", SETTINGS.replace("Berlin", f"Berlin, naive_timestamps: {stored}"))
    house.write(
        "config/sources.yaml", FILES["config/sources.yaml"].replace("money,", "money, sent_at: time,")
    )
    house.write("config/kpis/sales.yaml", FILES["config/kpis/sales.yaml"].rstrip() + SENT)
    house.write("reports/orders.yaml", report(blocks="[{list: sent}]"))
    times = ("0001-01-01 00:00:00", "2026-06-09 12:00:00", "9999-12-31 23:59:59")
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute("ALTER TABLE orders ADD COLUMN sent_at TIMESTAMP")
        sent = "UPDATE orders SET sent_at = CAST($times[order_no % 3 + 1] AS TIMESTAMP)"
        connection.execute(sent, {"times": times})
    with house.press() as press:
        job = gather(press, order_for(press, Wish("orders", "2026-W24"))).job
    files = job_files(job)
    back = job_from(files, files.__getitem__)
    ((answer,), (again,)) = (answers(each.material) for each in (job, back))
    assert answer is not None
    assert again is not None
    assert answer.rows is not None
    assert sorted({time.year for (time,) in answer.rows.values}) == [1, 2026, 9999]
    assert again.rows == answer.rows
    assert compose(back.material) == compose(job.material)


def test_frames_are_one_table_for_any_tool(jobs: dict[str, RenderJob], tmp_path: Path) -> None:
    job = jobs["sales-weekly"]
    (tmp_path / FRAMES).write_bytes(job_files(job)[FRAMES])
    total = f"SELECT value FROM '{tmp_path / FRAMES}' WHERE kpi = 'revenue' AND level = '' AND period = ?"
    found = duckdb.execute(total, [job.material.period.label]).fetchall()
    asked = (
        each for each in answers(job.material) if each and each.question.buckets[0] == job.material.period
    )
    told = [each.value("revenue") for each in asked]
    assert {value for (value,) in found} == {value for value in told if value == value}


def test_a_description_of_another_version_is_refused(jobs: dict[str, RenderJob]) -> None:
    files = job_files(jobs["sales-weekly"])
    files[JOB] = files[JOB].replace(b'"press.job.RenderJob"', b'"press.job.PrintJob"', 1)
    with pytest.raises(StorageError, match="cannot be read") as refused:
        job_from(files, files.__getitem__)
    assert "another version of Broadsheet" in refused.value.remedy
