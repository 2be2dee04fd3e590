"""A table of wrong initializers, each with one mistake of a migration, and the checks that must find it."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

import tf_initcompat
from tf_initcompat.catalog import symbols
from tf_initcompat.parity.table import legacy as legacy_symbols

_V1 = tf.compat.v1
_TRUNCATED = symbols.TRUNCATED_STDDEV


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A mistake of a migration.

    Attributes:
      name: Description of the mistake.
      legacy: Constructor of the legacy initializer.
      migrated: Constructor of the wrong initializer.
      checks: Names of the checks that must all find the mistake.
      shape: Shape of the variable.
      arguments: Arguments of both constructors.
      options: Further arguments of `compare`.
      is_fast: Whether tests/parity compares it too, not only `benchmarks/parity.py`.
    """

    name: str
    legacy: Callable[..., Any]
    migrated: Callable[..., Any]
    checks: tuple[str, ...]
    shape: tuple[int, ...] = (250, 160)
    arguments: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    is_fast: bool = False


def _sampler(sample: Callable[..., Any]) -> Callable[..., Any]:
    """Return the constructor of an initializer that samples by `sample(shape, dtype, seed)`."""

    def construct(seed: Any = None, **ignored: Any) -> Any:
        del ignored

        def initializer(shape: Any, dtype: Any = tf.float32, partition_info: Any = None) -> Any:
            del partition_info
            return sample(shape, dtype, seed)

        return initializer

    return construct


def _normal(mean: float = 0.0, stddev: float = 1.0) -> Callable[..., Any]:
    return _sampler(lambda shape, dtype, seed: tf.random.normal(shape, mean, stddev, dtype, seed))


def _truncated(stddev: float) -> Callable[..., Any]:
    return _sampler(lambda shape, dtype, seed: tf.random.truncated_normal(shape, 0.0, stddev, dtype, seed))


def _uniform(low: Any, high: Any) -> Callable[..., Any]:
    return _sampler(lambda shape, dtype, seed: tf.random.uniform(shape, low, high, dtype, seed))


def _clipped(sigmas: float) -> Callable[..., Any]:
    """Return the constructor of a normal truncated at `sigmas`, sampled by the inverse of its distribution function."""
    edge = 0.5 * float(tf.math.erfc(sigmas / 2**0.5))
    return _sampler(
        lambda shape, dtype, seed: tf.cast(
            tf.math.ndtri(tf.random.uniform(shape, edge, 1 - edge, tf.float64, seed)), dtype
        )
    )


def _wrapper(name: str, **fixed: Any) -> Callable[..., Any]:
    """Return the constructor of a wrapper that overrides some arguments."""
    return lambda **arguments: getattr(tf_initcompat, name)(**{**arguments, **fixed})


def _changed(name: str, change: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return the constructor of a wrapper whose tensors are changed by `change(tensor, shape)`."""

    def construct(**arguments: Any) -> Any:
        wrapper = getattr(tf_initcompat, name)(**arguments)

        def initializer(shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
            return change(wrapper(shape, dtype=dtype, partition_info=partition_info), shape)

        return initializer

    return construct


class _DependentCalls:
    """An initializer whose calls depend on the previous call: `change(fresh, previous)`."""

    def __init__(self, change: Callable[[Any, Any], Any]) -> None:
        self._change = change
        self._previous: Any = None

    def __call__(self, shape: Any, dtype: Any = tf.float32, partition_info: Any = None) -> Any:
        del partition_info
        tensor = tf.random.normal(shape, dtype=dtype)
        if self._previous is not None and self._previous.shape == tensor.shape:
            tensor = self._change(tensor, self._previous)
        self._previous = tensor
        return tensor


class _WithoutDtype(tf_initcompat.random_normal_initializer):
    """A wrapper whose config has no dtype."""

    def get_config(self) -> dict[str, Any]:
        return {key: value for key, value in super().get_config().items() if key != "dtype"}


class _Unvalidated(tf_initcompat.variance_scaling_initializer):
    """A wrapper that replaces wrong arguments instead of raising an error."""

    def __init__(self, scale: float = 1.0, mode: str = "fan_in", **others: Any) -> None:
        super().__init__(abs(scale) or 1.0, mode if mode in ("fan_in", "fan_out") else "fan_avg", **others)


def _top_step(tensor: Any, shape: Any) -> Any:
    """Replace the largest float16 below 1 by 1, which is the excluded bound."""
    del shape
    return tf.where(tensor >= 1 - 2**-10, tf.ones_like(tensor), tensor)


def _without_receptive_field(shape: Any, dtype: Any, seed: Any) -> Any:
    """Sample with the fan-in of a matrix of the last two dimensions."""
    return tf.random.normal(shape, 0.0, (1 / shape[-2]) ** 0.5, dtype, seed)


def _rank_1(shape: Any, dtype: Any, seed: Any) -> Any:
    """Sample with the length of a vector as its fan-in."""
    limit = (3 / shape[0]) ** 0.5
    return tf.random.uniform(shape, -limit, limit, dtype, seed)


def _raw_qr(shape: Any, dtype: Any, seed: Any) -> Any:
    """Return the factor Q, which is not uniformly distributed without the signs of the diagonal of R."""
    return tf.linalg.qr(tf.random.normal(shape, dtype=dtype, seed=seed))[0]


def _walk(share: float, *, is_shared: bool = False) -> Callable[..., Any]:
    """Return the constructor of a kernel of one dimension.

    Args:
      share: Probability that a projection keeps a dimension; it is a half in the legacy kernel.
      is_shared: Whether all steps have the same projection.
    """

    def sample(shape: Any, dtype: Any, seed: Any) -> Any:
        size, inputs, outputs = shape
        orthogonal = tf_initcompat.orthogonal_initializer(seed=seed)
        kernel = orthogonal((outputs, outputs), dtype)[tf.newaxis, :inputs]
        projections = []
        for _ in range(size - 1):
            is_kept = tf.random.uniform((outputs,), seed=seed) < share
            columns = orthogonal((outputs, outputs), dtype) * tf.cast(is_kept, dtype)
            projections.append(tf.matmul(columns, columns, transpose_b=True))
        for projection in projections[:1] * (size - 1) if is_shared else projections:
            kept = tf.matmul(kernel, projection)
            kernel = tf.concat([kept, tf.zeros_like(kept[:1])], 0) + tf.concat(
                [tf.zeros_like(kept[:1]), kernel - kept], 0
            )
        return kernel

    return _sampler(sample)


_KERNEL = legacy_symbols.real("contrib.framework.convolutional_orthogonal_1d")
_KERNEL_SHAPE = (3, 8, 8)
_SHARDS = {"partitions": 2}
_EAGER = {"contexts": ("eager",)}
_SCALED = _V1.variance_scaling_initializer
_TRUNCATED_NORMAL = {"distribution": "truncated_normal"}
_UNTRUNCATED = {"distribution": "untruncated_normal"}
_UNIFORM = {"distribution": "uniform"}
_INTEGERS = {"minval": 0, "maxval": 6}
_FAN_IN = 250

MUTANTS = (
    Mutant("wrong truncation constant", _SCALED, _truncated((1 / _FAN_IN) ** 0.5 / 0.875), ("support",)),
    Mutant(
        "stddev before truncation instead of after", _SCALED, _truncated((1 / _FAN_IN) ** 0.5), ("support", "stddev")
    ),
    Mutant(
        "untruncated instead of truncated",
        _SCALED,
        _wrapper("variance_scaling_initializer", **_UNTRUNCATED),
        ("support",),
        is_fast=True,
    ),
    Mutant(
        "truncated instead of untruncated",
        _SCALED,
        _wrapper("variance_scaling_initializer", **_TRUNCATED_NORMAL),
        ("support",),
        arguments=_UNTRUNCATED,
    ),
    Mutant("truncated at 1.9 sigma", _V1.truncated_normal_initializer, _clipped(1.9), ("support", "stddev")),
    Mutant("truncated at 3 sigma", _V1.truncated_normal_initializer, _clipped(3.0), ("support", "stddev")),
    Mutant("fan_out instead of fan_in", _SCALED, _wrapper("variance_scaling_initializer", mode="fan_out"), ("stddev",)),
    Mutant("fan_avg instead of fan_in", _SCALED, _wrapper("variance_scaling_initializer", mode="fan_avg"), ("stddev",)),
    Mutant(
        "fan without the receptive field",
        _SCALED,
        _sampler(_without_receptive_field),
        ("stddev",),
        shape=(3, 3, 40, 60),
        arguments=_UNTRUNCATED,
    ),
    Mutant(
        "fan of the shard",
        _SCALED,
        lambda **arguments: (
            lambda shape, dtype=None: tf_initcompat.variance_scaling_initializer(**arguments)(shape, dtype)
        ),
        ("stddev",),
        arguments=_UNIFORM,
        options=_SHARDS,
        is_fast=True,
    ),
    Mutant("fan of a vector", _V1.uniform_unit_scaling_initializer, _sampler(_rank_1), ("stddev",), shape=(30_000,)),
    Mutant(
        "factor instead of its square",
        _V1.uniform_unit_scaling_initializer,
        lambda factor: tf_initcompat.variance_scaling_initializer(scale=factor, distribution="uniform"),
        ("support", "stddev"),
        arguments={"factor": 1.4},
        is_fast=True,
    ),
    Mutant(
        "contrib without 1.3",
        tf_initcompat.contrib.layers.xavier_initializer,
        lambda **arguments: tf_initcompat.variance_scaling_initializer(
            scale=_TRUNCATED**2, mode="fan_avg", distribution="truncated_normal"
        ),
        ("support", "stddev"),
        arguments={"uniform": False},
    ),
    Mutant(
        "0.29 % from contrib's constant 1.3",
        tf_initcompat.contrib.layers.xavier_initializer,
        lambda **arguments: tf_initcompat.variance_scaling_initializer(mode="fan_avg"),
        ("support",),
        arguments={"uniform": False},
        is_fast=True,
    ),
    Mutant(
        "stddev 0.05 instead of 1.0", _V1.random_normal_initializer, _normal(stddev=0.05), ("stddev",), is_fast=True
    ),
    Mutant("default range of Keras", _V1.random_uniform_initializer, _uniform(-0.05, 0.05), ("support", "mean")),
    Mutant("scale 1 % too large", _V1.random_normal_initializer, _normal(stddev=1.01), ("stddev",), is_fast=True),
    Mutant("scale 1 % too small", _V1.random_normal_initializer, _normal(stddev=0.99), ("stddev",)),
    Mutant("uniform 0.1 % too wide", _V1.random_uniform_initializer, _uniform(0.0, 1.001), ("support",)),
    Mutant(
        "mean shifted by 1 % of the stddev", _V1.random_normal_initializer, _normal(mean=0.01), ("mean",), is_fast=True
    ),
    Mutant(
        "absolute values",
        _V1.random_normal_initializer,
        _changed("random_normal_initializer", lambda x, _: tf.abs(x)),
        ("mean", "distribution"),
    ),
    Mutant(
        "uniform instead of normal, same variance",
        _V1.random_normal_initializer,
        _uniform(-(3**0.5), 3**0.5),
        ("distribution", "goodness of fit", "support"),
    ),
    Mutant(
        "normal instead of uniform, same variance",
        _V1.random_uniform_initializer,
        _normal(0.5, 12**-0.5),
        ("distribution", "goodness of fit", "support"),
    ),
    Mutant(
        "support one step too wide at the edge",
        _V1.random_uniform_initializer,
        _changed("random_uniform_initializer", _top_step),
        ("support",),
        options={"dtype": "float16", "contexts": ("eager", "function", "graph")},
        is_fast=True,
    ),
    Mutant(
        "integer maxval included",
        _V1.random_uniform_initializer,
        _uniform(0, 7),
        ("distribution", "support"),
        arguments=_INTEGERS,
        options={"dtype": "int32"},
    ),
    Mutant(
        "integer minval excluded",
        _V1.random_uniform_initializer,
        _uniform(1, 6),
        ("distribution", "support"),
        arguments=_INTEGERS,
        options={"dtype": "int32"},
    ),
    Mutant(
        "same values in each call",
        _V1.random_normal_initializer,
        lambda **arguments: tf.keras.initializers.RandomNormal(0.0, 1.0, seed=7),
        ("calls", "runs"),
        is_fast=True,
    ),
    Mutant(
        "same values in each run",
        _V1.random_normal_initializer,
        _sampler(lambda shape, dtype, seed: tf.random.stateless_normal(shape, (1, 3), dtype=dtype)),
        ("runs",),
        options={"contexts": ("function", "xla", "graph")},
    ),
    Mutant(
        "identical shards",
        _V1.random_normal_initializer,
        _sampler(lambda shape, dtype, seed: tf.random.stateless_normal(shape, (1, 2), dtype=dtype)),
        ("shards", "calls"),
        options=_SHARDS,
        is_fast=True,
    ),
    Mutant(
        "seed ignored",
        _V1.random_normal_initializer,
        _wrapper("random_normal_initializer", seed=None),
        ("op seed",),
        arguments={"seed": 3},
        options={"contexts": ("eager", "graph")},
        is_fast=True,
    ),
    Mutant(
        "seed added",
        _V1.random_normal_initializer,
        _wrapper("random_normal_initializer", seed=3),
        ("op seed",),
        options={"contexts": ("eager", "graph")},
    ),
    Mutant(
        "global seed ignored",
        _V1.random_normal_initializer,
        _sampler(
            lambda shape, dtype, seed: tf.numpy_function(
                lambda: np.random.default_rng().standard_normal(shape, "float32"), [], tf.float32
            )
        ),
        ("global seed",),
        options={"contexts": ("eager", "graph")},
        is_fast=True,
    ),
    Mutant(
        "calls that continue each other",
        _V1.random_normal_initializer,
        lambda: _DependentCalls(lambda fresh, previous: 0.95 * fresh + 0.3 * previous),
        ("call correlation",),
        options=_EAGER,
    ),
    Mutant(
        "antithetic calls",
        _V1.random_normal_initializer,
        lambda: _DependentCalls(lambda fresh, previous: -previous),
        ("call correlation",),
        options=_EAGER,
        is_fast=True,
    ),
    Mutant(
        "shifted shards",
        _V1.random_normal_initializer,
        lambda: _DependentCalls(lambda fresh, previous: tf.roll(previous, 1, 0)),
        ("shard correlation",),
        options={**_EAGER, **_SHARDS},
        is_fast=True,
    ),
    Mutant(
        "dtype ignored",
        _V1.random_normal_initializer,
        lambda: lambda shape, dtype=None: tf.random.normal(shape),
        ("dtype",),
        options={"dtype": "float64"},
        is_fast=True,
    ),
    Mutant(
        "dtype of the constructor ignored",
        _V1.random_normal_initializer,
        _wrapper("random_normal_initializer", dtype=tf.float32),
        ("dtype",),
        arguments={"dtype": tf.float64},
    ),
    Mutant(
        "constant reshaped wrongly",
        _V1.constant_initializer,
        _changed("constant_initializer", lambda x, shape: tf.reshape(tf.transpose(x), shape)),
        ("values",),
        shape=(2, 3),
        arguments={"value": [1, 2, 3, 4, 5, 6]},
        is_fast=True,
    ),
    Mutant("ones instead of zeros", _V1.zeros_initializer, tf_initcompat.ones_initializer, ("values",), shape=(2, 3)),
    Mutant(
        "identity of each shard",
        _V1.initializers.identity,
        lambda: lambda shape, dtype=tf.float32: tf.eye(shape[0], shape[1], dtype=dtype),
        ("values",),
        shape=(6, 6),
        options=_SHARDS,
    ),
    Mutant(
        "gain squared",
        _V1.orthogonal_initializer,
        lambda gain: tf_initcompat.orthogonal_initializer(gain**2),
        ("stddev",),
        shape=(60, 40),
        arguments={"gain": 1.5},
        options=_EAGER,
    ),
    Mutant(
        "not orthogonal",
        _V1.orthogonal_initializer,
        _normal(stddev=60**-0.5),
        ("orthogonality",),
        shape=(60, 60),
        options=_EAGER,
        is_fast=True,
    ),
    Mutant(
        "orthogonal without the signs of R",
        _V1.orthogonal_initializer,
        _sampler(_raw_qr),
        ("mean", "distribution"),
        shape=(4, 4),
        options=_EAGER,
    ),
    Mutant(
        "gain of a kernel 1 % too large",
        _KERNEL,
        lambda: tf_initcompat.contrib.framework.convolutional_orthogonal_1d(1.01),
        ("orthogonality",),
        shape=_KERNEL_SHAPE,
        options=_EAGER,
        is_fast=True,
    ),
    Mutant(
        "flattened matrix in place of a kernel",
        _KERNEL,
        tf_initcompat.orthogonal_initializer,
        ("orthogonality",),
        shape=_KERNEL_SHAPE,
        options=_EAGER,
        is_fast=True,
    ),
    Mutant(
        "matrix in the middle in place of a kernel",
        _KERNEL,
        tf_initcompat.contrib.framework.convolutional_delta_orthogonal,
        ("distribution",),
        shape=_KERNEL_SHAPE,
        options=_EAGER,
    ),
    Mutant(
        "one projection for all steps of a kernel",
        _KERNEL,
        _walk(0.5, is_shared=True),
        ("distribution",),
        shape=_KERNEL_SHAPE,
        options=_EAGER,
    ),
    Mutant(
        "projections of a kernel on two thirds of the dimensions",
        _KERNEL,
        _walk(0.67),
        ("distribution",),
        shape=_KERNEL_SHAPE,
        options=_EAGER,
        is_fast=True,
    ),
    Mutant(
        "transposed shape",
        _V1.random_normal_initializer,
        _changed("random_normal_initializer", lambda x, _: tf.transpose(x)),
        ("shape",),
        is_fast=True,
    ),
    Mutant(
        "NaN",
        _V1.random_normal_initializer,
        _changed("random_normal_initializer", lambda x, _: tf.where(x > 3.5, x * float("nan"), x)),
        ("finite",),
        is_fast=True,
    ),
    Mutant(
        "raises", _V1.random_normal_initializer, _sampler(lambda shape, dtype, seed: 1 / 0), ("call",), is_fast=True
    ),
    Mutant(
        "not a tensor",
        _V1.random_normal_initializer,
        _sampler(lambda shape, dtype, seed: [1.0, 2.0]),
        ("call",),
        is_fast=True,
    ),
    Mutant(
        "not compiled by XLA",
        _V1.random_normal_initializer,
        _changed("random_normal_initializer", lambda x, _: tf.py_function(lambda y: y, [x], x.dtype)),
        ("call",),
        options={"contexts": ("xla",)},
    ),
    Mutant("config without dtype", _V1.random_normal_initializer, _WithoutDtype, ("config",), is_fast=True),
    Mutant("no config", _V1.random_normal_initializer, _normal(), ("config",)),
    Mutant("arguments not validated", _SCALED, _Unvalidated, ("errors",), is_fast=True),
)
