"""The check `dtype`: the tensors have the same dtype."""

from tf_initcompat.parity.checks.base import DISTRIBUTION, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed


@register(
    "dtype",
    groups=(DISTRIBUTION,),
    failure="the tensors have another dtype",
    needs={Need.TENSORS},
    causes=fixed_cause("`dtype` of the constructor or of the call is ignored"),
    order=110,
)
def dtype(samples: Samples) -> Outcome:
    """Compare the dtypes of the first shards."""
    legacy, migrated = samples.dtypes
    return passed(legacy) if legacy == migrated else failed(f"{legacy} became {migrated}")
