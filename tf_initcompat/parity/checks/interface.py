"""The rest of an initializer's interface: its configuration, and the errors that bad input raises."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, Final

from tf_initcompat.parity.execution.subjects import Side
from tf_initcompat.parity.results import Check
from tf_initcompat.wrappers.tensorflow import np, tf

#: Of each constructor parameter that legacy initializers have, values that some of them refuse.
_BAD_ARGUMENTS: Final[dict[str, tuple[Any, ...]]] = {
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
    "dtype": (tf.string, tf.int32),
}

#: Calls that some initializers refuse: of arguments by position, and by name.
_BAD_CALLS: Final[tuple[tuple[tuple[Any, ...], dict[str, Any]], ...]] = (
    (((2, None),), {}),
    (((-1, 2),), {}),
    (("ab",), {}),
    (((),), {}),
    (((3,),), {}),
    (((2, 2, 2),), {}),
    (((2, 2),), {"dtype": tf.string}),
    (((2, 2),), {"dtype": tf.int32}),
)


def check_config(legacy: Side, migrated: Side) -> Check:
    """Compares what `get_config` returns: keys and values.

    Args:
      legacy: The legacy side.
      migrated: The migrated one.

    Returns:
      The check; skipped if neither side has a configuration.
    """
    configs = [_config(side.first()) for side in (legacy, migrated)]
    if configs[0] is None:
        return Check("config", "", "the legacy initializer has no configuration", "skipped")
    if configs[1] is None:
        return Check("config", "", "the migrated initializer has no configuration: it cannot be saved", "failed")
    differences = [
        f"{key!r}: {configs[0].get(key, '(absent)')!r} became {configs[1].get(key, '(absent)')!r}"
        for key in sorted(configs[0].keys() | configs[1].keys(), key=str)
        if not _equal(configs[0].get(key, _ABSENT), configs[1].get(key, _ABSENT))
    ]
    if differences:
        return Check("config", "", "; ".join(differences), "failed")
    return Check("config", "", f"keys {', '.join(configs[0]) or '(none)'}")


_ABSENT: Final = object()


def _config(initializer: Any) -> Any:
    try:
        config = initializer.get_config()
    except Exception:  # no method of this name, or one that fails: both mean that it cannot be saved
        return None
    return config if isinstance(config, dict) else None


def _equal(one: Any, other: Any) -> bool:
    """Returns whether two values of a configuration are the same, NaN and objects with the same configuration too."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    if (config := _config(one)) is not None:
        return _equal(config, _config(other))
    return bool(one == other or (one != one and other != other))


def check_errors(legacy: Side, migrated: Side) -> Check:
    """Compares the exceptions that bad constructor arguments and bad calls raise.

    Args:
      legacy: The legacy side.
      migrated: The migrated one.

    Returns:
      The check. Constructor arguments are tried only if both sides are given by what makes them.
    """
    differences = []
    count = 0
    for description, *outcomes in _outcomes(legacy, migrated):
        count += 1
        if outcomes[0] != outcomes[1]:
            differences.append(f"{description}: {outcomes[0]} became {outcomes[1]}")
    if differences:
        return Check("errors", "", "; ".join(differences), "failed")
    return Check("errors", "", f"{count} bad inputs have the same effect on both sides")


def _outcomes(legacy: Side, migrated: Side) -> Iterator[tuple[str, str, str]]:
    """Yields each bad input with what it leads to on both sides."""
    if legacy.factory is not None and migrated.factory is not None:
        parameters = _parameters(legacy.factory) & _parameters(migrated.factory)
        for name in _BAD_ARGUMENTS:
            for value in _BAD_ARGUMENTS[name] if name in parameters else ():
                made = (_outcome(_call_with, side, name, value) for side in (legacy, migrated))
                yield (f"{name}={value!r}", next(made), next(made))
    initializers = legacy.first(), migrated.first()
    for positional, keywords in _BAD_CALLS:
        shown = ", ".join([*map(repr, positional), *(f"{key}={value!r}" for key, value in keywords.items())])
        called = (_outcome(initializer, *positional, **keywords) for initializer in initializers)
        yield (f"call({shown})", next(called), next(called))


def _parameters(factory: Callable[..., Any]) -> set[str]:
    try:
        return set(inspect.signature(factory).parameters)
    except (TypeError, ValueError):
        return set()


def _call_with(side: Side, name: str, value: Any) -> Any:
    assert side.factory is not None
    return side.factory(**{**side.arguments, name: value})((4, 4))


def _outcome(attempt: Callable[..., Any], *positional: Any, **keywords: Any) -> str:
    """Returns what a call leads to: the type of its error, or what it returns."""
    try:
        result = attempt(*positional, **keywords)
    except (Exception, SystemExit) as error:
        return type(error).__name__
    try:
        return f"a tensor of {tf.as_dtype(result.dtype).name}"
    except Exception:  # no tensor, or one of an unknown dtype
        return f"a {type(result).__name__}"
