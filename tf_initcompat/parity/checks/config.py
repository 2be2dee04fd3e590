"""The check `config`: `get_config` returns the same keys and values."""

from typing import Final, cast

import numpy as np

from tf_initcompat.parity.checks.base import INTERFACE, Outcome, failed, fixed_cause, passed, register, skipped
from tf_initcompat.parity.checks.evidence import Interface

_ABSENT: Final = object()


@register(
    "config",
    groups=(INTERFACE,),
    failure="the configurations differ",
    causes=fixed_cause("constructor arguments that `get_config` leaves out or renames"),
    order=400,
)
def config(interface: Interface) -> Outcome:
    """Compare the configurations; skipped if the legacy initializer has none."""
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
        return False
    if isinstance(legacy, dict) and isinstance(migrated, dict):
        return legacy.keys() == migrated.keys() and all(_are_equal(legacy[key], migrated[key]) for key in legacy)
    if isinstance(legacy, (list, tuple)) and isinstance(migrated, (list, tuple)):
        return len(legacy) == len(migrated) and all(map(_are_equal, legacy, migrated))
    if isinstance(legacy, np.ndarray) and isinstance(migrated, np.ndarray):
        is_inexact = legacy.dtype.kind in "fc"
        return bool(legacy.dtype == migrated.dtype and np.array_equal(legacy, migrated, equal_nan=is_inexact))
    if (configuration := _config(legacy)) is not None:
        return _are_equal(configuration, _config(migrated))
    return bool(legacy == migrated or (legacy != legacy and migrated != migrated))
