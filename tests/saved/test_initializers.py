"""The config of each legacy initializer, in each form that files hold, and the native one of the same distribution."""

from typing import Any

import pytest

from tf_initcompat.catalog import class_names, symbols
from tf_initcompat.saved import initializers
from tf_initcompat.saved.initializers import Form
from tf_initcompat.saved.targets import TARGETS, Target, TargetName

NEWEST = TARGETS["3.15"]
DTYPE = {"dtype": "float32"}


def wrapper(name: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": name.partition(">")[2], "config": config, "registered_name": name}


#: A legacy config, and the class and config of the native initializer with its distribution.
EQUIVALENTS = [
    ({"class_name": "GlorotUniform", "config": {"seed": 3, **DTYPE}}, "GlorotUniform", {"seed": 3}),
    ({"class_name": "glorot_normal", "config": {"seed": None, **DTYPE}}, "GlorotNormal", {"seed": None}),
    ({"class_name": "GlorotUniformV2", "config": {"seed": None}}, "GlorotUniform", {"seed": None}),
    ({"class_name": "glorot_uniform_initializer", "config": {}}, "GlorotUniform", {}),
    ({"class_name": "he_normal", "config": {"seed": 2}}, "HeNormal", {"seed": 2}),
    (
        {"class_name": "VarianceScaling", "config": {"scale": 0.7, "mode": "fan_avg", "distribution": "normal"}},
        "VarianceScaling",
        {"scale": 0.7, "mode": "fan_avg", "distribution": "truncated_normal"},
    ),
    (  # scale = factor**2
        {"class_name": "UniformUnitScaling", "config": {"factor": 1.5, "seed": 1, **DTYPE}},
        "VarianceScaling",
        {"scale": 2.25, "mode": "fan_in", "distribution": "uniform", "seed": 1},
    ),
    (  # scale = 1.3 * factor * 0.87962566103423978**2, the variance of a standard normal truncated at two sigma
        wrapper("tf_initcompat>ContribVarianceScaling", {"factor": 2.0, "mode": "FAN_OUT", "uniform": False}),
        "VarianceScaling",
        {
            "scale": pytest.approx(2.011727389229801, rel=1e-12),
            "mode": "fan_out",
            "distribution": "truncated_normal",
            "seed": None,
        },
    ),
    (
        wrapper("tf_initcompat>ContribVarianceScaling", {"factor": 1.0, "mode": "FAN_AVG", "uniform": True}),
        "VarianceScaling",
        {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None},
    ),
    ({"class_name": "random_normal_initializer", "config": {}}, "RandomNormal", {"stddev": 1.0}),
    ({"class_name": "normal", "config": {}}, "RandomNormal", {}),
    (
        {"class_name": "RandomNormal", "config": {}, "module": "tensorflow.python.ops.init_ops"},
        "RandomNormal",
        {"stddev": 1.0},
    ),
    (
        {"class_name": "RandomUniform", "config": {"minval": 0.0, "maxval": None, "seed": None, **DTYPE}},
        "RandomUniform",
        {"minval": 0.0, "maxval": 1.0, "seed": None},
    ),
    ({"class_name": "Constant", "config": {"value": [1, 2], "verify_shape": True}}, "Constant", {"value": [1, 2]}),
    ({"class_name": "constant", "config": {}}, "Constant", {"value": 0}),
    ({"class_name": "Identity", "config": {"gain": 0.5, **DTYPE}}, "Identity", {"gain": 0.5}),
    ({"class_name": "Orthogonal", "config": {"gain": 2.0, **DTYPE}}, "Orthogonal", {"gain": 2.0}),
    ({"class_name": "Ones", "config": {"dtype": "float64"}}, "Ones", {}),
    ({"class_name": "zero", "config": None}, "Zeros", {}),
]


@pytest.mark.parametrize(("legacy", "name", "config"), EQUIVALENTS)
def test_distribution_is_kept(legacy: dict[str, Any], name: str, config: dict[str, Any]) -> None:
    native = initializers.convert(legacy, NEWEST)
    assert native == {
        "module": "keras.initializers",
        "class_name": name,
        "config": config,
        "registered_name": None,
    }
    assert initializers.convert(native, NEWEST) is None


SYMBOLS = [symbol for symbol in symbols.INITIALIZERS if class_names.class_name(symbol)]


def wrapper_of(symbol: symbols.Symbol) -> dict[str, Any]:
    config = {parameter.name: parameter.default for parameter in symbol.parameters if parameter.name != "verify_shape"}
    return wrapper(class_names.registered_name(symbol), config)


@pytest.mark.parametrize("symbol", SYMBOLS, ids=class_names.registered_name)
def test_config_of_a_wrapper_is_recognized(symbol: symbols.Symbol) -> None:
    assert initializers.symbol_of(wrapper_of(symbol)) is symbol


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.version)
@pytest.mark.parametrize("symbol", SYMBOLS, ids=class_names.registered_name)
def test_wrappers_stay_wrappers(symbol: symbols.Symbol, target: Target) -> None:
    assert initializers.convert(wrapper_of(symbol), target, Form.SHIM) is None


NATIVE = [symbol for symbol in SYMBOLS if symbol.has_native_counterpart]
KERNELS = [symbol for symbol in SYMBOLS if not symbol.has_native_counterpart]


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.version)
@pytest.mark.parametrize("symbol", KERNELS, ids=class_names.registered_name)
def test_initializers_without_native_counterpart_become_wrappers(symbol: symbols.Symbol, target: Target) -> None:
    name, config = class_names.class_name(symbol), {"gain": 2.0, "seed": None, **DTYPE}
    legacy = {"class_name": name, "config": config, "module": "tensorflow.python.ops.init_ops"}
    converted = initializers.convert(legacy, target)
    assert converted is not None
    assert converted["config"] == config
    registered = converted["registered_name"] if target.is_keras_3 else converted["class_name"]
    assert registered == f"tf_initcompat>{name}"
    assert initializers.convert(converted, target) is None
    assert initializers.convert_name(name, target) == initializers.convert({"class_name": name, "config": {}}, target)


@pytest.mark.parametrize("symbol", NATIVE, ids=class_names.registered_name)
def test_wrappers_become_native(symbol: symbols.Symbol) -> None:
    native = initializers.convert(wrapper_of(symbol), NEWEST)
    assert native is not None
    config = native["config"]
    assert isinstance(config, dict)
    assert not {"dtype", "factor"} & config.keys()
    assert initializers.convert(native, NEWEST) is None


@pytest.mark.parametrize(
    "value",
    [
        {"class_name": "Identity", "config": {"name": "identity", "trainable": True, "dtype": "float32"}},
        {"class_name": "Zeros", "config": {}, "module": "my.package", "registered_name": "my>Zeros"},
        {"class_name": "Zeros", "config": {}, "registered_name": "my>Zeros"},
        {"class_name": "Dense", "config": {"units": 3}},
        {"class_name": "function", "config": "zeros", "module": "builtins", "registered_name": "function"},
        {"class_name": ["Zeros"], "config": {}},
    ],
)
def test_other_objects_stay(value: dict[str, Any]) -> None:
    assert initializers.symbol_of(value) is None
    assert initializers.convert(value, NEWEST) is None


ORTHOGONAL = {"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": None}}
IDENTITY = {"class_name": "Identity", "config": {"gain": 0.5, **DTYPE}}
AXES = {"class_name": "HeNormal", "config": {"seed": None, "input_axes": None, "output_axes": None}}


@pytest.mark.parametrize(
    ("value", "target"), [(ORTHOGONAL, "3.15"), (ORTHOGONAL, "2"), (AXES, "3.15")], ids=["orthogonal", "2", "axes"]
)
def test_accepted_configs_stay(value: dict[str, Any], target: TargetName) -> None:
    assert initializers.convert(value, TARGETS[target]) is None


def test_orthogonal_has_another_name_in_keras_3_0() -> None:
    assert initializers.convert(ORTHOGONAL, TARGETS["3.0"]) == {
        "module": "keras.initializers",
        "class_name": "OrthogonalInitializer",
        "config": {"gain": 1.0, "seed": None},
        "registered_name": None,
    }


def test_identity_is_missing_in_keras_3_0() -> None:
    assert initializers.convert(IDENTITY, TARGETS["3.0"]) == {
        "module": "tf_initcompat.wrappers.constant",
        "class_name": "Identity",
        "config": {"gain": 0.5, "dtype": "float32"},
        "registered_name": "tf_initcompat>Identity",
    }


def test_configs_of_keras_2_name_no_module() -> None:
    assert initializers.convert(IDENTITY, TARGETS["2"]) == {"class_name": "Identity", "config": {"gain": 0.5}}


def test_keras_3_0_takes_no_axes() -> None:
    native = initializers.convert(AXES, TARGETS["3.0"])
    assert native is not None
    assert native["config"] == {"seed": None}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"class_name": "UniformUnitScaling", "config": {"factor": None}}, "expected a number, found null"),
        ({"class_name": "UniformUnitScaling", "config": {"factor": 1e200}}, "the factor is too large"),
        ({"class_name": "UniformUnitScaling", "config": {"factor": 10**400}}, "the number is too large"),
        (wrapper("tf_initcompat>ContribVarianceScaling", {"mode": 3}), "expected a string, found a number"),
        (wrapper("tf_initcompat>ContribVarianceScaling", {"factor": 1.79e308}), "the factor is too large"),
    ],
)
def test_impossible_values(value: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        initializers.convert(value, NEWEST)
