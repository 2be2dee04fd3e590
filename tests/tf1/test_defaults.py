"""The table of callables that create variables, against recordings of TensorFlow 1 and against the installed Keras."""

import fnmatch
import functools
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tf1 import creators as calls
from tf1.moments import moments, moments_or_value, values_of
from tf1.recordings import MIRRORED

from tf_initcompat import parity
from tf_initcompat.catalog import creators, history
from tf_initcompat.catalog.creators import Creator, InitialValues, Origin, Weight

FOLDER = Path(__file__).parent / "recorded_defaults"
RECORDINGS: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
#: Number of units of the attention mechanisms in the calls.
UNITS = 48
#: Sample size, and the largest number of calls for them.
VALUES, CALLS = 50_000, 300
#: Variables of a cell or a layer that a wrapper contains, which has a row of its own.
INNER = {
    "contrib.rnn.EmbeddingWrapper": ("*/basic_rnn_cell/*",),
    "contrib.rnn.HighwayWrapper": ("basic_rnn_cell/*",),
    "contrib.seq2seq.AttentionWrapper": ("memory_layer/*", "*/gru_cell/*"),
    "keras.layers.Bidirectional": ("*",),
    "keras.layers.ConvLSTM2D": ("*/Variable",),  # an auxiliary variable in some versions
    "keras.layers.TimeDistributed": ("*",),
}
#: Variables whose values old versions of Keras set in its own session after their initializer ran.
SET_LATER = {(version, "keras.layers.ConvLSTM2D", "bias") for version in ("1.4.1", "1.8.0")}
#: Layers whose defaults were others in older versions, by the history.
CHANGED_LAYERS = {
    name.removeprefix("tf."): change
    for change in history.CHANGES
    if change.aspect is history.Aspect.LAYER
    for name in change.names
}


def recorded(version: str, name: str) -> Any:
    """Return the variables of a callable; None if the version lacks it or takes other arguments."""
    found = RECORDINGS[version].get(name)
    if isinstance(found, str):  # another name of the same callable, or an error
        found = RECORDINGS[version].get(found)
    return found


def observed_weights(version: str, creator: Creator) -> Iterator[tuple[Weight, dict[str, Any]]]:
    """Yield each claim with each variable that it is about."""
    for variable in recorded(version, creator.name) or ():
        for weight in creator.weights:
            if fnmatch.fnmatchcase("/" + variable["name"], "*/" + weight.variable):
                yield weight, variable


#: The generator whose seed `parity` sets.
GENERATOR = np.random.mtrand._rand


@pytest.fixture(autouse=True)
def _fixed_seed() -> None:
    GENERATOR.seed(7)


def glorot_uniform(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return values by the formula of Glorot and Bengio (2010)."""
    fans = [math.prod(shape)] * 2 if len(shape) < 2 else [math.prod(shape[:-2]) * size for size in shape[-2:]]
    limit = math.sqrt(6 / sum(fans))
    return GENERATOR.uniform(-limit, limit, shape)


def truncated_normal(stddev: float, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return normal values, again where they are beyond two standard deviations."""
    values = GENERATOR.normal(size=shape)
    while (is_outside := np.abs(values) > 2).any():
        values[is_outside] = GENERATOR.normal(size=is_outside.sum())
    return stddev * values


def orthogonal(shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return a kernel that is an orthogonal matrix, uniform on the group (Saxe et al., 2013)."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    matrix, triangle = np.linalg.qr(GENERATOR.normal(size=(max(rows, columns), min(rows, columns))))
    matrix = matrix * np.sign(np.diag(triangle))
    return (matrix.T if rows < columns else matrix).reshape(shape)


#: The initializers that the table names, written again with NumPy.
INITIALIZERS: dict[str, Callable[..., Any]] = {
    "constant_initializer": lambda value: functools.partial(np.full, fill_value=value),
    "glorot_uniform_initializer": lambda: glorot_uniform,
    "ones_initializer": lambda: np.ones,
    "orthogonal_initializer": lambda: orthogonal,
    "random_uniform_initializer": lambda low, high: lambda shape: GENERATOR.uniform(low, high, shape),
    "truncated_normal_initializer": lambda stddev: functools.partial(truncated_normal, stddev),
    "zeros_initializer": lambda: np.zeros,
}


def evaluate(initial: InitialValues, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return a tensor of a distribution."""
    names = {"np": np, "shape": shape, "units": UNITS, "generator": GENERATOR}
    found = eval(initial.expression, INITIALIZERS | names)
    return np.asarray(found(shape) if callable(found) else found, np.float64)


def is_random(initial: InitialValues) -> bool:
    """Return whether the values of a distribution are random."""
    return any(word in initial.expression for word in ("uniform", "normal", "orthogonal"))


@functools.cache
def sample(initial: InitialValues, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return many values of a distribution."""
    count = math.ceil(VALUES / max(math.prod(shape), 1)) if is_random(initial) else 1
    return np.stack([evaluate(initial, shape) for _ in range(min(count, CALLS))])


def assert_distributed(found: dict[str, Any], initial: InitialValues) -> None:
    """Assert that the recorded figures are those of a distribution.

    The standard deviation may differ by five standard errors, which fails for one of two million right figures. Bounds
    of the distributions with bounds may differ by 1 %.
    """
    values = sample(initial, tuple(found["shape"]))
    if "value" in found:
        np.testing.assert_allclose(values, found["value"], rtol=1e-5)
        return
    part = 1 / found["size"] + 1 / values.size
    assert found["stddev"] == pytest.approx(values.std(), rel=5 * math.sqrt((found["kurtosis"] - 1) / 4 * part) + 1e-6)
    assert found["mean"] == pytest.approx(values.mean(), abs=5 * values.std() * math.sqrt(part))
    if found["kurtosis"] < 2.5:  # uniform and truncated distributions, whose largest values are near the bound
        assert found["max"] == pytest.approx(values.max(), rel=0.01)
        assert found["min"] == pytest.approx(values.min(), rel=0.01, abs=0.01 * values.std())
    else:
        # It does not depend on the scale. Of heavy tails it varies much.
        assert found["kurtosis"] == pytest.approx(
            moments(values)["kurtosis"], rel=0.1 if found["kurtosis"] < 4 else 0.35
        )


def assert_parity(found: dict[str, Any], initial: InitialValues) -> None:
    """Assert by `parity` that the recorded values are those of a distribution.

    It detects errors of the scale of 5 %. Seeds are fixed; another seed would fail for one of a million right claims.
    """

    def recorded_values(shape: tuple[int, ...]) -> Any:
        return values_of(found["quantiles"], GENERATOR.uniform(size=shape)).astype(np.float32)

    def claimed_values(shape: tuple[int, ...]) -> Any:
        return np.broadcast_to(evaluate(initial, tuple(shape)).astype(np.float32), shape)

    parity.assert_parity(
        recorded_values,
        claimed_values,
        shape=tuple(found["shape"]),
        contexts=["eager"],
        checks=parity.DISTRIBUTION,
        budget=1e-6,
        scale_error=0.05,
        mean_error=0.05,
    )


@pytest.mark.parametrize("version", RECORDINGS)
@pytest.mark.parametrize("name", creators.by_name())
def test_claim(name: str, version: str) -> None:
    creator = creators.by_name()[name]
    if recorded(version, name) is None:
        assert version != MIRRORED, f"TensorFlow {MIRRORED} has no {name}"
        return
    observed = list(observed_weights(version, creator))
    change = CHANGED_LAYERS.get(name)
    for weight, variable in observed:
        if (change and change.applies_to(version)) or (version, name, weight.variable) in SET_LATER:
            continue
        assert_distributed(variable, weight.initial)
        if version == MIRRORED and is_random(weight.initial):
            assert_parity(variable, weight.initial)
        if not name.startswith("contrib.cudnn_rnn.Cudnn") or "Compatible" in name:
            assert variable["scope"] is (weight.origin is Origin.VARIABLE), variable["name"]
    if version == MIRRORED:
        assert {weight for weight, _ in observed} == set(creator.weights), "a claim is about no variable"
    claimed = {variable["name"] for _, variable in observed}
    others = [variable["name"] for variable in recorded(version, name) if variable["name"] not in claimed]
    inner = INNER.get(name, ())
    assert not [other for other in others if not any(fnmatch.fnmatchcase(other, pattern) for pattern in inner)]


def test_a_wrong_claim_is_detected() -> None:
    ((weight, variable),) = observed_weights(MIRRORED, creators.by_name()["feature_column.embedding_column"])
    wider = weight.initial._replace(expression="truncated_normal_initializer(stddev=1.05 * shape[-1] ** -0.5)")
    with pytest.raises(AssertionError, match=r"stddev \[eager\]"):
        assert_parity(variable, wider)


def test_every_call_has_a_row() -> None:
    wrappers = {"keras.layers.Bidirectional", "keras.layers.TimeDistributed"}  # they create variables of other layers
    assert set(calls.CREATORS) - wrappers == set(creators.by_name())


_RECURRENT = {"units": 48}, (None, 5, 64)
_CONVOLUTION = {"filters": 48, "kernel_size": 3}
_IMAGES, _SEQUENCES, _VOLUMES = (None, 16, 16, 24), (None, 32, 64), (None, 8, 8, 8, 16)
#: Arguments of each layer of Keras that replaces a callable, and the shape of its input.
LAYERS: dict[str, tuple[dict[str, Any], tuple[int | None, ...]]] = {
    "BatchNormalization": ({}, _IMAGES),
    "Conv1D": (_CONVOLUTION, _SEQUENCES),
    "Conv2D": (_CONVOLUTION, _IMAGES),
    "Conv2DTranspose": (_CONVOLUTION, _IMAGES),
    "Conv3D": (_CONVOLUTION, _VOLUMES),
    "Conv3DTranspose": (_CONVOLUTION, _VOLUMES),
    "ConvLSTM1D": (_CONVOLUTION, (None, 3, 32, 64)),
    "ConvLSTM2D": (_CONVOLUTION, (None, 3, 16, 16, 24)),
    "ConvLSTM3D": (_CONVOLUTION, (None, 3, 8, 8, 8, 16)),
    "Dense": ({"units": 96}, (None, 64)),
    "DepthwiseConv2D": ({"kernel_size": 3}, _IMAGES),
    "Embedding": ({"input_dim": 50, "output_dim": 32}, (None, 5)),
    "GRU": _RECURRENT,
    "GRUCell": ({"units": 48}, (None, 64)),
    "GroupNormalization": ({"groups": 8}, _IMAGES),
    "LSTM": _RECURRENT,
    "LSTMCell": ({"units": 48}, (None, 64)),
    "LayerNormalization": ({}, (None, 64)),
    "PReLU": ({}, (None, 64)),
    "SeparableConv1D": (_CONVOLUTION, _SEQUENCES),
    "SeparableConv2D": (_CONVOLUTION, _IMAGES),
    "SimpleRNN": _RECURRENT,
    "SimpleRNNCell": ({"units": 48}, (None, 64)),
}
#: Weights of Keras' layers that do the work of the others' weights; several if the work is split.
ROLES = {
    "biases": ("bias",),
    "embedding": ("embeddings",),
    "embedding_weights": ("embeddings",),
    "weights": ("kernel",),
    "depthwise_weights": ("depthwise_kernel",),
    "pointwise_weights": ("pointwise_kernel",),
    "candidate/bias": ("bias",),
    "gates/bias": ("bias",),
    "*_projection/bias": ("bias",),
    "b_ru": ("bias",),
    "b_c": ("bias",),
    "weight": ("kernel",),
    "w_?_diag": (),  # Keras has no peepholes and no projection
    "projection/kernel": (),
}
SPLIT_KERNELS = {"kernel": creators._GLOROT, "recurrent_kernel": creators._ORTHOGONAL}
#: Distributions that the descriptions of Keras' weights stand for.
DESCRIBED = {
    initial.text: initial for initial in (creators._ZEROS, creators._ONES, creators._SMALL_UNIFORM, creators._FORGET)
}


def roles(weight: Weight, creator: Creator) -> tuple[str, ...]:
    """Return the ends of the names of the variables in Keras' layer that do the work of a weight."""
    if creator.counterpart == "Embedding":
        return ("embeddings",)
    if creator.counterpart == "DepthwiseConv2D" and weight.variable == "depthwise_kernel":
        return ("kernel",)
    return ROLES.get(weight.variable, (weight.variable,))


def has_role(variable: Any, role: str) -> bool:
    """Return whether the name of a variable of Keras is a role; Keras 2 writes the layer in front of it."""
    name = variable.name.partition(":")[0].rpartition("/")[2]
    return name == role or (name, role) == ("depthwise_kernel", "kernel")  # Keras 2 has the longer name


@functools.cache
def of_keras(name: str, role: str) -> dict[str, Any]:
    """Return the figures of a weight of a layer of the installed Keras."""
    values: list[np.ndarray[Any, Any]] = []
    arguments, shape = LAYERS[name]
    for _ in range(12):
        layer = getattr(tf.keras.layers, name)(**arguments)
        layer.build(shape)
        values += [np.asarray(variable) for variable in layer.weights if has_role(variable, role)]
        if sum(value.size for value in values) >= 2_000:
            break
    return {"shape": values[0].shape, **moments_or_value(np.stack(values))}


@pytest.mark.parametrize(
    "name", [creator.name for creator in creators.by_name().values() if creator.counterpart in LAYERS]
)
def test_counterpart(name: str) -> None:
    """Claims of the table about the layers of Keras, against the installed Keras."""
    creator = creators.by_name()[name]
    for weight in creator.weights:
        for role in roles(weight, creator):
            if weight.native == creators.SPLIT_KERNEL:
                for part, initial in SPLIT_KERNELS.items():
                    assert_distributed(of_keras(creator.counterpart, part), initial)
            else:
                # cuDNN's layer has two biases, of which Keras' layer has the sum.
                initial = creators._FORGET if name == "keras.layers.CuDNNLSTM" and role == "bias" else weight.initial
                assert_distributed(of_keras(creator.counterpart, role), DESCRIBED.get(weight.native, initial))
        if weight.native in DESCRIBED:
            assert weight.native != weight.initial.text


def test_add_weight() -> None:
    made = tf.keras.layers.Layer()
    values = np.asarray(made.add_weight(shape=(64, 96), name="v"))
    found = {"shape": values.shape, **moments_or_value(values)}
    assert_distributed(found, creators.by_name()["get_variable"].weights[0].initial)


def test_all_counterparts_are_compared() -> None:
    gone = {"LocallyConnected1D", "LocallyConnected2D"}  # Keras 3 has none
    found = {creator.counterpart for creator in creators.by_name().values()}
    assert found - {"", "Layer.add_weight"} - gone == set(LAYERS)
