"""The plan of a run: the cases cover the table, and each context has its configurations."""

import legacy
import pytest

from tf_initcompat.parity import checks
from tf_initcompat.parity.execution import contexts
from tf_initcompat.parity.execution.contexts import Context
from tf_initcompat.parity.table import lookup, plan

NAME = "random_normal_initializer"
CASES = plan.cases()
(EAGER, XLA) = contexts.named(["eager", "xla"])


def case_id(case: plan.Case) -> str:
    return f"{case.name}({', '.join(f'{name}={value}' for name, value in case.arguments)})"


def test_every_symbol_has_cases() -> None:
    assert {case.name for case in CASES} == set(legacy.INITIALIZERS)


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_every_case_covers_ranks_dtypes_and_partitions(case: plan.Case) -> None:
    configurations = list(case.configurations(EAGER))
    assert {len(configuration.shape) for configuration in configurations} == set(range(6))
    assert any(0 in configuration.shape for configuration in configurations)
    dtypes = {configuration.dtype for configuration in configurations}
    if case.symbol.takes_dtype_of_call:
        assert {"float16", "bfloat16", "float32", "float64"} <= dtypes
    else:
        assert dtypes == {dict(case.arguments).get("dtype", "float32")}
    # The sizes of kernels of two and three dimensions are equal, so that no shard is a kernel.
    has_shards = not case.symbol.kernel_ranks or 3 in case.symbol.kernel_ranks
    assert {configuration.partitions for configuration in configurations} == ({1, 2} if has_shards else {1})
    assert {context.name for context in case.contexts} == {"eager", "function", "graph", "xla"}


@pytest.mark.parametrize("name", legacy.KERNELS)
def test_kernels_of_every_dtype_are_compared_in_every_context(name: str) -> None:
    ranks, cases = legacy.row(name).kernel_ranks, [case for case in CASES if case.name == name]
    for context in contexts.DEFAULT:
        compared = [configuration for case in cases for configuration in case.configurations(context)]
        possible = [configuration for configuration in compared if len(configuration.shape) in ranks]
        assert {len(configuration.shape) for configuration in possible} <= set(ranks)
        assert possible
        if not context.is_compiled:
            assert {"float16", "float32", "float64"} <= {configuration.dtype for configuration in possible}
        assert {len(case.freshness_configuration(context).shape) for case in cases} <= set(ranks)


@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
@pytest.mark.parametrize("distribution", ["truncated_normal", "untruncated_normal", "uniform"])
def test_modes_and_distributions_are_combined(mode: str, distribution: str) -> None:
    arguments = [dict(case.arguments) for case in CASES if case.name == "variance_scaling_initializer"]
    wanted = {"mode": mode, "distribution": distribution}
    assert any(given.items() >= wanted.items() for given in arguments)


@pytest.mark.parametrize("mode", ["FAN_IN", "FAN_OUT", "FAN_AVG"])
@pytest.mark.parametrize("uniform", [False, True])
def test_modes_of_contrib_are_combined(mode: str, uniform: bool) -> None:
    name = "contrib.layers.variance_scaling_initializer"
    arguments = [dict(case.arguments) for case in CASES if case.name == name]
    assert any(given.items() >= {"mode": mode, "uniform": uniform}.items() for given in arguments)


@pytest.mark.parametrize("name", ["random_uniform_initializer", "zeros_initializer", "constant_initializer"])
def test_integers_are_compared(name: str) -> None:
    assert all({"int32", "int64"} <= set(case.dtypes) for case in plan.cases([name]))


def test_xla_compiles_every_rank_and_dtype_for_some_symbol() -> None:
    compiled = [configuration for case in CASES for configuration in case.configurations(XLA)]
    assert len(compiled) == len(CASES)
    assert {len(configuration.shape) for configuration in compiled} == set(range(6))
    assert {"float16", "bfloat16", "float32", "float64"} <= {configuration.dtype for configuration in compiled}
    assert {configuration.partitions for configuration in compiled} == {1, 2}


def test_named_context_is_compared_in_full() -> None:
    (case, *_) = plan.cases([f"tf.compat.v1.{NAME}"], ["xla"])
    assert case.contexts == (XLA,)
    assert list(case.configurations(XLA)) == list(case.configurations(EAGER))


@pytest.mark.parametrize(("name", "partitions"), [("partitioned", {3}), ("mirrored", {1}), ("parameter-server", {3})])
def test_context_with_variables(name: str, partitions: set[int]) -> None:
    (case, *_) = plan.cases([NAME], [name])
    (context,) = case.contexts
    configurations = list(case.configurations(context))
    assert {len(configuration.shape) for configuration in configurations} == {1, 2, 3, 4, 5}
    assert {configuration.partitions for configuration in configurations} == partitions
    assert case.freshness_configuration(context).partitions == max(partitions)


@pytest.mark.parametrize("context", contexts.WITH_VARIABLES, ids=lambda context: context.name)
def test_context_with_variables_has_to_be_named(context: Context) -> None:
    assert all(context not in case.contexts for case in CASES)


def test_quick_run_compiles_nothing() -> None:
    quick = plan.cases(quick=True)
    assert {context.name for case in quick for context in case.contexts} == {"eager", "function", "graph"}
    assert {case.dtypes for case in quick} == {("float32",)}
    assert 0 < len(quick) < len(CASES)


@pytest.mark.parametrize(
    ("name", "main_name"),
    [
        ("tf.compat.v1.initializers.zeros", "zeros_initializer"),
        ("tensorflow.compat.v1.zeros_initializer", "zeros_initializer"),
        ("tf_initcompat.keras.initializers.Zeros", "zeros_initializer"),
        ("tf.contrib.layers.xavier_initializer", "contrib.layers.xavier_initializer"),
        ("initializers.he_normal", "initializers.he_normal"),
    ],
)
def test_names_of_symbols(name: str, main_name: str) -> None:
    assert lookup.symbol(name).names[0] == main_name


@pytest.mark.parametrize(
    ("names", "options", "comparisons"),
    [
        # Quick: 2 shapes, 1 dtype, 1 and 2 shards are 4 configurations, of which (100, 200) and (3, 3, 40, 56) can be
        # divided; with 2 precise samples and 2 seeds 8 comparisons, in 3 contexts, for the defaults and
        # for other numbers.
        ([NAME], {"quick": True}, 2 * 3 * 8),
        # Named: 7 shapes and 4 dtypes; the scalar and the shape without elements have no shards.
        ([NAME], {"contexts": ["eager"]}, 2 * (7 * 4 + 5 * 4 + 4)),
        # Deterministic initializers have no p-values; the estimate is at least 1.
        (["zeros_initializer"], {}, 0),
    ],
    ids=["quick", "in full", "deterministic"],
)
def test_expected_number_of_p_values(names: list[str], options: dict[str, object], comparisons: int) -> None:
    expected = comparisons * checks.DISTRIBUTION.p_values(include_exceptional=False)
    assert plan.expected_p_values(plan.cases(names, **options)) == max(1, expected)  # type: ignore[arg-type]
