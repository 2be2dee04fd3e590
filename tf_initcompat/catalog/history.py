"""Changes of the legacy symbols between the versions of TensorFlow 1: plain data, without TensorFlow.

The wrappers behave as TensorFlow 1.15 does. A program that was written for an older TensorFlow 1 may have started from
other weights; each row here names such a difference. The tests compare every row with recordings of the real versions,
and every difference between the recordings with the rows.
"""

import enum
import re
from typing import Final, NamedTuple

#: Oldest version that was measured.
OLDEST: Final = "1.2"


class Aspect(enum.Enum):
    """Kind of a change.

    Attributes:
      changes_weights: Whether a program that names no further arguments starts from another distribution.
    """

    DISTRIBUTION = "distribution", True
    DEFAULT = "default", True
    DTYPE = "dtype", False
    VALUES = "accepted values", False
    PARAMETERS = "parameters", False
    CLASS = "class", False
    BITS = "bits", False
    NAME = "name", False

    def __init__(self, title: str, changes_weights: bool) -> None:
        self.title = title
        self.changes_weights = changes_weights


class Change(NamedTuple):
    """A difference between an older TensorFlow 1 and TensorFlow 1.15.

    Attributes:
      names: Names of the symbols below `tf`, as in the table of symbols.
      aspect: What changed.
      since: First version that behaves as 1.15 does, such as "1.10".
      before: Behavior of the older versions.
      now: Behavior of 1.15.
      condition: Arguments with which the difference shows, such as "distribution='normal'"; "" if it always does.
      stddev_ratio: Standard deviation in the older versions divided by that in 1.15; 1.0 if it is the same.
      parameter: Parameter whose default changed; "" if there is none.
      default: Default of that parameter in the older versions.
    """

    names: tuple[str, ...]
    aspect: Aspect
    since: str
    before: str
    now: str
    condition: str = ""
    stddev_ratio: float = 1.0
    parameter: str = ""
    default: object = None

    def applies_to(self, version: str) -> bool:
        """Return whether a version of TensorFlow 1, such as "1.8.0", differs from 1.15 in this way."""
        return _numbers(version) < _numbers(self.since)


def _numbers(version: str) -> tuple[int, ...]:
    """Return major and minor number of a version."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


_KERAS: Final = "keras.initializers."
_VARIANCE_SCALING: Final = (
    "variance_scaling_initializer",
    "initializers.variance_scaling",
    "keras.initializers.VarianceScaling",
)
_GLOROT: Final = (
    "glorot_uniform_initializer",
    "glorot_normal_initializer",
    "initializers.glorot_uniform",
    "initializers.glorot_normal",
)
_KERAS_GLOROT: Final = ("keras.initializers.glorot_uniform", "keras.initializers.glorot_normal")
_NORMAL_PRESETS: Final = (
    "glorot_normal_initializer",
    "keras.initializers.glorot_normal",
    "keras.initializers.he_normal",
    "keras.initializers.lecun_normal",
)
_KERAS_NORMALS: Final = tuple(
    _KERAS + name for name in ("RandomNormal", "random_normal", "normal", "TruncatedNormal", "truncated_normal")
)
_KERAS_UNIFORMS: Final = tuple(_KERAS + name for name in ("RandomUniform", "random_uniform", "uniform"))
_CONVOLUTIONAL: Final = tuple(
    f"contrib.framework.convolutional_{name}"
    for name in ("delta_orthogonal", "orthogonal_1d", "orthogonal_2d", "orthogonal_3d")
)
_CONTRIB: Final = (
    "contrib.layers.variance_scaling_initializer",
    "contrib.layers.xavier_initializer",
    "contrib.layers.xavier_initializer_conv2d",
)
