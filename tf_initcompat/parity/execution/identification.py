"""Finds the row of the table that an initializer belongs to, and its known distribution."""

import functools
import importlib
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from tf_initcompat.catalog import symbols
from tf_initcompat.catalog.symbols import Distribution, Symbol
from tf_initcompat.parity.execution.configurations import Configuration
from tf_initcompat.parity.statistics import distributions
from tf_initcompat.parity.statistics.distributions import KnownDistribution
from tf_initcompat.parity.table import legacy
from tf_initcompat.wrappers.variance_scaling import fan


def symbol_of(initializer: object) -> Symbol | None:
    """Return the row of the table that an initializer belongs to.

    Args:
      initializer: A wrapper, an instance of a core class of TensorFlow, or of a subclass of these; or anything else.

    Returns:
      The row, or None if the class is not one of these.

    Example:
      >>> import tf_initcompat
      >>> symbol_of(tf_initcompat.orthogonal_initializer()).is_orthogonal
      True
    """
    rows = _rows()
    return next((rows[base] for base in type(initializer).__mro__ if base in rows), None)


@functools.cache
def _rows() -> dict[type, Symbol]:
    """Return the row of each wrapper class and each core class of TensorFlow."""
    rows: dict[type, Symbol] = {}
    for symbol in symbols.INITIALIZERS:
        module, attribute = importlib.import_module(symbol.wrapper.qualified_module), symbol.wrapper.name
        classes = [getattr(module, attribute), getattr(module, symbol.saved_as or attribute)]
        classes += [legacy.real(name) for name in symbol.names if legacy.is_in_tensorflow(name)]
        for candidate in classes:
            if isinstance(candidate, type):  # the others are functions that return an instance of one of the classes
                rows.setdefault(candidate, symbol)
    return rows


def known_distribution(initializer: object, configuration: Configuration) -> KnownDistribution | None:
    """Return the distribution of an initializer's values, if it is known.

    Args:
      initializer: Any initializer.
      configuration: Shape, dtype and partitions.

    Returns:
      The distribution of floating values. None for deterministic, orthogonal and unknown initializers, and if shards
      have different distributions.

    Example:
      >>> import tf_initcompat
      >>> known_distribution(tf_initcompat.random_normal_initializer(stddev=0.5), Configuration((2, 3))).name
      'normal(0, 0.5)'
    """
    symbol = symbol_of(initializer)
    find = None if symbol is None or symbol.distribution is None else _BY_DISTRIBUTION.get(symbol.distribution)
    if find is None:
        return None
    try:
        candidates = {find(initializer, shard.shape, configuration.shape) for shard in configuration.shards()}
    except (TypeError, ValueError, ArithmeticError):  # parameters that are not numbers, such as tensors of a Graph
        return None
    distribution = candidates.pop() if len(candidates) == 1 else None
    return distribution if distribution is not None and distribution.has_spread else None


def _variance_scaling(initializer: Any, shape: tuple[int, ...], full_shape: tuple[int, ...]) -> KnownDistribution:
    del shape
    return distributions.scaled(initializer.scale / fan(full_shape, initializer.mode), initializer.distribution)


def _unit_scaling(initializer: Any, shape: tuple[int, ...], full_shape: tuple[int, ...]) -> KnownDistribution:
    del shape
    return distributions.scaled(initializer.factor**2 / max(1, math.prod(full_shape[:-1])), "uniform")


def _contrib_scaling(initializer: Any, shape: tuple[int, ...], full_shape: tuple[int, ...]) -> KnownDistribution:
    del full_shape
    variance = initializer.factor / fan(shape, initializer.mode.lower())
    if initializer.uniform:
        return distributions.scaled(variance, "uniform")
    return distributions.truncated_normal(0.0, math.sqrt(symbols.CONTRIB_VARIANCE * variance))


def _normal(initializer: Any, shape: tuple[int, ...], full_shape: tuple[int, ...]) -> KnownDistribution:
    del shape, full_shape
    return distributions.normal(initializer.mean, initializer.stddev)


def _truncated_normal(initializer: Any, shape: tuple[int, ...], full_shape: tuple[int, ...]) -> KnownDistribution:
    del shape, full_shape
    return distributions.truncated_normal(initializer.mean, initializer.stddev)


def _uniform(initializer: Any, shape: tuple[int, ...], full_shape: tuple[int, ...]) -> KnownDistribution:
    del shape, full_shape
    return distributions.uniform(initializer.minval, 1.0 if initializer.maxval is None else initializer.maxval)


_Find = Callable[[Any, tuple[int, ...], tuple[int, ...]], KnownDistribution]

#: Functions that read the parameters of an initializer; the arguments after it are the shapes of shard and variable.
_BY_DISTRIBUTION: Final[Mapping[Distribution, _Find]] = {
    Distribution.VARIANCE_SCALING: _variance_scaling,
    Distribution.UNIT_SCALING: _unit_scaling,
    Distribution.CONTRIB_SCALING: _contrib_scaling,
    Distribution.NORMAL: _normal,
    Distribution.TRUNCATED_NORMAL: _truncated_normal,
    Distribution.UNIFORM: _uniform,
}
