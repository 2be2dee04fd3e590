"""Constructor and call arguments: order, dtypes, seeds, shapes, configurations, copies, subclasses."""

import contextlib
import copy
import pickle
from collections.abc import Callable
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf

import tf_initcompat
from tf_initcompat.catalog import symbols
from tf_initcompat.catalog.symbols import Distribution

Dimension = tf.compat.v1.Dimension
#: Functions that make each form of a shape.
FORMS: dict[str, Callable[[tuple[int, ...]], Any]] = {
    "tuple": tuple,
    "list": list,
    "TensorShape": tf.TensorShape,
    "array": np.array,
    "int32 array": lambda shape: np.array(shape, np.int32),
    "NumPy integers": lambda shape: (np.int64(shape[0]), *map(np.int32, shape[1:])),
    "Dimensions": lambda shape: list(map(Dimension, shape)),
    "a Dimension": lambda shape: [*shape[:-1], Dimension(shape[-1])],
    "tensor": tf.constant,
    "int64 tensor": lambda shape: tf.constant(shape, tf.int64),
    "a scalar tensor": lambda shape: [tf.constant(shape[0]), *shape[1:]],
}
DTYPES = ["float64", tf.float64, np.float64, np.dtype("float64"), tf.float64.as_datatype_enum]
SEEDED = {name: {"seed": 4} if name in legacy.RANDOM else {} for name in legacy.INITIALIZERS}


@pytest.fixture
def only_native(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a test fail if the real symbol makes a tensor that the native initializer should make."""
    for name in legacy.INITIALIZERS:
        for ancestor in type(legacy.mirrored(name)()).__mro__:
            if "_legacy" in vars(ancestor):
                monkeypatch.setattr(ancestor, "_legacy", lambda self: pytest.fail(f"{self} called the real symbol"))


@pytest.mark.usefixtures("only_native")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_every_form_of_a_shape_is_native(name: str, form: str) -> None:
    shape = legacy.shape_of(name, (2, 3))
    assert legacy.mirrored(name)()(FORMS[form](shape)).shape == shape


def is_native(name: str, shape: tuple[int, ...]) -> bool:
    """Return whether the native initializer makes a tensor of the shape."""
    row = legacy.row(name)
    if row.kernel_ranks:
        return len(shape) in row.kernel_ranks and 0 not in shape and shape[-2] <= shape[-1]
    if row.distribution is Distribution.IDENTITY:  # matrices only; Keras 3.0 makes a square one without columns
        return len(shape) == 2 and 0 not in shape
    # contrib divides by zero; eager code and a Graph disagree about an empty constant.
    return 0 not in shape or not (row.distribution is Distribution.CONTRIB_SCALING or row.native == "Constant")


@pytest.mark.usefixtures("only_native")
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        (name, shape)
        for name in legacy.INITIALIZERS
        for shape in [(4, 0), (0, 4), (2, 3), (3, 2), (3, 0, 2), (4, 2, 3), (2, 2, 2, 3), (3, 3, 3, 2, 2)]
        if is_native(name, shape)
    ],
)
def test_ranks_and_empty_shapes_are_native(name: str, shape: tuple[int, ...]) -> None:
    assert legacy.mirrored(name)()(shape).shape == shape


@pytest.mark.usefixtures("only_native")
@pytest.mark.parametrize("name", legacy.INITIALIZERS)
@pytest.mark.parametrize("context", ["function", "graph", "xla"])
def test_every_context_is_native(name: str, context: str) -> None:
    initializer = legacy.mirrored(name)()
    run = legacy.in_xla if context == "xla" else legacy.CONTEXTS[context]
    shape = legacy.shape_of(name, (2, 3))
    assert run(lambda: [initializer(shape)])[0].shape == shape


@pytest.mark.usefixtures("only_native")
@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        (name, dtype)
        for name in legacy.INITIALIZERS
        for dtype in ("float16", "bfloat16", "float32", "float64")
        # TensorFlow has no QR decomposition in half precision.
        if dtype in ("float32", "float64") or not legacy.row(name).is_orthogonal
    ],
)
def test_every_floating_dtype_is_native(name: str, dtype: str) -> None:
    initializer = (
        legacy.mirrored(name)() if legacy.row(name).takes_dtype_of_call else legacy.mirrored(name)(dtype=dtype)
    )
    assert initializer(legacy.shape_of(name, (2, 3)), dtype=dtype).dtype == dtype


@pytest.mark.usefixtures("only_native")
@pytest.mark.parametrize("name", ["zeros_initializer", "ones_initializer"])
@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "bool"])
def test_integers_are_native(name: str, dtype: str) -> None:
    assert legacy.mirrored(name)(dtype)((2, 3)).dtype == dtype


@pytest.mark.parametrize("row", symbols.INITIALIZERS, ids=lambda row: row.names[0])
def test_native_class_and_its_fixed_arguments_are_those_of_the_catalog(
    row: symbols.Symbol, monkeypatch: pytest.MonkeyPatch
) -> None:
    native = getattr(tf.keras.initializers, row.native)
    made: list[dict[str, Any]] = []

    class Spy(native):  # type: ignore[misc,valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            made.append(kwargs)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(tf.keras.initializers, row.native, Spy)
    legacy.mirrored(row.names[0])()(legacy.shape_of(row.names[0], (2, 3)))
    assert made
    for arguments in made:  # a kernel is made of several matrices
        assert {name: arguments[name] for name, _ in row.fixed} == dict(row.fixed)
        assert arguments.get("distribution") in (None, "truncated_normal", "uniform")
        natives = {parameter.native for parameter in row.parameters}
        assert natives >= arguments.keys() - dict(row.fixed).keys() - {"scale"}


def test_normal_is_translated_for_the_native_class_and_stays_in_the_config(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    native = tf.keras.initializers.VarianceScaling

    def spy(**kwargs: Any) -> Any:
        made.append(kwargs["distribution"])
        return native(**kwargs)

    monkeypatch.setattr(tf.keras.initializers, "VarianceScaling", spy)
    initializer = legacy.mirrored("variance_scaling_initializer")(distribution="Normal")
    initializer((2, 3))
    assert made == ["truncated_normal"]
    assert initializer.get_config()["distribution"] == "normal"


@pytest.mark.parametrize("name", [name for name in legacy.INITIALIZERS if legacy.row(name).takes_dtype_of_call])
@pytest.mark.parametrize("dtype", DTYPES, ids=repr)
def test_dtype_of_the_call(name: str, dtype: Any) -> None:
    make, shape = legacy.mirrored(name), legacy.shape_of(name, (2, 3))
    assert make()(shape).dtype == tf.float32
    assert make()(shape, dtype).dtype == make()(shape, dtype=dtype).dtype == tf.float64


@pytest.mark.parametrize("name", [name for name in legacy.INITIALIZERS if legacy.row(name).parameter("dtype")])
@pytest.mark.parametrize("dtype", DTYPES, ids=repr)
def test_dtype_of_the_constructor_is_the_default_and_the_call_wins(name: str, dtype: Any) -> None:
    make, parameter = legacy.mirrored(name), legacy.row(name).parameter("dtype")
    shape = legacy.shape_of(name, (2, 3))
    assert parameter is not None
    assert make(dtype=dtype)(shape).dtype == (tf.float32 if parameter.is_ignored else tf.float64)
    if legacy.row(name).takes_dtype_of_call:
        assert make(dtype=dtype)(shape, dtype=tf.float32).dtype == tf.float32
    else:
        for find in (legacy.real, legacy.mirrored):
            with pytest.raises(tf.errors.InvalidArgumentError):
                find(name)(dtype=dtype)(shape, dtype=tf.float32)


@pytest.mark.parametrize("name", legacy.CLASSES)
def test_positional_arguments_are_in_the_legacy_order(name: str) -> None:
    values = {"seed": 3, "dtype": tf.float64, "scale": 2.0, "mode": "fan_out", "distribution": "uniform",
              "mean": 1.0, "stddev": 2.0, "minval": -3.0, "maxval": 4.0, "gain": 5.0, "value": 6, "factor": 7.0,
              "verify_shape": True}  # fmt: skip
    arguments = [values[parameter.name] for parameter in legacy.row(name).parameters]
    assert legacy.mirrored(name)(*arguments).get_config() == legacy.real(name)(*arguments).get_config()


def attributes(initializer: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(initializer).items() if not key.startswith("_")}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        (name, arguments)
        for name in legacy.INITIALIZERS
        if not legacy.is_contrib(name)  # its closure has no configuration
        for arguments in [{}, *([{"seed": 3}, {"seed": np.int64(4)}] if name in legacy.RANDOM else [])]
    ],
)
def test_config_and_attributes_are_the_real_ones(name: str, arguments: dict[str, Any]) -> None:
    real, mirrored = legacy.real(name)(**arguments), legacy.mirrored(name)(**arguments)
    config = mirrored.get_config()
    assert list(config.items()) == list(real.get_config().items())
    assert attributes(mirrored) == attributes(real)
    again = type(mirrored).from_config(config)
    assert again.get_config() == config
    assert type(again) is type(mirrored)


@pytest.mark.parametrize("name", legacy.CLASSES)
@pytest.mark.parametrize("seed", [0, 3, np.int64(4)], ids=repr)
@pytest.mark.parametrize("is_legacy", [False, True], ids=["native", "legacy"])
def test_config_after_calls_is_the_real_one(name: str, seed: Any, is_legacy: bool) -> None:
    configs = []
    for find in (legacy.real, legacy.mirrored):
        initializer = find(name)(**({"seed": seed} if name in legacy.RANDOM else {}))
        with tf_initcompat.legacy_sampling() if is_legacy else contextlib.nullcontext():
            for channels in ((2, 3), (4, 4)):
                initializer(legacy.shape_of(name, channels))
        configs.append(initializer.get_config())
    assert configs[1] == configs[0]
    assert type(configs[1].get("seed")) is type(configs[0].get("seed"))


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda item: pickle.loads(pickle.dumps(item))],
    ids=["copy", "deep", "pickle"],
)
def test_copies(name: str, duplicate: Any) -> None:
    initializer = legacy.mirrored(name)(**SEEDED[name])
    again = duplicate(initializer)
    assert type(again) is type(initializer)
    assert again.get_config() == initializer.get_config()
    tensors = []
    for used in (initializer, again):
        tf.random.set_seed(1)
        tensors.append(used(legacy.shape_of(name, (2, 3))))
    assert legacy.same(*tensors)


@pytest.mark.parametrize("name", legacy.CLASSES)
def test_subclass(name: str) -> None:
    def derive(parent: Any) -> Any:
        class Doubled(parent):  # type: ignore[misc]
            def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
                return 2 * super().__call__(shape, dtype, partition_info)

        return Doubled

    single, doubled = legacy.mirrored(name), derive(legacy.mirrored(name))
    tensors = []
    for make in (single, doubled):
        tf.random.set_seed(1)
        tensors.append(make()(legacy.shape_of(name, (2, 3))))
    np.testing.assert_array_equal(2 * tensors[0], tensors[1])
    assert doubled().get_config() == derive(legacy.real(name))().get_config()


@pytest.mark.parametrize("name", legacy.CLASSES)
def test_config_of_a_subclass_with_other_parameters_is_that_of_its_parent(name: str) -> None:
    def derive(parent: Any) -> Any:
        class Named(parent):  # type: ignore[misc]
            def __init__(self, name: str) -> None:
                super().__init__()
                self.name = name

        return Named

    assert derive(legacy.mirrored(name))("a").get_config() == derive(legacy.real(name))("a").get_config()


def test_attributes_may_be_changed_after_construction() -> None:
    initializer = legacy.mirrored("random_normal_initializer")(stddev=1.0, seed=1)
    initializer.stddev, initializer.seed = 0.0, 2
    assert float(tf.reduce_max(tf.abs(initializer((10,))))) == 0.0
    assert initializer.get_config()["seed"] == 2


@pytest.mark.parametrize("value", [tf.constant(2.0), np.float64(2.0), 2], ids=["tensor", "NumPy", "int"])
@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("random_normal_initializer", "mean"),
        ("truncated_normal_initializer", "stddev"),
        ("random_uniform_initializer", "maxval"),
        ("orthogonal_initializer", "gain"),
        ("variance_scaling_initializer", "scale"),
    ],
)
def test_parameters_may_be_tensors_and_numpy_scalars(name: str, argument: str, value: Any) -> None:
    assert legacy.mirrored(name)(**{argument: value})((3, 2)).dtype == tf.float32


def test_real_symbol_makes_a_tensor_of_a_dynamic_shape() -> None:
    initializer = legacy.mirrored("random_normal_initializer")()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def make(shape: Any) -> Any:
        return initializer(shape)

    assert make(tf.constant([4, 2])).shape == (4, 2)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("glorot_uniform_initializer", "GlorotUniform(seed=None, dtype=tf.float32)"),
        ("keras.initializers.he_normal", "HeNormal(seed=None)"),
        ("random_normal_initializer", "RandomNormal(mean=0.0, stddev=1.0, seed=None, dtype=tf.float32)"),
    ],
)
def test_representation_has_the_arguments_of_the_constructor(name: str, text: str) -> None:
    assert repr(legacy.mirrored(name)()) == text
