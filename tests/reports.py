"""What tests make of the arrays that tasks of a cluster describe."""

import math
from typing import Any

import legacy

from tf_initcompat.parity.execution.configurations import Cell
from tf_initcompat.parity.statistics.distributions import known_law


def stddev(name: str, shape: tuple[int, ...]) -> float:
    """Returns the standard deviation of an initializer's law for a whole shape; legacy functions have none to ask."""
    law = known_law(legacy.mirrored(name)(), Cell(shape))
    if law is None:
        assert "orthogonal" in name
        return 1 / math.sqrt(max(shape))
    return float(law.family.std(*law.parameters))


def hashes(arrays: list[dict[str, Any]]) -> list[str]:
    """Returns the hash of each array."""
    return [array["hash"] for array in arrays]
