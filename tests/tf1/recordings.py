"""Recordings of the real TensorFlow 1: small files, one for each version.

The file of the newest version is complete. The file of every other version holds what differs from the next newer one.
"""

import base64
import json
import math
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

#: Observations by kind and case, as `observe.py` returns them.
Observations = dict[str, dict[str, Any]]

#: Files of the recordings, and the program that makes their contents.
FOLDER = Path(__file__).parent / "recorded"
OBSERVE = Path(__file__).parent / "observe.py"
#: The version that the wrappers mirror.
MIRRORED = "1.15.5"
#: Observation of a case whose symbol is absent.
ABSENT = "absent"
#: Recordings that list the public names, and those that have the program with a graph seed.
WITH_NAMES = ("1.15.5", "1.4.1")
WITH_PROGRAM = ("1.15.5", "1.15.0-python2.7")
#: Environment of an old interpreter: the path of this process is for another Python, and importing TensorFlow 2 sets
#: the other variable, which 1.15 reads as well.
OLD_ENVIRONMENT = {"PYTHONPATH": "", "TF2_BEHAVIOR": "0"}
#: Relative difference of two floating-point numbers that count as equal.
TOLERANCE = 1e-5


def observe(
    python: str | Path, mode: str, cases: Mapping[str, object], environment: Mapping[str, str] | None = None
) -> Observations:
    """Return the observations of an interpreter's TensorFlow, made in a process of its own.

    Args:
      python: Path of the interpreter.
      mode: "graph", "eager", "names" or "versions", as `observe.py` takes it.
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
    """Return the observations of an interpreter with a TensorFlow 1."""
    observations = {mode: observe(python, mode, cases, OLD_ENVIRONMENT) for mode in ("graph", "eager")}
    name = label(observations["graph"])
    if name not in WITH_PROGRAM:
        del observations["graph"]["program"]
    if name in WITH_NAMES:
        observations["names"] = observe(python, "names", cases, OLD_ENVIRONMENT)
    return {kind: found for kinds in observations.values() for kind, found in kinds.items()}


def label_of(python: str | Path) -> str:
    """Return the name of the recording of an interpreter with a TensorFlow 1."""
    return label(observe(python, "versions", {}, OLD_ENVIRONMENT))


def label(observations: Observations) -> str:
    """Return the name of a recording, such as "1.15.5" or "1.15.0-python2.7"."""
    versions = observations["versions"]
    return versions["tensorflow"] + ("-python2.7" if versions["python"].startswith("2.7.") else "")


def labels() -> list[str]:
    """Return the names of all recordings, the newest first and each Python 2.7 after the same version."""
    return _newest_first(path.stem for path in FOLDER.glob("*.json"))


def _newest_first(labels: Iterable[str]) -> list[str]:
    return sorted(labels, key=lambda label: [int(part) for part in re.findall(r"\d+", label)[:3]], reverse=True)


def load() -> dict[str, Observations]:
    """Return all recordings by name, the newest first."""
    recordings: dict[str, Observations] = {}
    newer: Observations = {}
    for name in labels():
        contents = json.loads((FOLDER / f"{name}.json").read_text())
        absent = set(contents.pop("absent"))
        kinds = [kind for kind in {**newer, **contents} if contents.get(kind, {}) is not None]
        observations = {
            kind: {
                case: ABSENT if symbol_of(case) in absent else value
                for case, value in {**newer.get(kind, {}), **contents.get(kind, {})}.items()
                if value is not None
            }
            for kind in kinds
        }
        recordings[name] = observations
        if not _is_python2(name):
            newer = observations
    return recordings


def save(recordings: Mapping[str, Observations]) -> None:
    """Write all recordings: the newest complete, each other one as changes of the next newer."""
    newer: Observations = {}
    newest = recordings[_newest_first(recordings)[0]]
    for name in _newest_first(recordings):
        observations = recordings[name]
        absent = _absent(observations)
        contents: dict[str, Any] = {"absent": sorted(absent)}
        contents |= {kind: None for kind in newer if kind not in observations}
        for kind, cases in observations.items():
            base, order = newer.get(kind, {}), list(newest.get(kind, {}))
            changes = {
                case: value
                for case, value in cases.items()
                if symbol_of(case) not in absent and not equal(value, base.get(case))
            }
            changes |= {case: None for case in base if case not in cases}
            if changes:
                in_order = [*filter(changes.__contains__, order), *(case for case in changes if case not in order)]
                contents[kind] = {case: changes[case] for case in in_order}
        (FOLDER / f"{name}.json").write_text(_text(contents))
        if not _is_python2(name):
            newer = observations


def symbol_of(case: str) -> str:
    """Return the name of the symbol of a case."""
    return case.partition("(")[0]


def _absent(observations: Observations) -> set[str]:
    """Return the symbols that a recording lacks."""
    return {name for name, signature in observations["signatures"].items() if signature == ABSENT}


def _is_python2(name: str) -> bool:
    return name.endswith("-python2.7")


def equal(first: object, second: object) -> bool:
    """Return whether two observations are equal, floating-point numbers up to `TOLERANCE`."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(equal(value, second[key]) for key, value in first.items())
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(equal, first, second))
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=1e-9)
    return first == second


def differences(old: Observations, new: Observations) -> list[str]:
    """Return the cases whose observations differ."""
    return [
        f"{kind}: {case}"
        for kind in sorted({*old, *new} - {"versions"})
        for case in sorted({*old.get(kind, {}), *new.get(kind, {})})
        if not equal(old.get(kind, {}).get(case), new.get(kind, {}).get(case))
    ]


def array(text: str) -> np.ndarray:
    """Return the array that `observe.py` wrote as dtype, shape and bits."""
    dtype, shape, bits = text.split(" ")
    sizes = [int(size) for size in shape.split(",") if size]
    return np.frombuffer(base64.b64decode(bits), dtype).reshape(sizes)


def _text(changes: Mapping[str, Any]) -> str:
    """Return JSON with one case on a line."""
    kinds = []
    for kind, cases in changes.items():
        if not isinstance(cases, dict):
            kinds.append(f"{json.dumps(kind)}: {json.dumps(cases)}")
            continue
        lines = [f" {json.dumps(case)}: {json.dumps(value, separators=(',', ':'))}" for case, value in cases.items()]
        kinds.append(f"{json.dumps(kind)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(kinds) + "\n}\n"
