"""`compare` and `assert_parity` on real initializers: correct ones pass, each mistake is detected and named.

`benchmarks/parity.py` runs the full tables of mistakes and of equal initializers; this is a part of each. With a budget
of 1e-3 per comparison and a repetition of suspicious checks, a false alarm has a probability below 1e-6.
"""

import inspect
import pkgutil
import random
import tracemalloc
from typing import Any

import legacy
import mutants
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

import tf_initcompat
from tf_initcompat import parity
from tf_initcompat.parity import pytest_plugin
from tf_initcompat.parity.results import Kind

V1 = tf.compat.v1
COARSE = {"scale_error": 0.05, "mean_error": 0.05}


def failed_checks(comparison: parity.Comparison) -> set[str]:
    return {check.name for check in comparison.failures}


@pytest.mark.parametrize(
    "mutant", [mutant for mutant in mutants.MUTANTS if mutant.is_fast], ids=lambda mutant: mutant.name
)
def test_mistake_is_detected(mutant: mutants.Mutant) -> None:
    options = {"contexts": ("eager", "graph"), **mutant.options}
    comparison = parity.compare(
        mutant.legacy, mutant.migrated, shape=mutant.shape, arguments=mutant.arguments, **options
    )
    assert comparison.verdict == "different"
    assert set(mutant.checks) <= failed_checks(comparison)
    assert comparison.cause


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_wrapper_is_the_same(name: str) -> None:
    comparison = parity.assert_parity(
        legacy.real(name),
        legacy.mirrored(name),
        arguments={},
        shape=legacy.shape_of(name, (8, 6) if name in legacy.KERNELS else (40, 25)),
        contexts=("eager", "function"),
        name=name,
        **COARSE,
    )
    assert comparison.name == name
    assert comparison.contexts == ("eager", "function")
    assert comparison.kind is Kind.ALL
    names = {check.name for check in comparison.checks}
    if name in legacy.RANDOM:
        assert comparison.scale_error is not None
        assert comparison.scale_error < 0.05
        assert {"calls", "support", "stddev", "distribution"} <= names
    else:
        assert "values" in names


@pytest.mark.parametrize("context", ["xla", "graph"])
@pytest.mark.parametrize("shape", [(), (3,), (3, 3, 8, 8)])
def test_shapes_and_contexts(context: str, shape: tuple[int, ...]) -> None:
    comparison = parity.assert_parity(
        V1.random_uniform_initializer,
        tf_initcompat.random_uniform_initializer,
        shape=shape,
        contexts=(context,),
        **COARSE,
    )
    assert comparison.contexts == (context,)
    assert comparison.legacy is not None
    assert comparison.legacy.size >= 4096


@pytest.mark.parametrize("context", ["xla", "graph"])
def test_shape_without_elements(context: str) -> None:
    comparison = parity.assert_parity(
        V1.random_uniform_initializer, tf_initcompat.random_uniform_initializer, shape=(2, 0), contexts=(context,)
    )
    assert {check.name for check in comparison.checks} >= {"call", "dtype", "shape"}
    assert comparison.legacy is None


def compare_unit_scaling(scale: float) -> parity.Comparison:
    return parity.compare(
        V1.uniform_unit_scaling_initializer(1.4),
        tf_initcompat.variance_scaling_initializer(scale=scale, distribution="uniform"),
        shape=(100, 30),
        contexts=("eager",),
        checks=parity.DISTRIBUTION,
    )


def test_message_explains_the_difference() -> None:
    with pytest.raises(AssertionError) as raised:
        parity.assert_parity(
            V1.uniform_unit_scaling_initializer,
            lambda factor: tf_initcompat.variance_scaling_initializer(scale=factor, distribution="uniform"),
            arguments={"factor": 1.4},
            shape=(100, 30),
            contexts=("eager",),
            checks=parity.DISTRIBUTION,
        )
    head, *lines = str(raised.value).splitlines()
    assert "(factor=1.4), shape (100, 30): the migrated initializer differs from the legacy one." in head
    by_label = {line.partition(":")[0].strip(): line for line in lines}
    assert list(by_label) == [
        "support [eager]",
        "stddev [eager]",
        "distribution [eager]",
        "goodness of fit [eager]",
        "Most likely cause",
        "Repair",
        "Detectable with a power of 99.9%",
    ]
    assert "`factor`: 1.4 is used in place of its square (scale = factor ** 2)" in by_label["Most likely cause"]
    # The measured repair is 1.4 ** 2 = 1.96, up to the error of the sample.
    assert by_label["Repair"].startswith("  Repair: scale=1.9")


def test_repair_repairs() -> None:
    assert compare_unit_scaling(1.4).verdict == "different"
    assert compare_unit_scaling(1.4**2).verdict == "same"


@pytest.mark.parametrize(
    ("checks", "failed"),
    [(parity.DISTRIBUTION, set()), (parity.FRESHNESS, {"calls", "global seed"})],
    ids=["distribution", "freshness"],
)
def test_native_initializer_has_the_distribution_but_repeats_itself(checks: Any, failed: set[str]) -> None:
    comparison = parity.compare(
        V1.initializers.he_normal(),
        tf.keras.initializers.HeNormal(),
        shape=(100, 50),
        contexts=("eager",),
        checks=checks,
        **COARSE,
    )
    assert failed <= failed_checks(comparison)
    assert comparison.verdict == ("different" if failed else "same")


def test_plain_functions_can_be_compared() -> None:
    def scaled(shape: Any, dtype: Any = tf.float32) -> Any:
        return 3 * tf.random.normal(shape, dtype=dtype)

    def direct(shape: Any, dtype: Any = tf.float32) -> Any:
        return tf.random.normal(shape, stddev=3.0, dtype=dtype)

    checks = (*parity.DISTRIBUTION, *parity.FRESHNESS)
    assert parity.compare(scaled, direct, shape=(60, 50), checks=checks).verdict == "same"


def test_plain_arrays_can_be_compared() -> None:
    comparison = parity.compare(
        lambda shape: np.zeros(shape, np.float32),
        lambda shape: np.zeros(shape, np.float64),
        shape=(2,),
        contexts=("eager",),
        checks=parity.DISTRIBUTION,
    )
    assert failed_checks(comparison) == {"dtype", "values"}
    assert str(comparison).endswith("(), shape (2,): different in eager")
    assert comparison.kind is Kind.DISTRIBUTION


def test_same_seed_gives_the_same_result_and_leaves_other_generators_alone() -> None:
    def run(seed: int) -> Any:
        comparison = parity.compare(
            V1.random_normal_initializer,
            tf_initcompat.random_normal_initializer,
            shape=(50, 50),
            seed=seed,
            contexts=("eager",),
            **COARSE,
        )
        return [(check.name, check.statistic, check.p_value) for check in comparison.checks]

    states = random.getstate(), np.random.get_state()[1].tolist()
    first = run(1)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states
    assert first == run(1)
    assert first != run(2)


def test_suspicious_check_is_repeated_before_it_fails() -> None:
    attempts: list[int] = []

    def unlucky(shape: Any, dtype: Any = tf.float32) -> Any:
        # Wrong in the first sample only: an accident, as fresh samples show.
        attempts.append(1)
        return tf.random.normal(shape, stddev=1.2 if len(attempts) == 1 else 1.0, dtype=dtype)

    comparison = parity.compare(
        lambda shape: tf.random.normal(shape),
        unlucky,
        shape=(1000, 200),
        contexts=("eager",),
        checks=("stddev",),
        **COARSE,
    )
    assert comparison.verdict == "same"
    assert [check.repeated for check in comparison.checks] == [True]


def test_memory_is_bounded() -> None:
    # 400 MB of values are drawn; a sample of a few MB and one tensor stay in memory.
    shape = (5_000_000,)
    tracemalloc.start()
    parity.compare(
        lambda shape: tf.random.uniform(shape),
        lambda shape: tf.random.uniform(shape),
        shape=shape,
        contexts=("eager",),
        checks=("stddev", "support"),
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6


@pytest.fixture(scope="module")
def p_values_of_equal_initializers() -> dict[str, list[float]]:
    """P-values of 200 comparisons by check; a small part of `benchmarks/parity.py`."""
    p_values: dict[str, list[float]] = {}
    for seed in range(200):
        comparison = parity.assert_parity(
            V1.truncated_normal_initializer,
            tf_initcompat.truncated_normal_initializer,
            shape=(70, 60),
            contexts=("eager",),
            checks=parity.DISTRIBUTION,
            scale_error=0.1,
            mean_error=0.1,
            seed=seed,
        )
        for check in comparison.checks:
            if check.p_value is not None:
                p_values.setdefault(check.name, []).append(check.p_value)
    return p_values


@pytest.mark.parametrize(
    ("check", "alternative"),
    [
        ("support", "greater"),  # the number of exceedances is discrete: p-values are only never too small
        ("mean", "two-sided"),
        ("stddev", "two-sided"),
        ("distribution", "two-sided"),
        ("goodness of fit", "two-sided"),
    ],
)
def test_p_values_of_equal_initializers_are_uniform(
    p_values_of_equal_initializers: dict[str, list[float]], check: str, alternative: str
) -> None:
    # A false alarm of this test has a probability of 1e-3 for each check.
    p_values = p_values_of_equal_initializers[check]
    assert len(p_values) == 200
    assert stats.kstest(p_values, "uniform", alternative=alternative).pvalue > 1e-3


def test_nothing_to_compare_is_not_parity() -> None:
    def broken(shape: Any) -> Any:
        raise ValueError("no")

    with pytest.raises(AssertionError, match=r"nothing could be compared(.|\n)*both fail: ValueError: no"):
        parity.assert_parity(broken, broken, shape=(3,), checks=parity.DISTRIBUTION)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"shape": (2, None)}, TypeError, "`shape`.*Received: .2, None"),
        ({"shape": (2,), "dtype": "floaty"}, TypeError, "`dtype`.*floaty"),
        ({"shape": (2,), "partitions": 3}, ValueError, "`partitions`.*Received: 3"),
        ({"shape": (2,), "partitions": 0}, ValueError, "`partitions`.*Received: 0$"),
        ({"shape": (), "partitions": 2}, ValueError, "`partitions`.*Received: 2$"),
        ({"shape": (2,), "contexts": ["gpu"]}, ValueError, "`contexts`.*gpu"),
        ({"shape": (2,), "contexts": ()}, ValueError, r"`contexts`.*Received: \(\)"),
        ({"shape": (2,), "checks": ["size"]}, ValueError, "`checks`.*size"),
        ({"shape": (2,), "power": 2}, ValueError, "`power`.*2"),
        ({"shape": (2,), "seed": "x"}, TypeError, "`seed`.*'x'"),
        ({"shape": (2,), "budget": "x"}, ValueError, "`budget`.*'x'"),
        ({"shape": (2,), "power": 1e-9}, ValueError, "`power`.*1e-09"),
        ({"shape": (2,), "partitions": 2.5}, TypeError, "`partitions`.*2.5"),
        ({"shape": (2,), "contexts": None}, ValueError, "`contexts`.*None"),
        ({"shape": (2,), "arguments": "abc"}, TypeError, "`arguments`.*abc"),
        ({"shape": (2,), "cheks": ("mean",)}, TypeError, "cheks"),
    ],
)
def test_bad_arguments(options: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        parity.compare(tf.zeros, tf.zeros, **options)


def test_initializer_must_be_callable() -> None:
    with pytest.raises(TypeError, match=r"An initializer must be callable\. Received: 3"):
        parity.compare(3, tf.zeros, shape=(2,))  # type: ignore[arg-type]


def keywords(function: Any) -> dict[str, inspect.Parameter]:
    return {
        name: parameter
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def test_assert_parity_has_the_keywords_of_compare() -> None:
    assert keywords(parity.assert_parity) == keywords(parity.compare)


def test_fixture_has_the_keywords_of_compare() -> None:
    assert keywords(pytest_plugin.InitializerParity.__call__).keys() == keywords(parity.compare).keys()


@pytest.mark.parametrize("function", [parity.compare, parity.assert_parity], ids=["compare", "assert_parity"])
def test_every_keyword_is_documented(function: Any) -> None:
    documentation = inspect.getdoc(function)
    assert documentation is not None
    arguments = documentation.partition("Args:")[2].partition("Returns:")[0]
    documented = {line.strip().partition(":")[0] for line in arguments.splitlines() if line.startswith("  ")}
    assert inspect.signature(function).parameters.keys() <= documented


def test_no_module_hides_a_name_of_the_package() -> None:
    # Importing a module sets its name in its package.
    assert not {module.name for module in pkgutil.iter_modules(parity.__path__)} & set(parity.__all__)


def test_public_names_resolve() -> None:
    assert dir(parity) == sorted(parity.__all__)
    assert all(hasattr(parity, name) for name in parity.__all__)
    with pytest.raises(AttributeError, match="'SIDES'"):
        parity.SIDES  # type: ignore[attr-defined]  # noqa: B018


def test_groups_are_sequences() -> None:
    freshness, interface = tuple(parity.FRESHNESS), tuple(parity.INTERFACE)
    assert interface == ("config", "errors")
    assert (*freshness, *interface) == parity.FRESHNESS + parity.INTERFACE
    assert (*interface, "calls") == parity.INTERFACE + ("calls",)  # noqa: RUF005
    assert ("calls", *interface) == ["calls"] + parity.INTERFACE  # type: ignore[operator]  # noqa: RUF005
    assert (parity.INTERFACE[0], parity.INTERFACE[-1], parity.FRESHNESS[1:]) == ("config", "errors", freshness[1:])
    assert (len(parity.INTERFACE), parity.INTERFACE.index("errors")) == (2, 1)
    assert "errors" in parity.INTERFACE
    with pytest.raises(TypeError):
        parity.INTERFACE + "calls"


def test_former_names() -> None:
    assert parity.LAW is parity.DISTRIBUTION
    normal = tf_initcompat.random_normal_initializer
    options: dict[str, Any] = {"shape": (64, 64), "contexts": ("eager",), "scale_error": 0.05, "mean_error": 0.05}
    comparison = parity.compare(normal, normal, checks=["law"], **options)
    assert [check.name for check in comparison.checks] == ["goodness of fit"]
    comparison = parity.compare(normal, normal, checks="law", **options)
    assert [check.name for check in comparison.checks] == ["goodness of fit"]
