"""The check `distribution`: the whole distributions of both samples are equal."""

import numpy as np

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
    """Compare at most 65,536 values by the Kolmogorov-Smirnov test, or discrete ones by a chi square test.

    Of kernels, the shares of a position in the norm are compared too. The smaller p-value counts, times two.
    """
    result = hypothesis_tests.distribution(*samples.finite)
    used = min(max(values.size for values in samples.finite), hypothesis_tests.DISTRIBUTION_SIZE)
    message = f"statistic {result.statistic:.4g} of at most {used:,} values in each sample"
    p_value = result.p_value
    shares = samples.legacy.shares, samples.migrated.shares
    if all(of_sample.size and np.isfinite(of_sample).all() for of_sample in shares):
        of_shares = hypothesis_tests.distribution(*shares)
        message += f"; {of_shares.statistic:.4g} for the norm at the first position of each kernel"
        p_value = min(1.0, 2 * min(p_value, of_shares.p_value))
    return tested(result.statistic, p_value, message)
