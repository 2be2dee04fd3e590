"""The stand-in for contrib's functions against recordings of the real `tf.contrib.layers` of TensorFlow 1.15.

Other tests compare the wrappers with this oracle where they need a function; see `contrib_oracle.py`.
"""

import inspect
import re
from typing import Any

import contrib_oracle
import numpy as np
import pytest
import tensorflow as tf
from tf1 import recordings

RECORDED = recordings.load()[recordings.MIRRORED]
CONTRIB = "contrib.layers."
#: Bad calls whose errors TensorFlow 2 changes: it makes numbers of `Dimension` members.
CHANGED_IN_TENSORFLOW_2 = ("(tf.TensorShape([2, 3]))", "((tf.Dimension(2), 3))")


def evaluate(expression: str) -> Any:
    """Return the value of an expression that starts with a name of contrib."""
    names = {**vars(contrib_oracle), "tf": tf.compat.v1, "np": np}
    return eval(expression.removeprefix(CONTRIB), names)


def of_contrib(kind: str) -> list[str]:
    cases = [case for case in RECORDED[kind] if case.startswith(CONTRIB)]
    assert cases, kind
    return cases


def outcome(expression: str) -> str:
    """Return dtype and shape of a tensor or its type of error, as the recordings have them."""
    try:
        with tf.Graph().as_default():
            value = evaluate(expression)
    except Exception as error:  # of any type: the recorded one is the expected one
        return type(error).__name__
    return "an initializer" if callable(value) else f"{value.dtype.name} {value.shape}".replace("None", "?")


@pytest.mark.parametrize("case", of_contrib("op seeded"))
def test_bits(case: str) -> None:
    with tf.Graph().as_default():
        tensor = evaluate(case)
        with tf.compat.v1.Session() as session:
            values = np.asarray(session.run(tensor))
    recorded = recordings.array(RECORDED["op seeded"][case])
    assert (values.dtype, values.shape, values.tobytes()) == (recorded.dtype, recorded.shape, recorded.tobytes())


def test_bits_are_recorded_for_every_mode_rank_and_dtype() -> None:
    cases = of_contrib("op seeded")
    assert {recordings.array(RECORDED["op seeded"][case]).ndim for case in cases} == {0, 1, 2, 3, 4, 5}
    assert {recordings.array(RECORDED["op seeded"][case]).dtype.name for case in cases} == {"float32", "float64"}
    assert {match[0] for case in cases for match in re.finditer(r"FAN_\w+", case)} == {"FAN_IN", "FAN_OUT", "FAN_AVG"}


@pytest.mark.parametrize("case", [case for case in of_contrib("errors") if not case.endswith(CHANGED_IN_TENSORFLOW_2)])
def test_outcome_of_bad_input(case: str) -> None:
    assert outcome(case) == RECORDED["errors"][case]


@pytest.mark.parametrize("case", of_contrib("signatures"))
def test_signature(case: str) -> None:
    def parameters(function: Any) -> list[list[Any]]:
        return [
            [name] if parameter.default is inspect.Parameter.empty else [name, plain(parameter.default)]
            for name, parameter in inspect.signature(function).parameters.items()
        ]

    def plain(value: Any) -> Any:
        return value.name if isinstance(value, tf.DType) else value

    function = evaluate(case)
    recorded = RECORDED["signatures"][case]
    assert recorded == {"kind": "function", "parameters": parameters(function), "call": parameters(function())}


def test_oracle_has_every_public_name() -> None:
    names = {name.removeprefix(f"tf.{CONTRIB}") for name in RECORDED["names"] if name.startswith(f"tf.{CONTRIB}")}
    assert set(contrib_oracle.__all__) == {
        name for name in names if "." not in name and name.endswith(("initializer", "conv2d"))
    }
