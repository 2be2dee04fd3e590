"""The check `values`: deterministic values are equal bit for bit."""

import numpy as np

from tf_initcompat.parity.checks.base import DISTRIBUTION, Need, register
from tf_initcompat.parity.checks.evidence import Samples, are_identical
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed


@register(
    "values",
    groups=(DISTRIBUTION,),
    failure="a deterministic initializer returned other values",
    needs={Need.EXACT_VALUES},
    causes=fixed_cause("`value`: its order, its reshaping or its conversion to the dtype"),
    order=140,
)
def values(samples: Samples) -> Outcome:
    """Compare the tensors of the first call bit for bit."""
    if are_identical(samples.legacy.first, samples.migrated.first):
        return passed("bit for bit the same")
    for legacy, migrated in zip(samples.legacy.first, samples.migrated.first, strict=True):
        if legacy.dtype != migrated.dtype:
            continue
        are_both_nan = (legacy != legacy) & (migrated != migrated)
        differs = (legacy != migrated) & ~are_both_nan
        if differs.any():
            index = tuple(int(position) for position in np.argwhere(differs)[0])
            count = int(np.count_nonzero(differs))
            return failed(
                f"{count} of {legacy.size} values differ; at {index} {legacy[index]} became {migrated[index]}"
            )
    return failed("the same values in another representation (dtype or sign of zero)")
