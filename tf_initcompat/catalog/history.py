"""Changes of the legacy symbols between the versions of TensorFlow 1: plain data, without TensorFlow.

The wrappers behave as TensorFlow 1.15 does. A program that was written for an older TensorFlow 1 may have started from
other weights; each row here names such a difference. The tests compare every row with recordings of the real versions,
and every difference between the recordings with the rows.
"""

import enum
import re
from typing import Final, NamedTuple

from tf_initcompat.catalog.symbols import TRUNCATED_STDDEV

#: Oldest version that was measured. Keras was `tf.contrib.keras` up to 1.3.
OLDEST: Final = "1.2"


class Aspect(enum.Enum):
    """Kind of a change.

    Attributes:
      title: Name for people.
      changes_weights: Whether a program can start from another distribution of weights without an error.
    """

    DISTRIBUTION = "distribution", True
    DEFAULT = "default", True
    DTYPE = "dtype", False
    VALUES = "accepted values", False
    PARAMETERS = "parameters", False
    CONFIG = "class and configuration", False
    STRING = "string identifier", False
    NAME = "name", False

    def __init__(self, title: str, changes_weights: bool) -> None:
        self.title = title
        self.changes_weights = changes_weights


class Change(NamedTuple):
    """A difference between older versions of TensorFlow 1 and TensorFlow 1.15.

    Attributes:
      names: Names of the symbols below `tf`, as in the table of symbols.
      aspect: What changed.
      since: First version that behaves as 1.15 does, such as "1.10".
      before: Behavior of the older versions.
      now: Behavior of 1.15.
      condition: When the difference shows, for people; "" if it always does.
      example: Arguments with which it was measured; "" is a constructor without arguments.
      stddev_ratio: Standard deviation in the older versions divided by that in 1.15, for the example.
      parameter: Parameter that is new, or whose default changed; "" if there is none.
      default: Default of that parameter in the older versions.
    """

    names: tuple[str, ...]
    aspect: Aspect
    since: str
    before: str
    now: str
    condition: str = ""
    example: str = ""
    stddev_ratio: float = 1.0
    parameter: str = ""
    default: object = None

    def applies_to(self, version: str) -> bool:
        """Return whether a version of TensorFlow 1, such as "1.8.0", differs from 1.15 in this way."""
        return _major_minor(version) < _major_minor(self.since)


def changes_of(name: str, version: str = OLDEST) -> tuple[Change, ...]:
    """Return the changes of a symbol since a version of TensorFlow 1, the most recent first.

    Args:
      name: Name below `tf`, such as "keras.initializers.he_normal".
      version: Version that a program was written for.

    Example:
      >>> from tf_initcompat.catalog import history
      >>> [change.since for change in history.changes_of("keras.initializers.he_normal", "1.8")]
      ['1.11', '1.10']
      >>> history.changes_of("keras.initializers.he_normal", "1.12")
      ()
    """
    changes = [change for change in CHANGES if name in change.names and change.applies_to(version)]
    return tuple(sorted(changes, key=lambda change: _major_minor(change.since), reverse=True))


def _major_minor(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _below(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}.{name}" for name in names)


_VARIANCE_SCALING: Final = (
    "variance_scaling_initializer",
    "initializers.variance_scaling",
    "keras.initializers.VarianceScaling",
)
_KERAS_GLOROT: Final = _below("keras.initializers", "glorot_uniform", "glorot_normal")
_GLOROT: Final = (
    "glorot_uniform_initializer",
    "glorot_normal_initializer",
    *_below("initializers", "glorot_uniform", "glorot_normal"),
    *_KERAS_GLOROT,
)
_KERAS_FAN_IN_NORMALS: Final = _below("keras.initializers", "he_normal", "lecun_normal")
_KERAS_NORMALS: Final = _below(
    "keras.initializers", "RandomNormal", "random_normal", "normal", "TruncatedNormal", "truncated_normal"
)
_KERAS_UNIFORMS: Final = _below("keras.initializers", "RandomUniform", "random_uniform", "uniform")
_ORTHOGONAL: Final = (
    "orthogonal_initializer",
    "initializers.orthogonal",
    *_below("keras.initializers", "Orthogonal", "orthogonal"),
)
_DELTA_ORTHOGONAL: Final = "contrib.framework.convolutional_delta_orthogonal"
_CONVOLUTIONAL_ORTHOGONAL: Final = _below(
    "contrib.framework", "convolutional_orthogonal_1d", "convolutional_orthogonal_2d", "convolutional_orthogonal_3d"
)

_NARROWER: Final = "normal, truncated at two sigma, of stddev sqrt(scale / n) before truncation: 12 % smaller after it"
_AS_NAMED: Final = "normal, truncated at two sigma, of stddev sqrt(scale / n) after truncation"

CHANGES: Final = (
    Change(
        names=_VARIANCE_SCALING,
        aspect=Aspect.DISTRIBUTION,
        since="1.10",
        before=_NARROWER,
        now=_AS_NAMED,
        condition="distribution is 'normal', which was the default",
        example="distribution='normal'",
        stddev_ratio=TRUNCATED_STDDEV,
    ),
    Change(
        names=("glorot_normal_initializer", "keras.initializers.glorot_normal", *_KERAS_FAN_IN_NORMALS),
        aspect=Aspect.DISTRIBUTION,
        since="1.10",
        before=_NARROWER,
        now=_AS_NAMED,
        stddev_ratio=TRUNCATED_STDDEV,
    ),
    Change(
        names=_VARIANCE_SCALING,
        aspect=Aspect.DEFAULT,
        since="1.10",
        before="distribution='normal'",
        now="distribution='truncated_normal', of which 'normal' is a synonym",
        stddev_ratio=TRUNCATED_STDDEV,
        parameter="distribution",
        default="normal",
    ),
    *(
        Change(
            names=_VARIANCE_SCALING,
            aspect=Aspect.VALUES,
            since="1.10",
            before="raises ValueError",
            now="a distribution",
            condition=f"distribution is '{distribution}'",
            example=f"distribution='{distribution}'",
        )
        for distribution in ("truncated_normal", "untruncated_normal")
    ),
    Change(
        names=_KERAS_NORMALS,
        aspect=Aspect.DEFAULT,
        since="1.11",
        before="stddev=1.0",
        now="stddev=0.05",
        condition="stddev is not given, as for the string 'normal'",
        stddev_ratio=20.0,
        parameter="stddev",
        default=1.0,
    ),
    Change(
        names=_KERAS_UNIFORMS,
        aspect=Aspect.DEFAULT,
        since="1.11",
        before="minval=0, maxval=None: uniform in [0, 1)",
        now="minval=-0.05, maxval=0.05",
        condition="minval is not given, as for the string 'uniform', the default of Embedding",
        stddev_ratio=10.0,
        parameter="minval",
        default=0,
    ),
    Change(
        names=_KERAS_UNIFORMS,
        aspect=Aspect.DEFAULT,
        since="1.11",
        before="minval=0, maxval=None: uniform in [0, 1)",
        now="minval=-0.05, maxval=0.05",
        condition="maxval is not given, as for the string 'uniform', the default of Embedding",
        stddev_ratio=10.0,
        parameter="maxval",
        default=None,
    ),
    Change(
        names=(_DELTA_ORTHOGONAL, *_CONVOLUTIONAL_ORTHOGONAL),
        aspect=Aspect.DISTRIBUTION,
        since="1.13",
        before="the matrices are multiplied by the square root of gain",
        now="the matrices are multiplied by gain",
        condition="gain is not 1",
        example="gain=4.0",
        stddev_ratio=0.5,
    ),
    Change(
        names=_GLOROT,
        aspect=Aspect.DTYPE,
        since="1.15",
        before="tensors of the constructor's dtype",
        now="tensors of dtype float32: the constructor's dtype is ignored",
        condition="dtype is given to the constructor and not to the call",
        example="dtype=tf.float64",
    ),
    Change(
        names=_ORTHOGONAL,
        aspect=Aspect.VALUES,
        since="1.14",
        before="raises TypeError",
        now="a tensor",
        condition="dtype is float16",
        example="dtype=tf.float16",
    ),
    Change(
        names=_KERAS_GLOROT,
        aspect=Aspect.PARAMETERS,
        since="1.10",
        before="seed is the only parameter",
        now="dtype is accepted, and ignored since 1.15",
        parameter="dtype",
    ),
    Change(
        names=("keras.initializers.Identity",),
        aspect=Aspect.PARAMETERS,
        since="1.4",
        before="gain is the only parameter",
        now="dtype is a parameter",
        parameter="dtype",
    ),
    Change(
        names=_GLOROT,
        aspect=Aspect.CONFIG,
        since="1.12",
        before="a function that returns a VarianceScaling",
        now="a class of its own, with the configuration seed and dtype",
    ),
    Change(
        names=_KERAS_FAN_IN_NORMALS,
        aspect=Aspect.CONFIG,
        since="1.11",
        before="the configuration names the distribution 'normal'",
        now="the configuration names it 'truncated_normal'",
    ),
    *(
        Change(
            names=("keras.initializers.get",),
            aspect=Aspect.STRING,
            since=since,
            before="raises ValueError",
            now="an initializer",
            condition=f"the identifier is '{name}'",
            example=repr(name),
        )
        for name, since in (("GlorotUniform", "1.12"), ("GlorotNormal", "1.12"), ("lecun_normal", "1.3"))
    ),
    *(
        Change(names=names, aspect=Aspect.NAME, since=since, before="absent", now="present")
        for since, names in (
            (
                "1.11",
                _below(
                    "initializers",
                    *("glorot_uniform", "glorot_normal", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform"),
                ),
            ),
            (
                "1.9",
                _below(
                    "keras.initializers",
                    *("random_normal", "normal", "truncated_normal", "random_uniform", "uniform", "orthogonal"),
                    *("identity", "constant", "zeros", "ones"),
                ),
            ),
            ("1.9", _CONVOLUTIONAL_ORTHOGONAL),
            ("1.7", (_DELTA_ORTHOGONAL,)),
            (
                "1.4",
                _below(
                    "initializers",
                    *("variance_scaling", "uniform_unit_scaling", "random_normal", "truncated_normal"),
                    *("random_uniform", "orthogonal", "identity", "constant", "zeros", "ones"),
                ),
            ),
            ("1.3", ("variance_scaling_initializer", "glorot_uniform_initializer", "glorot_normal_initializer")),
            ("1.4", ("keras.initializers.lecun_normal",)),
        )
    ),
)
