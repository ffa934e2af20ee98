"""Every test of the metrics runs on both engines."""

import pytest

from metrics.small import engines

make = pytest.fixture(params=["duckdb", "postgresql"])(engines)
