"""Recordings of the real TensorFlow 1: small files, one for each version.

The file of the newest version is complete. The file of every other version holds what differs from the next newer one.
"""

import json
import math
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

#: Observations by kind and case, as `observe.py` returns them.
Observations = dict[str, dict[str, Any]]

FOLDER = Path(__file__).parent / "recorded"
OBSERVE = Path(__file__).parent / "observe.py"
#: The version that the wrappers mirror.
MIRRORED = "1.15.5"
MODES = ("graph", "eager", "names")
#: Relative difference of two floating-point numbers that count as equal.
TOLERANCE = 1e-5


def observe(
    python: str | Path, mode: str, cases: Mapping[str, object], environment: Mapping[str, str] | None = None
) -> Observations:
    """Return the observations of an interpreter's TensorFlow, made in a process of its own.

    Args:
      python: Path of the interpreter.
      mode: One of `MODES`.
      cases: The cases by kind.
      environment: Environment variables besides those of this process.

    Raises:
      RuntimeError: If the process fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        cases_path, out_path = Path(folder, "cases.json"), Path(folder, "observations.json")
        cases_path.write_text(json.dumps(cases))
        # One program serves old and new interpreters, so it must not leave bytecode behind.
        settings = {"PYTHONDONTWRITEBYTECODE": "1", "TF_CPP_MIN_LOG_LEVEL": "3", **(environment or {})}
        process = subprocess.run(
            [python, OBSERVE, mode, cases_path, out_path],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **settings},
        )
        if process.returncode:
            raise RuntimeError(f"{python} {OBSERVE.name} {mode} failed:\n{process.stderr[-4000:]}")
        observations: Observations = json.loads(out_path.read_text())
        return observations


def observe_all(python: str | Path, cases: Mapping[str, object]) -> Observations:
    """Return the observations of an old interpreter in all modes."""
    environment = {"PYTHONPATH": ""}  # that of this process is for another Python
    return {kind: found for mode in MODES for kind, found in observe(python, mode, cases, environment).items()}


def label(observations: Observations) -> str:
    """Return the name of a recording, such as "1.15.5" or "1.15.0-python2.7"."""
    versions = observations["versions"]
    return versions["tensorflow"] + ("-python2.7" if versions["python"].startswith("2.7.") else "")


def newest_first(labels: Iterable[str]) -> list[str]:
    """Return the names of recordings in the order of their versions, the newest first."""
    return sorted(labels, key=lambda label: [int(part) for part in re.findall(r"\d+", label)[:3]], reverse=True)


def labels() -> list[str]:
    """Return the names of all recordings, the newest first."""
    return newest_first(path.stem for path in FOLDER.glob("*.json"))


def load() -> dict[str, Observations]:
    """Return all recordings by name, the newest first."""
    recordings: dict[str, Observations] = {}
    newer: Observations = {}
    for name in labels():
        changes = json.loads((FOLDER / f"{name}.json").read_text())
        kinds = {kind: {**newer.get(kind, {}), **changed} for kind, changed in changes.items() if changed is not None}
        newer = {**newer, **kinds}
        newer = {kind: cases for kind, cases in newer.items() if changes.get(kind, ()) is not None}
        recordings[name] = newer = {
            kind: {case: value for case, value in cases.items() if value is not None} for kind, cases in newer.items()
        }
    return recordings


def save(recordings: Mapping[str, Observations]) -> None:
    """Write all recordings: the newest complete, each other one as changes of the next newer."""
    newer: Observations = {}
    for name in newest_first(recordings):
        observations = recordings[name]
        changes: dict[str, Any] = {kind: None for kind in newer if kind not in observations}
        for kind, cases in observations.items():
            base = newer.get(kind, {})
            changed = {case: value for case, value in cases.items() if not equal(value, base.get(case))}
            changed |= {case: None for case in base if case not in cases}
            if changed:
                changes[kind] = changed
        (FOLDER / f"{name}.json").write_text(_text(changes))
        newer = observations


def equal(first: object, second: object) -> bool:
    """Return whether two observations are equal, floating-point numbers up to `TOLERANCE`."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(equal(value, second[key]) for key, value in first.items())
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(equal, first, second))
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=1e-9)
    return first == second


def _text(changes: Mapping[str, Any]) -> str:
    """Return JSON with one case on a line."""
    kinds = []
    for kind, cases in changes.items():
        if cases is None:
            kinds.append(f"{json.dumps(kind)}: null")
            continue
        lines = [f" {json.dumps(case)}: {json.dumps(value, separators=(',', ':'))}" for case, value in cases.items()]
        kinds.append(f"{json.dumps(kind)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(kinds) + "\n}\n"


def environment_variable(name: str) -> str:
    """Return the environment variable that names the interpreter of a recording, such as TF_INITCOMPAT_TF1_15."""
    major, minor = re.findall(r"\d+", name)[:2]
    return f"TF_INITCOMPAT_TF{major}_{minor}" + ("_PYTHON2" if name.endswith("-python2.7") else "")


