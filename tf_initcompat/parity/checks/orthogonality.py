"""The check `orthogonality`: the matrices of an orthogonal initializer are orthogonal."""

from typing import Final

import numpy as np

from tf_initcompat.parity.checks.base import DISTRIBUTION, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed
from tf_initcompat.parity.statistics.numeric import Array

#: Largest error that rounding explains if the legacy matrix has less; correlated rows have far more.
_ROUNDING: Final = 1e-5


@register(
    "orthogonality",
    groups=(DISTRIBUTION,),
    failure="the matrices are not orthogonal in the same way",
    needs={Need.ORTHOGONAL_MATRICES},
    causes=fixed_cause("`gain`, or the matrix that is made orthogonal has another shape"),
    order=150,
)
def orthogonality(samples: Samples) -> Outcome:
    """Compare the largest errors of the Gram matrices, which are the identity times the square of the gain."""
    legacy, migrated = (_gram_error(sample.first[0]) for sample in (samples.legacy, samples.migrated))
    message = f"largest error {legacy:.2g} and {migrated:.2g}"
    are_zero = np.isnan([legacy, migrated]).all()  # with a gain of 0
    return passed(message) if migrated <= max(4 * legacy, _ROUNDING) or are_zero else failed(message)


def _gram_error(tensor: Array) -> float:
    matrix: Array = np.reshape(tensor.astype(np.float64), (-1, tensor.shape[-1]))
    transposed: Array = np.transpose(matrix)
    gram: Array = transposed @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ transposed
    size = len(gram)
    return float(np.abs(gram / np.trace(gram) * size - np.eye(size)).max())
