"""Predictions of two models on the same random inputs, and the difference between them."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from tf_initcompat.saved.loading import installed

__all__ = ["Inputs", "difference", "first_prediction", "predict", "tolerance"]

#: Arrays for the inputs of a model.
Inputs: TypeAlias = Sequence[Any]
#: Sizes substituted for unknown input dimensions, in this order: a model may crop or pool its input.
_SIZES: Final = tuple(2**exponent for exponent in range(2, 17))
#: Examples where the model does not say how many.
_EXAMPLES: Final = 2
#: Maximum number of values in one input.
_MAX_VALUES: Final = 2**24
#: Maximum relative difference. Two models may add the same numbers in another order.
_TOLERANCE: Final = 1e-5
#: Tolerance for a model that amplifies rounding, in multiples of the effect of rounding its inputs, and its maximum.
_MULTIPLE: Final = 8
_MAX_TOLERANCE: Final = 1e-3
#: Relative change of an input that is rounded.
_ROUNDING: Final = 2.0**-23


def _shapes(model: Any) -> Iterator[list[tuple[int, ...]]]:
    """Yield shapes for the inputs of a model, the smallest first."""
    symbolic = [tuple(tensor.shape) for tensor in model.inputs]
    is_open = any(size is None for shape in symbolic for size in shape[1:])
    for unknown in _SIZES if is_open else _SIZES[:1]:
        shapes = [
            (shape[0] or _EXAMPLES, *(unknown if size is None else size for size in shape[1:])) for shape in symbolic
        ]
        if unknown > _SIZES[0] and any(math.prod(shape) > _MAX_VALUES for shape in shapes):
            return
        yield shapes


def first_prediction(model: Any) -> tuple[Inputs, list[Any]]:
    """Return the smallest random inputs for which a model predicts something, and its predictions.

    Args:
      model: The model. Keras raises exceptions of any type for inputs that it cannot take; the first is raised if it
        takes none.
    """
    first: Exception | None = None
    everything = list(_shapes(model))
    # TensorFlow reads memory at random for a convolution whose window is larger than its input. Other sizes are tried
    # only if Keras infers no shape for any.
    plausible = (shapes for shapes in everything if len(everything) > 1 and _is_output_known(model, shapes))
    for shapes in itertools.chain(plausible, everything):
        inputs = _samples(model, shapes)
        try:
            predicted = predict(model, inputs)
        except Exception as error:
            first = first or error
            continue
        if all(array.size for array in predicted):
            return inputs, predicted
    raise first or ValueError("the outputs are empty")


def _is_output_known(model: Any, shapes: list[tuple[int, ...]]) -> bool:
    """Return whether Keras infers the shape of an output that is not empty."""
    tf = installed.tensorflow()
    dtypes = (tensor.dtype for tensor in model.inputs)
    inputs = [tf.keras.Input(batch_shape=shape, dtype=dtype) for shape, dtype in zip(shapes, dtypes, strict=True)]
    try:
        outputs = tf.nest.flatten(model(inputs[0] if len(inputs) == 1 else inputs, training=False))
    except Exception:  # Keras raises exceptions of any type
        return False
    return all(size is None or size > 0 for output in outputs for size in tuple(output.shape))


def _samples(model: Any, shapes: list[tuple[int, ...]]) -> Inputs:
    from tf_initcompat.wrappers.tensorflow import np

    random = np.random.RandomState(0)

    def sample(dtype: str, shape: tuple[int, ...]) -> Any:
        if "float" in dtype:
            return random.uniform(size=shape).astype(dtype if dtype != "bfloat16" else "float32")
        numbers = random.randint(0, 2, shape)
        # Tensors, since Keras takes no arrays of strings.
        return installed.tensorflow().constant(numbers.astype(str)) if dtype == "string" else numbers.astype(dtype)

    dtypes = (getattr(tensor.dtype, "name", str(tensor.dtype)) for tensor in model.inputs)
    return list(itertools.starmap(sample, zip(dtypes, shapes, strict=True)))


def predict(model: Any, inputs: Inputs) -> list[Any]:
    """Return the predictions of a model, an array for each output."""
    from tf_initcompat.wrappers.tensorflow import np

    outputs = model(inputs[0] if len(inputs) == 1 else list(inputs), training=False)
    return [np.asarray(output) for output in installed.tensorflow().nest.flatten(outputs)]


def difference(predicted: list[Any], expected: list[Any]) -> float:
    """Return the largest difference between the predictions of two models; infinity for another number of outputs."""
    if len(predicted) != len(expected):
        return float("inf")
    return max(map(_array_difference, expected, predicted), default=0.0)


def _array_difference(expected: Any, predicted: Any) -> float:
    """Return the largest difference, relative to values beyond 1; infinity for another shape.

    Values that are both infinite or no numbers do not differ.
    """
    from tf_initcompat.wrappers.tensorflow import np

    if expected.shape != predicted.shape:
        return float("inf")
    if expected.dtype.kind not in "fiub":
        return 0.0 if np.array_equal(expected, predicted) else float("inf")
    expected, predicted = expected.astype("float64"), predicted.astype("float64")
    is_other = (expected != predicted) & ~(np.isnan(expected) & np.isnan(predicted))
    if not np.isfinite(expected[is_other]).all() or not np.isfinite(predicted[is_other]).all():
        return float("inf")
    scale = max(1.0, float(np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)))
    return float(np.max(np.abs(expected[is_other] - predicted[is_other]), initial=0.0)) / scale


def tolerance(model: Any, inputs: Inputs, expected: list[Any], difference_found: float) -> float:
    """Return the difference up to which predictions are the same.

    It is 1e-5. For a model that amplifies rounding, it is 8 times the difference that rounding the inputs makes, but at
    most 1e-3.

    Args:
      model: The model that predicted what is expected.
      inputs: Its inputs.
      expected: Its predictions.
      difference_found: The difference. The model is called again only if it is greater than 1e-5.
    """
    from tf_initcompat.wrappers.tensorflow import np

    if not _TOLERANCE < difference_found <= _MAX_TOLERANCE:
        return _TOLERANCE
    random = np.random.RandomState(1)
    rounded = [
        array * (1 + _ROUNDING * random.choice([-1, 1], array.shape)).astype(array.dtype)
        if getattr(array.dtype, "kind", "") == "f"
        else array
        for array in inputs
    ]
    return min(_MAX_TOLERANCE, max(_TOLERANCE, _MULTIPLE * difference(predict(model, rounded), expected)))
