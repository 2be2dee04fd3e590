"""Common mistakes of a migration, and the wrong scale that each leads to."""

import itertools
import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from tf_initcompat.catalog import symbols
from tf_initcompat.catalog.symbols import CONTRIB_VARIANCE, TRUNCATED_STDDEV
from tf_initcompat.parity.results import Facts

#: Default stddev of the Keras classes.
_KERAS_STDDEV: Final = 0.05
#: Scale of contrib's normal relative to that of VarianceScaling.
_CONTRIB_SCALE: Final = math.sqrt(symbols.CONTRIB_SCALE)

#: Parameters that scale the values. A name can stand twice: the factor of contrib is a variance.
_SCALES: Final = tuple(
    dict.fromkeys(
        parameter._replace(default=None, note="", compared=())
        for symbol in symbols.INITIALIZERS
        for parameter in symbol.parameters
        if parameter.scale_power
    )
)
#: Arguments that scale the values, with the power of the stddev that each is proportional to; of a name that stands for
#: two, that of tf.compat.v1.
SCALE_ARGUMENTS: Final = {
    name: next(parameter.scale_power for parameter in _SCALES if parameter.name == name)
    for name in dict.fromkeys(parameter.name for parameter in _SCALES)
}


class Mistake(NamedTuple):
    """A mistake.

    Attributes:
      ratio: Ratio of the scales, migrated / legacy, that it leads to.
      cause: Description.
    """

    ratio: float
    cause: str


#: Mistakes that are independent of the arguments.
_GENERAL: Final = (
    Mistake(TRUNCATED_STDDEV, "`distribution`: a stddev before truncation in place of one after truncation"),
    Mistake(
        1 / TRUNCATED_STDDEV,
        "`distribution`: untruncated in place of truncated, or a stddev after truncation in place of one before it",
    ),
    Mistake(math.sqrt(CONTRIB_VARIANCE), "the factor 1.3 in the variance of contrib's normal"),
    Mistake(1 / math.sqrt(CONTRIB_VARIANCE), "the factor 1.3 in the variance of contrib's normal is missing"),
    Mistake(_CONTRIB_SCALE, "contrib's normal, 0.29 % wider than VarianceScaling's: 1.3 * 0.8796... ** 2 in the scale"),
    Mistake(
        1 / _CONTRIB_SCALE,
        "contrib's normal is 0.29 % wider than VarianceScaling's: scale = 1.3 * 0.8796... ** 2 * factor",
    ),
    Mistake(_KERAS_STDDEV, "`stddev`: Keras' default of 0.05 in place of the 1.0 of tf.compat.v1"),
    Mistake(1 / _KERAS_STDDEV, "`stddev`: the default of 1.0 of tf.compat.v1 in place of Keras' 0.05"),
    Mistake(2 * _KERAS_STDDEV, "`minval`, `maxval`: Keras' default range of -0.05 to 0.05 in place of 0 to 1"),
    Mistake(math.sqrt(3), "a limit in place of a stddev: limit = sqrt(3) * stddev"),
    Mistake(1 / math.sqrt(3), "a stddev in place of the limit of a uniform distribution"),
)
#: Mistakes that are considered after those of the arguments.
_LAST: Final = (
    Mistake(math.sqrt(2), "`scale`: 2 (He) in place of 1 (LeCun, Glorot)"),
    Mistake(math.sqrt(0.5), "`scale`: 1 (LeCun, Glorot) in place of 2 (He)"),
)


def mistakes(facts: Facts) -> Iterator[Mistake]:
    """Yield the common mistakes for the two initializers of a comparison; named arguments before general rules.

    Args:
      facts: The facts of the comparison.
    """
    yield from _different_arguments(facts)
    yield from _wrong_fans(facts)
    yield from _GENERAL
    yield from _wrong_powers(facts)
    yield from _LAST


def _different_arguments(facts: Facts) -> Iterator[Mistake]:
    legacy, migrated = facts.arguments
    for name, power in SCALE_ARGUMENTS.items():
        right, wrong = legacy.get(name), migrated.get(name)
        if not (isinstance(right, (int, float)) and isinstance(wrong, (int, float))):
            continue
        if right and wrong and right != wrong:
            yield Mistake(abs(wrong / right) ** (1 / power), f"`{name}`: {wrong} in place of {right}")


def _wrong_fans(facts: Facts) -> Iterator[Mistake]:
    fans, shard_fans = facts.fans
    for mode, fan in fans.items():
        if fan != shard_fans[mode]:
            cause = f"`partition_info`: the {mode} of the shard, not of the full shape"
            yield Mistake(math.sqrt(fan / shard_fans[mode]), cause)
    for right, wrong in itertools.permutations(fans, 2):
        mode = str(facts.arguments[0].get("mode", right)).lower()
        if mode == right and fans[right] != fans[wrong]:
            yield Mistake(math.sqrt(fans[right] / fans[wrong]), f"`mode`: {wrong} in place of {right}")
    if facts.field > 1:
        yield Mistake(math.sqrt(facts.field), "`mode`: the fan without the receptive field of the kernel")
    if facts.rank == 1:
        cause = "the fan of a vector, which `uniform_unit_scaling` counts as 1"
        yield Mistake(math.sqrt(1 / fans["fan_in"]), cause)


def _wrong_powers(facts: Facts) -> Iterator[Mistake]:
    for name, power in SCALE_ARGUMENTS.items():
        is_squared = any(parameter.name == name and parameter.native_power == 2 for parameter in _SCALES)
        value = facts.arguments[0].get(name)
        if not isinstance(value, (int, float)) or abs(value) in (0, 1):
            continue
        size = abs(value)
        if is_squared:
            root = math.sqrt(size)
            yield Mistake(1 / root, f"`{name}`: {value} is used in place of its square (scale = factor ** 2)")
            yield Mistake(size, f"`{name}`: {value} is used twice")
        yield Mistake(size ** (-1 / power), f"`{name}`: {value} is ignored")
        yield Mistake(size ** (1 - 1 / power) if power > 1 else size, f"`{name}`: its square is used")
