"""The registry of checks: each check contributes the p-values that it declares."""

import subprocess
import sys
from typing import Any

import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat import parity
from tf_initcompat.parity import checks
from tf_initcompat.parity.checks import Need
from tf_initcompat.parity.results import Kind

COARSE = {"scale_error": 0.05, "mean_error": 0.05}


def with_nan(shape: Any, dtype: Any = None) -> Any:
    return tf.where(tf.random.uniform(shape) < 0.01, float("nan"), tf.random.normal(shape))


@pytest.fixture(scope="module")
def p_values() -> dict[str, list[int]]:
    """Number of p-values by check, in each comparison in which every check applies."""
    finite = parity.compare(
        tf.compat.v1.random_normal_initializer,
        tf_initcompat.random_normal_initializer,
        shape=(64, 64),
        partitions=2,
        contexts=("eager", "graph"),
        **COARSE,
    )
    non_finite = parity.compare(
        with_nan, with_nan, shape=(64, 64), contexts=("eager",), checks=parity.DISTRIBUTION, **COARSE
    )
    orthogonal = parity.compare(
        tf.compat.v1.orthogonal_initializer,
        tf_initcompat.orthogonal_initializer,
        shape=(64, 64),
        contexts=("eager",),
        checks=parity.DISTRIBUTION,
        **COARSE,
    )
    deterministic = parity.compare(
        tf.compat.v1.ones_initializer, tf_initcompat.ones_initializer, shape=(64, 64), contexts=("eager",)
    )
    counts: dict[str, list[int]] = {}
    for comparison in (finite, non_finite, orthogonal, deterministic):
        for check in comparison.checks:
            counts.setdefault(check.name, []).append(check.p_value is not None)
    return counts


@pytest.mark.parametrize("name", parity.CHECKS)
def test_check_contributes_the_declared_number_of_p_values(p_values: dict[str, list[int]], name: str) -> None:
    assert set(p_values[name]) == {checks.REGISTRY[name].p_values}


def test_comparison_produces_at_most_the_declared_p_values() -> None:
    # All checks apply except `finite`, which needs values that are not finite.
    comparison = parity.compare(
        tf.compat.v1.random_normal_initializer,
        tf_initcompat.random_normal_initializer,
        shape=(64, 64),
        partitions=2,
        contexts=("eager", "graph"),
        **COARSE,
    )
    produced = sum(check.p_value is not None for check in comparison.checks)
    assert produced == 2 * sum(group.p_values(include_exceptional=False) for group in checks.GROUPS)


STATISTICAL = {
    checks.DISTRIBUTION: ["finite", "support", "mean", "stddev", "distribution", "goodness of fit"],
    checks.FRESHNESS: ["call correlation", "shard correlation"],
    checks.INTERFACE: [],
}


@pytest.mark.parametrize("group", checks.GROUPS, ids=lambda group: group.kind.value)
def test_statistical_checks_of_the_groups(group: checks.Group[object]) -> None:
    statistical = [definition for definition in group.definitions if definition.p_values]
    assert [definition.name for definition in statistical][: len(STATISTICAL[group])] == STATISTICAL[group]
    assert group.p_values() == len(statistical)


def test_table_has_no_values_that_are_not_finite() -> None:
    assert checks.DISTRIBUTION.p_values(include_exceptional=False) == checks.DISTRIBUTION.p_values() - 1


def test_only_non_finite_values_are_exceptional() -> None:
    assert [definition.name for definition in checks.REGISTRY if definition.is_exceptional] == ["finite"]
    assert [need for need in Need if need.is_exceptional] == [Need.NON_FINITE_VALUES]


def test_every_check_has_a_cause() -> None:
    comparison = parity.Comparison("name", (2,), None, ())
    assert all(any(definition.causes(comparison)) for definition in checks.REGISTRY)


@pytest.mark.parametrize("kind", [Kind.DISTRIBUTION, Kind.FRESHNESS, Kind.INTERFACE])
def test_groups_cover_the_checks(kind: Kind) -> None:
    (group,) = (group for group in checks.GROUPS if group.kind is kind)
    assert set(group) == {definition.name for definition in checks.REGISTRY if definition.receives(kind)}
    assert len(group) == len(list(group)) > 0


def test_name_can_be_registered_once_only() -> None:
    register = checks.register(
        "mean", groups=(checks.DISTRIBUTION,), failure="", causes=checks.fixed_cause("a name that is taken")
    )
    with pytest.raises(ValueError, match=r"'mean' is already registered by tf_initcompat\.parity\.checks\.mean"):
        register(lambda samples: checks.passed(""))


def test_declarations_need_no_tensorflow() -> None:
    program = """if True:
        import sys
        from tf_initcompat.parity import checks, reports
        assert len(list(checks.REGISTRY)) > 20 and len(list(reports.REGISTRY)) >= 4
        assert not {"tensorflow", "keras", "tf_keras"} & sys.modules.keys()
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
