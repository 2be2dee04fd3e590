"""Bad input: errors of the real symbol's types, with messages that name the argument and the value received."""

import operator
from typing import Any

import legacy
import numpy as np
import pytest
import tensorflow as tf

import tf_initcompat

CONSTRUCTORS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("variance_scaling_initializer", {argument: value})
        for argument, values in {
            "scale": [0, -1.0, "a", None, np.array([1.0, 2.0])],
            "mode": ["FAN_IN", "fan", None, [1]],
            "distribution": ["gauss", None, 3],
            "dtype": ["int32", tf.string, "nope", int, None, tf.complex64],
        }.items()
        for value in values
    ),
    *(
        (name, {"dtype": dtype})
        for name in ("random_normal_initializer", "truncated_normal_initializer", "random_uniform_initializer",
                     "uniform_unit_scaling_initializer", "orthogonal_initializer", "initializers.identity",
                     "zeros_initializer", "constant_initializer", *legacy.KERNELS)
        for dtype in (tf.int32, "bool", "nope", None, "string")
    ),
    *(("constant_initializer", {"value": value}) for value in (None, {1: 2}, {3}, object)),
    *(
        ("contrib.layers.variance_scaling_initializer", arguments)
        for arguments in ({"mode": "fan_in"}, {"mode": None}, {"mode": 3}, {"dtype": tf.int32})
    ),
    ("contrib.layers.xavier_initializer", {"dtype": tf.bool}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), CONSTRUCTORS, ids=repr)
def test_constructor(name: str, arguments: dict[str, Any]) -> None:
    try:
        legacy.real(name)(**arguments)
    except Exception as error:
        with pytest.raises(type(error)) as raised:
            legacy.mirrored(name)(**arguments)
        assert type(raised.value) is type(error)
        ((argument, value),) = arguments.items()
        shown = str(tf.as_dtype(value)) if argument == "dtype" and isinstance(error, ValueError) else str(value)
        assert argument in str(raised.value)
        assert shown in str(raised.value)
    else:
        legacy.mirrored(name)(**arguments)


CALLS: list[dict[str, Any]] = [
    {"shape": (None, 3)},
    {"shape": tf.TensorShape([None, 3])},
    {"shape": tf.TensorShape(None)},
    {"shape": None},
    {"shape": 5},
    {"shape": (-1, 3)},
    {"shape": (2.5, 3)},
    {"shape": (2, "a")},
    {"shape": "ab"},
    {"shape": ()},
    {"shape": (3,)},
    {"shape": (2, 3, 4)},
    {"shape": (0, 3)},
    {"shape": {2: 0, 3: 0}},
    {"shape": (True, 3)},
    {"shape": np.array([2, 3], np.uint8)},
    *({"shape": (2, 3), "dtype": dtype} for dtype in ("int32", "string", "bool", "nope", "complex64", tf.uint8, int)),
]


@pytest.mark.parametrize("name", legacy.INITIALIZERS)
@pytest.mark.parametrize("context", ["eager", "graph"])
@pytest.mark.parametrize("arguments", CALLS, ids=repr)
def test_call(name: str, context: str, arguments: dict[str, Any]) -> None:
    if legacy.is_contrib(name) and isinstance(arguments["shape"], np.ndarray):
        pytest.skip("contrib fails on every array, right or wrong")
    if legacy.is_contrib(name) and "dtype" in arguments:
        if arguments["dtype"] in ("nope", int):
            pytest.skip("contrib accepts a DType only, and has no error for other values")
        arguments = {**arguments, "dtype": tf.as_dtype(arguments["dtype"])}
    check(name, {}, arguments, context)


def check(name: str, constructor: dict[str, Any], arguments: dict[str, Any], context: str) -> None:
    """Compare a wrapper with the real symbol, for constructor and call arguments of which one is bad."""

    def run(make: Any) -> Any:
        if context == "eager":
            return make(**constructor)(**arguments)
        with tf.Graph().as_default():
            return make(**constructor)(**arguments)

    try:
        real = run(legacy.real(name))
    except Exception as error:  # of any type: the wrapper has to raise the same
        with pytest.raises(type(error)) as raised:
            run(legacy.mirrored(name))
        assert type(raised.value) is type(error)
        bad = constructor or ({"dtype": arguments["dtype"]} if "dtype" in arguments else arguments)
        for argument, value in bad.items():
            assert argument in str(raised.value)
            assert (value.name if isinstance(value, tf.DType) else str(value)) in str(raised.value)
    else:
        mirrored = run(legacy.mirrored(name))
        assert (mirrored.shape.as_list(), mirrored.dtype) == (real.shape.as_list(), real.dtype)


#: Shapes that kernels cannot have, or that only some kernels can have: ranks, sizes and channels.
SHAPES_OF_KERNELS: list[Any] = [
    (3, 2, 4),
    (3, 4, 2),
    (3, 3, 2, 4),
    (3, 2, 2, 4),
    (3, 3, 4, 2),
    (2, 2, 2, 2, 4),
    (2, 2, 1, 2, 4),
    (2, 1, 2, 2, 4),
    (2, 2, 2, 2, 2, 4),
    (0, 2, 4),
    (0, 0, 2, 4),
    (3, 0, 4),
    (3, 0, 0),
    (1, 1, 0, 2),
    (None, 2, 4),
    (3, 3, None, 4),
    (3, 3, 2, None),
    (-1, 2, 4),
    tf.TensorShape([3, 3, None, 4]),
    tf.TensorShape(None),
]


@pytest.mark.parametrize("name", legacy.KERNELS)
@pytest.mark.parametrize("context", ["eager", "graph"])
@pytest.mark.parametrize("shape", SHAPES_OF_KERNELS, ids=repr)
def test_shape_of_a_kernel(name: str, context: str, shape: Any) -> None:
    check(name, {}, {"shape": shape}, context)


@pytest.mark.parametrize("name", legacy.KERNELS)
@pytest.mark.parametrize("context", ["eager", "graph"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "int32", "string", "nope", "complex64", int])
def test_dtype_of_a_kernel(name: str, context: str, dtype: Any) -> None:
    check(name, {}, {"shape": legacy.shape_of(name, (2, 3)), "dtype": dtype}, context)


@pytest.mark.parametrize("name", legacy.RANDOM)
@pytest.mark.parametrize("seed", ["abc", [1], 1.5, -1, 2**40, True, {"a": 1}], ids=repr)
@pytest.mark.parametrize("context", ["eager", "graph"])
def test_seed(name: str, seed: Any, context: str) -> None:
    check(name, {"seed": seed}, {"shape": legacy.shape_of(name, (2, 3))}, context)


VALUES: list[tuple[str, dict[str, Any]]] = [
    *(("random_uniform_initializer", {"minval": 0, "maxval": 5, "dtype": dtype}) for dtype in ("uint8", "int16")),
    ("random_uniform_initializer", {"dtype": tf.int32}),
    ("random_uniform_initializer", {"minval": 5, "maxval": 1, "dtype": tf.int32}),
    ("random_uniform_initializer", {"minval": None}),
    ("random_uniform_initializer", {"maxval": 1j}),
    ("random_normal_initializer", {"mean": None}),
    ("random_normal_initializer", {"stddev": "x"}),
    ("orthogonal_initializer", {"gain": "a"}),
    ("initializers.identity", {"gain": "a"}),
    *(
        (name, {"gain": gain})
        for name in legacy.KERNELS
        for gain in ("a", None, 0.0, -2, 1j, [1.0, 1.0], [0.0, 1.0, 2.0])
    ),
    *(("uniform_unit_scaling_initializer", {"factor": factor}) for factor in ("a", None, 0.0)),
    *(("contrib.layers.variance_scaling_initializer", {"factor": factor}) for factor in ("a", None, 0.0, -2.0)),
]


@pytest.mark.parametrize(("name", "arguments"), VALUES, ids=repr)
@pytest.mark.parametrize("context", ["eager", "graph"])
def test_values(name: str, arguments: dict[str, Any], context: str) -> None:
    check(name, arguments, {"shape": legacy.shape_of(name, (2, 3))}, context)


def test_message_shows_the_call_and_the_cause() -> None:
    with pytest.raises(TypeError, match=r"VarianceScaling\(scale=2.0.*shape=\(None, 3\), dtype=float32") as raised:
        legacy.mirrored("initializers.he_normal")()((None, 3))
    assert raised.value.__cause__ is not None


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("variance_scalling_initializer", "variance_scaling_initializer"),
        ("initializer", "initializers"),
        ("keras.initialisers", "initializers"),
        ("parityy", "parity"),
    ],
)
def test_wrong_name_suggests_the_nearest(name: str, suggestion: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '.*'. Did you mean: '{suggestion}'"):
        operator.attrgetter(name)(tf_initcompat)


def test_unlike_name_suggests_nothing() -> None:
    with pytest.raises(AttributeError, match=r"module 'tf_initcompat' has no attribute 'xyz'$"):
        operator.attrgetter("xyz")(tf_initcompat)


def test_unicode_error_keeps_its_type() -> None:
    """Its constructor takes no message, so that the error of the real symbol is raised as it is."""
    options: dict[str, Any] = {"dtype": tf.string}
    with tf.Graph().as_default(), pytest.raises(UnicodeEncodeError) as expected:
        legacy.real("constant_initializer")("\ud800", **options)((2,))
    with tf.Graph().as_default(), pytest.raises(UnicodeEncodeError) as raised:
        legacy.mirrored("constant_initializer")("\ud800", **options)((2,))
    assert str(raised.value) == str(expected.value)


def test_error_whose_type_takes_no_message() -> None:
    """NumPy's error for a comparison is a TypeError that takes the operation and its dtypes."""
    with pytest.raises(TypeError, match=r"Argument `scale` must be a positive float. Received: 1970-01-01"):
        legacy.mirrored("variance_scaling_initializer")(scale=np.datetime64(1, "s"))
