"""The check `shape`: the tensors have the same shape."""

from tf_initcompat.parity.checks.base import DISTRIBUTION, Need, register
from tf_initcompat.parity.checks.evidence import Samples
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed


@register(
    "shape",
    groups=(DISTRIBUTION,),
    failure="the tensors have another shape",
    needs={Need.TENSORS},
    causes=fixed_cause("`shape` is not that of the call"),
    order=120,
)
def shape(samples: Samples) -> Outcome:
    """Compare the shapes of all shards."""
    legacy, migrated = (", ".join(map(str, shapes)) for shapes in samples.shapes)
    return passed(legacy) if legacy == migrated else failed(f"{legacy} became {migrated}")
