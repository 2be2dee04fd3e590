"""Native replacements of calls without a named initializer: `scan --native` or `parity` reports the wrong ones."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tf1.moments import values_of
from tf1.replacements import RIGHT, WRONG, Replacement, key

from tf_initcompat import parity
from tf_initcompat.source import scan

RECORDED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "recorded_replacements.json").read_text(encoding="utf-8")
)
LEGACY_IMPORTS = "import tensorflow as tf\nfrom tensorflow import contrib\nfrom tensorflow.contrib import slim\n"
NATIVE_IMPORTS = "import numpy as np\nimport tensorflow as tf\nfrom tensorflow import keras\n"
#: Sizes of the tensors in the programs, those of `observe_defaults.py`.
TENSORS = {"x": (8, 64), "sequence": (8, 5, 64), "image": (4, 16, 16, 24), "images": (4, 3, 16, 16, 24)}


def native_findings(row: Replacement) -> set[str]:
    """Return the rules that report the replacement."""
    return {finding.rule for finding in scan(NATIVE_IMPORTS + row.replacement, select=["IC3"]).findings}


def run(row: Replacement) -> np.ndarray[Any, Any]:
    """Run the replacement once and return its weights."""
    names: dict[str, Any] = {name: tf.zeros(shape) for name, shape in TENSORS.items()}
    names |= {"ids": tf.zeros((8, 5), tf.int32), "np": np, "tf": tf, "keras": tf.keras}
    exec(row.replacement, names)
    return np.asarray(names["values"])


def legacy_values(recorded: dict[str, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return values with the distribution that was recorded in TensorFlow 1.15."""
    if "value" in recorded:
        return np.full(shape, recorded["value"], np.float32)
    # The generator whose seed `parity` sets.
    return values_of(recorded["quantiles"], np.random.random_sample(shape)).astype(np.float32)


def compare(row: Replacement) -> parity.Comparison:
    """Compare the initial values in TensorFlow 1.15 with those of the replacement.

    It detects errors of the scale of 2 %. The recorded quantiles are those of 200,000 values.
    """
    recorded = RECORDED[key(row.legacy, row.variable)]
    legacy: Callable[..., Any] = functools.partial(legacy_values, recorded)
    return parity.compare(
        lambda shape: legacy(tuple(shape)),
        lambda shape: run(row),
        shape=tuple(recorded["shape"]),
        contexts=["eager"],
        checks=parity.DISTRIBUTION,
        scale_error=0.02,
        mean_error=0.02,
        name=row.name,
    )


def names(rows: list[Replacement]) -> list[str]:
    return [row.name for row in rows]


@pytest.mark.parametrize("row", [row for row in WRONG if row.rule], ids=lambda row: row.name)
def test_scan_reports_wrong_replacements(row: Replacement) -> None:
    assert native_findings(row) == {row.rule}


@pytest.mark.parametrize("row", [row for row in WRONG if row.variable], ids=lambda row: row.name)
def test_parity_reports_wrong_replacements(row: Replacement) -> None:
    comparison = compare(row)
    assert run(row).shape == comparison.shape
    assert comparison.verdict == "different", str(comparison)


def test_every_wrong_replacement_is_reported() -> None:
    assert len(WRONG) >= 30
    assert [row.name for row in WRONG if not (row.rule or row.variable)] == []
    for rows in (WRONG, RIGHT):
        assert len({row.name for row in rows}) == len(rows)


@pytest.mark.parametrize("row", RIGHT, ids=lambda row: row.name)
def test_right_replacements_are_not_reported(row: Replacement) -> None:
    assert native_findings(row) == set()
    if row.variable:
        comparison = compare(row)
        assert comparison.verdict == "same", str(comparison)


@pytest.mark.parametrize("row", [row for row in (*WRONG, *RIGHT) if row.claim], ids=lambda row: row.name)
def test_scan_names_the_distribution_of_the_legacy_code(row: Replacement) -> None:
    messages = [finding.message for finding in scan(LEGACY_IMPORTS + row.legacy, select=["IC2"], assume="tf1").findings]
    assert any(row.claim in message for message in messages), messages


@pytest.mark.parametrize("row", [row for row in (*WRONG, *RIGHT) if not row.claim], ids=lambda row: row.name)
def test_other_legacy_code_names_its_initializer(row: Replacement) -> None:
    findings = scan(LEGACY_IMPORTS + row.legacy, assume="tf1").findings
    assert "IC001" in {finding.rule for finding in findings}
    assert "kernel" not in " ".join(finding.message for finding in findings if finding.rule.startswith("IC2"))
