"""The check `support`: the smallest and largest values lie equally far out."""

from typing import Final

from tf_initcompat.parity.checks.base import DISTRIBUTION, Aspect, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, skipped, tested
from tf_initcompat.parity.diagnosis.distribution import causes
from tf_initcompat.parity.statistics import hypothesis_tests

_NARROW_DTYPES: Final = ("float16", "bfloat16")


@register(
    "support",
    groups=(DISTRIBUTION,),
    failure="the smallest or largest values differ",
    needs={Need.RANDOM_VALUES},
    p_values=1,
    aspect=Aspect.EDGES,
    causes=causes,
    order=160,
)
def support(samples: Samples) -> Outcome:
    """Compare the edges by Rosenbaum's exceedance test."""
    dtype = samples.dtypes[1]
    if samples.where.is_compiled and dtype in _NARROW_DTYPES:
        # Only there, the legacy uniform operation rounds up to its excluded bound.
        return skipped(f"not compared: XLA rounds the edges of {dtype}")
    legacy, migrated = samples.finite
    result = hypothesis_tests.support(legacy, migrated)
    ranges = " and ".join(f"[{values.min():.6g}, {values.max():.6g}]" for values in (legacy, migrated))
    message = f"{ranges}, {abs(result.statistic):.0f} values beyond the other's edge"
    return tested(result.statistic, result.p_value, message)
