"""Sums of floats without the digits that depend on the order of summation."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DIGITS = 14
"""Digits of a sum of rounded floats, counted from the size of its parts."""
_POWERS, _UP = 22, 0.4975
"""Powers of ten that are exact, and from which rest on a number is rounded up: a little before the half, where
decimals often end, so that the last bit of a float does not decide.
"""


def significant(values: npt.NDArray[Any], digits: int) -> Floats:
    """Floats rounded to so many digits."""
    numbers = values.astype(np.float64)
    return at_places(numbers, digits - 1 - _order(numbers))


def of_size(values: npt.NDArray[Any], sizes: npt.NDArray[Any]) -> Floats:
    """Sums of floats to fourteen digits of the size of their parts.

    Parts that cancel out give 0, not a remnant. Whole numbers are exact already.
    """
    numbers = values.astype(np.float64)
    whole = (numbers == np.floor(numbers)) | ~np.isfinite(sizes)
    return np.where(whole, numbers, at_places(numbers, DIGITS - 1 - _order(sizes.astype(np.float64))))


def rounded(value: float, size: float) -> float:
    """One such sum."""
    return float(of_size(np.array([value]), np.array([size]))[0])


def at_places(numbers: Floats, places: npt.NDArray[np.int64]) -> Floats:
    """Every number rounded to its own decimal places, halves away from zero."""
    usual = np.isfinite(numbers) & (np.abs(places) <= _POWERS)
    up = 10.0 ** np.where(usual, np.maximum(places, 0), 0)
    down = 10.0 ** np.where(usual, np.maximum(-places, 0), 0)
    scaled = np.where(usual, numbers, 0.0) * up / down
    found = np.where(usual, np.copysign(np.floor(np.abs(scaled) + (1 - _UP)), scaled) / up * down, numbers)
    for place in np.flatnonzero(~usual & np.isfinite(numbers)):
        found[place] = round(float(numbers[place]), int(places[place]))
    return found


def _order(sizes: Floats) -> npt.NDArray[np.int64]:
    """The power of ten of the first digit."""
    usual = np.isfinite(sizes) & (sizes != 0)
    return np.floor(np.log10(np.abs(np.where(usual, sizes, 1.0)))).astype(np.int64)
