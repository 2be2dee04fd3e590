"""The check `errors`: bad arguments and bad calls raise the same types of errors."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from tf_initcompat.parity.checks.base import INTERFACE, register
from tf_initcompat.parity.checks.evidence import Interface
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed


class _Dtype(str):
    """Name of a dtype, which becomes a `tf.DType` where TensorFlow is imported."""

    def __repr__(self) -> str:
        return f"tf.{self}"


#: Values that some legacy constructors reject, by parameter.
_BAD_ARGUMENTS: Final[Mapping[str, tuple[object, ...]]] = {
    "scale": (0.0, -1.0, "1", None),
    "factor": ("1", None),
    "mode": ("fan", "Fan_In", 3, None),
    "distribution": ("gaussian", 3, None),
    "mean": ("0",),
    "stddev": ("1",),
    "gain": ("1",),
    "minval": ("0",),
    "value": ({1: 2}, {3}),
    "seed": ("seven", 1.5),
    "dtype": (_Dtype("string"), _Dtype("int32")),
}


class _Call(NamedTuple):
    """A call of an initializer.

    Attributes:
      shape: The positional argument: a shape, or what is none.
      dtype: The keyword argument `dtype`, or None to leave it out.
    """

    shape: tuple[int | None, ...] | str
    dtype: _Dtype | None = None

    def __str__(self) -> str:
        return f"call({self.shape!r}" + (f", dtype={self.dtype!r})" if self.dtype else ")")


#: Calls that some legacy initializers reject.
_BAD_CALLS: Final = (
    _Call((2, None)),
    _Call((-1, 2)),
    _Call("ab"),
    _Call(()),
    _Call((3,)),
    _Call((2, 2, 2)),
    _Call((2, 2), _Dtype("string")),
    _Call((2, 2), _Dtype("int32")),
)


class _Attempt(NamedTuple):
    """The effects of one bad input on the legacy and the migrated initializer."""

    description: str
    legacy: str
    migrated: str


@register(
    "errors",
    groups=(INTERFACE,),
    failure="bad input raises other errors",
    causes=fixed_cause("arguments are not validated in the same way"),
    order=410,
)
def errors(interface: Interface) -> Outcome:
    """Compare the types of errors for bad calls and, if both initializers are given by their makers, bad arguments."""
    attempts = [*_bad_constructions(interface), *_bad_calls(interface)]
    differences = [
        f"{attempt.description}: {attempt.legacy} became {attempt.migrated}"
        for attempt in attempts
        if attempt.legacy != attempt.migrated
    ]
    if differences:
        return failed("; ".join(differences))
    return passed(f"{len(attempts)} bad inputs have the same effect on both initializers")


def _bad_constructions(interface: Interface) -> Iterator[_Attempt]:
    subjects = interface.legacy, interface.migrated
    factories = [subject.factory for subject in subjects if subject.factory is not None]
    if len(factories) < len(subjects):
        return
    parameters = _parameters(factories[0]) & _parameters(factories[1])
    axes = _axes(interface)
    for name, values in _BAD_ARGUMENTS.items():
        for value in values if name in parameters else ():
            legacy, migrated = (
                _effect(_make_and_call, factory, {**subject.arguments, name: _argument(value)}, axes)
                for factory, subject in zip(factories, subjects, strict=True)
            )
            yield _Attempt(f"{name}={value!r}", legacy, migrated)


def _bad_calls(interface: Interface) -> Iterator[_Attempt]:
    initializers = interface.legacy.first(), interface.migrated.first()
    axes = _axes(interface)
    for call in (_with_axes(call, axes) for call in _BAD_CALLS):
        keywords = {"dtype": _argument(call.dtype)} if call.dtype else {}
        legacy, migrated = (_effect(initializer, call.shape, **keywords) for initializer in initializers)
        yield _Attempt(str(call), legacy, migrated)


def _axes(interface: Interface) -> tuple[int, ...]:
    """Return the sizes of the axes in front of the matrix that the initializers make, if it makes kernels."""
    from tf_initcompat.parity.execution.identification import symbol_of  # late, as it needs TensorFlow

    symbols = [symbol_of(subject.first()) for subject in (interface.legacy, interface.migrated)]
    return next(((2,) * (symbol.kernel_ranks[0] - 2) for symbol in symbols if symbol and symbol.kernel_ranks), ())


def _with_axes(call: _Call, axes: tuple[int, ...]) -> _Call:
    return call._replace(shape=(*axes, *call.shape)) if isinstance(call.shape, tuple) else call


def _parameters(factory: Callable[..., object]) -> set[str]:
    try:
        return set(inspect.signature(factory).parameters)
    except (TypeError, ValueError):
        return set()


def _argument(value: object) -> object:
    if not isinstance(value, _Dtype):
        return value
    from tf_initcompat.wrappers.tensorflow import tf  # late: the reports list this check without TensorFlow

    return tf.as_dtype(str(value))


def _make_and_call(
    factory: Callable[..., Callable[..., object]], arguments: Mapping[str, object], axes: tuple[int, ...]
) -> object:
    return factory(**arguments)((*axes, 4, 4))


def _effect(attempt: Callable[..., object], *positional: object, **keywords: object) -> str:
    """Return the effect of a call: the type of its error, or what it returns."""
    try:
        result = attempt(*positional, **keywords)
    except (Exception, SystemExit) as error:  # user code, given bad input: any exception is a result
        return type(error).__name__
    dtype = getattr(result, "dtype", None)
    from tf_initcompat.wrappers.tensorflow import tf

    try:
        return f"a tensor of {tf.as_dtype(dtype).name}"
    except Exception:  # not a tensor, or a user's class with any kind of dtype
        return f"a {type(result).__name__}"
