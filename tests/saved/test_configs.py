"""Each legacy config, in each form that files hold, becomes the native one of the same law; without TensorFlow."""

import copy
import json
import math
from typing import Any

import pytest

from tf_initcompat.catalog import class_names, symbols
from tf_initcompat.saved import builtin, nested, targets
from tf_initcompat.saved import initializers as configs
from tf_initcompat.saved.upgrades import differences, envelopes

NEWEST, OLDEST, KERAS_2 = (targets.TARGETS[version] for version in ("3.15", "3.0", "2"))
DTYPE = {"dtype": "float32"}
TRUNCATED = symbols.CONTRIB_VARIANCE * symbols.TRUNCATED_STDDEV**2


def wrapper(name: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": name.partition(">")[2], "config": config, "registered_name": name}


#: A config, and the native class and config of the same law.
LAWS = [
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
    (
        {"class_name": "UniformUnitScaling", "config": {"factor": 1.5, "seed": 1, **DTYPE}},
        "VarianceScaling",
        {"scale": 2.25, "mode": "fan_in", "distribution": "uniform", "seed": 1},
    ),
    (
        wrapper("tf_initcompat>ContribVarianceScaling", {"factor": 2.0, "mode": "FAN_OUT", "uniform": False}),
        "VarianceScaling",
        {"scale": 2.0 * TRUNCATED, "mode": "fan_out", "distribution": "truncated_normal", "seed": None},
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
]  # fmt: skip


@pytest.mark.parametrize(("config", "name", "wanted"), LAWS)
def test_law_is_kept(config: dict[str, Any], name: str, wanted: dict[str, Any]) -> None:
    made = configs.rewritten(config, NEWEST)
    found = made["config"].pop("scale", None) if made else None
    if found is not None:
        assert math.isclose(found, wanted.pop("scale"), rel_tol=1e-15)
    assert made == {"module": "keras.initializers", "class_name": name, "config": wanted, "registered_name": None}
    again = {**wanted, **({} if found is None else {"scale": found})}
    assert configs.rewritten({**made, "config": again}, NEWEST) is None


@pytest.mark.parametrize("row", [row for row in symbols.INITIALIZERS if class_names.class_name(row)])
def test_every_row_has_a_wrapper_config_that_stays(row: symbols.Symbol) -> None:
    config = {one.name: one.default for one in row.parameters if one.name != "verify_shape"}
    node = wrapper(class_names.registered_name(row), config)
    assert configs.row_of(node) is row
    for target in (NEWEST, OLDEST, KERAS_2):
        assert configs.rewritten(node, target, "shim") is None
    native = configs.rewritten(node, NEWEST)
    assert native
    assert not {"dtype", "factor"} & native["config"].keys()


NOT_INITIALIZERS = [
    {"class_name": "Identity", "config": {"name": "identity", "trainable": True, "dtype": "float32"}},
    {"class_name": "Zeros", "config": {}, "module": "my.package", "registered_name": "my>Zeros"},
    {"class_name": "Zeros", "config": {}, "registered_name": "my>Zeros"},
    {"class_name": "Dense", "config": {"units": 3}},
    {"class_name": "function", "config": "zeros", "module": "builtins", "registered_name": "function"},
    {"class_name": ["Zeros"], "config": {}},
]


@pytest.mark.parametrize("node", NOT_INITIALIZERS)
def test_other_objects_are_left_alone(node: dict[str, Any]) -> None:
    assert configs.row_of(node) is None
    assert configs.rewritten(node, NEWEST) is None


def test_versions_differ() -> None:
    orthogonal = {"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": None}}
    identity = {"class_name": "Identity", "config": {"gain": 0.5, **DTYPE}}
    axes = {"class_name": "HeNormal", "config": {"seed": None, "input_axes": None, "output_axes": None}}
    assert [configs.rewritten(orthogonal, one) for one in (NEWEST, KERAS_2)] == [None, None]
    assert configs.rewritten(orthogonal, OLDEST)["class_name"] == "OrthogonalInitializer"
    assert configs.rewritten(identity, OLDEST)["registered_name"] == "tf_initcompat>Identity"
    assert configs.rewritten(identity, KERAS_2) == {"class_name": "Identity", "config": {"gain": 0.5}}
    assert configs.rewritten(axes, NEWEST) is None
    assert configs.rewritten(axes, OLDEST)["config"] == {"seed": None}


#: A name in a custom layer's config, and what it becomes.
NAMES = [
    ("glorot_uniform", None),
    ("GlorotUniform", None),
    ("normal", None),
    ("relu", None),
    ("glorot_uniform_initializer", "glorot_uniform"),
    ("GlorotUniformV2", "glorot_uniform"),
    ("zeros_initializer", "zeros"),
]


@pytest.mark.parametrize(("name", "wanted"), NAMES)
@pytest.mark.parametrize("key", ["kernel_initializer", "initializer", "w_init"])
def test_names(name: str, wanted: str | None, key: str) -> None:
    root = {"config": {key: name, "list_initializers": [name], "title": name}}
    changes = nested.convert(root, NEWEST, "native")
    assert root["config"] == {key: wanted or name, "list_initializers": [wanted or name], "title": name}
    assert len(changes) == (2 if wanted else 0)


def test_a_name_whose_default_differs_becomes_a_config() -> None:
    root = {"kernel_initializer": "random_normal_initializer"}
    nested.convert(root, NEWEST, "native")
    assert root["kernel_initializer"]["config"] == {"stddev": 1.0}


def test_sequential_of_tensorflow_1() -> None:
    dense = {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 3], **DTYPE}}
    root = {"": {"class_name": "Sequential", "config": {"name": "s", "layers": [dense]}}}
    envelopes.upgrade(root, NEWEST)
    inputs, first = root[""]["config"]["layers"]
    assert inputs["config"] == {"name": "d_input", "batch_shape": [None, 3], **DTYPE}
    assert "batch_input_shape" not in first["config"]
    assert {one["module"] for one in (inputs, first)} == {"keras.layers"}


def test_calls_of_inner_models_are_counted_from_zero() -> None:
    model = {
        "name": "outer",
        "layers": [
            {"class_name": "InputLayer", "name": "x", "config": {"batch_input_shape": [None, 2]}, "inbound_nodes": []},
            {
                "class_name": "Sequential",
                "name": "inner",
                "config": {"layers": []},
                "inbound_nodes": [[["x", 0, 0]]],
            },
            {"class_name": "Dense", "name": "d", "config": {"name": "d"}, "inbound_nodes": [[["inner", 1, 0, {}]]]},
        ],
        "output_layers": [["d", 0, 0]],
    }
    root = {"": {"class_name": "Functional", "config": model}}
    envelopes.upgrade(root, NEWEST)
    assert model["layers"][2]["inbound_nodes"] == [[["inner", 0, 0, {}]]]
    once = copy.deepcopy(root)
    assert envelopes.upgrade(root, NEWEST) == []
    assert json.dumps(once) == json.dumps(root)


OWN = {
    "Embedding": {"input_length": 7},
    "SeparableConv2D": {"kernel_initializer": "he_normal", "kernel_regularizer": "l2", "groups": 1},
    "MultiHeadAttention": {"key_shape": [3]},
    "BatchNormalization": {"axis": [1]},
    "Functional": {"layers": [], "output_layers": [["a", 1, 0]]},
}


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("envelope", [{"module": "my.layers"}, {"registered_name": "my>Own"}, {"module": "keras_mine"}])
def test_a_class_of_a_built_in_name_is_left_alone(name: str, envelope: dict[str, Any]) -> None:
    own = {"class_name": name, "config": {"name": "x", "trainable": True, **OWN[name]}, "module": None, **envelope}
    root = {"": {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [own]}}}
    before = copy.deepcopy(own)
    envelopes.upgrade(root, NEWEST)
    assert own == before


#: What stands in a custom layer's config and is neither a layer nor an initializer.
DATA = [
    {"class_name": "Person", "config": {"name": "Bob"}},
    {"class_name": "Adam", "config": {"name": "Adam", "learning_rate": 0.1}},
    {"class_name": "MeanSquaredError", "config": {"name": "mse", "reduction": "sum"}},
    {"class_name": "uniform"},
    {"class_name": "RandomUniform", "config": {"dtype": "float32"}, "mine": 5},
    {"class_name": "GlorotUniform", "config": {"dtype": "float32"}, "module": "keras.initializers_mine"},
]


@pytest.mark.parametrize("data", DATA)
def test_data_of_a_custom_layer_is_left_alone(data: dict[str, Any]) -> None:
    config = {"name": "x", "trainable": True, "data": data, "hidden_init": "constant"}
    before = copy.deepcopy(config)
    own = {"module": "my", "class_name": "Own", "config": config}
    root = {"": {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [own]}}}
    assert nested.convert(root, NEWEST, "native") == []
    envelopes.upgrade(root, NEWEST)
    assert config == before


def test_sequential_of_a_list() -> None:
    dense = {"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 3]}}
    root = {"": {"class_name": "Sequential", "config": [dense]}}
    envelopes.upgrade(root, NEWEST)
    assert root[""]["config"]["name"] == "sequential"
    inputs, first = root[""]["config"]["layers"]
    assert inputs["config"]["batch_shape"] == [None, 3]
    assert first["config"] == {"name": "d", "units": 2}


@pytest.mark.parametrize("key", ["layers", "others"])
def test_sublayers_in_hdf5_have_a_module(key: str) -> None:
    inner = {"class_name": "Dense", "config": {"name": "q", "units": 2}}
    block = {"class_name": "my>Block", "config": {"name": "b", "trainable": True, key: [inner]}}
    root = {"": {"class_name": "Sequential", "config": {"name": "s", "layers": [block]}}}
    envelopes.upgrade(root, NEWEST, is_hdf5=True)
    assert inner["module"] == "keras.layers"
    assert "module" not in block


def test_training_of_hdf5() -> None:
    metric = {"class_name": "MeanMetricWrapper", "config": {"name": "mae", "dtype": "float32", "fn": "mae"}}
    root = {"training_config": {"loss": {"one": "mse"}, "metrics": [["MAE", metric, "accuracy"]]}}
    envelopes.upgrade(root, NEWEST, is_hdf5=True)
    training = root["training_config"]
    assert training["loss"] == {"one": "mean_squared_error"}
    assert training["metrics"][0][::2] == ["mean_absolute_error", "accuracy"]
    assert metric["config"] == {"name": "mae", "dtype": "float32", "fn": "mean_absolute_error"}
    schedule = {"module": "keras.optimizers.schedules", "class_name": "ExponentialDecay", "config": {}}
    optimizer = {"module": "keras.optimizers.legacy", "class_name": "SGD", "config": {"learning_rate": schedule}}
    root = {"training_config": {"optimizer_config": optimizer}}
    envelopes.upgrade(root, NEWEST, is_hdf5=True)
    assert optimizer["module"] == "keras.optimizers"
    assert schedule["module"] == "keras.optimizers.schedules"


def test_discretization_of_keras_3_stays() -> None:
    for keras_2, wanted in ({"trainable": True}, "float32"), ({}, "int64"):
        layer = {"class_name": "Discretization", "config": {"name": "d", "dtype": "int64", **keras_2}}
        envelopes.upgrade({"": layer}, NEWEST)
        assert layer["config"] == {"name": "d", "dtype": wanted}


def test_axes_in_hdf5_need_a_module() -> None:
    for axis, with_module in (([1, 2], (NEWEST, OLDEST)), (1, (OLDEST,)), ([1], ()), (None, ())):
        for target in (NEWEST, OLDEST):
            norm = {"class_name": "UnitNormalization", "config": {"name": "n", "axis": axis}}
            root = {"": {"class_name": "Sequential", "config": {"name": "s", "layers": [norm]}}}
            envelopes.upgrade(root, target, is_hdf5=True)
            assert ("module" in norm) is (target in with_module)


def test_differences_of_keras_3_0() -> None:
    inner = {"class_name": "Functional", "config": {"name": "i", "layers": [], "output_layers": [["a", 0, 0]]}}
    wrapper_layer = {"class_name": "TimeDistributed", "config": {"name": "t", "layer": inner}}
    outputs = {"class_name": "Functional", "config": {"output_layers": [["a", 0, 0], [["b", 0, 0]]]}}
    norm = {"class_name": "Normalization", "config": {"name": "n"}}
    sequential = {"class_name": "Sequential", "config": {"name": "s", "layers": [inner]}}
    for root, is_hdf5, message in (
        (sequential, False, "config.layers[0]: does not load or gives another shape"),
        (wrapper_layer, False, "config.layer: does not load or gives another shape"),
        (outputs, False, "no lists in the list of outputs"),
        (norm, True, "does not use the statistics of Normalization"),
    ):
        (found,) = differences.of({"": root}, OLDEST, "2.15.0", is_hdf5)
        assert message in found
        assert not list(differences.of({"": root}, NEWEST, "2.15.0", is_hdf5))
        assert not list(differences.of({"": root}, KERAS_2, "2.15.0", is_hdf5))
    assert not list(differences.of({"": norm}, OLDEST, "2.15.0", False))


@pytest.mark.parametrize(("name", "wanted"), [("Custom>Adam", True), ("Adam", True), ("Custom>Own", False)])
def test_known_classes(name: str, wanted: bool) -> None:
    assert builtin.is_known({"class_name": name, "config": {"name": "Adam"}}) is wanted
