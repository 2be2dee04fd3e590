"""The check `mean`: the means are equal."""

from tf_initcompat.parity.checks.base import DISTRIBUTION, Aspect, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, tested
from tf_initcompat.parity.diagnosis.distribution import causes
from tf_initcompat.parity.statistics import hypothesis_tests


@register(
    "mean",
    groups=(DISTRIBUTION,),
    failure="the means differ",
    needs={Need.MOMENTS},
    p_values=1,
    aspect=Aspect.LOCATION,
    causes=causes,
    order=170,
)
def mean(samples: Samples) -> Outcome:
    """Compare the means by Welch's test."""
    legacy, migrated = samples.finite
    result = hypothesis_tests.mean(legacy, migrated)
    return tested(result.statistic, result.p_value, f"{legacy.mean():.6g} and {migrated.mean():.6g}")
