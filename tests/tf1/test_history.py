"""The history of the symbols against the recordings of the real versions of TensorFlow 1.

Every row is confirmed in every version: the difference shows before the row's version, and not since. Every difference
between a version and 1.15 in signatures, distributions, values, configurations or string identifiers has a row.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from tf1 import cases, recordings

from tf_initcompat.catalog import history, symbols
from tf_initcompat.catalog.history import Aspect, Change

RECORDINGS = recordings.load()
NEWEST = RECORDINGS[recordings.MIRRORED]
#: Recordings of one Python; Python 2.7 is not another TensorFlow.
VERSIONS = [name for name in RECORDINGS if "python" not in name]
KINDS = ("signatures", "op seeded", "distributions", "configs", "lookups")


class Difference(NamedTuple):
    """A case that a version and 1.15 observe differently.

    Attributes:
      names: Names of the symbol.
      aspects: Aspects of a change that explain it.
      stddev_ratio: Ratio of the standard deviations, or None if there are none to compare.
      details: Aspect-specific facts: the parameter and its default, or the string identifier.
    """

    names: tuple[str, ...]
    aspects: tuple[Aspect, ...]
    stddev_ratio: float | None = None
    details: tuple[Any, ...] = ()


def close(first: str, second: str) -> bool:
    """Return whether two arrays are equal up to the rounding of another implementation."""
    one, other = recordings.array(first), recordings.array(second)
    tolerance = 4e-3 if one.dtype == np.float16 else 2e-6
    return one.dtype == other.dtype and np.allclose(one, other, rtol=1e-5, atol=tolerance)


def differences(kind: str, version: str) -> Iterator[tuple[str, Difference]]:
    """Yield the differing cases of a kind with what differs."""
    for case, now in NEWEST[kind].items():
        before = RECORDINGS[version][kind][case]
        name = recordings.symbol_of(case)
        if kind == "lookups":
            if before != now:
                yield case, _lookup_difference(case, before, now)
        elif before == recordings.ABSENT:
            yield case, Difference((name,), (Aspect.NAME,))
        elif isinstance(before, str) and before.endswith("Error"):
            yield case, Difference((name,), (Aspect.VALUES, Aspect.PARAMETERS))
        elif kind == "signatures":
            for difference in _signature_differences(name, before, now):
                yield case, difference
        elif kind == "op seeded":
            if before.split()[0] != now.split()[0]:
                yield case, Difference((name,), (Aspect.DTYPE,))
            elif not close(before, now):
                yield case, Difference((name,), (Aspect.DISTRIBUTION, Aspect.DEFAULT))
        elif kind == "distributions":
            ratio = before["stddev"] / now["stddev"]
            if not math.isclose(ratio, 1.0, abs_tol=1e-3):
                yield case, Difference((name,), (Aspect.DISTRIBUTION, Aspect.DEFAULT), ratio)
        elif before != now:
            yield case, Difference((name,), _config_aspects(before, now))


def _signature_differences(name: str, before: Any, now: Any) -> Iterator[Difference]:
    if before["kind"] != now["kind"]:
        yield Difference((name,), (Aspect.CONFIG,))
    old, new = ({parameter[0]: parameter[1:] for parameter in described["parameters"]} for described in (before, now))
    for parameter in new:
        if parameter not in old:
            yield Difference((name,), (Aspect.PARAMETERS,), details=(parameter,))
        elif old[parameter] != new[parameter]:
            yield Difference((name,), (Aspect.DEFAULT,), details=(parameter, *old[parameter]))
    if list(old) != [parameter for parameter in new if parameter in old]:
        yield Difference((name,), ())  # in another order, or with parameters that are gone


def _config_aspects(before: Any, now: Any) -> tuple[Aspect, ...]:
    if before["class"] != now["class"]:
        return (Aspect.CONFIG,)
    if before["config"].keys() != now["config"].keys():
        return (Aspect.PARAMETERS,)
    if before["config"]["dtype"] != now["config"]["dtype"]:
        return (Aspect.DTYPE,)
    return (Aspect.CONFIG, Aspect.DEFAULT)


def _lookup_difference(identifier: str, before: Any, now: Any) -> Difference:
    if isinstance(before, str):
        return Difference(("keras.initializers.get",), (Aspect.STRING,), details=(repr(identifier),))
    names = tuple(f"keras.initializers.{name}" for name in (identifier, now["class"]))
    return Difference(names, _config_aspects(before, now))


def all_names() -> set[str]:
    return {*symbols.by_name(), *cases.PENDING}


def explains(change: Change, version: str, difference: Difference) -> bool:
    """Return whether a row says what differs."""
    if set(difference.names).isdisjoint(change.names) or change.aspect not in difference.aspects:
        return False
    if difference.details:
        known = {
            Aspect.DEFAULT: (change.parameter, change.default),
            Aspect.PARAMETERS: (change.parameter,),
            Aspect.STRING: (change.example,),
        }
        if difference.details != known.get(change.aspect):
            return False
    ratio = difference.stddev_ratio
    if ratio is not None and not math.isclose(ratio, change.stddev_ratio, rel_tol=1e-3):
        return False
    return change.applies_to(version)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_difference_has_a_row(version: str, kind: str) -> None:
    unexplained = [
        (case, difference)
        for case, difference in differences(kind, version)
        if not any(explains(change, version, difference) for change in history.CHANGES)
    ]
    assert unexplained == []


ROWS = [
    pytest.param(change, name, id=f"{name}-{change.aspect.name}-{change.since}-{change.example or change.parameter}")
    for change in history.CHANGES
    for name in change.names
]


def shows(change: Change, name: str, version: str) -> bool | None:
    """Return whether a version differs from 1.15 as a row says; None if that cannot be measured."""
    recording = RECORDINGS[version]
    if change.aspect is Aspect.STRING:
        return bool(recording["lookups"][change.example.strip("'")] == "ValueError")
    signature = recording["signatures"][name]
    if change.aspect is Aspect.NAME:
        return bool(signature == recordings.ABSENT)
    if signature == recordings.ABSENT:
        return None
    parameters = {parameter[0]: parameter[1:] for parameter in signature["parameters"]}
    if change.aspect is Aspect.DEFAULT:
        return bool(parameters[change.parameter] == [change.default]) and ratio_is(change, name, version)
    if change.aspect is Aspect.PARAMETERS:
        return change.parameter not in parameters
    if change.aspect is Aspect.DISTRIBUTION:
        return None if case_of("distributions", change, name, version) is None else ratio_is(change, name, version)
    if change.aspect is Aspect.CONFIG:
        return bool(case_of("configs", change, name, version) != case_of("configs", change, name, recordings.MIRRORED))
    value = case_of("op seeded", change, name, version)
    if change.aspect is Aspect.VALUES:
        return value is None
    assert change.aspect is Aspect.DTYPE
    return None if value is None else value.startswith("float64")


def case_of(kind: str, change: Change, name: str, version: str) -> Any:
    """Return the observation of a row's example; None if it is an error."""
    prefixes = (f"{name}({change.example})", f"{name}({change.example}{', ' * bool(change.example)}seed=")
    matches = [case for case in NEWEST[kind] if case.startswith(prefixes)]
    assert matches, f"no recorded case of {name}({change.example})"
    value = RECORDINGS[version][kind][matches[0]]
    return None if isinstance(value, str) and value.endswith("Error") else value


def ratio_is(change: Change, name: str, version: str) -> bool:
    """Return whether the ratios of standard deviation and support to those of 1.15 are the row's."""
    before, now = (case_of("distributions", change, name, which) for which in (version, recordings.MIRRORED))
    ratio = before["stddev"] / now["stddev"]
    if change.aspect is Aspect.DISTRIBUTION:
        largest = [max(abs(figures["min"]), abs(figures["max"])) for figures in (before, now)]
        assert math.isclose(largest[0] / largest[1], ratio, rel_tol=1e-3)
    return math.isclose(ratio, change.stddev_ratio, rel_tol=1e-3)


@pytest.mark.parametrize(("change", "name"), ROWS)
def test_row_is_measured(change: Change, name: str) -> None:
    measured = {version: shows(change, name, version) for version in VERSIONS}
    wrong = {version: shown for version, shown in measured.items() if shown not in (None, change.applies_to(version))}
    assert wrong == {}
    assert True in measured.values()
    assert measured[recordings.MIRRORED] is False


@pytest.mark.parametrize("change", history.CHANGES, ids=lambda change: f"{change.names[0]}-{change.aspect.name}")
def test_names_of_a_row_are_symbols(change: Change) -> None:
    assert set(change.names) <= all_names()
    assert len(set(change.names)) == len(change.names)
