"""Functions that check and convert arguments, at the limits of what they accept. Expected values are by hand."""

import contextlib
import math
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tf_initcompat.wrappers import arguments
from tf_initcompat.wrappers.arguments import Shard

Dimension = tf.compat.v1.Dimension
LARGEST = 2**63 - 1
#: Largest number whose square is at most `LARGEST`.
ROOT = math.isqrt(LARGEST)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((2, 3), (2, 3)),
        ([2, 3], (2, 3)),
        ((), ()),
        ((0,), (0,)),
        ((1, 0), (1, 0)),
        (np.array([2, 3], np.int32), (2, 3)),
        (np.array([2, 3], np.int64), (2, 3)),
        (tf.constant([2, 3]), (2, 3)),
        (tf.constant([2, 3], tf.int64), (2, 3)),
        (tf.TensorShape([2, 3]), (2, 3)),
        (tf.TensorShape([]), ()),
        ([Dimension(2), np.int8(3), tf.constant(4)], (2, 3, 4)),
    ],
    ids=repr,
)
def test_static_shape(shape: Any, expected: tuple[int, ...]) -> None:
    converted = arguments.static_shape(shape)
    assert converted == expected
    assert {type(size) for size in converted} <= {int}


@pytest.mark.parametrize(
    "shape",
    [
        (-1, 2),
        (2, -1),
        None,
        (None,),
        2,
        "2",
        ("2",),
        {2: 3},
        (True,),
        (2.0,),
        ([2],),
        np.array(2),
        np.array([2.0]),
        np.array([True]),
        np.array([2], np.int16),
        np.array([2], np.uint64),
        tf.constant(2),
        tf.constant([2.0]),
        tf.constant([2], tf.int16),
        tf.TensorShape(None),
        tf.TensorShape([None, 2]),
        (Dimension(None),),
    ],
    ids=repr,
)
def test_no_static_shape(shape: Any) -> None:
    with pytest.raises(arguments.NoNativeCounterpartError):
        arguments.static_shape(shape)


@pytest.mark.parametrize("make", [lambda: tf.constant([2, 3]), lambda: (tf.constant(2), 3)])
def test_symbolic_shape_is_not_static(make: Any) -> None:
    with tf.Graph().as_default(), pytest.raises(arguments.NoNativeCounterpartError):
        arguments.static_shape(make())


@pytest.mark.parametrize(
    ("shape", "kernel_ranks"),
    [
        ((), ()),
        ((LARGEST,), ()),
        ((LARGEST, 1), ()),
        ((2**31, 2**31), ()),
        ((0, 2**62, 2**62), ()),
        ([1] * 254, ()),
        ((1, 1, 2**32), ()),
        ((1, 1, 2**32), (4,)),
        ((1, 1, ROOT), (3,)),
        ((2**63,), ()),  # TensorFlow raises another error
        ((2**62, 2**63), ()),
        ((2**63, 2**62), ()),
        ((-1, 2**62, 2**62), ()),
        (np.array([2**63], np.uint64), ()),
        (np.array([[2**62, 2**62]], np.uint64), ()),
        (np.array(2**62, np.uint64), ()),
        (np.array([2**14] * 5, np.int16), ()),  # not a dtype of shapes
        (None, ()),
        ((None, 2**62, 2**62), ()),
        ("ab", ()),
        (("a", 2**62, 2**62), ()),
    ],
    ids=repr,
)
def test_possible_shape(shape: Any, kernel_ranks: tuple[int, ...]) -> None:
    arguments.require_possible_shape(shape, kernel_ranks)


@pytest.mark.parametrize(
    ("shape", "kernel_ranks"),
    [
        ((2**62, 2), ()),
        ((2, 2**62), ()),
        ((2**62, 2, 0), ()),
        ((2**62, 4, -1), ()),
        ((LARGEST, 2), ()),
        ([1] * 255, ()),
        ([0] * 255, ()),
        ((1, 1, ROOT + 1), (3,)),
        ((1, 1, 1, ROOT + 1), (3, 4)),
        ((1, 0, ROOT + 1), (3,)),
        (np.array([2**62, 2]), ()),
        (np.array([2**62, 2], np.uint64), ()),
        (tf.constant([2**62, 2], tf.int64), ()),
        (tf.TensorShape([2**62, 2]), ()),
    ],
    ids=repr,
)
@pytest.mark.parametrize("is_graph", [False, True], ids=["eager", "graph"])
def test_impossible_shape(shape: Any, kernel_ranks: tuple[int, ...], is_graph: bool) -> None:
    graph = tf.Graph().as_default() if is_graph else contextlib.nullcontext()
    with graph, pytest.raises(tf.errors.InvalidArgumentError) as raised:
        arguments.require_possible_shape(shape, kernel_ranks)
    text = f"Argument `shape` must make tensors of at most 254 dimensions and {2**63 - 1} elements. Received: "
    assert raised.value.message.startswith(text)


@pytest.mark.parametrize(
    ("shape", "is_possible"),
    [
        ((), True),
        ((2**56,), True),
        ((2**28, 2**28), True),
        ((2**57, 0), True),
        ((2**57, -1), True),  # the call itself rejects it
        ((-1, -(2**57)), True),
        ((2**56 + 1,), False),
        ((2**31, 2**31), False),
        ((1, 1, 2**28), True),
        ((1, 1, 2**28 + 1), False),
    ],
)
def test_shape_that_no_machine_samples(shape: Any, is_possible: bool) -> None:
    arguments.require_possible_shape(shape, (3,), is_sampled=True)  # eager operations raise the error
    with tf.Graph().as_default():
        arguments.require_possible_shape(shape, (3,))
        with contextlib.nullcontext() if is_possible else pytest.raises(tf.errors.ResourceExhaustedError):
            arguments.require_possible_shape(shape, (3,), is_sampled=True)


def test_impossible_shape_as_a_tensor_of_a_graph() -> None:
    with tf.Graph().as_default():
        arguments.require_possible_shape(tf.compat.v1.placeholder(tf.int64, [2]))
        with pytest.raises(tf.errors.InvalidArgumentError):
            arguments.require_possible_shape(tf.constant([2**62, 2], tf.int64))


@pytest.mark.parametrize(
    ("shape", "offset", "shard_info", "expected"),
    [
        (None, None, None, None),
        (None, (9, 9), None, None),
        ((2, 3), None, None, Shard((2, 3), [0, 0])),
        ((2, 3), (2, 0), None, Shard((2, 3), (2, 0))),
        ((4, 3), (0, 0), None, Shard((4, 3), (0, 0))),
        ((0, 3), (4, 0), None, Shard((0, 3), (4, 0))),
        (None, None, Shard((1, 3), (3, 0)), Shard((1, 3), (3, 0))),
        ((2, 3), None, Shard((1, 3), (3, 0)), Shard((2, 3), [0, 0])),
        # The call itself rejects these.
        (("a", 3), (9, 0), None, Shard(("a", 3), (9, 0))),
        ((2, 3), ("a", 0), None, Shard((2, 3), ("a", 0))),
        ((2, -3), (9, 0), None, Shard((2, -3), (9, 0))),
    ],
)
def test_shard(shape: Any, offset: Any, shard_info: Any, expected: Any) -> None:
    assert arguments.keras_shard((4, 3), shape, offset, shard_info) == expected


@pytest.mark.parametrize(
    ("shape", "offset"),
    [
        ((2, 3), (3, 0)),
        ((2, 3), (0, 1)),
        ((2, 3), (-1, 0)),
        ((2, 3), (0, -1)),
        ((5, 3), (0, 0)),
        ((2,), (0,)),
        ((2, 3), (0,)),
        ((2,), (0, 0)),
        ((2, 3, 1), (0, 0, 0)),
    ],
)
def test_shard_outside_of_the_tensor(shape: Any, offset: Any) -> None:
    with pytest.raises(ValueError, match="outside of the tensor of shape"):
        arguments.keras_shard((4, 3), shape, offset, None)
    with pytest.raises(ValueError, match="outside of the tensor of shape"):
        arguments.keras_shard((4, 3), None, None, Shard(shape, offset))


def raise_error(error: Exception) -> bool:
    raise error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (AttributeError("a"), AttributeError),
        (TypeError("a"), TypeError),
        (ValueError("a"), ValueError),
        (UnicodeDecodeError("utf-8", b"a", 0, 1, "a"), ValueError),
        (type("Both", (TypeError, ValueError), {})("a"), TypeError),
        (KeyError("a"), KeyError),
    ],
)
def test_error_of_a_check(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected) as raised:
        arguments.require("scale", 0, "must be positive", lambda _: raise_error(error))
    assert type(raised.value) is expected
    if expected is not KeyError:
        assert str(raised.value) == "Argument `scale` must be positive. Received: 0"
        assert raised.value.__cause__ is error


def test_check() -> None:
    arguments.require("scale", 1, "must be positive", lambda scale: scale > 0)
    with pytest.raises(ValueError, match=r"^Argument `scale` must be positive. Received: 0$"):
        arguments.require("scale", 0, "must be positive", lambda scale: scale > 0)


@pytest.mark.parametrize("dtype", ["float16", np.float16, tf.float16, tf.float16._as_ref])
def test_floating_dtype(dtype: Any) -> None:
    assert arguments.as_float_dtype(dtype) == tf.float16
    assert not arguments.as_float_dtype(dtype)._is_ref_dtype


@pytest.mark.parametrize("dtype", ["int32", tf.bool, tf.string])
def test_other_dtype(dtype: Any) -> None:
    assert arguments.as_dtype(dtype) == tf.as_dtype(dtype)
    with pytest.raises(ValueError, match=r"^Argument `dtype` is expected to be floating point. Received: <dtype"):
        arguments.as_float_dtype(dtype)


def test_no_dtype() -> None:
    with pytest.raises(TypeError, match=r"^Argument `dtype` must be convertible to a tf.DType. Received: 'float33'$"):
        arguments.as_dtype("float33")
