"""How sure a proportion is: the Wilson score interval."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Z_95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


def wilson(hits: float, total: float, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of `hits` among `total`, as fractions (low, high).

    It stays inside 0 and 1 and holds for small totals, unlike the interval of the normal approximation.
    Raises ValueError unless 0 <= hits <= total and total > 0.
    Source: E. B. Wilson, JASA 22 (1927) 209; recommended by Brown, Cai and DasGupta, Statist. Sci. 16 (2001) 101.
    """
    if total <= 0 or not 0 <= hits <= total:
        raise ValueError(f"{hits} of {total} is not a proportion.")
    low, high = wilson_ends(np.array([hits / total]), np.array([float(total)]), z)
    return float(low[0]), float(high[0])


def wilson_ends(share: Floats, total: Floats, z: float = Z_95) -> tuple[Floats, Floats]:
    """The same of many proportions `share` of `total`, all of them from 0 to 1 and of something."""
    spread = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    center = share + z * z / (2 * total)
    scale = 1 + z * z / total
    low, high = (center - spread) / scale, (center + spread) / scale
    return np.where(share == 0, 0.0, low), np.where(share == 1, 1.0, high)
