"""The check `call`: the migrated initializer returns tensors wherever the legacy one does."""

from typing import Final

from tf_initcompat.parity.checks.base import DISTRIBUTION, FRESHNESS, Group, register
from tf_initcompat.parity.checks.evidence import EvidenceOfCalls
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed, skipped
from tf_initcompat.parity.results import Kind

#: Both receive the results of calls.
_GROUPS: Final[tuple[Group[EvidenceOfCalls], ...]] = (DISTRIBUTION, FRESHNESS)


@register(
    "call",
    groups=_GROUPS,
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
    # The passed checks of freshness say the same, so that only samples report it.
    return passed("both returned tensors") if evidence.kind is Kind.DISTRIBUTION else None
