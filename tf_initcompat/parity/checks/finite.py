"""The check `finite`: values are NaN or infinite only if legacy values are, and equally often."""

from tf_initcompat.parity.checks.base import DISTRIBUTION, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, tested
from tf_initcompat.parity.statistics.numeric import stats


@register(
    "finite",
    groups=(DISTRIBUTION,),
    failure="the migrated tensors hold NaN or infinite values",
    needs={Need.NON_FINITE_VALUES},
    p_values=1,
    causes=fixed_cause("an overflow of the dtype, or a division by a fan of zero"),
    order=130,
)
def finite(samples: Samples) -> Outcome:
    """Compare the numbers of values that are NaN or infinite by Fisher's exact test."""
    legacy, migrated = samples.non_finite_counts
    sizes = samples.legacy.values.size, samples.migrated.values.size
    message = f"{legacy} of {sizes[0]} and {migrated} of {sizes[1]} values are NaN or infinite"
    if not (legacy and migrated):
        return failed(message)
    result = stats.fisher_exact([[legacy, sizes[0] - legacy], [migrated, sizes[1] - migrated]])
    return tested(result.statistic, result.pvalue, message)
