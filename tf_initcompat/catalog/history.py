"""Changes of the legacy symbols between the versions of TensorFlow 1: plain data, without TensorFlow.

The wrappers behave as TensorFlow 1.15 does. A program that was written for an older TensorFlow 1 may have started from
other weights; each row here names such a difference. The tests compare every row with recordings of the real versions,
and every difference between the recordings with the rows.
"""

import enum
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from tf_initcompat.catalog.symbols import TRUNCATED_STDDEV

#: Oldest version that was measured. Keras was absent in 1.0, and `tf.contrib.keras` up to 1.3.
OLDEST: Final = "1.0"
#: Version whose behavior the wrappers have.
MIRRORED: Final = "1.15"


class Aspect(enum.Enum):
    """Kind of a change.

    Attributes:
      title: Name for people.
      changes_weights: Whether a program can start from weights of another distribution or dtype, without an error.
    """

    DISTRIBUTION = "distribution", True
    DEFAULT = "default", True
    DTYPE = "dtype", True
    ORDER = "order of the parameters", True
    LAYER = "default of a layer", True
    RESULT = "kind of result", False
    NUMBERS = "numbers for a seed", False
    SEED = "seed of calls without one", False
    VALUES = "accepted values", False
    PARAMETERS = "parameters", False
    CONFIG = "class and configuration", False
    STRING = "string identifier", False
    NAME = "name", False

    def __init__(self, title: str, changes_weights: bool) -> None:
        self.title = title
        self.changes_weights = changes_weights


class State(enum.Enum):
    """State of a parameter in a call."""

    OMITTED = "is not given"
    NOT_DEFAULT = "is given and not the default"
    VALUE = "is"
    BY_POSITION = "is given by position"
    NOT_SQUARE = "is not that of a square matrix"


class Condition(NamedTuple):
    """Calls in which a change shows.

    Attributes:
      parameter: Name of a parameter.
      state: State of the parameter.
      value: Value of the parameter: the default for `NOT_DEFAULT`, the one that shows the change for `VALUE`.
      place: Number of positional arguments of the shortest call for `BY_POSITION`.
    """

    parameter: str
    state: State
    value: object = None
    place: int = 0

    def __str__(self) -> str:
        """Return the condition as a clause of a sentence."""
        value = f" {self.value!r}" if self.state is State.VALUE else ""
        return f"{self.parameter} {self.state.value}{value}"

    def is_met(self, arguments: Mapping[str, object], positional: int = 0) -> bool:
        """Return whether a call meets the condition.

        Args:
          arguments: Values of the parameters that the call gives.
          positional: Number of positional arguments.

        Example:
          >>> narrower = Condition("distribution", State.VALUE, "normal")
          >>> narrower.is_met({"distribution": "normal"}), narrower.is_met({})
          (True, False)
        """
        if self.state is State.BY_POSITION:
            return positional >= self.place
        if self.state is State.OMITTED or self.parameter not in arguments:
            return (self.state is State.OMITTED) == (self.parameter not in arguments)
        return (arguments[self.parameter] == self.value) == (self.state is State.VALUE)


class Change(NamedTuple):
    """A difference between older versions of TensorFlow 1 and TensorFlow 1.15.

    Attributes:
      names: Names of the symbols below `tf`, as in the table of symbols, or of layers.
      aspect: What changed.
      since: First version that behaves as 1.15 does, such as "1.10".
      before: Behavior of the older versions.
      now: Behavior of 1.15; "" if `before` says it.
      first: First version with the older behavior.
      condition: Calls in which the difference shows; None if it always does.
      example: Arguments with which it was measured; "" is a constructor without arguments.
      stddev_ratio: Standard deviation in the older versions divided by that in 1.15, for the example.
      parameter: Parameter that is new, or whose default changed; "" if there is none.
      default: Default of that parameter in the older versions.
      restored: Call below `tf_initcompat` that samples as the older versions did in the example, with "{name}" for the
        name of the symbol; "" if there is none.
    """

    names: tuple[str, ...]
    aspect: Aspect
    since: str
    before: str
    now: str
    first: str = OLDEST
    condition: Condition | None = None
    example: str = ""
    stddev_ratio: float = 1.0
    parameter: str = ""
    default: object = None
    restored: str = ""

    @property
    def versions(self) -> str:
        """The older versions, for people: "before TensorFlow 1.10" or "in TensorFlow 1.2 to 1.10"."""
        if self.first == OLDEST:
            return f"before TensorFlow {self.since}"
        major, minor = _major_minor(self.since)
        return f"in TensorFlow {self.first} to {major}.{minor - 1}"

    def restored_by(self, name: str) -> str:
        """Return the call that restores the older behavior of a symbol, below `tf_initcompat`."""
        return f"tf_initcompat.{self.restored.format(name=name)}"

    def applies_to(self, version: str) -> bool:
        """Return whether a version of TensorFlow 1, such as "1.8.0", differs from 1.15 in this way."""
        return _major_minor(self.first) <= _major_minor(version) < _major_minor(self.since)


def changes_of(name: str, version: str = OLDEST) -> tuple[Change, ...]:
    """Return the changes of a symbol since a version of TensorFlow 1, the most recent first.

    Args:
      name: Name below `tf`, such as "keras.initializers.he_normal".
      version: Oldest version that matters, such as the one that a program was written for.

    Example:
      >>> from tf_initcompat.catalog import history
      >>> [change.since for change in history.changes_of("keras.initializers.he_normal", "1.8")]
      ['1.11', '1.10']
      >>> history.changes_of("keras.initializers.he_normal", "1.12")
      ()
    """
    oldest = _major_minor(version)
    changes = [change for change in CHANGES if name in change.names and oldest < _major_minor(change.since)]
    return tuple(sorted(changes, key=recency, reverse=True))


def names() -> tuple[str, ...]:
    """Return the names below `tf` that have a history."""
    return tuple(dict.fromkeys(name for change in CHANGES for name in change.names))


def recency(change: Change) -> tuple[int, ...]:
    """Return the version of a change as numbers, to sort changes by."""
    return _major_minor(change.since)


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
#: Classes of `tf.contrib.keras` 1.1, which are those of `tf` since 1.2.
_KERAS_CLASSES: Final = _below(
    "keras.initializers",
    *("VarianceScaling", "RandomNormal", "TruncatedNormal", "RandomUniform"),
    *("Orthogonal", "Constant", "Zeros", "Ones"),
)
#: Classes of `tf` in 1.0 and 1.1.
_CORE_CLASSES: Final = (
    *("uniform_unit_scaling_initializer", "random_normal_initializer", "truncated_normal_initializer"),
    *("random_uniform_initializer", "orthogonal_initializer", "constant_initializer", "zeros_initializer"),
    "ones_initializer",
)
_ORTHOGONAL: Final = (
    "orthogonal_initializer",
    "initializers.orthogonal",
    *_below("keras.initializers", "Orthogonal", "orthogonal"),
)
_DELTA_ORTHOGONAL: Final = "contrib.framework.convolutional_delta_orthogonal"
_CONVOLUTIONAL_ORTHOGONAL: Final = _below(
    "contrib.framework", "convolutional_orthogonal_1d", "convolutional_orthogonal_2d", "convolutional_orthogonal_3d"
)

_NARROWER: Final = "12 % narrower, of stddev sqrt(scale / n) before the truncation at two sigma"
_AS_NAMED: Final = "of stddev sqrt(scale / n) after the truncation at two sigma"
_RESTORED_SCALE: Final = f"scale={TRUNCATED_STDDEV!r} ** 2"
_DTYPE_GIVEN: Final = Condition("dtype", State.NOT_DEFAULT, "float32")


def _narrower(name: str, *names: str, arguments: str) -> Change:
    """Return the row of symbols whose truncated normal was narrower."""
    return Change(
        names=(name, *names),
        aspect=Aspect.DISTRIBUTION,
        since="1.10",
        before=_NARROWER,
        now=_AS_NAMED,
        stddev_ratio=TRUNCATED_STDDEV,
        restored=f"variance_scaling_initializer({arguments})",
    )


def _keras_default(
    names: tuple[str, ...], before: str, now: str, ratio: float, restored: str, **default: object
) -> Change:
    """Return the row of a default that `tf.keras` took over from `tf` for some versions."""
    ((parameter, value),) = default.items()
    return Change(
        names=names,
        aspect=Aspect.DEFAULT,
        first="1.2",
        since="1.11",
        before=before,
        now=now,
        condition=Condition(parameter, State.OMITTED),
        stddev_ratio=ratio,
        parameter=parameter,
        default=value,
        restored=restored,
    )


_UNIT_RANGE: Final = "minval=0, maxval=None: uniform in [0, 1)"
_SMALL_RANGE: Final = "minval=-0.05, maxval=0.05"
_RESTORED_RANGE: Final = "{name}(minval=0, maxval=1)"

CHANGES: Final = (
    Change(
        names=_VARIANCE_SCALING,
        aspect=Aspect.DISTRIBUTION,
        since="1.10",
        before=_NARROWER,
        now=_AS_NAMED,
        condition=Condition("distribution", State.VALUE, "normal"),
        example="distribution='normal'",
        stddev_ratio=TRUNCATED_STDDEV,
        restored=f"{{name}}({_RESTORED_SCALE})",
    ),
    Change(
        names=_VARIANCE_SCALING,
        aspect=Aspect.DEFAULT,
        since="1.10",
        before="distribution='normal', 12 % narrower",
        now="distribution='truncated_normal'",
        condition=Condition("distribution", State.OMITTED),
        stddev_ratio=TRUNCATED_STDDEV,
        parameter="distribution",
        default="normal",
        restored=f"{{name}}({_RESTORED_SCALE})",
    ),
    _narrower(
        "glorot_normal_initializer",
        "keras.initializers.glorot_normal",
        arguments=f"{_RESTORED_SCALE}, mode='fan_avg'",
    ),
    _narrower("keras.initializers.he_normal", arguments=f"{_RESTORED_SCALE} * 2"),
    _narrower("keras.initializers.lecun_normal", arguments=_RESTORED_SCALE),
    *(
        Change(
            names=_VARIANCE_SCALING,
            aspect=Aspect.VALUES,
            since="1.10",
            before="raises ValueError",
            now="a distribution",
            condition=Condition("distribution", State.VALUE, distribution),
            example=f"distribution='{distribution}'",
        )
        for distribution in ("truncated_normal", "untruncated_normal")
    ),
    _keras_default(_KERAS_NORMALS, "stddev=1.0", "stddev=0.05", 20.0, "{name}(stddev=1.0)", stddev=1.0),
    _keras_default(_KERAS_UNIFORMS, _UNIT_RANGE, _SMALL_RANGE, 10.0, _RESTORED_RANGE, minval=0),
    _keras_default(_KERAS_UNIFORMS, _UNIT_RANGE, _SMALL_RANGE, 10.0, _RESTORED_RANGE, maxval=None),
    Change(
        names=("keras.layers.Embedding",),
        aspect=Aspect.LAYER,
        first="1.2",
        since="1.11",
        before="uniform in [0, 1)",
        now="uniform in [-0.05, 0.05)",
        condition=Condition("embeddings_initializer", State.OMITTED),
    ),
    Change(
        names=("keras.layers.LSTM",),
        aspect=Aspect.LAYER,
        since="1.3",
        before="the whole bias starts at 0",
        now="the bias of the forget gate starts at 1",
        condition=Condition("unit_forget_bias", State.OMITTED),
    ),
    Change(
        names=(_DELTA_ORTHOGONAL, *_CONVOLUTIONAL_ORTHOGONAL),
        aspect=Aspect.DISTRIBUTION,
        since="1.13",
        before="the matrices are multiplied by the square root of gain",
        now="they are multiplied by gain",
        condition=Condition("gain", State.NOT_DEFAULT, 1.0),
        example="gain=4.0",
        stddev_ratio=0.5,
        restored="{name}(gain=2.0)",
    ),
    Change(
        names=_GLOROT,
        aspect=Aspect.DTYPE,
        since="1.15",
        before="tensors of the constructor's dtype",
        now="tensors of dtype float32: the constructor's dtype is ignored",
        condition=_DTYPE_GIVEN,
        example="dtype=tf.float64",
    ),
    Change(
        names=_ORTHOGONAL,
        aspect=Aspect.VALUES,
        since="1.14",
        before="raises TypeError",
        now="a tensor",
        condition=Condition("dtype", State.VALUE, "float16"),
        example="dtype=tf.float16",
    ),
    Change(
        names=("orthogonal_initializer",),
        aspect=Aspect.ORDER,
        since="1.2",
        before="the order is gain, dtype, seed",
        now="the order is gain, seed, dtype",
        condition=Condition("dtype or seed", State.BY_POSITION, place=2),
    ),
    Change(
        names=("orthogonal_initializer",),
        aspect=Aspect.NUMBERS,
        since="1.2",
        before="a singular value decomposition makes the matrix",
        now="a QR decomposition makes it: other numbers of the same distribution",
    ),
    Change(
        names=("keras.initializers.Orthogonal",),
        aspect=Aspect.RESULT,
        since="1.2",
        before="returns an array of NumPy, which does not change when the session runs again",
        now="returns a tensor",
    ),
    Change(
        names=_below(
            "keras.initializers",
            *("he_normal", "he_uniform", "lecun_uniform", "RandomNormal", "TruncatedNormal", "RandomUniform"),
        ),
        aspect=Aspect.SEED,
        since="1.2",
        before="Keras takes a seed from NumPy, so that set_random_seed reproduces nothing",
        now="the seed follows the graph's seed",
        condition=Condition("seed", State.OMITTED),
    ),
    Change(
        names=("keras.initializers.Identity",),
        aspect=Aspect.VALUES,
        since="1.4",
        before="raises ValueError",
        now="a matrix",
        condition=Condition("shape", State.NOT_SQUARE),
    ),
    *(
        Change(
            names=names,
            aspect=Aspect.PARAMETERS,
            since=since,
            before=f"no parameter {parameter}",
            now=now,
            parameter=parameter,
        )
        for names, since, parameter, now in (
            (_KERAS_GLOROT, "1.10", "dtype", "dtype is accepted, and ignored since 1.15"),
            (("keras.initializers.Identity",), "1.4", "dtype", ""),
            (_KERAS_CLASSES, "1.2", "dtype", ""),
            (("keras.initializers.Constant",), "1.2", "verify_shape", ""),
            (("constant_initializer",), "1.1", "verify_shape", ""),
        )
    ),
    Change(
        names=_CORE_CLASSES,
        aspect=Aspect.CONFIG,
        since="1.2",
        before="no get_config and from_config",
        now="",
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
            condition=Condition("identifier", State.VALUE, name),
            example=repr(name),
        )
        for name, since in (("GlorotUniform", "1.12"), ("GlorotNormal", "1.12"), ("lecun_normal", "1.3"))
    ),
    *(
        Change(names=names, aspect=Aspect.NAME, since=since, before="absent", now="")
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
            (
                "1.1",
                (
                    *_KERAS_CLASSES,
                    *_below("keras.initializers", "glorot_uniform", "glorot_normal", "he_normal", "he_uniform"),
                    *_below("keras.initializers", "lecun_uniform", "Identity", "Initializer"),
                    *_below("keras.initializers", "get", "serialize", "deserialize"),
                ),
            ),
        )
    ),
)
