"""The check `orthogonality`: the matrices and convolutions of an orthogonal initializer are orthogonal."""

from tf_initcompat.parity.checks.base import DISTRIBUTION, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed


@register(
    "orthogonality",
    groups=(DISTRIBUTION,),
    failure="the matrices or convolutions are not orthogonal in the same way, or have another gain",
    needs={Need.ORTHOGONALITY},
    causes=fixed_cause("`gain`, or the matrix that is made orthogonal has another shape"),
    order=150,
)
def orthogonality(samples: Samples) -> Outcome:
    """Compare the gains and the errors of the Gram matrices, of a convolution in each frequency."""
    assert samples.grams is not None
    legacy, migrated = samples.grams
    message = (
        f"gain {legacy.gain:.6g} and {migrated.gain:.6g}, largest error {legacy.error:.2g} and {migrated.error:.2g}"
    )
    if not legacy.gain:
        return failed(message) if migrated.gain else passed(message)
    is_equal = abs(migrated.gain / legacy.gain - 1) <= legacy.tolerance
    return passed(message) if is_equal and migrated.error <= legacy.tolerance else failed(message)
