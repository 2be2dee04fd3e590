"""The check `config`: `get_config` returns the same keys and values."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

import numpy as np

from tf_initcompat.parity.checks.base import INTERFACE, register
from tf_initcompat.parity.checks.evidence import Interface
from tf_initcompat.parity.checks.outcome import Outcome, failed, fixed_cause, passed, skipped
from tf_initcompat.parity.statistics.numeric import Array

_Mapping: TypeAlias = Mapping[object, object]
_Sequence: TypeAlias = Sequence[object]

_ABSENT: Final = object()


@register(
    "config",
    groups=(INTERFACE,),
    failure="the configurations differ",
    causes=fixed_cause("constructor arguments that `get_config` leaves out or renames"),
    order=400,
)
def config(interface: Interface) -> Outcome:
    """Compare the keys and values of `get_config`; skipped if the legacy initializer has none."""
    legacy, migrated = (_config(subject.first()) for subject in (interface.legacy, interface.migrated))
    if legacy is None:
        return skipped("the legacy initializer has no configuration")
    if migrated is None:
        return failed("the migrated initializer has no configuration: it cannot be saved")
    differences = [
        f"{key!r}: {legacy.get(key, '(absent)')!r} became {migrated.get(key, '(absent)')!r}"
        for key in sorted(legacy.keys() | migrated.keys(), key=str)
        if not _are_equal(legacy.get(key, _ABSENT), migrated.get(key, _ABSENT))
    ]
    return failed("; ".join(differences)) if differences else passed(f"keys {', '.join(legacy) or '(none)'}")


def _config(value: object) -> dict[str, object] | None:
    try:
        returned = value.get_config()  # type: ignore[attr-defined]
    except Exception:  # no such method, or user code that fails in any way: both mean that it cannot be saved
        return None
    return cast("dict[str, object]", returned) if isinstance(returned, dict) else None


def _are_equal(legacy: object, migrated: object) -> bool:
    """Return whether two values of a configuration are equal; NaN equals NaN, and objects compare by configuration."""
    if type(legacy) is not type(migrated):
        # TensorFlow 2 writes 0.0 for a default that is 0 in TensorFlow 1.
        return _is_number(legacy) and _is_number(migrated) and legacy == migrated
    if isinstance(legacy, dict):
        return _are_equal_mappings(cast("_Mapping", legacy), cast("_Mapping", migrated))
    if isinstance(legacy, (list, tuple)):
        pairs = cast("_Sequence", legacy), cast("_Sequence", migrated)
        return len(pairs[0]) == len(pairs[1]) and all(map(_are_equal, *pairs))
    if isinstance(legacy, np.ndarray):
        return _are_equal_arrays(cast("Array", legacy), cast("Array", migrated))
    if (configuration := _config(legacy)) is not None:
        return _are_equal(configuration, _config(migrated))
    return bool(legacy == migrated or (legacy != legacy and migrated != migrated))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _are_equal_mappings(legacy: _Mapping, migrated: _Mapping) -> bool:
    return legacy.keys() == migrated.keys() and all(_are_equal(legacy[key], migrated[key]) for key in legacy)


def _are_equal_arrays(legacy: Array, migrated: Array) -> bool:
    is_inexact = legacy.dtype.kind in "fc"
    return legacy.dtype == migrated.dtype and np.array_equal(legacy, migrated, equal_nan=is_inexact)
