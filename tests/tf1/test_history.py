"""The history of the symbols against the recordings of the real versions of TensorFlow 1.

Every row is confirmed in every version: the difference shows before the row's version, and not since. Every difference
between a version and 1.15 in signatures, distributions, values, configurations or string identifiers has a row.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from tf1 import cases, history_table, recordings

from tf_initcompat.catalog import class_names, history, symbols
from tf_initcompat.catalog.history import Aspect, Change, Condition, State

RECORDINGS = recordings.load()
NEWEST = RECORDINGS[recordings.MIRRORED]
NEWEST_NAME = recordings.MIRRORED
#: Version without Keras.
NO_KERAS = "1.0.1"
#: Recordings of one Python; Python 2.7 is not another TensorFlow.
VERSIONS = [name for name in RECORDINGS if "python" not in name]
#: Kinds whose cases do not start with the name of a symbol of the table.
WITHOUT_SYMBOL = ("lookups", "defaults of layers", "biases of layers")
KINDS = ("signatures", "op seeded", "distributions", "configs", "lookups", "freshness", *WITHOUT_SYMBOL[1:])


class Difference(NamedTuple):
    """A case that a version and 1.15 observe differently.

    Attributes:
      case: The case.
      names: Names of the symbol.
      aspects: Aspects of a change that explain it.
      stddev_ratio: Ratio of the standard deviations, or None if there are none to compare.
      details: Aspect-specific facts: the parameter and its default, or the string identifier.
      is_error: Whether the older version raises an error.
    """

    case: str
    names: tuple[str, ...]
    aspects: tuple[Aspect, ...]
    stddev_ratio: float | None = None
    details: tuple[Any, ...] = ()
    is_error: bool = False


def close(first: str, second: str) -> bool:
    """Return whether two arrays are equal up to the rounding of another implementation."""
    one, other = recordings.array(first), recordings.array(second)
    tolerance = 4e-3 if one.dtype == np.float16 else 2e-6
    return one.dtype == other.dtype and np.allclose(one, other, rtol=1e-5, atol=tolerance)


def differences(kind: str, version: str) -> Iterator[Difference]:
    """Yield what differs in the cases of a kind."""
    for case, now in NEWEST[kind].items():
        before = RECORDINGS[version][kind][case]
        name = recordings.symbol_of(case)
        if before == recordings.ABSENT:
            if kind not in WITHOUT_SYMBOL:
                yield Difference(case, (name,), (Aspect.NAME,))
        elif kind == "lookups":
            if before != now:
                yield _lookup_difference(case, before, now)
        elif before == "NotATensorError":
            yield Difference(case, (name,), (Aspect.RESULT,))
        elif is_error(before) and not is_error(now):
            yield Difference(case, (name,), (Aspect.VALUES, Aspect.PARAMETERS), is_error=True)
        elif kind == "signatures":
            yield from _signature_differences(name, before, now)
        elif kind == "op seeded":
            if before.split()[0] != now.split()[0]:
                yield Difference(case, (name,), (Aspect.DTYPE,))
            elif not close(before, now):
                yield Difference(case, (name,), (Aspect.DISTRIBUTION, Aspect.DEFAULT, Aspect.NUMBERS))
        elif kind == "distributions":
            ratio = before["stddev"] / now["stddev"]
            if not math.isclose(ratio, 1.0, abs_tol=1e-3):
                yield Difference(case, (name,), (Aspect.DISTRIBUTION, Aspect.DEFAULT), ratio)
        elif before == now:
            continue
        elif kind == "defaults of layers":
            yield Difference(case, (name, *_names_of(now)), (Aspect.LAYER, *_config_aspects(before, now)))
        else:
            aspects = {"freshness": (Aspect.SEED,), "biases of layers": (Aspect.LAYER,)}.get(kind)
            names = (name, *_names_of(now)) if kind == "configs" else (name,)
            yield Difference(case, names, aspects or _config_aspects(before, now))


def is_error(observation: object) -> bool:
    return isinstance(observation, str) and observation.endswith("Error")


def _signature_differences(name: str, before: Any, now: Any) -> Iterator[Difference]:
    if before["kind"] != now["kind"]:
        yield Difference(name, (name,), (Aspect.CONFIG,))
    old, new = ({parameter[0]: parameter[1:] for parameter in described["parameters"]} for described in (before, now))
    for parameter in new:
        if parameter not in old:
            yield Difference(name, (name,), (Aspect.PARAMETERS,), details=(parameter,))
        elif old[parameter] != new[parameter]:
            yield Difference(name, (name,), (Aspect.DEFAULT,), details=(parameter, *old[parameter]))
    if list(old) != [parameter for parameter in new if parameter in old]:
        yield Difference(name, (name,), (Aspect.ORDER,))
    assert set(old) <= set(new)


def _config_aspects(before: Any, now: Any) -> tuple[Aspect, ...]:
    if isinstance(before, str) or before["class"] != now["class"]:
        return (Aspect.CONFIG,)
    if before["config"].keys() != now["config"].keys():
        return (Aspect.PARAMETERS,)
    if before["config"]["dtype"] != now["config"]["dtype"]:
        return (Aspect.DTYPE,)
    return (Aspect.CONFIG, Aspect.DEFAULT)


def _lookup_difference(identifier: str, before: Any, now: Any) -> Difference:
    if is_error(before):
        return Difference(identifier, ("keras.initializers.get",), (Aspect.STRING,), details=(repr(identifier),))
    return Difference(identifier, (f"keras.initializers.{identifier}", *_names_of(now)), _config_aspects(before, now))


def _names_of(observation: Any) -> tuple[str, str]:
    """Return the names of a class of Keras, by its observed configuration."""
    name = observation["class"]
    return f"keras.initializers.{name}", f"keras.initializers.{class_names.snake_case(name)}"


def all_names() -> set[str]:
    layers = {recordings.symbol_of(case) for case in (*cases.BIASED_LAYERS, *cases.DEFAULTS_OF_LAYERS)}
    return {*symbols.by_name(), *layers}


def explains(change: Change, version: str, difference: Difference) -> bool:
    """Return whether a row says what differs."""
    if set(difference.names).isdisjoint(change.names) or change.aspect not in difference.aspects:
        return False
    if change.aspect is Aspect.VALUES and change.example not in difference.case:
        return False
    if change.aspect is Aspect.DEFAULT and f"{change.parameter}=" in difference.case:
        return False
    if change.aspect is Aspect.PARAMETERS and difference.is_error:
        return f"{change.parameter}=" in difference.case and change.applies_to(version)
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
        difference
        for difference in differences(kind, version)
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
        return None if version == NO_KERAS else recording["lookups"][change.example.strip("'")] == "ValueError"
    if change.aspect is Aspect.LAYER:
        return None if version == NO_KERAS else layer_defaults(name, version) != layer_defaults(name, NEWEST_NAME)
    signature = recording["signatures"][name]
    if change.aspect is Aspect.NAME:
        return bool(signature == recordings.ABSENT)
    if signature == recordings.ABSENT:
        return None
    parameters = {parameter[0]: parameter[1:] for parameter in signature["parameters"]}
    if change.aspect is Aspect.PARAMETERS:
        return change.parameter not in parameters
    if change.aspect is Aspect.ORDER:
        return list(parameters) != [parameter[0] for parameter in NEWEST["signatures"][name]["parameters"]]
    return MEASURES[change.aspect](change, name, version)


def has_old_default(change: Change, name: str, version: str) -> bool:
    parameters = {parameter[0]: parameter[1:] for parameter in RECORDINGS[version]["signatures"][name]["parameters"]}
    return bool(parameters[change.parameter] == [change.default]) and ratio_is(change, name, version)


def has_ratio(change: Change, name: str, version: str) -> bool | None:
    return None if case_of("distributions", change, name, version) is None else ratio_is(change, name, version)


def has_other_config(change: Change, name: str, version: str) -> bool:
    return bool(case_of("configs", change, name, version) != case_of("configs", change, name, NEWEST_NAME))


def has_other_freshness(change: Change, name: str, version: str) -> bool:
    return bool(case_of("freshness", change, name, version) != case_of("freshness", change, name, NEWEST_NAME))


def has_other_dtype(change: Change, name: str, version: str) -> bool | None:
    value = case_of("op seeded", change, name, version)
    return None if value is None else value.startswith("float64")


def has_other_numbers(change: Change, name: str, version: str) -> bool:
    both = (case_of("op seeded", change, name, which) for which in (version, NEWEST_NAME))
    return not close(*both) and ratio_is(change, name, version)


def returns_an_array(change: Change, name: str, version: str) -> bool:
    return case_of("op seeded", change, name, version) is None


def raises(change: Change, name: str, version: str) -> bool:
    return case_of("op seeded", change, name, version) is None


#: How the aspects of a symbol that is present are measured.
MEASURES = {
    Aspect.DEFAULT: has_old_default,
    Aspect.DISTRIBUTION: has_ratio,
    Aspect.DTYPE: has_other_dtype,
    Aspect.RESULT: returns_an_array,
    Aspect.NUMBERS: has_other_numbers,
    Aspect.SEED: has_other_freshness,
    Aspect.VALUES: raises,
    Aspect.CONFIG: has_other_config,
}


def layer_defaults(name: str, version: str) -> list[Any]:
    """Return the recorded defaults of a layer, without the dtype that configurations have since 1.2."""
    recording = RECORDINGS[version]
    defaults = [
        {"class": observed["class"], **{key: value for key, value in observed["config"].items() if key != "dtype"}}
        for case, observed in recording["defaults of layers"].items()
        if recordings.symbol_of(case) == name and not case.endswith((".kernel_initializer", ".recurrent_initializer"))
    ]
    return defaults + [
        bias for case, bias in recording["biases of layers"].items() if recordings.symbol_of(case) == name
    ]


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


def test_documented_tables_are_those_of_the_catalog() -> None:
    document = history_table.DOCUMENT.read_text()
    assert document == history_table.with_tables(document), "run tests/tf1/history_table.py"


@pytest.mark.parametrize(
    ("condition", "arguments", "positional", "is_met"),
    [
        (Condition("stddev", State.OMITTED), {}, 0, True),
        (Condition("stddev", State.OMITTED), {"stddev": 1.0}, 1, False),
        (Condition("distribution", State.VALUE, "normal"), {"distribution": "normal"}, 0, True),
        (Condition("distribution", State.VALUE, "normal"), {"distribution": "uniform"}, 0, False),
        (Condition("distribution", State.VALUE, "normal"), {}, 0, False),
        (Condition("gain", State.NOT_DEFAULT, 1.0), {"gain": 4.0}, 0, True),
        (Condition("gain", State.NOT_DEFAULT, 1.0), {"gain": 1}, 0, False),
        (Condition("gain", State.NOT_DEFAULT, 1.0), {}, 0, False),
        (Condition("dtype or seed", State.BY_POSITION, place=2), {"gain": 1, "seed": 7}, 2, True),
        (Condition("dtype or seed", State.BY_POSITION, place=2), {"gain": 1, "seed": 7}, 1, False),
        (Condition("shape", State.NOT_SQUARE), {}, 0, False),
    ],
)
def test_condition(condition: Condition, arguments: dict[str, object], positional: int, is_met: bool) -> None:
    assert condition.is_met(arguments, positional) == is_met


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("keras.initializers.RandomNormal", "1.1.0", False),
        ("keras.initializers.RandomNormal", "1.2.1", True),
        ("keras.initializers.RandomNormal", "1.10.1", True),
        ("keras.initializers.RandomNormal", "1.11.0", False),
        ("glorot_normal_initializer", "1.9.0", True),
        ("glorot_normal_initializer", "1.10.1", False),
    ],
)
def test_versions_of_a_change(name: str, version: str, expected: bool) -> None:
    changes = [change for change in history.changes_of(name) if change.stddev_ratio != 1.0]
    assert [change.applies_to(version) for change in changes] == [expected]


def test_versions_for_people() -> None:
    (normal,) = (change for change in history.changes_of("keras.initializers.normal") if change.stddev_ratio != 1.0)
    (glorot,) = (change for change in history.changes_of("glorot_normal_initializer") if change.stddev_ratio != 1.0)
    assert (normal.versions, glorot.versions) == ("in TensorFlow 1.2 to 1.10", "before TensorFlow 1.10")
