"""The check `call`: the migrated initializer returns tensors wherever the legacy one does."""

from tf_initcompat.parity.checks.base import (
    DISTRIBUTION,
    FRESHNESS,
    Outcome,
    failed,
    fixed_cause,
    passed,
    register,
    skipped,
)
from tf_initcompat.parity.checks.evidence import EvidenceOfCalls, Samples


@register(
    "call",
    groups=(DISTRIBUTION, FRESHNESS),
    failure="the migrated initializer raised an error where the legacy one did not",
    causes=fixed_cause("arguments of the call that the migrated initializer does not take"),
    order=100,
)
def call(evidence: EvidenceOfCalls) -> Outcome | None:
    """Compare whether both initializers return tensors."""
    legacy, migrated = evidence.errors
    if legacy and migrated:
        return skipped(f"not compared, both fail: {legacy}; {migrated}", f"not compared, both fail: {legacy.type}")
    if legacy:
        reason = "not compared, the legacy initializer fails"
        return skipped(f"{reason}: {legacy}", f"{reason}: {legacy.type}")
    if migrated:
        return failed(f"the migrated initializer fails: {migrated}")
    # One passed check is enough for a configuration in a context.
    return passed("both returned tensors") if isinstance(evidence, Samples) else None
