"""Constructor and call arguments: order, dtypes, seeds, shapes, config, copies, subclasses."""

import copy
import pickle
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf

from tf_initcompat.catalog import symbols

Dimension = tf.compat.v1.Dimension
SHAPES = [
    (2, 3),
    [2, 3],
    tf.TensorShape([2, 3]),
    np.array([2, 3]),
    np.array([2, 3], np.int32),
    (np.int64(2), np.int32(3)),
    [Dimension(2), Dimension(3)],
    [2, Dimension(3)],
    tf.constant([2, 3]),
    tf.constant([2, 3], tf.int64),
    [tf.constant(2), 3],
]
DTYPES = ["float64", tf.float64, np.float64, np.dtype("float64"), tf.float64.as_datatype_enum]


def without_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a test fail where the native initializer was to answer and the real symbol had to."""
    for row in symbols.INITIALIZERS:
        kind = type(legacy.mirrored(row.names[0])())
        for ancestor in kind.__mro__:
            if "_legacy" in vars(ancestor):
                monkeypatch.setattr(ancestor, "_legacy", lambda self: pytest.fail(f"{self} asked the real symbol"))


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_every_form_of_shape_is_answered_natively(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_fallback(monkeypatch)
    for shape in SHAPES:
        assert legacy.mirrored(name)()(shape).shape == (2, 3)
    for shape in [(4, 0), (0, 4), (2, 3), (3, 2)] + ([] if "identity" in name else [(3, 0, 2), (2, 2, 2, 3)]):
        if "contrib" in name and 0 in shape:
            continue  # contrib divides by zero
        if name in ("constant_initializer", "initializers.identity") and 0 in shape:
            continue  # eager code and Graph disagree; Keras 3.0 makes a square identity
        assert legacy.mirrored(name)()(shape).shape == shape


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
@pytest.mark.parametrize("context", ["function", "graph", "xla"])
def test_every_context_is_answered_natively(name: str, context: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_fallback(monkeypatch)
    initializer = legacy.mirrored(name)()
    run = legacy.in_xla if context == "xla" else legacy.CONTEXTS[context]
    assert run(lambda: [initializer((2, 3))])[0].shape == (2, 3)


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
def test_every_dtype_of_the_native_initializer_is_answered_natively(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    without_fallback(monkeypatch)
    dtypes = [tf.float32, tf.float64] + ([] if "orthogonal" in name else [tf.float16, tf.bfloat16])
    for dtype in dtypes:
        assert legacy.mirrored(name)()((2, 3), dtype=dtype).dtype == dtype
    if name in ("zeros_initializer", "ones_initializer"):
        for dtype in (tf.int32, tf.int64, tf.uint8, tf.bool):
            assert legacy.mirrored(name)(dtype)((2, 3)).dtype == dtype


@pytest.mark.parametrize("row", symbols.INITIALIZERS, ids=lambda row: row.names[0])
def test_native_initializer_is_the_one_of_the_table(row: symbols.Symbol, monkeypatch: pytest.MonkeyPatch) -> None:
    native = getattr(tf.keras.initializers, row.native)
    made: list[dict[str, Any]] = []

    class Spy(native):  # type: ignore[misc,valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            made.append(kwargs)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(tf.keras.initializers, row.native, Spy)
    legacy.mirrored(row.names[0])()((2, 3))
    assert len(made) == 1
    if "distribution" in made[0]:
        assert made[0]["distribution"] in ("truncated_normal", "uniform")


def test_normal_is_translated_for_the_delegate_and_kept_in_the_config(monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
@pytest.mark.parametrize("dtype", DTYPES, ids=repr)
def test_dtype_of_the_constructor_is_the_default_and_the_call_wins(name: str, dtype: Any) -> None:
    make = legacy.mirrored(name)
    assert make()((2, 3)).dtype == tf.float32
    assert make()((2, 3), dtype).dtype == make()((2, 3), dtype=dtype).dtype == tf.float64
    if "dtype" in [parameter.name for parameter in symbols.by_name()[name].parameters]:
        wanted = tf.float32 if "glorot" in name else tf.float64  # legacy Glorot drops its dtype
        assert make(dtype=dtype)((2, 3)).dtype == wanted
        assert make(dtype=dtype)((2, 3), dtype=tf.float32).dtype == tf.float32


@pytest.mark.parametrize("name", legacy.CLASSES)
def test_positional_arguments_are_in_the_legacy_order(name: str) -> None:
    values = {"seed": 3, "dtype": tf.float64, "scale": 2.0, "mode": "fan_out", "distribution": "uniform",
              "mean": 1.0, "stddev": 2.0, "minval": -3.0, "maxval": 4.0, "gain": 5.0, "value": 6, "factor": 7.0,
              "verify_shape": True}  # fmt: skip
    arguments = [values[parameter.name] for parameter in symbols.by_name()[name].parameters]
    assert legacy.mirrored(name)(*arguments).get_config() == legacy.real(name)(*arguments).get_config()


def attributes(initializer: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(initializer).items() if not key.startswith("_")}


@pytest.mark.parametrize("name", [name for name in legacy.INITIALIZERS if not name.startswith("contrib.")])
def test_config_and_attributes_are_the_real_ones(name: str) -> None:
    real, mirrored = legacy.real(name), legacy.mirrored(name)
    takes_seed = name in legacy.RANDOM
    for arguments in [{}, {"seed": 3}, {"seed": np.int64(4)}] if takes_seed else [{}]:
        config = mirrored(**arguments).get_config()
        assert config == real(**arguments).get_config()
        assert list(config) == list(real(**arguments).get_config())
        assert attributes(mirrored(**arguments)) == attributes(real(**arguments))
        again = type(mirrored(**arguments)).from_config(config)
        assert again.get_config() == config
        assert type(again) is type(mirrored())


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda item: pickle.loads(pickle.dumps(item))])
def test_copies(name: str, duplicate: Any) -> None:
    initializer = legacy.mirrored(name)(**({"seed": 4} if name in legacy.RANDOM else {}))
    again = duplicate(initializer)
    assert type(again) is type(initializer)
    assert again.get_config() == initializer.get_config()
    tensors = []
    for used in (initializer, again):
        tf.random.set_seed(1)
        tensors.append(used((2, 3)))
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
        tensors.append(make()((2, 3)))
    np.testing.assert_array_equal(2 * tensors[0], tensors[1])
    assert doubled().get_config() == derive(legacy.real(name))().get_config()


def test_attributes_may_be_changed_after_construction() -> None:
    initializer = legacy.mirrored("random_normal_initializer")(stddev=1.0, seed=1)
    initializer.stddev, initializer.seed = 0.0, 2
    assert float(tf.reduce_max(tf.abs(initializer((10,))))) == 0.0
    assert initializer.get_config()["seed"] == 2


@pytest.mark.parametrize("value", [tf.constant(2.0), np.float64(2.0), 2])
def test_parameters_may_be_tensors_and_numpy_scalars(value: Any) -> None:
    for name, argument in (("random_normal_initializer", "mean"), ("truncated_normal_initializer", "stddev"),
                           ("random_uniform_initializer", "maxval"), ("orthogonal_initializer", "gain"),
                           ("variance_scaling_initializer", "scale")):  # fmt: skip
        assert legacy.mirrored(name)(**{argument: value})((3, 2)).dtype == tf.float32


def test_dynamic_shape_is_answered_by_the_real_symbol() -> None:
    initializer = legacy.mirrored("random_normal_initializer")()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def make(shape: Any) -> Any:
        return initializer(shape)

    assert make(tf.constant([4, 2])).shape == (4, 2)
