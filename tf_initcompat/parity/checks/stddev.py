"""The check `stddev`: the standard deviations are equal."""

from tf_initcompat.parity.checks.base import DISTRIBUTION, Aspect, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, skipped, tested
from tf_initcompat.parity.diagnosis.distribution import causes
from tf_initcompat.parity.statistics import hypothesis_tests


@register(
    "stddev",
    groups=(DISTRIBUTION,),
    failure="the standard deviations differ",
    needs={Need.RANDOM_VALUES},
    p_values=1,
    aspect=Aspect.SCALE,
    causes=causes,
    order=180,
)
def stddev(samples: Samples) -> Outcome:
    """Compare the logarithms of the standard deviations; skipped for small samples and heavy tails."""
    if samples.missing_moments:
        return skipped(f"not compared: {samples.missing_moments}")
    legacy, migrated = samples.finite
    result = hypothesis_tests.stddev(legacy, migrated)
    message = f"{legacy.std():.6g} and {migrated.std():.6g}, ratio {result.statistic:.5f}"
    return tested(result.statistic, result.p_value, message)
