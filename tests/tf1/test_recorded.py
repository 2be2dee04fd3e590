"""The wrappers against recordings of the real TensorFlow 1.15.

The wrappers run in processes of their own, natively and under legacy sampling, with the program that made the
recordings. The recorded symbols of contrib are those of the real `tf.contrib`.

Distributions are compared in samples of a million values on each side. Mean, standard deviation and the fractions below
nine quantiles may differ by five standard errors, which is 0.6 % of a standard deviation at most, and the supports of
bounded distributions by 0.1 %. A scale that is 1 % wrong always fails; see `test_one_percent_fails`. With new seeds, a
case would fail by chance with a probability below 1e-5. The seeds are fixed. The scale of kernels does not depend on
chance.
"""

import functools
import math
import sys
from typing import Any, NamedTuple

import pytest
from tf1 import bits, cases, recordings

from tf_initcompat.catalog import history, symbols

RECORDINGS = recordings.load()
RECORDED = RECORDINGS[recordings.MIRRORED]
SAMPLINGS = ("native", "legacy")

#: First names of all rows. The distributions of their aliases are compared inside the recordings.
FIRST_NAMES = {symbol.names[0] for symbol in symbols.INITIALIZERS}
ALIASES = {name: symbol.names[0] for symbol in symbols.INITIALIZERS for name in symbol.names[1:]}


def cases_of(kind: str) -> list[str]:
    """Return the cases of a kind."""
    return [*map(str, cases.cases()[kind])]


SAMPLES = [case for case in cases_of("distributions") if recordings.symbol_of(case) in FIRST_NAMES]
DISTRIBUTIONS = [case for case in SAMPLES if not bits.is_kernel(case)]
KERNELS = [case for case in SAMPLES if bits.is_kernel(case)]


class Restored(NamedTuple):
    """A call that samples as an older TensorFlow 1 did.

    Attributes:
      case: The call, below `tf_initcompat`.
      recorded: Recorded distribution of the older version.
      version: The older version.
    """

    case: str
    recorded: dict[str, Any]
    version: str


def restored_calls() -> list[Restored]:
    """Return the calls that the history gives for the distributions of older versions, with the recorded ones."""
    calls = []
    for change in history.CHANGES:
        for name in change.names if change.restored else ():
            version = next(version for version in RECORDINGS if change.applies_to(version))
            recorded = RECORDINGS[version]["distributions"][cases.distribution(name, change.example)]
            call = change.restored_by(name).removeprefix("tf_initcompat.").removesuffix(")")
            wrapper, _, arguments = call.partition("(")
            calls.append(Restored(cases.distribution(wrapper, arguments), recorded, version))
    return calls


RESTORED = restored_calls()


@functools.cache
def observed(mode: str, sampling: str) -> recordings.Observations:
    """Return the observations of the wrappers of the installed TensorFlow, without distributions."""
    selected = {**cases.cases(), "distributions": []}
    # oneDNN multiplies float32 matrices with another rounding than TensorFlow 1 does.
    environment = {"TF_INITCOMPAT_SAMPLING": sampling, "TF_ENABLE_ONEDNN_OPTS": "0"}
    return recordings.observe(sys.executable, mode, selected, environment)


@functools.cache
def distributions(sampling: str) -> dict[str, Any]:
    """Return the figures of large samples of the wrappers of the installed TensorFlow."""
    thresholds = {case: RECORDED["distributions"][case]["quantiles"] for case in SAMPLES}
    thresholds |= {restored.case: restored.recorded["quantiles"] for restored in RESTORED}
    selected: dict[str, Any] = {**{kind: [] for kind in cases.cases()}, "quantiles": cases.QUANTILES}
    selected |= {"distributions": [*thresholds], "thresholds": thresholds}
    return recordings.observe(sys.executable, "graph", selected, {"TF_INITCOMPAT_SAMPLING": sampling})["distributions"]


@pytest.mark.parametrize("kind", sorted(set(cases.cases()) - {"program", "quantiles", "shapes"}))
def test_every_case_is_recorded(kind: str) -> None:
    assert set(RECORDED[kind]) == set(cases.cases()[kind]), "run record.py with every old interpreter"


# Bits.


OP_SEEDED = [(kind, case) for kind in ("op seeded", "op and graph seeded") for case in cases_of(kind)]


@pytest.mark.parametrize(("kind", "case"), OP_SEEDED)
def test_bits_with_an_op_seed(kind: str, case: str) -> None:
    bits.assert_same(case, RECORDED[kind][case], observed("graph", "legacy")[kind][case])


@pytest.mark.parametrize("case", cases_of("op seeded shards"))
def test_bits_of_shards_with_an_op_seed(case: str) -> None:
    assert observed("graph", "legacy")["op seeded shards"][case] == RECORDED["op seeded shards"][case]


@pytest.mark.parametrize("case", cases_of("eager"))
def test_bits_in_eager_mode(case: str) -> None:
    assert observed("eager", "legacy")["eager"][case] == RECORDED["eager"][case]


# Distributions.


def assert_same_distribution(recorded: dict[str, Any], found: dict[str, Any]) -> None:
    """Assert that the figures of two samples agree; see the module docstring."""
    size, stddev, kurtosis = recorded["size"], recorded["stddev"], recorded["kurtosis"]
    assert found["size"] == size >= 1e6
    error_of_log_stddev = math.sqrt((kurtosis - 1) / 2 / size)
    assert abs(math.log(found["stddev"] / stddev)) < 5 * error_of_log_stddev < 0.006
    assert abs(found["mean"] - recorded["mean"]) < 5 * stddev * math.sqrt(2 / size)
    if kurtosis < 2.8:  # bounded: uniform 1.8, truncated normal 2.37
        width = recorded["max"] - recorded["min"]
        assert abs(found["min"] - recorded["min"]) <= 1e-3 * width
        assert abs(found["max"] - recorded["max"]) <= 1e-3 * width


def assert_same_quantiles(recorded: dict[str, Any], below: list[float]) -> None:
    """Assert that the recorded quantiles are quantiles of another sample, given the fractions below them."""
    for threshold, quantile, fraction in zip(recorded["quantiles"], cases.QUANTILES, below, strict=True):
        assert abs(fraction - quantile) < 5 * math.sqrt(2 * quantile * (1 - quantile) / recorded["size"]), threshold


def assert_same_norm(recorded: dict[str, Any], found: dict[str, Any]) -> None:
    """Assert that two kernels have the same norm: the gain times the root of the number of inputs, without chance.

    The mean differs from 0 by chance. tests/wrappers compare the distribution of many kernels with TensorFlow 2, whose
    bits are the recorded ones.
    """
    assert found["size"] == recorded["size"]
    assert found["stddev"] == pytest.approx(recorded["stddev"], rel=1e-3)


def is_discrete(case: str) -> bool:
    """Return whether many values of a sample are equal, so that a quantile is not a fraction."""
    return "int32" in case or "int64" in case or "float16" in case


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("case", DISTRIBUTIONS)
def test_distribution(case: str, sampling: str) -> None:
    recorded, found = RECORDED["distributions"][case], distributions(sampling)[case]
    assert_same_distribution(recorded, found)
    if not is_discrete(case):
        assert_same_quantiles(recorded, found["below"])


@pytest.mark.parametrize("restored", RESTORED, ids=lambda restored: f"{restored.version}-{restored.case}")
def test_distribution_of_an_older_version(restored: Restored) -> None:
    found = distributions("native")[restored.case]
    if bits.is_kernel(restored.case):
        assert_same_norm(restored.recorded, found)
        return
    assert_same_distribution(restored.recorded, found)
    assert_same_quantiles(restored.recorded, found["below"])


@pytest.mark.parametrize("case", SAMPLES)
def test_one_percent_fails(case: str) -> None:
    recorded = RECORDED["distributions"][case]
    assert_same = assert_same_norm if bits.is_kernel(case) else assert_same_distribution
    assert_same(recorded, recorded)
    wrong = {**recorded, "stddev": 1.01 * recorded["stddev"]}
    with pytest.raises(AssertionError):
        assert_same(recorded, wrong)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("case", KERNELS)
def test_norm_of_a_kernel(case: str, sampling: str) -> None:
    assert_same_norm(RECORDED["distributions"][case], distributions(sampling)[case])


@pytest.mark.parametrize("alias", ALIASES)
def test_alias_has_the_distribution_of_the_first_name(alias: str) -> None:
    figures = RECORDED["distributions"]
    aliased = {case: case.replace(alias, ALIASES[alias], 1) for case in figures if recordings.symbol_of(case) == alias}
    assert bool(aliased) == symbols.by_name()[alias].is_random
    for case, first in aliased.items():
        assert figures[case] == figures[first]


# Freshness.


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize(("mode", "kind"), [("graph", "freshness"), ("eager", "eager freshness")])
@pytest.mark.parametrize("case", cases_of("freshness"))
def test_freshness(case: str, mode: str, kind: str, sampling: str) -> None:
    assert observed(mode, sampling)[kind][case] == RECORDED[kind][case]


# Errors, configurations and signatures.


#: Outcomes of the wrappers, by case, that may differ from the real TensorFlow 1.15.
DIFFERENT_ERRORS = {
    # TensorFlow 1 calls float() on the dimensions.
    **dict.fromkeys(
        (
            f"{name}()({shape})"
            for name in (
                "uniform_unit_scaling_initializer",
                "contrib.layers.variance_scaling_initializer",
                "contrib.layers.xavier_initializer",
            )
            for shape in ("tf.TensorShape([2, 3])", "(tf.Dimension(2), 3)")
        ),
        ("float32 (2, 3)",),
    ),
    "initializers.identity()((tf.Dimension(2), 3))": ("float32 (2, 3)",),
    # Bad shapes reach another check first.
    **dict.fromkeys(
        (f"constant_initializer()({shape})" for shape in ("(2.5, 3)", "(2, 'a')", "'ab'", "tf.TensorShape(None)")),
        ("TypeError", "ValueError"),
    ),
    # TensorFlow 2.22 checks the type.
    **dict.fromkeys(
        (f"variance_scaling_initializer(distribution={value})" for value in ("None", "3")), ("ValueError",)
    ),
    # TensorFlow 2 has another error for an operation without a kernel in eager mode.
    **dict.fromkeys(
        (case for case, error in RECORDED["eager errors"].items() if error == "NotFoundError"),
        ("InvalidArgumentError",),
    ),
}


#: Cases whose outcome depends on the version of TensorFlow 2.
DEPEND_ON_VERSION = (
    "constant_initializer()(tf.TensorShape(None))",
    "variance_scaling_initializer(distribution=None)",
    "variance_scaling_initializer(distribution=3)",
)


def outcomes(case: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the recorded outcome of a case and that of the wrappers, by mode and sampling."""

    def in_mode(observations: recordings.Observations, mode: str) -> str:
        return (observations["eager errors"] if mode == "eager" else {}).get(case, observations["errors"][case])

    found = {}
    for sampling in SAMPLINGS:
        wrappers = {**observed("graph", sampling), **observed("eager", sampling)}
        for mode in ("graph", "eager"):
            found[mode, sampling] = in_mode(RECORDED, mode), in_mode(wrappers, mode)
    return found


@pytest.mark.parametrize("case", [case for case in cases_of("errors") if case not in DIFFERENT_ERRORS])
def test_error(case: str) -> None:
    for recorded, found in outcomes(case).values():
        assert found == recorded


@pytest.mark.parametrize("case", DIFFERENT_ERRORS)
def test_different_error(case: str) -> None:
    both = outcomes(case).values()
    assert case in DEPEND_ON_VERSION or any(found != recorded for recorded, found in both)
    assert {found for recorded, found in both if found != recorded} <= set(DIFFERENT_ERRORS[case])


#: Functions of 1.15 that are classes of their own in TensorFlow 2, with another configuration.
KERAS_PRESETS = {
    "keras.initializers.he_normal": "HeNormal",
    "keras.initializers.he_uniform": "HeUniform",
    "keras.initializers.lecun_normal": "LecunNormal",
    "keras.initializers.lecun_uniform": "LecunUniform",
}


@pytest.mark.parametrize("case", cases_of("configs"))
def test_config(case: str) -> None:
    recorded, found = RECORDED["configs"][case], observed("graph", "native")["configs"][case]
    name = recordings.symbol_of(case)
    if name in KERAS_PRESETS:
        seed = recorded["config"]["seed"]
        assert recorded["class"] == "VarianceScaling"
        assert found == {"class": KERAS_PRESETS[name], "config": {"seed": seed}, "round trip": True}
    elif name.startswith("contrib.layers."):  # a closure in TensorFlow 1
        assert recorded == "no configuration"
        assert found["class"] == "ContribVarianceScaling"
        assert found["round trip"]
    else:
        assert found == recorded


@pytest.mark.parametrize("name", cases_of("signatures"))
def test_signature(name: str) -> None:
    recorded, found = RECORDED["signatures"][name], observed("graph", "native")["signatures"][name]
    if name in KERAS_PRESETS:
        recorded = {**recorded, "kind": "class"}
    elif name.startswith("contrib.layers."):  # None stands for the dtype of the constructor
        recorded = {**recorded, "call": [["shape"], ["dtype", None], ["partition_info", None]]}
    elif name == "keras.initializers.Initializer":  # the native base class
        found = {**found, "call": recorded["call"]}
    elif name in ("keras.initializers.serialize", "keras.initializers.deserialize"):
        recorded = {**recorded, "parameters": [*recorded["parameters"], ["use_legacy_format", False]]}
    assert found == recorded


#: Names that TensorFlow 1.15 does not know and Keras 2 and 3 do.
NEWER_NAMES = {"HeNormal", "HeUniform", "LecunNormal", "LecunUniform", "variance_scaling"}


@pytest.mark.parametrize("name", [name for name in cases.LOOKUPS if name not in NEWER_NAMES])
def test_lookup(name: str) -> None:
    recorded, found = RECORDED["lookups"][name], observed("graph", "native")["lookups"][name]
    if f"keras.initializers.{name}" in KERAS_PRESETS:
        assert found == {"class": KERAS_PRESETS[f"keras.initializers.{name}"], "config": {"seed": None}}
    else:
        assert found == recorded


@pytest.mark.parametrize("name", sorted(NEWER_NAMES))
def test_lookup_of_a_newer_name(name: str) -> None:
    assert RECORDED["lookups"][name] == "ValueError"
    assert observed("graph", "native")["lookups"][name] != "ValueError"


# Op seeds.


@pytest.mark.parametrize("name", recordings.labels())
def test_op_seed_is_the_number_of_operations(name: str) -> None:
    recording = RECORDINGS[name]
    variables = [case for case in recording["graph seeded"].values() if isinstance(case, dict)]
    operations = [operation for case in variables for operation in case["operations"]]
    operations += recording.get("program", {}).get("operations", [])
    assert len(operations) >= 14
    for _, graph_seed, op_seed, position in operations:
        assert (graph_seed, op_seed) == (7, position)
