"""The usual mistakes of a migration, and the wrong scale that each leads to."""

import itertools
import math
from collections.abc import Iterator
from typing import Any, Final

from tf_initcompat.catalog.symbols import CONTRIB_VARIANCE, TRUNCATED_STDDEV

#: The default stddev of the Keras classes.
_KERAS_STDDEV: Final = 0.05

#: Arguments that scale the values, with the power of the stddev in them.
SCALE_ARGUMENTS: Final = {"scale": 2, "factor": 1, "gain": 1, "stddev": 1}


def scale_mistakes(facts: dict[str, Any]) -> Iterator[tuple[float, str]]:
    """Yields the ratio of scales, migrated / legacy, that each usual mistake leads to, with its description.

    Args:
      facts: What `engine.facts` says of a comparison.
    """
    legacy, migrated = facts.get("arguments", [{}, {}])
    fans, shard_fans = facts.get("fans", [{}, {}])
    for name, power in SCALE_ARGUMENTS.items():
        values = legacy.get(name), migrated.get(name)
        if all(isinstance(value, (int, float)) and value for value in values) and values[0] != values[1]:
            yield abs(values[1] / values[0]) ** (1 / power), f"`{name}`: {values[1]} in place of {values[0]}"
    for mode, n in fans.items():
        if n != shard_fans[mode]:
            cause = f"`partition_info`: the {mode} of the shard, not of the full shape"
            yield math.sqrt(n / shard_fans[mode]), cause
    for one, other in itertools.permutations(fans, 2):
        if str(legacy.get("mode", one)).lower() == one and fans[one] != fans[other]:
            yield math.sqrt(fans[one] / fans[other]), f"`mode`: {other} in place of {one}"
    if (field := facts.get("field", 1)) > 1:
        yield math.sqrt(field), "`mode`: the fan without the receptive field of the kernel"
    if facts.get("rank") == 1:
        yield math.sqrt(1 / fans["fan_in"]), "the fan of a vector, which `uniform_unit_scaling` counts as 1"
    yield TRUNCATED_STDDEV, "`distribution`: a stddev that is meant before the truncation in place of one after it"
    yield (
        1 / TRUNCATED_STDDEV,
        "`distribution`: untruncated in place of truncated, or a stddev that is meant after the truncation",
    )
    yield math.sqrt(CONTRIB_VARIANCE), "the factor 1.3 that contrib has in the variance of its normal"
    yield 1 / math.sqrt(CONTRIB_VARIANCE), "the factor 1.3 that contrib has in the variance of its normal is missing"
    in_contrib = math.sqrt(CONTRIB_VARIANCE) * TRUNCATED_STDDEV
    yield in_contrib, "contrib's normal, 0.29 % wider than VarianceScaling's: 1.3 * 0.8796... ** 2 in the scale"
    yield (
        1 / in_contrib,
        "contrib's normal is 0.29 % wider than VarianceScaling's: scale = 1.3 * 0.8796... ** 2 * factor",
    )
    yield _KERAS_STDDEV, "`stddev`: Keras' default of 0.05 in place of the core symbols' 1.0"
    yield 1 / _KERAS_STDDEV, "`stddev`: the core symbols' default of 1.0 in place of Keras' 0.05"
    yield 2 * _KERAS_STDDEV, "`minval`, `maxval`: Keras' default range of -0.05 to 0.05 in place of 0 to 1"
    yield math.sqrt(3), "a stddev that is used as the limit's third: limit = sqrt(3) * stddev"
    yield 1 / math.sqrt(3), "a stddev that is used as the limit of a uniform distribution"
    for name in SCALE_ARGUMENTS:
        value = legacy.get(name)
        if not isinstance(value, (int, float)) or value in (0, 1) or abs(value) == 1:
            continue
        size, root = abs(value), math.sqrt(abs(value))
        if name == "factor":
            yield 1 / root, f"`{name}`: {value} is used where its square has to be (scale = factor ** 2)"
            yield size, f"`{name}`: {value} is used twice"
        power = SCALE_ARGUMENTS[name]
        yield size ** (-1 / power), f"`{name}`: {value} is ignored"
        yield size ** (1 - 1 / power) if power > 1 else size, f"`{name}`: its square is used"
    yield math.sqrt(2), "`scale`: 2 (He) in place of 1 (LeCun, Glorot)"
    yield math.sqrt(0.5), "`scale`: 1 (LeCun, Glorot) in place of 2 (He)"
