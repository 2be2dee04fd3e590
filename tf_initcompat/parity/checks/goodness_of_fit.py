"""The check `goodness of fit`: the migrated values follow the known distribution of the initializer."""

from tf_initcompat.parity.checks.base import DISTRIBUTION, Aspect, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, tested
from tf_initcompat.parity.diagnosis.distribution import causes
from tf_initcompat.parity.statistics import hypothesis_tests


@register(
    "goodness of fit",
    groups=(DISTRIBUTION,),
    failure="the migrated values do not follow the known distribution of the initializer",
    needs={Need.KNOWN_DISTRIBUTION},
    p_values=1,
    aspect=Aspect.FORM,
    causes=causes,
    order=200,
)
def goodness_of_fit(samples: Samples) -> Outcome:
    """Compare the migrated values with the known distribution by the Kolmogorov-Smirnov test."""
    assert samples.distribution is not None
    result = hypothesis_tests.goodness_of_fit(samples.finite[1], samples.distribution.cdf)
    message = f"{samples.distribution.name}: statistic {result.statistic:.4g}"
    return tested(result.statistic, result.p_value, message)
