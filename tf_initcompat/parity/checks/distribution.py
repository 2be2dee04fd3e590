"""The check `distribution`: the whole distributions of both samples are equal."""

from tf_initcompat.parity.checks.base import DISTRIBUTION, Aspect, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, tested
from tf_initcompat.parity.diagnosis.distribution import causes
from tf_initcompat.parity.statistics import hypothesis_tests


@register(
    "distribution",
    groups=(DISTRIBUTION,),
    failure="the whole distributions differ",
    needs={Need.RANDOM_VALUES},
    p_values=1,
    aspect=Aspect.FORM,
    causes=causes,
    order=190,
)
def distribution(samples: Samples) -> Outcome:
    """Compare at most 65,536 values by the Kolmogorov-Smirnov test, or discrete ones by a chi square test."""
    result = hypothesis_tests.distribution(*samples.finite)
    used = min(max(values.size for values in samples.finite), hypothesis_tests.DISTRIBUTION_SIZE)
    message = f"statistic {result.statistic:.4g} of at most {used:,} values in each sample"
    return tested(result.statistic, result.p_value, message)
