"""Verifies a converted file: a fresh process loads it and the original, and compares their predictions."""

import dataclasses
import enum
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tf_initcompat.saved.conversion import Conversion

#: Module that the fresh process runs.
_PROCESS: Final = f"{__package__}.verification_process"


class Outcome(enum.Enum):
    """Result of a verification.

    Attributes:
      is_passed: Whether the file loads, and predicts as the original where both can be compared.
      message: The message for it. "{detail}" stands for the reason or the figure.
    """

    SAME = True, "loads, and predicts as the original does in this Keras with custom_objects (difference {detail})"
    DIFFERENT = (
        False,
        "loads, and PREDICTS DIFFERENTLY from the original in this Keras with custom_objects (difference {detail})",
    )
    WITHOUT_WEIGHTS = True, "loads; a .json file holds no weights, so there are no predictions to compare"
    ORIGINAL_FAILS = (
        True,
        "loads and predicts; the original does not, even with custom_objects, so nothing was compared: {detail}",
    )
    OTHER_KERAS = True, "not loaded: {detail}"
    UNSAFE = False, "not loaded: {detail}"
    TRAINING_FAILS = False, "loads with compile=False only, because its training configuration does not load: {detail}"
    FAILS = False, "does not load: {detail}"
    PREDICTION_FAILS = False, "loads, but makes no predictions: {detail}"
    PROCESS_FAILS = False, "the process that loads the model has failed: {detail}"

    def __init__(self, is_passed: bool, message: str) -> None:
        self.is_passed = is_passed
        self.message = message


@dataclasses.dataclass(frozen=True)
class Observation:
    """Something observed while a converted file was verified.

    Attributes:
      outcome: What was observed.
      detail: The reason or the figure.
    """

    outcome: Outcome
    detail: str = ""

    def __str__(self) -> str:
        return self.outcome.message.format(detail=self.detail)


def is_passed(observations: list[Observation]) -> bool:
    """Return whether a file passes the verification."""
    return all(observation.outcome.is_passed for observation in observations)


def verify(conversion: Conversion, converted: Path, original: Path) -> list[Observation]:
    """Load a converted file, and the original with `custom_objects`, and compare their predictions.

    Nothing in the files is executed: a file is loaded only if every class in it is one of those that
    `safety.is_safe` accepts.

    Args:
      conversion: The conversion.
      converted: The converted file.
      original: The original file: the conversion's source, or its backup.

    Returns:
      What was observed, at least one observation.
    """
    if conversion.obstacles:
        return [Observation(Outcome.UNSAFE, str(obstacle)) for obstacle in conversion.obstacles]
    target = conversion.context.target
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if not target.is_keras_3 and importlib.util.find_spec("tf_keras"):
        environment["TF_USE_LEGACY_KERAS"] = "1"
    process = subprocess.run(
        [sys.executable, "-m", _PROCESS, str(original), str(converted), target.version],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    answer = process.stdout.strip().rpartition("\n")[2]
    if process.returncode or not answer.startswith("["):
        reason = process.stderr.strip().rpartition("\n")[2] or f"exit status {process.returncode}"
        return [Observation(Outcome.PROCESS_FAILS, reason)]
    return deserialize(answer)


def serialize(observations: list[Observation]) -> str:
    """Return observations as one line of JSON.

    >>> serialize([Observation(Outcome.FAILS, "TypeError")])
    '[["FAILS", "TypeError"]]'
    """
    return json.dumps([[observation.outcome.name, observation.detail] for observation in observations])


def deserialize(text: str) -> list[Observation]:
    """Return the observations that `serialize` wrote."""
    return [Observation(Outcome[name], detail) for name, detail in json.loads(text)]
